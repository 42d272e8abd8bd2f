"""Desk channels that everybody can read: who hears of it, and what their cards show then."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience
from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.notices import Place, Topic
from core.outbox import Row
from core.preferences import read_preferences
from core.tickets import audit
from core.tickets.models import Source, Ticket
from core.tickets.parts import notices as part_notices
from core.tickets.parts.models import SubTicket
from core.tickets.queries import IS_OPEN
from core.tickets.states import PART_IS_OPEN
from core.users.models import Department, User
from core.users.roles import Role

#: Topic of what the administrators are told, and what the trail says.
PUBLIC, PRIVATE = "desk.public", "desk.private"


async def ask(session: AsyncSession, departments: Sequence[Department]) -> None:
    """About desk channels that were chosen just now: nothing is known of them yet."""
    for each in departments:
        each.desk_is_public = False
    await session.flush()
    rows = [
        Row(Topic.DESK_CHOSEN, f"desk:{each.id}", {"department_id": str(each.id), "channel_id": it})
        for each in departments
        if (it := each.desk_channel_id) is not None
    ]
    if rows:
        await outbox.add(session, *rows)


async def note(
    session: AsyncSession, department_id: uuid.UUID, channel_id: str, *, is_public: bool
) -> bool:
    """Whether that is news. Then the administrators hear of a public one, and cards of private
    tickets are shown anew."""
    department = await session.scalar(
        select(Department)
        .where(Department.id == department_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if department is None or department.desk_channel_id != channel_id:
        return False
    if department.desk_is_public is is_public:
        return False
    await session.execute(
        # Past the version: no form of an administrator is about this.
        update(Department).where(Department.id == department_id).values(desk_is_public=is_public)
    )
    details = {"department": department.name, "channel": channel_id}
    await audit.record(
        session,
        None,
        PUBLIC if is_public else PRIVATE,
        source=Source.JOB,
        changes={"desk_is_public": [not is_public, is_public]},
        details=details,
    )
    if is_public:
        occasion = Occasion(Event.ESCALATION, PUBLIC, details=details, is_urgent=True)
        await notify(session, occasion, await _list_admins(session))
    await _show_anew(session, department_id)
    return True


async def _list_admins(session: AsyncSession) -> list[uuid.UUID]:
    admins = await session.scalars(
        select(User.id).where(User.role == Role.ADMIN, User.is_active.is_(True)).order_by(User.id)
    )
    return list(admins)


async def _show_anew(session: AsyncSession, department_id: uuid.UUID) -> None:
    fold = (await read_preferences(session)).card_fold
    tickets = await session.scalars(
        select(Ticket.id).where(
            Ticket.department_id == department_id, Ticket.is_private.is_(True), IS_OPEN
        )
    )
    parts = await session.execute(
        select(Ticket.id, SubTicket.id)
        .join(Ticket, Ticket.id == SubTicket.parent_ticket_id)
        .where(SubTicket.department_id == department_id, SubTicket.status.in_(PART_IS_OPEN))
        .where(Ticket.is_private.is_(True))
    )
    rows = [row for each in tickets for row in notices.refreshes(each, fold)]
    for ticket_id, part_id in parts:
        place = Place(ticket_id, Audience.PART, part_id=part_id)
        rows.append(part_notices.refresh(place, fold))
    if rows:
        await outbox.add(session, *rows)
