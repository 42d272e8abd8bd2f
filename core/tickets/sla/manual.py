"""A due time that a head sets by hand, and clears again."""

import uuid
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, InvalidTransition
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.followers import follower_places
from core.tickets.models import Ticket
from core.tickets.sla import clock as clocks
from core.tickets.sla.keeping import Keeper, begin, load
from core.tickets.sla.models import Kind, SlaClock
from core.tickets.sla.showing import reflect
from core.tickets.sla.starting import by_hand
from core.tickets.standing import lock
from core.tickets.states import IS_OVER
from core.users.permissions import Permission, authorize

REASON_MAX = 3000


async def set_due(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, *, due_at: datetime, reason: str = ""
) -> Ticket:
    """It stays until it is cleared, whatever is paused. The reason is for the desk."""
    ticket = await _begin(session, turn, ticket_id)
    if due_at <= utc_now():
        raise InvalidField("due", "Choose a time that is still to come.")
    if len(reason) > REASON_MAX:
        raise InvalidField("reason", f"Keep it under {REASON_MAX} characters.")
    keeper = await _keeper(session, turn, ticket, due_at)
    clock = _resolution(keeper)
    if clock.manual_since is not None and clock.due_at == due_at:
        raise AlreadyDone(f"{ticket.key} is due then already.")
    before = clock.due_at
    clocks.set_due(clock, keeper.now(clock), due_at, reason.strip())
    await keeper.drop_warnings([clock])
    await _finish(session, turn, ticket, keeper, before, note=reason.strip())
    return ticket


async def clear_due(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """It is due by its promise again, with what is used of that."""
    ticket = await _begin(session, turn, ticket_id)
    keeper = await _keeper(session, turn, ticket, None)
    clock = next((each for each in keeper.of(Kind.RESOLUTION) if each.is_open), None)
    if clock is None or clock.manual_since is None:
        raise AlreadyDone(f"The due time of {ticket.key} is not set by hand.")
    before = clock.due_at
    if clock.template_id is None:
        await keeper.cancel([clock], "cleared")
    else:
        clocks.clear_due(clock, keeper.now(clock))
    await _finish(session, turn, ticket, keeper, before, note="")
    return ticket


async def _begin(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.SET_DUE, standing)
    if ticket.status in IS_OVER:
        raise InvalidTransition(
            f"{ticket.key} is {ticket.status.words.lower()}: it is not due at any time."
        )
    return ticket


async def _keeper(
    session: AsyncSession, turn: Turn, ticket: Ticket, due_at: datetime | None
) -> Keeper:
    """Where nothing was promised, what is set by hand is."""
    found = await load(session, ticket.id)
    if not found:
        found = await begin(session, ticket, turn.policy)
    keeper = Keeper(session, ticket, found, turn.policy, turn.actor)
    if due_at is not None and not any(each.is_open for each in keeper.of(Kind.RESOLUTION)):
        desk = turn.policy.desk(ticket.department_id)
        made = by_hand(turn.policy, desk, keeper.at, due_at)
        made.ticket_id, made.cycle = ticket.id, len(keeper.of(Kind.RESOLUTION)) + 1
        session.add(made)
        keeper.own.append(made)
    return keeper


def _resolution(keeper: Keeper) -> SlaClock:
    return next(each for each in keeper.of(Kind.RESOLUTION) if each.is_open)


async def _finish(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    keeper: Keeper,
    before: datetime | None,
    *,
    note: str,
) -> None:
    reflect(ticket, keeper.own, keeper.at)
    pair = (before, ticket.due_at)
    changes = {"due_at": [each.isoformat() if each else None for each in pair]}
    await record(session, turn, ticket, "ticket.set_due", changes, note=note)
    followers = await follower_places(session, ticket.id)
    await outbox.add(session, *fresh_cards(turn, ticket, followers))
