"""Bringing back what was deleted."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import CannedReply
from core.configuration.changes import Changes
from core.configuration.deleted import Kind
from core.configuration.sections import Entry, Section
from core.configuration.seed import wait_for_others
from core.db import deleted, with_deleted
from core.errors import NotFound, Refused
from core.tickets.changes import Turn
from core.tickets.deletion import check_restoring, restore_person, restore_ticket
from core.tickets.models import SlaTemplate
from core.users.models import Department
from core.users.permissions import Permission, authorize

_SETTINGS: Mapping[Kind, tuple[type[Any], str]] = {
    Kind.DEPARTMENTS: (Department, "department"),
    Kind.SLA_TEMPLATES: (SlaTemplate, "SLA template"),
}


async def restore(session: AsyncSession, turn: Turn, kind: Kind, key: str, *, reason: str) -> None:
    """Raises NotFound for what is not deleted, or was restored meanwhile."""
    authorize(turn.actor, Permission.RESTORE)
    if kind is Kind.TICKETS:
        await restore_ticket(session, turn, _uuid(key), reason=reason)
    elif kind is Kind.PEOPLE:
        await restore_person(session, turn, _uuid(key), reason=reason)
    elif kind is Kind.CANNED_REPLIES:
        await _restore_canned(session, turn, key, reason)
    else:
        await _restore_setting(session, turn, kind, key, reason)


async def _restore_setting(
    session: AsyncSession, turn: Turn, kind: Kind, key: str, reason: str
) -> None:
    check_restoring(reason)
    table, what = _SETTINGS[kind]
    named = _uuid(key) if kind is Kind.DEPARTMENTS else _number(key)
    row = await session.scalar(deleted(select(table).where(table.id == named)).with_for_update())
    if row is None:
        raise NotFound(f"There is no deleted {what} of this kind.")
    row.restore()
    changes = {"is_deleted": [True, False]}
    Changes(session, turn).record(
        "configuration.restore", f"{what} {row.name}", changes, reason=reason
    )


async def _restore_canned(session: AsyncSession, turn: Turn, key: str, reason: str) -> None:
    """Raises Refused while its department is deleted, or another one has its title."""
    check_restoring(reason)
    await wait_for_others(session)
    named = select(CannedReply).where(CannedReply.id == _number(key))
    row = await session.scalar(deleted(named).with_for_update())
    if row is None:
        raise NotFound("There is no deleted canned reply of this kind.")
    department = await _department_of(session, row)
    what = Entry(Section.CANNED_REPLIES, {"title": row.title, "department": department}).what
    same = select(CannedReply.id).where(
        CannedReply.title == row.title,
        CannedReply.department_id.is_not_distinct_from(row.department_id),
    )
    if await session.scalar(same) is not None:
        raise Refused(f"There is another {what} by now. Give that one another title first.")
    row.restore()
    changes = {"is_deleted": [True, False]}
    Changes(session, turn).record("configuration.restore", what, changes, reason=reason)


async def _department_of(session: AsyncSession, row: CannedReply) -> str | None:
    if row.department_id is None:
        return None
    named = select(Department).where(Department.id == row.department_id)
    department = (await session.scalars(with_deleted(named))).one()
    if department.is_deleted:
        raise Refused(f"The department {department.name} is deleted. Restore it first.")
    return department.name


def _uuid(key: str) -> uuid.UUID:
    try:
        return uuid.UUID(key)
    except ValueError:
        raise NotFound("This is not there any more.") from None


def _number(key: str) -> int:
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise NotFound("This is not there any more.")
    return int(key)
