"""What other rows say of a ticket: its parts and clocks, its duplicates, what goes on from it."""

from typing import Any

from sqlalchemy import Case, ColumnElement, ScalarSelect, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.sla.models import SlaClock
from core.tickets.states import PART_IS_OUT


def about_parts() -> tuple[ScalarSelect[Any], ...]:
    """How many are done, how many there are, and when the next is due."""
    living = (SubTicket.parent_ticket_id == Ticket.id) & SubTicket.is_deleted.is_(False)
    is_out = SubTicket.status.in_(PART_IS_OUT)
    return (
        select(func.count()).where(living, SubTicket.status == "done").scalar_subquery(),
        select(func.count()).where(living, SubTicket.status != "cancelled").scalar_subquery(),
        select(func.min(SubTicket.due_at)).where(living, is_out).scalar_subquery(),
    )


def paused_left() -> Case[Any]:
    """Of what is promised, while it stands still; then it is due at no time."""
    theirs = (SlaClock.ticket_id == Ticket.id) & SlaClock.part_id.is_(None)
    # Asked only of those that can have it: every card is read by this.
    return case((Ticket.due_at.is_(None) & Ticket.sla_state.is_not(None), _left(theirs)))


def part_paused_left() -> Case[Any]:
    """The same of a part."""
    return case((SubTicket.due_at.is_(None), _left(SlaClock.part_id == SubTicket.id)))


def _left(theirs: ColumnElement[bool]) -> ScalarSelect[Any]:
    return (
        select(SlaClock.target - SlaClock.consumed)
        .where(
            *(theirs, SlaClock.kind == "resolution", SlaClock.state == "paused"),
            *(SlaClock.breached_at.is_(None), SlaClock.manual_since.is_(None)),
        )
        .correlate(Ticket, SubTicket)
        .order_by(SlaClock.cycle.desc())
        .limit(1)
        .scalar_subquery()
    )


def merged_into() -> ScalarSelect[Any]:
    # No join: from the ninth table on, PostgreSQL joins in the order they are written.
    winner = aliased(Ticket)
    is_it = (winner.id == Ticket.merged_into_id) & winner.is_deleted.is_(False)
    return select(winner.number).where(is_it).correlate(Ticket).scalar_subquery()


def continued_in() -> ScalarSelect[Any]:
    later = aliased(Ticket)
    numbers = func.array_agg(aggregate_order_by(later.number, later.number.asc()))
    goes_on = (later.follows_id == Ticket.id) & later.is_deleted.is_(False)
    return select(numbers).where(goes_on).correlate(Ticket).scalar_subquery()
