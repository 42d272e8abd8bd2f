"""Moving a ticket to another department: what goes with it, and what stays behind."""

import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience, Thread
from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField
from core.notices import Place, Topic
from core.tickets import queries
from core.tickets.changes import Turn, fresh_cards, give, move, record
from core.tickets.followers import follower_places
from core.tickets.models import AuditLog, Part, Ticket, TicketParticipant
from core.tickets.standing import lock
from core.tickets.states import TRANSITIONS, Action
from core.tickets.triage import notices as triage_notices
from core.tickets.triage.auto_assign import assignment_of
from core.users.permissions import Actor, authorize


async def transfer(
    session: AsyncSession,
    turn: Turn,
    ticket_id: uuid.UUID,
    *,
    department_id: uuid.UUID,
    reason: str = "",
) -> Ticket:
    """Into the queue of the other department. Raises AlreadyDone, which names who was faster.

    `reason` is for the desks; the requester does not read it.
    """
    ticket, standing = await lock(session, turn.actor, ticket_id)
    await _refuse_second(session, turn, ticket)
    authorize(turn.actor, TRANSITIONS[Action.TRANSFER].permission, standing)
    desk = turn.policy.desk(department_id)
    if desk.id == ticket.department_id:
        raise InvalidField("to_department", f"{ticket.key} is with {desk.name} already.")
    before, holder_id = turn.policy.desks.get(ticket.department_id), ticket.assignee_id
    changes: dict[str, Any] = {"department_id": [str(ticket.department_id), str(desk.id)]}
    changes |= move(ticket, Action.TRANSFER) | give(ticket, None)
    ticket.department_id = desk.id
    await _dismiss(session, ticket)
    details = {
        "from": before.name if before else "",
        "department": desk.name,
        "note": reason.strip(),
    }
    row = await record(session, turn, ticket, f"ticket.{Action.TRANSFER}", changes, **details)
    await _move_card(session, ticket)
    lines = notices.happened(ticket.id, row.id, Audience.DESK, Audience.REQUESTER)
    followers = await follower_places(session, ticket.id)
    rows = [*lines, *fresh_cards(turn, ticket, followers), *assignment_of(ticket.id, desk)]
    await outbox.add(session, *rows)
    moved = {"by": turn.actor.name, "department": desk.name}
    occasion = Occasion(Event.STATUS, row.action, ticket.id, turn.actor, moved)
    await notify(session, occasion, [holder_id])
    return ticket


async def _refuse_second(session: AsyncSession, turn: Turn, ticket: Ticket) -> None:
    """To somebody of the desk that it was taken from meanwhile."""
    actor, action = turn.actor, f"ticket.{Action.TRANSFER}"
    if not actor.has_desk or actor.desk_id == ticket.department_id:
        return
    moved = await session.scalar(
        select(AuditLog)
        .where(
            AuditLog.ticket_id == ticket.id,
            AuditLog.action == action,
            AuditLog.changes["department_id"][0].astext == str(actor.desk_id),
        )
        .order_by(AuditLog.id.desc())
        .limit(1)
    )
    if moved is not None:
        raise AlreadyDone(await _who_moved(session, actor, ticket, moved))


async def _who_moved(session: AsyncSession, actor: Actor, ticket: Ticket, moved: AuditLog) -> str:
    name = "You" if moved.user_id == actor.id else await queries.name_of(session, moved.user_id)
    return f"{name} moved {ticket.key} to {moved.details['department']} already."


async def _dismiss(session: AsyncSession, ticket: Ticket) -> None:
    """Whoever was on it only because they work at the desk it leaves."""
    now = utc_now()
    await session.execute(
        update(TicketParticipant)
        .where(
            TicketParticipant.ticket_id == ticket.id,
            TicketParticipant.part.in_([Part.ASSIGNEE, Part.AGENT]),
            TicketParticipant.is_deleted.is_(False),
        )
        .values(is_deleted=True, deleted_at=now, updated_at=now)
        .execution_options(synchronize_session=False)
    )


async def _move_card(session: AsyncSession, ticket: Ticket) -> None:
    await leave_desk_thread(session, ticket.id)
    lane = Place(ticket.id, Audience.DESK).lane
    await outbox.put_first(session, lane, notices.card(ticket.id, ticket.department_id))


async def leave_desk_thread(session: AsyncSession, ticket_id: uuid.UUID) -> None:
    """What is written there from now on is answered, and not kept."""
    left = await session.execute(
        update(Thread)
        .where(Thread.ticket_id == ticket_id, Thread.audience == Audience.DESK)
        .values(audience=Audience.FORMER, updated_at=utc_now())
        .returning(Thread.channel_id, Thread.card_ts)
        .execution_options(synchronize_session=False)
    )
    changed = Topic.CARD_CHANGED
    rows = [
        triage_notices.left_behind(ticket_id, changed, row.channel_id, row.card_ts)
        for row in left
        if row.card_ts
    ]
    if rows:
        await outbox.add(session, *rows)
