"""Bringing back what was deleted."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.changes import Changes
from core.db import deleted
from core.errors import NotFound
from core.tickets.changes import Turn
from core.tickets.deleted import Kind
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


def _uuid(key: str) -> uuid.UUID:
    try:
        return uuid.UUID(key)
    except ValueError:
        raise NotFound("This is not there any more.") from None


def _number(key: str) -> int:
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise NotFound("This is not there any more.")
    return int(key)
