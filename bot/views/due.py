"""When a ticket is due, and how it stands."""

from datetime import timedelta

from bot.views.parts import NOTHING, date
from bot.views.why_lines import length
from core.tickets.lists import TicketRow
from core.tickets.queries import TicketView
from core.tickets.states import SlaState, Status

_FOR_REQUESTER = "waiting for requester"
_WHY_PAUSED = {
    Status.WAITING_REQUESTER: _FOR_REQUESTER,
    Status.ON_HOLD: "on hold",
    Status.WAITING_APPROVAL: "waiting for approval",
}


def due(ticket: TicketView | TicketRow) -> str:
    """Markup: the time, and below it “On track”, “At risk” or “Breached, on hold”; “Paused, 3 h
    20 min left: on hold”."""
    when = [date(ticket.due_at)] if ticket.due_at else []
    return "\n".join([*when, *_standing(ticket)]) or NOTHING


def due_in_line(ticket: TicketView | TicketRow) -> str:
    """The same in one line; empty when it is due at no time and nothing is promised."""
    when = [f"Due {date(ticket.due_at)}"] if ticket.due_at else []
    return " · ".join([*when, *_standing(ticket)])


def _standing(ticket: TicketView | TicketRow) -> list[str]:
    if ticket.sla_state is None:
        return []
    why = _WHY_PAUSED.get(ticket.status)
    rest = ticket.paused_left if isinstance(ticket, TicketView) else None
    if rest is not None:
        stands = f"{SlaState.PAUSED.words}, {left(rest)}" + (f": {why}" if why else "")
        return [stands] if ticket.sla_state is SlaState.PAUSED else [ticket.sla_state.words, stands]
    is_still = why is not None and ticket.sla_state in (SlaState.PAUSED, SlaState.BREACHED)
    return [f"{ticket.sla_state.words}, {why}" if is_still else ticket.sla_state.words]


def left(rest: timedelta) -> str:
    """To the minute."""
    minutes = rest // timedelta(minutes=1)
    if minutes < 1:
        return "less than 1 min left" if rest > timedelta() else "nothing left"
    return f"{length(timedelta(minutes=minutes))} left"


def status_to_requester(ticket: TicketView | TicketRow) -> str:
    """The status, to whoever filed the ticket."""
    is_usual = ticket.status_words == ticket.status.words
    if ticket.status is Status.WAITING_REQUESTER and is_usual:
        return "Waiting for you"
    return ticket.status_words


def to_requester(standing: str) -> str:
    """What the others read, said to whoever filed the ticket."""
    return standing.replace(_FOR_REQUESTER, "waiting for you")
