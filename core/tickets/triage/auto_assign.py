"""Giving new tickets to the people of a desk without anybody choosing."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience
from core.communication.notify import Occasion, notify
from core.communication.ways import ASSIGNED, Event
from core.db import utc_now
from core.outbox import Row
from core.tickets import audit
from core.tickets.changes import NOBODY, give, join, move
from core.tickets.followers import follower_places
from core.tickets.models import Part, Source, Ticket
from core.tickets.policy import Desk
from core.tickets.states import Action, Status
from core.tickets.triage import availability, workload
from core.tickets.triage import notices as triage_notices
from core.users import queries as users
from core.users.models import AutoAssign, Department, User
from core.users.roles import Role


def assignment_of(
    ticket_id: uuid.UUID, desk: Desk, assignee_id: uuid.UUID | None = None
) -> list[Row]:
    """The errand that looks for somebody, if the desk or a rule wants one."""
    if desk.auto_assign is AutoAssign.NONE and assignee_id is None:
        return []
    return [triage_notices.auto_assign(ticket_id, assignee_id)]


async def assign_automatically(
    session: AsyncSession,
    ticket_id: uuid.UUID,
    fold: timedelta,
    wanted: uuid.UUID | None = None,
) -> Ticket | None:
    """To `wanted` if they work at its desk, else as the desk has it. None when it has somebody
    already, or nobody is there: then it stays in the queue."""
    department = await _lock_department(session, ticket_id)
    statement = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    ticket = await session.scalar(statement.execution_options(populate_existing=True))
    if department is None or ticket is None or ticket.department_id != department.id:
        return None
    if ticket.assignee_id is not None or ticket.status is not Status.NEW:
        return None
    chosen = await _choose(session, department, ticket, wanted)
    if chosen is None:
        return None
    changes = move(ticket, Action.ASSIGN) | give(ticket, chosen.id)
    await join(session, ticket.id, chosen.id, Part.ASSIGNEE)
    await session.execute(
        update(User).where(User.id == chosen.id).values(last_assigned_at=utc_now())
    )
    row = await audit.record(
        session,
        None,
        f"ticket.{Action.ASSIGN}",
        source=Source.JOB,
        ticket=ticket,
        changes=changes,
        details={"assignee": chosen.name, "note": ""},
    )
    lines = notices.happened(ticket.id, row.id, Audience.REQUESTER)
    followers = await follower_places(session, ticket.id)
    fresh = [*notices.refreshes(ticket.id, fold), *notices.followed_changed(followers, fold)]
    await outbox.add(session, *lines, *fresh)
    told = {"by": NOBODY.name, "note": ""}
    occasion = Occasion(Event.ASSIGNED, ASSIGNED, ticket.id, None, told)
    await notify(session, occasion, [chosen.id])
    return ticket


async def _lock_department(session: AsyncSession, ticket_id: uuid.UUID) -> Department | None:
    """One after another at each desk, so that two of its tickets see each other. Nobody who
    files a ticket there waits for it."""
    found: Department | None = await session.scalar(
        select(Department)
        .join(Ticket, Ticket.department_id == Department.id)
        .where(Ticket.id == ticket_id)
        .with_for_update(of=Department, key_share=True)
        .execution_options(populate_existing=True)
    )
    return found


async def _choose(
    session: AsyncSession, department: Department, ticket: Ticket, wanted: uuid.UUID | None
) -> User | None:
    desk = await users.list_desk(session, department.id)
    named = next((each for each in desk if each.id == wanted), None)
    if named is not None:
        return named
    people = await _on_duty(session, [each for each in desk if each.id != ticket.requestor_id])
    if not people:
        return None
    match department.auto_assign:
        case AutoAssign.ROUND_ROBIN:
            return min(people, key=workload.turn_of)
        case AutoAssign.LEAST_LOADED:
            counts = await workload.count_open(session, [each.id for each in people])
            return workload.least_loaded(people, counts)
        case AutoAssign.NONE:
            return None


async def _on_duty(session: AsyncSession, desk: Sequence[User]) -> list[User]:
    """Whoever is at work; while nobody is, all who come back by themselves. Nobody who is away
    for longer, and heads only where there is nobody else."""
    now = utc_now()
    away = await availability.list_away(session, [each.id for each in desk], now)
    here = [each for each in desk if each.id not in away]
    agents = [each for each in here if each.role is not Role.DEPARTMENT_HEAD] or here
    off = await availability.unavailable(session, [each.id for each in agents], now)
    return [each for each in agents if each.id not in off] or agents
