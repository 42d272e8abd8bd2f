"""What is said when a promise runs out: short, and with what to do about it close by."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.views.parts import (
    NAME_MAX,
    Message,
    clip,
    clip_escaped,
    context,
    date,
    escape,
    mention,
    message,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from bot.views.ticket_card import spoken, title
from core.tickets.queries import TicketView
from core.tickets.sla.models import Kind, Threshold

_SAID: Mapping[Threshold, str] = {
    Threshold.AT_RISK_75: "{key} is due soon",
    Threshold.AT_RISK_90: "{key} is nearly due",
    Threshold.BREACH: "{key} is overdue",
    Threshold.LEVEL_2: "{key} is still overdue, and nothing has changed since",
    Threshold.LEVEL_3: "{key} is overdue, and nobody has touched it for a while",
}
_EARLY = frozenset({Threshold.AT_RISK_75, Threshold.AT_RISK_90})


def warning(details: Mapping[str, Any]) -> Message:
    """Below the card: calls those by name who are to look."""
    called = " ".join(mention(str(each)) for each in details.get("called") or [])
    words = _words(details)
    markup = " ".join(each for each in (called, _marked_up(details)) if each)
    return message(words, [section(mrkdwn(markup))])


def told(ticket: TicketView, details: Mapping[str, Any]) -> Message:
    """To one person. Who may not read the ticket hears no more than where it lies."""
    where = str(details.get("link") or "")
    link = [context(mrkdwn(f"<{escape(where)}|Open its thread>"))] if where else []
    if details.get("is_bare"):
        department = clip(one_line(ticket.department), NAME_MAX)
        more = f"It lies with {clip_escaped(department, NAME_MAX)}."
        words = f"{_words(details)} It lies with {department}."
        return message(words, [section(mrkdwn(f"{_marked_up(details)} {more}"))])
    words = f"{_words(details)} {spoken(ticket)}"
    about = section(plain_text(title(ticket)))
    return message(words, [section(mrkdwn(_marked_up(details))), about, *link])


def _words(details: Mapping[str, Any]) -> str:
    due_at = _due(details)
    return _sentence(details, f"{due_at:%Y-%m-%d %H:%M} UTC" if due_at else "")


def _marked_up(details: Mapping[str, Any]) -> str:
    due_at = _due(details)
    return _sentence(details, date(due_at) if due_at else "")


def _sentence(details: Mapping[str, Any], when: str) -> str:
    threshold, kind = Threshold(details["threshold"]), Kind(details["kind"])
    said = _SAID[threshold].format(key=details["key"])
    if not when:
        return f"{said}."
    verb = "is due" if threshold in _EARLY else "was due"
    return f"{said}: the {kind.words.lower()} {verb} {when}."


def _due(details: Mapping[str, Any]) -> datetime | None:
    due = details.get("due")
    return datetime.fromisoformat(due).astimezone(UTC) if isinstance(due, str) else None
