"""Desks whose channel takes no messages: who hears of it, and where tickets go meanwhile."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience, Thread
from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.notices import Place, Topic
from core.outbox import Claim, OutboxMessage, Row
from core.tickets import audit
from core.tickets.models import Source, Ticket
from core.tickets.queries import IS_OPEN
from core.tickets.triage.desk_places import desk_place
from core.tickets.triage.transfers import leave_desk_thread
from core.users.models import Department, User
from core.users.roles import Role

#: Topics of what the administrators are told.
TROUBLE, MENDED = "desk.trouble", "desk.mended"
#: Where there is no other place, words wait until somebody has looked.
_LOOK_AGAIN = timedelta(minutes=5)


async def note(session: AsyncSession, department_id: uuid.UUID, trouble: str | None) -> bool:
    """Whether that is news. Then the administrators hear of it once; and when all is well again,
    tickets that have no card get one."""
    department = await session.scalar(
        select(Department)
        .where(Department.id == department_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if department is None or department.desk_trouble == trouble:
        return False
    before = department.desk_trouble
    await session.execute(
        # Past the version: no form of an administrator is about this.
        update(Department).where(Department.id == department_id).values(desk_trouble=trouble)
    )
    if (before is None) is (trouble is None):
        return False
    await audit.record(
        session,
        None,
        TROUBLE if trouble else MENDED,
        source=Source.JOB,
        changes={"desk_trouble": [before, trouble]},
        details={"department": department.name},
    )
    told = {
        "department": department.name,
        "channel": department.desk_channel_id or "",
        "trouble": trouble or "",
    }
    await tell_admins(session, TROUBLE if trouble else MENDED, told)
    if trouble is None:
        await _post_missing_cards(session, department_id)
    return True


async def tell_admins(session: AsyncSession, topic: str, details: Mapping[str, Any]) -> None:
    admins = await session.scalars(
        select(User.id).where(User.role == Role.ADMIN, User.is_active.is_(True)).order_by(User.id)
    )
    occasion = Occasion(Event.ESCALATION, topic, details=details, is_urgent=True)
    await notify(session, occasion, admins)


async def _post_missing_cards(session: AsyncSession, department_id: uuid.UUID) -> None:
    has_card = exists().where(Thread.ticket_id == Ticket.id, Thread.audience == Audience.DESK)
    ids = await session.scalars(
        select(Ticket.id)
        .where(Ticket.department_id == department_id, IS_OPEN, ~has_card)
        .order_by(Ticket.id)
    )
    rows = [notices.card(each, department_id) for each in ids]
    if rows:
        await outbox.add(session, *rows)


async def go_elsewhere(session: AsyncSession, claim: Claim, trouble: str) -> timedelta | None:
    """For a row that a desk's channel does not take: how long it waits until it is tried at the
    other place. None when there is none for it."""
    ticket = await session.scalar(
        select(Ticket).where(Ticket.id == uuid.UUID(claim.payload["ticket_id"]))
    )
    if ticket is None:
        return None
    desk = Place(ticket.id, Audience.DESK)
    thread = await session.scalar(
        select(Thread).where(Thread.ticket_id == ticket.id, Thread.audience == Audience.DESK)
    )
    before = await _places(session, ticket.department_id)
    refusing = thread.channel_id if thread else before.place
    if refusing is None or refusing.startswith(_DIRECT):
        return None
    if refusing == before.channel:
        await note(session, ticket.department_id, trouble)
    now = await _places(session, ticket.department_id)
    if now.place == refusing:
        return _LOOK_AGAIN if claim.lane == desk.lane else None
    if thread is None:
        return timedelta() if claim.topic == Topic.CARD else None
    return await _post_again(session, claim, ticket, desk)


#: Ids of conversations with one person, and of people, whom we write to directly.
_DIRECT = ("D", "U", "W")


@dataclass(frozen=True, slots=True)
class _Places:
    channel: str | None
    place: str | None


async def _places(session: AsyncSession, department_id: uuid.UUID) -> _Places:
    row = await session.execute(
        select(Department.desk_channel_id, desk_place(Department)).where(
            Department.id == department_id
        )
    )
    return _Places(*row.one())


async def _post_again(
    session: AsyncSession, claim: Claim, ticket: Ticket, desk: Place
) -> timedelta | None:
    """A new card where cards go now, and all that waits below it; the old thread is over."""
    await leave_desk_thread(session, ticket.id)
    card = notices.card(ticket.id, ticket.department_id)
    if claim.lane != desk.lane:
        await outbox.put_first(session, desk.lane, card)
        return None
    # The row that was refused holds the place of the card in its lane, and comes again behind it.
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == claim.id)
        .values(topic=card.topic, payload=card.payload)
        .execution_options(synchronize_session=False)
    )
    await outbox.put_first(session, desk.lane, Row(claim.topic, claim.lane, claim.payload))
    return timedelta()
