"""Who held a ticket, second by second: its requester, a department, those who approve, or nobody.

Pure; what all of them held adds up to the ticket's age.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.models import AuditLog, Ticket
from core.tickets.states import FINAL, IS_OVER, Status

#: What of a ticket decides who has it.
_TOLD = ("status", "department_id", "is_deleted")


class Party(StrEnum):
    REQUESTER = "requester"
    DEPARTMENT = "department"
    APPROVERS = "approvers"
    #: It was resolved, or deleted.
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Holder:
    party: Party
    department_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Held:
    holder: Holder
    length: timedelta


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the trail: {field: [before, after]}."""

    at: datetime
    changes: Mapping[str, Any]


def split_age(
    created_at: datetime, until: datetime, department_id: uuid.UUID, changes: Sequence[Change]
) -> list[Held]:
    """In the order in which they first held it. `department_id` is where it lies now; the age ends
    with its last end, if that was before `until`."""
    status, is_deleted = Status.NEW, False
    where = _first_department(department_id, changes)
    found: dict[Holder, timedelta] = {}
    since = created_at
    for each in sorted(changes, key=lambda change: change.at):
        at = min(max(each.at, since), until)
        if status not in FINAL:
            _add(found, _holder(status, where, is_deleted=is_deleted), at - since)
        since = at
        status = _status(each.changes, status)
        where = _after(each.changes, "department_id", uuid.UUID, where)
        is_deleted = _after(each.changes, "is_deleted", bool, is_deleted)
    if status not in FINAL:
        _add(found, _holder(status, where, is_deleted=is_deleted), until - since)
    return [Held(holder, length) for holder, length in found.items()]


def age_of(created_at: datetime, until: datetime, changes: Iterable[Change]) -> timedelta:
    """From its filing until now, without what came after it was closed or cancelled."""
    age, since, status = timedelta(), created_at, Status.NEW
    for each in sorted(changes, key=lambda change: change.at):
        at = min(max(each.at, since), until)
        age += at - since if status not in FINAL else timedelta()
        since, status = at, _status(each.changes, status)
    return age + (until - since if status not in FINAL else timedelta())


def _add(found: dict[Holder, timedelta], holder: Holder, length: timedelta) -> None:
    if length:
        found[holder] = found.get(holder, timedelta()) + length


def _holder(status: Status, department_id: uuid.UUID, *, is_deleted: bool) -> Holder:
    if is_deleted or status in IS_OVER:
        return Holder(Party.NOBODY)
    match status:
        case Status.WAITING_REQUESTER:
            return Holder(Party.REQUESTER)
        case Status.WAITING_APPROVAL:
            return Holder(Party.APPROVERS)
        case _:
            return Holder(Party.DEPARTMENT, department_id)


def _first_department(department_id: uuid.UUID, changes: Sequence[Change]) -> uuid.UUID:
    moved = [each for each in changes if "department_id" in each.changes]
    if not moved:
        return department_id
    first = min(moved, key=lambda change: change.at)
    return uuid.UUID(str(first.changes["department_id"][0]))


def _status(changes: Mapping[str, Any], before: Status) -> Status:
    """Of the ticket: what decides about it has words of its own."""
    found = _after(changes, "status", str, before.value)
    return Status(found) if found in set(Status) else before


def _after(changes: Mapping[str, Any], name: str, kind: Any, before: Any) -> Any:
    pair = changes.get(name)
    return kind(pair[1]) if isinstance(pair, list) and len(pair) == 2 else before


async def read_changes(session: AsyncSession, ticket_id: uuid.UUID) -> list[Change]:
    """What its trail tells of status, department and deletion; parts have those of their own."""
    rows = await session.execute(
        select(AuditLog.created_at, AuditLog.changes)
        .where(AuditLog.ticket_id == ticket_id, _tells())
        .order_by(AuditLog.created_at, AuditLog.id)
    )
    return [Change(row[0], row[1]) for row in rows]


def _tells() -> ColumnElement[bool]:
    kinds = or_(*(AuditLog.changes.has_key(each) for each in _TOLD))
    return and_(~AuditLog.action.startswith("part."), kinds)


async def held_by(session: AsyncSession, ticket: Ticket, until: datetime) -> list[Held]:
    """Who held the ticket from its filing until then."""
    changes = await read_changes(session, ticket.id)
    return split_age(ticket.created_at, until, ticket.department_id, changes)


async def held_by_each(
    session: AsyncSession,
    chosen: Select[uuid.UUID] | Collection[uuid.UUID],
    until: datetime,
) -> dict[uuid.UUID, list[Held]]:
    """The same of each of these tickets, in one query; without those that were deleted."""
    rows = await session.execute(
        select(
            *(Ticket.id, Ticket.created_at, Ticket.department_id),
            *(AuditLog.created_at, AuditLog.changes),
        )
        .outerjoin(AuditLog, and_(AuditLog.ticket_id == Ticket.id, _tells()))
        .where(Ticket.id.in_(chosen))
        .order_by(Ticket.id, AuditLog.created_at, AuditLog.id)
    )
    found: dict[uuid.UUID, list[Held]] = {}
    for (ticket_id, created_at, department_id), trail in groupby(rows, lambda row: row[:3]):
        changes = [Change(row[3], row[4]) for row in trail if row[3] is not None]
        found[ticket_id] = split_age(created_at, until, department_id, changes)
    return found
