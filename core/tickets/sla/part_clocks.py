"""The clock of a part: it has its own, and the one of its ticket goes on beside it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Audience
from core.db import utc_now
from core.notices import Place
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.tickets.parts import notices as sub_notices
from core.tickets.parts.models import SubTicket
from core.tickets.policy import Desk, Policy, Wanted
from core.tickets.sla import clock as clocks
from core.tickets.sla.keeping import Keeper, load, pause_of
from core.tickets.sla.models import ClockState, Kind, SlaClock
from core.tickets.sla.starting import by_hand, new_clock, now_of
from core.tickets.states import PART_IS_OUT, Status, SubTicketStatus
from core.users.permissions import Actor

_FOR_MONEY = Status.WAITING_APPROVAL.value


async def begin_part(
    session: AsyncSession, turn: Turn, ticket: Ticket, part: SubTicket, chosen: datetime | None
) -> None:
    """Due when somebody has `chosen`, else by the promise of its department."""
    desk, at = turn.policy.desk(part.department_id), utc_now()
    clock = _promised(turn, ticket, desk, at)
    if clock is None:
        if chosen is None:
            return
        clock = by_hand(turn.policy, desk, at, chosen)
    clock.ticket_id, clock.part_id = ticket.id, part.id
    if chosen is not None:
        clocks.set_due(clock, now_of(turn.policy, clock, at, turn.actor.id), chosen, "")
    part.due_at = clock.due_at
    session.add(clock)


def _promised(turn: Turn, ticket: Ticket, desk: Desk, at: datetime) -> SlaClock | None:
    promise = turn.policy.promise(Wanted(desk.id, ticket.priority))
    if promise is None:
        return None
    return new_clock(turn.policy, promise, desk, Kind.RESOLUTION, at, turn.actor.id)


_DUE = (
    text(
        """
    UPDATE sub_tickets AS part SET due_at = clock.due_at, updated_at = now()
      FROM sla_clocks AS clock
     WHERE clock.ticket_id = ANY (:ids) AND clock.part_id = part.id
       AND clock.state IN ('running', 'paused') AND part.status <> 'sent_back'
       AND part.due_at IS DISTINCT FROM clock.due_at
    RETURNING part.id, part.parent_ticket_id
    """
    )
    .bindparams(bindparam("ids", type_=ARRAY(Uuid())))
    .columns(SubTicket.id, SubTicket.parent_ticket_id)
)


async def show_due(session: AsyncSession, ticket_ids: Sequence[uuid.UUID], fold: timedelta) -> None:
    """Clocks were changed all at once: their parts say when they are due now, and so do the cards
    of those."""
    await session.flush()
    rows = await session.execute(_DUE, {"ids": list(ticket_ids)})
    places = [Place(ticket_id, Audience.PART, part_id=part_id) for part_id, ticket_id in rows]
    if places:
        await outbox.add(session, *(sub_notices.refresh(each, fold) for each in places))


async def hold_part(
    session: AsyncSession,
    ticket: Ticket,
    part_id: int,
    policy: Policy,
    actor: Actor | None,
    *,
    is_waiting: bool,
) -> None:
    """It stands still while money that was asked for from it is decided about."""
    found = [each for each in await load(session, ticket.id) if each.part_id == part_id]
    keeper = Keeper(session, ticket, found, policy, actor)
    for each in found:
        if is_waiting and each.state is ClockState.RUNNING:
            clocks.pause(each, keeper.now(each), _FOR_MONEY)
            await keeper.drop_warnings([each])
        elif not is_waiting and pause_of(each) == _FOR_MONEY:
            clocks.resume(each, keeper.now(each))
    await show_due(session, [ticket.id], policy.preferences.card_fold)


async def keep_part(
    session: AsyncSession, turn: Turn, ticket: Ticket, part: SubTicket, changes: Mapping[str, Any]
) -> None:
    """`part` says what it is after the `changes`."""
    if not changes.keys() & {"status", "due_at"}:
        return
    found = [each for each in await load(session, ticket.id) if each.part_id == part.id]
    keeper = Keeper(session, ticket, found, turn.policy, turn.actor)
    for each in found:
        now = keeper.now(each)
        match part.status:
            case SubTicketStatus.DONE if each.is_open:
                clocks.end(each, now)
            case SubTicketStatus.CANCELLED if each.is_open:
                clocks.cancel(each, now, "cancelled")
            case SubTicketStatus.SENT_BACK if each.state is ClockState.RUNNING:
                clocks.pause(each, now, part.status.value)
            case status if status in PART_IS_OUT and pause_of(each) not in (None, _FOR_MONEY):
                clocks.resume(each, now)
        _keep_due(each, now, part, changes)
        if each.state is not ClockState.RUNNING:
            await keeper.drop_warnings([each])


def _keep_due(
    clock: SlaClock, now: clocks.Now, part: SubTicket, changes: Mapping[str, Any]
) -> None:
    if "due_at" in changes and part.due_at is not None and clock.is_open:
        clocks.set_due(clock, now, part.due_at, "")
    elif clock.state is ClockState.RUNNING:
        part.due_at = clock.due_at
