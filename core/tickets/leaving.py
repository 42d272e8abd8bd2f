"""What somebody who was deactivated leaves behind, and who is asked to see to it."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.db import with_deleted
from core.notices import Topic
from core.tickets.approvals.leaving import SEAT_IS_OPEN, give_up_seats
from core.tickets.approvals.models import Approval, ApprovalSeat
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.queries import IS_OPEN
from core.tickets.states import PART_IS_OPEN, ApprovalStatus
from core.users.models import User
from core.users.roles import DESK_ROLES, Role

#: Of the notification.
LEFT_WORK = "person.left_work"
_OF_TICKETS = ("assigned", "requested", "awaiting", "deciding")


@dataclass
class Work:
    """In one department, by the keys and ids of tickets."""

    assigned: list[uuid.UUID] = field(default_factory=list)
    requested: list[uuid.UUID] = field(default_factory=list)
    awaiting: list[uuid.UUID] = field(default_factory=list)
    deciding: list[uuid.UUID] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


async def hand_on(session: AsyncSession, person_id: uuid.UUID) -> None:
    """A message for each head of a department in which there is something; where there is no head,
    for the administrators. What they were to decide about money is asked of others at once."""
    person = await session.scalar(with_deleted(select(User).where(User.id == person_id)))
    if person is None or (person.is_active and person.role in DESK_ROLES):
        return
    work = await _find(session, person_id)
    for reader_id, tale in (await _tales(session, work)).items() if work else ():
        await _tell(session, reader_id, person, tale)
    if not person.is_active:
        await give_up_seats(session, person_id)


async def _find(session: AsyncSession, person_id: uuid.UUID) -> dict[uuid.UUID, Work]:
    work: dict[uuid.UUID, Work] = defaultdict(Work)
    awaits = exists().where(
        Approval.ticket_id == Ticket.id,
        Approval.requested_by_id == person_id,
        Approval.status == ApprovalStatus.PENDING,
        Approval.is_deleted.is_(False),
    )
    decides = exists().where(
        ApprovalSeat.ticket_id == Ticket.id, ApprovalSeat.user_id == person_id, SEAT_IS_OPEN
    )
    mine = or_(Ticket.assignee_id == person_id, Ticket.requestor_id == person_id)
    rows = await session.execute(
        select(
            Ticket.id,
            Ticket.department_id,
            Ticket.assignee_id == person_id,
            Ticket.requestor_id == person_id,
            awaits,
            decides,
        )
        .where(or_(mine, awaits, decides), IS_OPEN, Ticket.is_deleted.is_(False))
        .order_by(Ticket.number)
    )
    for ticket_id, department_id, *holds in rows:
        there = work[department_id]
        lists = (there.assigned, there.requested, there.awaiting, there.deciding)
        for is_so, listed in zip(holds, lists, strict=True):
            if is_so:
                listed.append(ticket_id)
    parts = await session.execute(
        select(SubTicket.department_id, Ticket.number, SubTicket.position)
        .join(Ticket, Ticket.id == SubTicket.parent_ticket_id)
        .where(SubTicket.assignee_id == person_id, SubTicket.status.in_(PART_IS_OPEN))
        .order_by(Ticket.number, SubTicket.position)
    )
    for department_id, number, position in parts:
        work[department_id].parts.append(f"HD-{number}/{position}")
    return dict(work)


@dataclass
class Tale:
    """What one person hears. The titles of tickets are for who leads their department."""

    work: list[Work] = field(default_factory=list)
    departments: list[uuid.UUID] = field(default_factory=list)


async def _tales(session: AsyncSession, work: Mapping[uuid.UUID, Work]) -> dict[uuid.UUID, Tale]:
    heads = await session.execute(
        select(User.department_id, User.id).where(
            User.role == Role.DEPARTMENT_HEAD,
            User.department_id.in_(work),
            User.is_active.is_(True),
        )
    )
    leading = [(where, who) for where, who in heads if where is not None]
    admins = await session.scalars(
        select(User.id).where(User.role == Role.ADMIN, User.is_active.is_(True))
    )
    without_head = work.keys() - {department_id for department_id, _ in leading}
    found: dict[uuid.UUID, Tale] = defaultdict(Tale)
    for department_id, reader_id in leading:
        found[reader_id].work.append(work[department_id])
        found[reader_id].departments.append(department_id)
    for reader_id in admins if without_head else ():
        found[reader_id].work += [work[each] for each in sorted(without_head)]
    return found


async def _tell(session: AsyncSession, reader_id: uuid.UUID, person: User, tale: Tale) -> None:
    def listed(name: str) -> list[str]:
        return [str(each) for work in tale.work for each in getattr(work, name)]

    details: dict[str, Any] = {name: listed(name) for name in _OF_TICKETS}
    tickets = dict.fromkeys(chain.from_iterable(details.values()))
    details |= {
        "parts": listed("parts"),
        "ticket_ids": list(tickets),
        "departments": [str(each) for each in tale.departments],
        "person": person.name,
        "is_active": person.is_active,
        "slack_user_id": person.slack_user_id,
    }
    occasion = Occasion(Event.ESCALATION, LEFT_WORK, details=details, said_as=Topic.LEAVER_TOLD)
    await notify(session, occasion, [reader_id])
