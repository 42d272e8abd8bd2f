"""The tickets that a ticket names, by their numbers."""

from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from core.tickets.models import Ticket


def merged_into() -> ScalarSelect[Any]:
    """What it is a duplicate of."""
    # No join: from the ninth table on, PostgreSQL joins in the order they are written.
    winner = aliased(Ticket)
    is_it = (winner.id == Ticket.merged_into_id) & winner.is_deleted.is_(False)
    return select(winner.number).where(is_it).correlate(Ticket).scalar_subquery()


def continued_in() -> ScalarSelect[Any]:
    later = aliased(Ticket)
    numbers = func.array_agg(aggregate_order_by(later.number, later.number.asc()))
    goes_on = (later.follows_id == Ticket.id) & later.is_deleted.is_(False)
    return select(numbers).where(goes_on).correlate(Ticket).scalar_subquery()
