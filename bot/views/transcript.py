"""A ticket's whole history as a text that anybody can open."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.views.history import body, sentence
from bot.views.parts import Message, message, one_line, plain_text, section
from core.communication.timeline import Entry
from core.communication.transcripts import Transcript
from core.tickets.models import Part
from core.tickets.states import IS_OVER

_RULE = "-" * 72
_INDENT = "    "


def file_name(key: str, asked_at: datetime) -> str:
    """The moment in it makes it one of its kind, so that it can be found again."""
    return f"{key} {asked_at.astimezone(UTC):%Y-%m-%d %H.%M.%S} UTC.txt"


def comment(key: str) -> str:
    """Markup, and seen on lock screens: nothing of the ticket's words is in it."""
    return f"The transcript of {key} you asked for."


def refused(key: str | None) -> Message:
    words = (
        f"Your transcript of {key or 'that ticket'} could not be made. You may not be on it any "
        "more, or it was deleted. If neither is so, ask again, and then tell your administrator."
    )
    return message(words, [section(plain_text(words))])


def render(found: Transcript) -> str:
    zone = _zone(found.time_zone)
    lines = [*_head(found, zone), _RULE]
    for entry in found.entries:
        lines += ["", *_entry(entry, zone)]
    return "\n".join(lines) + "\n"


def _zone(name: str) -> ZoneInfo | None:
    """None where times in UTC say it all, or the zone is none that we know."""
    try:
        return ZoneInfo(name) if name != "UTC" else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _moment(at: datetime, zone: ZoneInfo | None) -> str:
    shown = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{shown} ({at.astimezone(zone):%Y-%m-%d %H:%M} {zone.key})" if zone else shown


def _head(found: Transcript, zone: ZoneInfo | None) -> Iterator[str]:
    ticket = found.ticket
    yield f"{ticket.key} · {one_line(ticket.summary)}"
    yield ""
    yield f"Status:     {one_line(ticket.status_words)}"
    yield f"Priority:   {ticket.priority.value.capitalize()}"
    yield f"Department: {one_line(ticket.department)}"
    yield f"Requester:  {one_line(ticket.requester.name)}"
    if ticket.author:
        yield f"Filed by:   {one_line(ticket.author.name)}"
    yield f"Assignee:   {one_line(ticket.assignee.name) if ticket.assignee else 'Nobody yet'}"
    others = [one_line(name) for name, part in found.people if part in (Part.AGENT, Part.FOLLOWER)]
    if others:
        yield f"Also:       {', '.join(others)}"
    yield f"Filed:      {_moment(ticket.created_at, zone)}"
    if ticket.due_at:
        yield f"Due:        {_moment(ticket.due_at, zone)}"
    if ticket.resolution_reason and ticket.status in IS_OVER:
        yield f"Resolved:   {ticket.resolution_reason.words}"
    yield f"Transcript: {_moment(found.made_at, zone)}"
    if ticket.description.strip():
        yield ""
        yield from _indented(ticket.description)


def _entry(entry: Entry, zone: ZoneInfo | None) -> Iterator[str]:
    # What stays at the desk is not among the entries of anybody else.
    yield f"[{_moment(entry.line.at, zone)}] {sentence(entry, at_desk=True)}"
    yield from _indented(body(entry))


def _indented(text: str) -> Iterator[str]:
    """A line of somebody's words cannot pass for one of ours."""
    for line in text.splitlines():
        yield f"{_INDENT}{line}" if line.strip() else ""
