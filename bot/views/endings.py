"""What requesters are asked about the end of their tickets."""

from datetime import UTC, datetime

from bot.ids import Action
from bot.views.parts import (
    Block,
    Message,
    actions,
    button,
    context,
    date,
    message,
    mrkdwn,
    plain_text,
    section,
)
from bot.views.ticket_card import reference, title
from core.tickets.queries import TicketView
from core.tickets.states import Status


def is_it_solved(ticket: TicketView, closes_at: str = "") -> list[Block]:
    """Below what was done about it, while that can still be said."""
    if ticket.status is not Status.RESOLVED:
        return []
    value = reference(ticket)
    answers = [
        button(Action.CLOSE, "Yes, close it", value, "primary"),
        button(Action.REOPEN, "Still broken", value),
    ]
    asked = [section(plain_text("Solved?")), actions(answers)]
    moment = _moment(closes_at)
    if moment is not None:
        asked.append(context(mrkdwn(f"If you say nothing, it is closed {date(moment)}.")))
    return asked


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written).astimezone(UTC) if written else None
    except ValueError:
        return None


def asked_again(ticket: TicketView, since: int) -> Message:
    moment = datetime.fromtimestamp(since, UTC)
    words = f"{ticket.key} still waits for your answer."
    more = f"It waits since {date(moment)}. Answer here in this thread."
    return message(
        words,
        [section(plain_text(words)), section(plain_text(title(ticket))), context(mrkdwn(more))],
    )
