"""Closing a ticket: by its people, or because nobody said that it is not solved."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import add_business, business_before, is_open
from core.communication.models import Audience
from core.db import utc_now
from core.tickets.changes import Turn, finish, move
from core.tickets.models import Ticket
from core.tickets.parts import service as sub_tickets
from core.tickets.policy import BUSINESS_DAY, Desk, Policy
from core.tickets.ratings import ask
from core.tickets.states import Action

#: Closed at once, in one transaction.
BATCH = 50
#: A literal, so that the partial index serves a prepared statement too.
_IS_RESOLVED = text("tickets.status = 'resolved'")


async def close_locked(session: AsyncSession, turn: Turn, ticket: Ticket, **details: Any) -> None:
    changes = move(ticket, Action.CLOSE)
    ticket.closed_at = utc_now()
    await sub_tickets.follow(session, turn, ticket)
    told = (Audience.REQUESTER, Audience.DESK)
    await finish(session, turn, ticket, Action.CLOSE, changes, told=told, **details)
    await ask(session, ticket)


def closes(policy: Policy, ticket: Ticket) -> dict[str, str]:
    """When a ticket that was just resolved is closed, if nobody says anything."""
    days, desk = policy.preferences.auto_close_days, policy.desk(ticket.department_id)
    if not days or ticket.resolved_at is None:
        return {}
    hours = policy.business_hours(desk)
    return {"closes_at": add_business(ticket.resolved_at, days * BUSINESS_DAY, hours).isoformat()}


def silent_since(policy: Policy, desk: Desk, now: datetime) -> datetime | None:
    """Whoever has not answered since then does not answer. None while the desk is closed, or when
    its tickets stay open."""
    days = policy.preferences.auto_close_days
    hours = policy.business_hours(desk)
    if not days or not is_open(now, hours):
        return None
    return business_before(now, days * BUSINESS_DAY, hours)


async def close_silent(session: AsyncSession, turn: Turn, desk: Desk, since: datetime) -> int:
    """How many were closed; as many as BATCH when there may be more."""
    found = await session.scalars(
        select(Ticket)
        .where(Ticket.department_id == desk.id, _IS_RESOLVED, Ticket.resolved_at <= since)
        .order_by(Ticket.resolved_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    tickets = list(found)
    days = turn.policy.preferences.auto_close_days
    reason = f"nobody said within {days} business days that it is not solved"
    for ticket in tickets:
        await close_locked(session, turn, ticket, reason=reason)
    return len(tickets)
