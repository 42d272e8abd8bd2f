"""What a ticket says of its clocks, so that lists need not look at them."""

from collections.abc import Sequence
from datetime import datetime

from core.tickets.models import Ticket
from core.tickets.sla.models import OPEN, ClockState, Kind, SlaClock
from core.tickets.states import SlaState


def reflect(ticket: Ticket, own: Sequence[SlaClock], at: datetime) -> None:
    """Of a ticket without clocks nothing is changed."""
    for each in own:
        is_counted = each.state is not ClockState.CANCELLED
        if each.kind is Kind.RESOLUTION:
            ticket.due_at = each.due_at if is_counted else None
        elif each.kind is Kind.FIRST_RESPONSE:
            ticket.first_response_due_at = each.due_at if is_counted else None
    if own:
        ticket.sla_state = state_of(own, at)


def state_of(own: Sequence[SlaClock], at: datetime) -> SlaState | None:
    resolution = next((each for each in reversed(own) if each.kind is Kind.RESOLUTION), None)
    counting = [each for each in own if each.state in OPEN]
    if not counting or resolution is None:
        return _result(resolution)
    if resolution.state in OPEN and resolution.breached_at:
        return SlaState.BREACHED
    if any(each.breached_at for each in counting):
        return SlaState.ANSWER_OVERDUE
    if any(_is_at_risk(each, at) for each in counting):
        return SlaState.AT_RISK
    return SlaState.PAUSED if resolution.state is ClockState.PAUSED else SlaState.ON_TRACK


def _is_at_risk(clock: SlaClock, at: datetime) -> bool:
    is_running = clock.state is ClockState.RUNNING
    return is_running and clock.at_risk_75_at is not None and clock.at_risk_75_at <= at


def _result(resolution: SlaClock | None) -> SlaState | None:
    if resolution is None or resolution.state is ClockState.CANCELLED:
        return None
    return SlaState.MET if resolution.state is ClockState.MET else SlaState.BREACHED
