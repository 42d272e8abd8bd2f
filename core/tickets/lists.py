"""Lists of tickets, page by page. Each reads one index in order, whatever lies in the table."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.tickets.models import Ticket
from core.tickets.queries import IS_NEW, IS_OPEN, visible_to
from core.tickets.states import IS_OVER, Labels, Priority, SlaState, Status
from core.users.models import Department, User
from core.users.permissions import Actor, Permission, authorize

#: What a list shows at once.
PAGE = 8
#: Nobody needs to know how many more there are.
COUNTED_MOST = 100
# Literals, as the others are.
_IS_WAITING = text("tickets.status = 'waiting_requester'")
#: What cards say of it: that a promise runs out, or has.
IS_AT_RISK = text("tickets.sla_state IN ('at_risk', 'answer_overdue', 'breached')")


class ListName(StrEnum):
    #: What the person filed; over or not, if a filter asks for it.
    MINE = "mine"
    FOR_ME = "for_me"
    #: What they filed or work on.
    INVOLVED = "involved"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    AT_RISK = "at_risk"
    DEPARTMENT = "department"


#: For the people of a desk alone.
OF_A_DESK = frozenset({ListName.UNASSIGNED, ListName.AT_RISK, ListName.DEPARTMENT})


@dataclass(frozen=True, slots=True)
class Filters:
    status: Status | None = None
    priority: Priority | None = None
    department_id: uuid.UUID | None = None


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Edge:
    """The place of a ticket in its list; a page begins behind it, or ends before it."""

    at: datetime
    id: uuid.UUID
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as a line of a list. `who` is the other side: the assignee of what one filed, the
    requester of what one works on."""

    id: uuid.UUID
    number: int
    version: int
    summary: str
    status: Status
    priority: Priority
    is_private: bool
    created_at: datetime
    due_at: datetime | None
    sla_state: SlaState | None
    department_id: uuid.UUID
    department: str
    status_labels: Labels
    who: str | None

    @property
    def key(self) -> str:
        return f"HD-{self.number}"

    @property
    def status_words(self) -> str:
        return self.status_labels.get(self.status) or self.status.words


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[TicketRow] = ()
    back: Edge | None = None
    on: Edge | None = None


async def read_list(
    session: AsyncSession,
    actor: Actor,
    name: ListName,
    filters: Filters = NO_FILTERS,
    edge: Edge | None = None,
    most: int = PAGE,
) -> Page:
    """Raises NotAllowed for a desk's list, where the person has no desk. A place that nothing
    lies behind any more is as good as none."""
    if name in OF_A_DESK:
        authorize(actor, Permission.SEE_QUEUE)
    found = await _rows(session, actor, name, filters, edge, most)
    if not found and edge is not None:
        return await read_list(session, actor, name, filters, most=most)
    is_back = edge is not None and edge.is_back
    shown = found[:most]
    if is_back:
        shown.reverse()
    has_more = len(found) > most
    has_back, has_on = (has_more, True) if is_back else (edge is not None, has_more)
    return Page(
        rows=shown,
        back=_edge(name, shown[0], is_back=True) if shown and has_back else None,
        on=_edge(name, shown[-1]) if shown and has_on else None,
    )


async def read_rows(
    session: AsyncSession, actor: Actor, ids: Sequence[uuid.UUID]
) -> list[TicketRow]:
    """Those of them that the actor may see, newest first."""
    by = Ticket.created_at.expression
    order = _Order(by, is_ascending=False)
    found = _columns(actor, by).where(
        Ticket.id == any_(bindparam("ids", type_=ARRAY(Uuid()))), _living(), visible_to(actor)
    )
    page = found.correlate(None).subquery()
    rows = await session.execute(_named(page, order), {"ids": list(ids)})
    return [TicketRow(*row) for row in rows]


async def count_lists(
    session: AsyncSession, actor: Actor, names: Sequence[ListName]
) -> dict[ListName, int]:
    """How many lie in each, up to one more than are counted."""
    counts = [
        select(func.count()).select_from(
            select(Ticket.id)
            .where(_which(actor, name), _living(), visible_to(actor))
            .correlate(None)
            .limit(COUNTED_MOST + 1)
            .subquery()
        )
        for name in names
    ]
    row = (await session.execute(select(*(each.scalar_subquery() for each in counts)))).one()
    return dict(zip(names, row, strict=True))


async def count_by_status(session: AsyncSession, actor: Actor) -> dict[Status, int]:
    """What is open in the actor's department."""
    authorize(actor, Permission.SEE_QUEUE)
    rows = await session.execute(
        select(Ticket.status, func.count())
        .where(Ticket.department_id == actor.desk_id, IS_OPEN, _living())
        .group_by(Ticket.status)
    )
    return {row[0]: row[1] for row in rows}


def _edge(name: ListName, row: TicketRow, *, is_back: bool = False) -> Edge:
    at = row.due_at if name is ListName.AT_RISK else row.created_at
    return Edge(at or row.created_at, row.id, is_back)


def _living() -> ColumnElement[bool]:
    return Ticket.is_deleted.is_(False)


def _which(actor: Actor, name: ListName) -> ColumnElement[bool]:
    at_desk = Ticket.department_id == actor.desk_id
    filed, has = Ticket.requestor_id == actor.id, Ticket.assignee_id == actor.id
    ways: Mapping[ListName, Sequence[Any]] = {
        ListName.MINE: (filed, IS_OPEN),
        ListName.FOR_ME: (filed, _IS_WAITING),
        ListName.INVOLVED: (or_(filed, has), IS_OPEN),
        ListName.ASSIGNED: (has, IS_OPEN),
        ListName.UNASSIGNED: (at_desk, Ticket.assignee_id.is_(None), IS_NEW),
        ListName.AT_RISK: (at_desk, IS_OPEN, IS_AT_RISK),
        ListName.DEPARTMENT: (at_desk, IS_OPEN),
    }
    return and_(*ways[name])


def _filtered(actor: Actor, name: ListName, filters: Filters) -> ColumnElement[bool]:
    which = _which(actor, name)
    if name is ListName.MINE and filters.status in IS_OVER:
        which = Ticket.requestor_id == actor.id
    more: list[ColumnElement[bool]] = []
    if filters.status is not None:
        # A literal here too: how many there are of each decides which index is read.
        more.append(literal_column(f"tickets.status = '{filters.status.value}'", Boolean()))
    if filters.priority is not None:
        more.append(Ticket.priority == filters.priority)
    if filters.department_id is not None:
        more.append(Ticket.department_id == filters.department_id)
    return and_(which, *more)


async def _rows(
    session: AsyncSession,
    actor: Actor,
    name: ListName,
    filters: Filters,
    edge: Edge | None,
    most: int,
) -> list[TicketRow]:
    by_due = name is ListName.AT_RISK
    # While it waits it is due at no time, and its first answer may be late all the same.
    due_at = func.coalesce(Ticket.due_at, Ticket.created_at)
    by: ColumnElement[Any] = due_at if by_due else Ticket.created_at.expression
    is_back = edge is not None and edge.is_back
    # Late first, else newest first; and the other way round, to go back.
    order = _Order(by, is_ascending=by_due is not is_back)

    def walk(way: ListName) -> Select[*tuple[Any, ...]]:
        found = _columns(actor, by).where(_filtered(actor, way, filters), _living())
        return order.limited(found.where(visible_to(actor), order.beyond(edge)), most + 1)

    page = walk(name).subquery()
    if name is ListName.INVOLVED:
        # A short walk along an index each. In one condition with OR, a prepared statement may
        # choose to walk along everybody's tickets instead.
        both = union(walk(ListName.MINE), walk(ListName.ASSIGNED)).subquery()
        page = select(both).order_by(*order.of(both.c.place, both.c.id)).limit(most + 1).subquery()
    rows = await session.execute(_named(page, order))
    return [TicketRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Order:
    by: ColumnElement[Any]
    is_ascending: bool

    def of(self, *keys: Any) -> list[Any]:
        return [each.asc() if self.is_ascending else each.desc() for each in keys]

    def beyond(self, edge: Edge | None) -> ColumnElement[bool]:
        if edge is None:
            return true()
        place, there = tuple_(self.by, Ticket.id), (edge.at, edge.id)
        return place > there if self.is_ascending else place < there

    def limited(self, statement: Select[*tuple[Any, ...]], most: int) -> Select[*tuple[Any, ...]]:
        return statement.order_by(*self.of(self.by, Ticket.id)).limit(most).correlate(None)


def _columns(actor: Actor, by: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    filed = Ticket.requestor_id == actor.id
    other_side = case((filed, Ticket.assignee_id), else_=Ticket.requestor_id)
    return select(
        *(Ticket.id, Ticket.number, Ticket.version, Ticket.summary, Ticket.status),
        *(Ticket.priority, Ticket.is_private, Ticket.created_at, Ticket.due_at, Ticket.sla_state),
        *(Ticket.department_id, other_side.label("who_id"), by.label("place")),
    )


def _named(page: Any, order: _Order) -> Select[*tuple[Any, ...]]:
    """With the names of people and departments, also of those that were deleted."""
    who, department = aliased(User), aliased(Department)
    columns = [each for each in page.c if each.name not in ("who_id", "place")]
    return (
        select(*columns, department.name, department.status_labels, who.name)
        .select_from(page)
        .join(department, department.id == page.c.department_id)
        .outerjoin(who, who.id == page.c.who_id)
        .order_by(*order.of(page.c.place, page.c.id))
    )
