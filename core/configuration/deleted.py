"""Deleted records as administrators list them: what, by whom, when and why; never what it said."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Text, cast, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.communication.models import CannedReply
from core.db import deleted
from core.tickets.models import AuditLog, SlaTemplate, Ticket
from core.users.models import Department, User
from core.users.permissions import Actor, Permission, authorize

PAGE = 10


class Kind(StrEnum):
    TICKETS = "tickets"
    DEPARTMENTS = "departments"
    PEOPLE = "people"
    SLA_TEMPLATES = "sla_templates"
    CANNED_REPLIES = "canned_replies"


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a page ends: what was deleted then, and which of those."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class DeletedRecord:
    kind: Kind
    id: str
    #: HD-12, or a name.
    label: str
    department: str | None
    at: datetime
    who: str | None
    reason: str

    @property
    def edge(self) -> Edge:
        return Edge(self.at, self.id)


async def list_deleted(
    session: AsyncSession, actor: Actor, kind: Kind, before: Edge | None = None
) -> list[DeletedRecord]:
    """A page and one more, what was deleted last first."""
    authorize(actor, Permission.SEE_DELETED)
    return await _LISTS[kind](session, before)


async def _tickets(session: AsyncSession, before: Edge | None) -> list[DeletedRecord]:
    department = aliased(Department)
    told = AuditLog.ticket_id == Ticket.id
    listed = (
        select(
            Ticket.id,
            Ticket.number,
            department.name,
            Ticket.deleted_at,
            _last("ticket.delete", told, _who),
            _last("ticket.delete", told, _why),
        )
        .join(department, department.id == Ticket.department_id)
        .where(_is_before(before, Ticket.deleted_at, Ticket.id))
        .order_by(Ticket.deleted_at.desc(), cast(Ticket.id, Text).desc())
        .limit(PAGE + 1)
    )
    rows = await session.execute(deleted(listed))
    return [
        DeletedRecord(Kind.TICKETS, str(row[0]), f"HD-{row[1]}", row[2], *_told(row[3:]))
        for row in rows
    ]


async def _departments(session: AsyncSession, before: Edge | None) -> list[DeletedRecord]:
    return await _settings(session, before, Kind.DEPARTMENTS, Department)


async def _sla_templates(session: AsyncSession, before: Edge | None) -> list[DeletedRecord]:
    return await _settings(session, before, Kind.SLA_TEMPLATES, SlaTemplate)


async def _settings(
    session: AsyncSession, before: Edge | None, kind: Kind, table: type[Any]
) -> list[DeletedRecord]:
    what = "department " if kind is Kind.DEPARTMENTS else "SLA template "
    told = AuditLog.details["what"].astext == what + table.name
    return await _named(session, before, kind, table, ("configuration.delete", told))


async def _canned_replies(session: AsyncSession, before: Edge | None) -> list[DeletedRecord]:
    """With the department's name, though that may be deleted by now too."""
    told = AuditLog.details["canned_id"].astext == cast(CannedReply.id, Text)
    department = (
        select(Department.name).where(Department.id == CannedReply.department_id).scalar_subquery()
    )
    listed = (
        select(
            CannedReply.id,
            CannedReply.title,
            department,
            CannedReply.deleted_at,
            _last("configuration.delete", told, _who),
            _last("configuration.delete", told, _why),
        )
        .where(_is_before(before, CannedReply.deleted_at, CannedReply.id))
        .order_by(CannedReply.deleted_at.desc(), cast(CannedReply.id, Text).desc())
        .limit(PAGE + 1)
    )
    rows = await session.execute(deleted(listed))
    return [
        DeletedRecord(Kind.CANNED_REPLIES, str(row[0]), row[1], row[2], *_told(row[3:]))
        for row in rows
    ]


async def _people(session: AsyncSession, before: Edge | None) -> list[DeletedRecord]:
    told = AuditLog.details["user_id"].astext == cast(User.id, Text)
    return await _named(session, before, Kind.PEOPLE, User, ("person.delete", told))


async def _named(
    session: AsyncSession,
    before: Edge | None,
    kind: Kind,
    table: type[Any],
    trail: tuple[str, ColumnElement[bool]],
) -> list[DeletedRecord]:
    columns = (table.id, table.name, table.deleted_at, _last(*trail, _who), _last(*trail, _why))
    listed = (
        select(*columns)
        .where(_is_before(before, table.deleted_at, table.id))
        .order_by(table.deleted_at.desc(), cast(table.id, Text).desc())
        .limit(PAGE + 1)
    )
    rows = await session.execute(deleted(listed))
    return [DeletedRecord(kind, str(row[0]), row[1], None, *_told(row[2:])) for row in rows]


def _told(row: Any) -> tuple[datetime, str | None, str]:
    at, who, reason = row
    return at, who, reason or ""


def _who(trail: Any) -> ColumnElement[Any]:
    person = aliased(User)
    return select(person.name).where(person.id == trail.user_id).scalar_subquery()


def _why(trail: Any) -> ColumnElement[Any]:
    return trail.details["reason"].astext  # type: ignore[no-any-return]


def _last(
    action: str, about: ColumnElement[bool], what: Callable[[Any], ColumnElement[Any]]
) -> ScalarSelect[Any]:
    """Of the newest line of the trail that tells of it."""
    return (
        select(what(AuditLog))
        .where(AuditLog.action == action, about)
        .order_by(AuditLog.id.desc())
        .limit(1)
        .correlate(Ticket, Department, SlaTemplate, User, CannedReply)
        .scalar_subquery()
    )


def _is_before(
    before: Edge | None, at: InstrumentedAttribute[Any], key: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    if before is None:
        return at.is_not(None)
    return tuple_(at, cast(key, Text)) < tuple_(before.at, before.id)


_LISTS: Mapping[Kind, Callable[[AsyncSession, Edge | None], Awaitable[list[DeletedRecord]]]] = {
    Kind.TICKETS: _tickets,
    Kind.DEPARTMENTS: _departments,
    Kind.PEOPLE: _people,
    Kind.SLA_TEMPLATES: _sla_templates,
    Kind.CANNED_REPLIES: _canned_replies,
}
