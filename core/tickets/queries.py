"""Reading tickets. `visible_to` is the one predicate for every list, card and direct look-up."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    false,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.db import with_deleted
from core.errors import NotFound
from core.tickets.attached import has_files
from core.tickets.forms import Answer
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.related import about_parts, continued_in, merged_into, paused_left
from core.tickets.relations import Id, is_asked, is_on_it
from core.tickets.standing import load
from core.tickets.states import Labels, Priority, ResolutionReason, SlaState, Status
from core.tickets.triage.desk_places import desk_place, is_read_by_all
from core.users.models import Department, User
from core.users.permissions import Actor, Permission, authorize
from core.users.roles import SEEING_ROLES

#: Literals, not parameters: only so may a prepared statement use the partial indexes.
IS_OPEN = text("tickets.status NOT IN ('resolved', 'closed', 'cancelled')")
IS_NEW = text("tickets.status = 'new'")
_NUMBER_MAX = 2**63 - 1


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Says of Ticket rows what the permission table says of Permission.READ, in SQL."""
    if not actor.is_active:
        return false()
    return readable_by(actor.id, actor.desk_id)


def readable_by(person: Id, desk: Id | None) -> ColumnElement[bool]:
    """`visible_to` for a statement that is made once for many: of people who are active."""
    ways = [Ticket.requestor_id == person, Ticket.assignee_id == person]
    if desk is not None:
        ways.append(Ticket.department_id == desk)
    # Last: they are look-ups, and only for what is seen in no other way.
    return and_(Ticket.is_deleted.is_(False), or_(*ways, is_on_it(person), is_asked(person)))


def visible_to_each() -> ColumnElement[bool]:
    """The same of Ticket rows beside User rows: whether that person may see that ticket."""
    desk = case((User.role.in_(SEEING_ROLES), User.department_id))
    is_there = and_(User.is_active.is_(True), User.is_deleted.is_(False))
    return and_(is_there, readable_by(User.id.expression, desk))


@dataclass(frozen=True, slots=True)
class Person:
    slack_user_id: str
    name: str
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as cards, receipts and lists show it."""

    id: uuid.UUID
    number: int
    summary: str
    description: str
    status: Status
    priority: Priority
    is_private: bool
    version: int
    created_at: datetime
    #: None once there was one.
    first_response_due_at: datetime | None
    due_at: datetime | None
    resolution: str | None
    department_id: uuid.UUID
    department: str
    #: Or its head's Slack user id, while nothing can be posted there.
    desk_channel_id: str | None
    open_threads: bool
    requester: Person
    assignee: Person | None
    author: Person | None = None
    parts_done: int = 0
    parts: int = 0
    next_part_due_at: datetime | None = None
    #: The number of the ticket that this one is a duplicate of.
    merged_into: int | None = None
    #: Numbers: of the ticket it goes on from, and of those that go on from it.
    goes_on_from: int | None = None
    continued_in: tuple[int, ...] = ()
    #: Files that everybody on it may see.
    has_files: bool = False
    #: What its department calls the statuses.
    status_labels: Labels = field(default_factory=dict)
    resolution_reason: ResolutionReason | None = None
    sla_state: SlaState | None = None
    #: To what its department asked.
    answers: tuple[Answer, ...] = ()
    #: What is left of its promise while that stands still.
    paused_left: timedelta | None = None
    #: Everybody can read the desk channel.
    desk_is_public: bool = False

    @property
    def key(self) -> str:
        return f"HD-{self.number}"

    @property
    def status_words(self) -> str:
        return self.status_labels.get(self.status) or self.status.words


# Made at the first use: the mappers it names know each other only once all are imported.
@cache
def _view_statement() -> Select[*tuple[Any, ...]]:
    requester, assignee, author = aliased(User), aliased(User), aliased(User)
    # Under another name it is found when it was deleted, as people are.
    department = aliased(Department)
    filed, earlier = aliased(TicketParticipant), aliased(Ticket)
    return (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.summary,
            Ticket.description,
            Ticket.status,
            Ticket.priority,
            Ticket.is_private,
            Ticket.version,
            Ticket.created_at,
            case((Ticket.first_responded_at.is_(None), Ticket.first_response_due_at)),
            Ticket.due_at,
            Ticket.resolution,
            department.id,
            department.name,
            desk_place(department),
            department.open_threads,
            requester.slack_user_id,
            requester.name,
            requester.image_url,
            assignee.slack_user_id,
            assignee.name,
            assignee.image_url,
            author.slack_user_id,
            author.name,
            *about_parts(),
            merged_into(),
            earlier.number,
            continued_in(),
            has_files(),
            department.status_labels,
            Ticket.resolution_reason,
            Ticket.sla_state,
            Ticket.form_answers,
            paused_left(),
            is_read_by_all(department),
        )
        .select_from(Ticket)
        .join(department, department.id == Ticket.department_id)
        .join(requester, requester.id == Ticket.requestor_id)
        .outerjoin(assignee, assignee.id == Ticket.assignee_id)
        .outerjoin(filed, (filed.ticket_id == Ticket.id) & (filed.part == Part.AUTHOR))
        .outerjoin(author, author.id == filed.user_id)
        .outerjoin(earlier, (earlier.id == Ticket.follows_id) & earlier.is_deleted.is_(False))
        .where(Ticket.is_deleted.is_(False))
    )


# One array parameter instead of one parameter an id: the statement stays the same for any number
# of ids, and with it the driver's prepared statement.
@cache
def _views_by_id() -> Select[*tuple[Any, ...]]:
    ids = bindparam("ids", type_=ARRAY(Uuid()))
    return _view_statement().where(Ticket.id == any_(ids))


#: The first columns of the statement are the first fields of a view, in order.
_FIELDS = [each.name for each in fields(TicketView)][:16]


def _view(row: Sequence[Any]) -> TicketView:
    ticket: dict[str, Any] = dict(zip(_FIELDS, row, strict=False))
    requester, assignee, author = row[16:19], row[19:22], row[22:24]
    return TicketView(
        **ticket,
        requester=Person(*requester),
        assignee=Person(*assignee) if assignee[0] else None,
        author=Person(*author) if author[0] else None,
        parts_done=row[24],
        parts=row[25],
        next_part_due_at=row[26],
        merged_into=row[27],
        goes_on_from=row[28],
        continued_in=tuple(row[29] or ()),
        has_files=row[30],
        status_labels=row[31],
        resolution_reason=row[32],
        sla_state=row[33],
        answers=tuple(map(Answer.of, row[34])),
        paused_left=row[35],
        desk_is_public=row[36],
    )


async def list_views(
    session: AsyncSession, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, TicketView]:
    """By id; deleted tickets are missing. For the workers: asks nobody's permission."""
    rows = await session.execute(_views_by_id(), {"ids": list(ids)})
    return {row[0]: _view(row) for row in rows}


async def get_view(session: AsyncSession, actor: Actor, ticket_id: uuid.UUID) -> TicketView:
    """Raises NotFound for what the actor may not see, as for what does not exist."""
    return await _one_view(session, actor, Ticket.id == ticket_id, "This ticket")


async def get_view_to(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, permission: Permission
) -> TicketView:
    """The same, for opening a form: raises NotAllowed when the actor could not submit it."""
    view = await get_view(session, actor, ticket_id)
    _, standing = await load(session, actor, ticket_id)
    authorize(actor, permission, standing)
    return view


async def get_view_by_number(session: AsyncSession, actor: Actor, number: int) -> TicketView:
    # The driver refuses a number that the column could not hold.
    which = Ticket.number == number if 0 < number <= _NUMBER_MAX else false()
    return await _one_view(session, actor, which, f"HD-{number}")


async def _one_view(
    session: AsyncSession, actor: Actor, which: ColumnElement[bool], name: str
) -> TicketView:
    row = (await session.execute(_view_statement().where(which, visible_to(actor)))).one_or_none()
    if row is None:
        refusal = NotFound(f"{name} does not exist, or you are not on it.")
        hidden = await session.scalar(select(Ticket.number).where(which))
        raise refusal.about(f"HD-{hidden}") if hidden else refusal
    return _view(row)


async def name_of(session: AsyncSession, user_id: uuid.UUID | None) -> str:
    name = await session.scalar(with_deleted(select(User.name).where(User.id == user_id)))
    return name or "someone"
