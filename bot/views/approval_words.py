"""How requests for money are spoken of, wherever they are shown."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.views.parts import NAME_MAX, NOTHING, clip, clip_escaped, one_line
from core.money import money
from core.tickets.approvals.states import SeatState
from core.tickets.approvals.views import Badge, CardView, SeatView, Waiting

MARKUP_MAX = 150
_VERDICTS = {
    SeatState.APPROVED: "approved",
    SeatState.REJECTED: "rejected",
    SeatState.CHANGES: "asked for changes",
}


def amount(request: CardView | Waiting | Badge) -> str:
    return money(request.amount, request.currency)


def amount_of(details: Mapping[str, Any]) -> str:
    """From the trail; whatever stands there."""
    try:
        return money(Decimal(str(details.get("amount"))), str(details.get("currency")))
    except InvalidOperation:
        return "an amount"


def heading(request: CardView | Waiting) -> str:
    """What it is about, in one line."""
    return f"{amount(request)} to {name(request.payee)} · HD-{request.ticket_number}"


def day(of: date) -> str:
    """The same for everybody, wherever they are."""
    return f"{of.day} {of:%b %Y}"


def name(words: str) -> str:
    return clip(one_line(words) or NOTHING, NAME_MAX)


def markup(words: str) -> str:
    return clip_escaped(one_line(words), MARKUP_MAX) if words.strip() else NOTHING


def verdicts(request: CardView) -> Iterator[tuple[datetime, str]]:
    """Who decided so far, step by step, and what they said."""
    for step in request.steps:
        for seat in step.seats:
            verdict = _VERDICTS.get(seat.state)
            if verdict is None or seat.decided_at is None:
                continue
            words = f"{step.kind.words}: {decider(seat)} {verdict}"
            said = f"{words}: {one_line(seat.reason)}" if seat.reason else f"{words}."
            yield seat.decided_at, said


def decider(seat: SeatView) -> str:
    """Both names, where one stood in for the other."""
    who = name(seat.person.name)
    return f"{who} (for {name(seat.stands_in_for.name)})" if seat.stands_in_for else who
