"""Reading parts of tickets. `part_visible_to` is the one predicate for every look at one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.errors import NotFound
from core.files.models import Attachment, PassedFile
from core.tickets.attached import MESSAGES
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.parts.standing import key_of
from core.tickets.queries import Person
from core.tickets.related import part_paused_left
from core.tickets.states import SubTicketStatus
from core.tickets.triage.desk_places import desk_place, is_read_by_all
from core.users.models import Department, User
from core.users.permissions import Actor, Permission, Standing, authorize
from core.users.roles import SEEING_ROLES

_MOST = 2**31 - 1


def part_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Says of SubTicket rows joined to their Ticket what the permission table says of
    Permission.READ_PART, in SQL."""
    if not actor.is_active or actor.is_guest or actor.role not in SEEING_ROLES:
        return false()
    ways = [SubTicket.assignee_id == actor.id, Ticket.assignee_id == actor.id]
    if actor.desk_id is not None:
        ways.append(SubTicket.department_id == actor.desk_id)
        ways.append(Ticket.department_id == actor.desk_id)
    return and_(SubTicket.is_deleted.is_(False), Ticket.is_deleted.is_(False), or_(*ways))


def passed_to(actor: Actor) -> ColumnElement[bool]:
    """Says of Attachment rows which came to the actor with a part."""
    return exists(
        select(PassedFile.id)
        .join(SubTicket, SubTicket.id == PassedFile.part_id)
        .join(Ticket, Ticket.id == SubTicket.parent_ticket_id)
        .where(PassedFile.attachment_id == Attachment.id, part_visible_to(actor))
        .correlate(Attachment)
    )


def shared_in_part(actor: Actor) -> ColumnElement[bool]:
    """Says of Attachment rows which were shared in the thread of a part that the actor sees."""
    return exists(
        select(MESSAGES.c.id)
        .join(SubTicket, SubTicket.id == MESSAGES.c.part_id)
        .join(Ticket, Ticket.id == SubTicket.parent_ticket_id)
        .where(MESSAGES.c.id == Attachment.chat_message_id, part_visible_to(actor))
        .correlate(Attachment)
    )


@dataclass(frozen=True, slots=True)
class PartView:
    """A part as its card shows it: of the ticket only what the other desk may know."""

    id: int
    ticket_id: uuid.UUID
    ticket_number: int
    position: int
    summary: str
    passed_on: str
    status: SubTicketStatus
    is_required: bool
    version: int
    due_at: datetime | None
    proposed_due_at: datetime | None
    sent_back_reason: str | None
    done_note: str | None
    is_private: bool
    department_id: uuid.UUID
    department: str
    desk_channel_id: str | None
    sender_id: uuid.UUID
    sender: str
    ticket_assignee_id: uuid.UUID | None
    requester_id: uuid.UUID
    requester_department: str | None
    files: tuple[str, ...]
    assignee_id: uuid.UUID | None
    assignee: Person | None
    desk_is_public: bool = False
    #: What is left of its promise while that waits for an approval.
    paused_left: timedelta | None = None

    @property
    def key(self) -> str:
        return key_of(self.ticket_number, self.position)

    @property
    def standing(self) -> Standing:
        return Standing(
            key=self.key,
            department_id=self.sender_id,
            requester_id=self.requester_id,
            assignee_id=self.ticket_assignee_id,
            receiver_id=self.department_id,
            part_assignee_id=self.assignee_id,
        )


# Made at the first use: the mappers it names know each other only once all are imported.
@cache
def _statement() -> Select[*tuple[Any, ...]]:
    # Under another name people and departments are found when they were deleted.
    receiver, sender, home = aliased(Department), aliased(Department), aliased(Department)
    requester, assignee = aliased(User), aliased(User)
    names = (
        select(func.array_agg(aggregate_order_by(Attachment.name, Attachment.id.asc())))
        .join(PassedFile, PassedFile.attachment_id == Attachment.id)
        .where(PassedFile.part_id == SubTicket.id, Attachment.is_deleted.is_(False))
        .correlate(SubTicket)
        .scalar_subquery()
    )
    return (
        select(
            SubTicket.id,
            Ticket.id,
            Ticket.number,
            SubTicket.position,
            SubTicket.summary,
            SubTicket.passed_on,
            SubTicket.status,
            SubTicket.is_required,
            SubTicket.version,
            SubTicket.due_at,
            SubTicket.proposed_due_at,
            SubTicket.sent_back_reason,
            SubTicket.done_note,
            Ticket.is_private,
            receiver.id,
            receiver.name,
            desk_place(receiver),
            sender.id,
            sender.name,
            Ticket.assignee_id,
            Ticket.requestor_id,
            home.name,
            names,
            assignee.id,
            assignee.slack_user_id,
            assignee.name,
            assignee.image_url,
            is_read_by_all(receiver),
            part_paused_left(),
        )
        .select_from(SubTicket)
        .join(Ticket, Ticket.id == SubTicket.parent_ticket_id)
        .join(receiver, receiver.id == SubTicket.department_id)
        .join(sender, sender.id == Ticket.department_id)
        .join(requester, requester.id == Ticket.requestor_id)
        .outerjoin(home, home.id == requester.department_id)
        .outerjoin(assignee, assignee.id == SubTicket.assignee_id)
        .where(SubTicket.is_deleted.is_(False), Ticket.is_deleted.is_(False))
    )


#: The first columns of the statement are the first fields of a view, in order.
_FIELDS = [field.name for field in fields(PartView)][:22]


def _view(row: Sequence[Any]) -> PartView:
    part: dict[str, Any] = dict(zip(_FIELDS, row, strict=False))
    files, assignee_id, assignee = row[22], row[23], row[24:27]
    return PartView(
        **part,
        files=tuple(files or ()),
        assignee_id=assignee_id,
        assignee=Person(*assignee) if assignee_id else None,
        desk_is_public=row[27],
        paused_left=row[28],
    )


async def list_part_views(session: AsyncSession, ids: Sequence[int]) -> dict[int, PartView]:
    """By id; deleted parts are missing. For the workers: asks nobody's permission."""
    rows = await session.execute(_statement().where(SubTicket.id.in_(ids)))
    return {row[0]: _view(row) for row in rows}


async def list_parts(session: AsyncSession, ticket_id: uuid.UUID) -> list[PartView]:
    """Of a ticket whose desk asks. The caller has asked for its permission."""
    which = SubTicket.parent_ticket_id == ticket_id
    rows = await session.execute(_statement().where(which).order_by(SubTicket.position))
    return [_view(row) for row in rows]


async def list_open_required(session: AsyncSession, ticket_id: uuid.UUID) -> list[PartView]:
    """They keep the ticket from being resolved."""
    over = (SubTicketStatus.DONE, SubTicketStatus.CANCELLED)
    parts = await list_parts(session, ticket_id)
    return [part for part in parts if part.is_required and part.status not in over]


async def list_free(session: AsyncSession, actor: Actor, *, most: int) -> list[PartView]:
    """Those that nobody at the actor's desk has accepted yet, what is due first before the rest."""
    at_desk = and_(SubTicket.department_id == actor.desk_id, SubTicket.status == "new")
    return await _list(session, actor, at_desk if actor.desk_id else false(), most)


async def list_held(session: AsyncSession, actor: Actor, *, most: int) -> list[PartView]:
    """Those that the actor has accepted and not finished."""
    is_held = SubTicket.status.in_(["accepted", "in_progress"])
    return await _list(session, actor, and_(SubTicket.assignee_id == actor.id, is_held), most)


async def _list(
    session: AsyncSession, actor: Actor, which: ColumnElement[bool], most: int
) -> list[PartView]:
    if not actor.has_desk:
        return []
    statement = _statement().where(which, part_visible_to(actor))
    in_order = statement.order_by(SubTicket.due_at.asc().nulls_last(), SubTicket.id)
    return [_view(row) for row in await session.execute(in_order.limit(most))]


async def get_part(session: AsyncSession, actor: Actor, part_id: int) -> PartView:
    """Raises NotFound for what the actor may not see, as for what does not exist."""
    return await _one(session, actor, SubTicket.id == part_id, "This part")


async def get_part_to(
    session: AsyncSession, actor: Actor, part_id: int, permission: Permission
) -> PartView:
    """The same, for opening a form: raises NotAllowed when the actor could not submit it."""
    part = await get_part(session, actor, part_id)
    authorize(actor, permission, part.standing)
    return part


async def get_part_by_key(
    session: AsyncSession, actor: Actor, number: int, position: int
) -> PartView:
    key = key_of(number, position)
    # The driver refuses a number that the column could not hold.
    is_possible = 0 < number < 2**63 and 0 < position <= _MOST
    which = and_(Ticket.number == number, SubTicket.position == position)
    return await _one(session, actor, which if is_possible else false(), key)


async def _one(
    session: AsyncSession, actor: Actor, which: ColumnElement[bool], name: str
) -> PartView:
    statement = _statement().where(which, part_visible_to(actor))
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound(f"{name} does not exist, or you are not on it.")
    return _view(row)


async def list_files(
    session: AsyncSession, ticket_id: uuid.UUID, *, most: int
) -> list[tuple[int, str]]:
    """The newest of a ticket whose desk asks, by id and name."""
    rows = await session.execute(
        select(Attachment.id, Attachment.name)
        .where(Attachment.ticket_id == ticket_id, Attachment.is_deleted.is_(False))
        .order_by(Attachment.id.desc())
        .limit(most)
    )
    return [(row[0], row[1]) for row in rows]
