"""Canned replies between the file and the table."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import CannedReply
from core.configuration.changes import Changes
from core.configuration.file import Configuration
from core.configuration.yaml_lines import Path
from core.db import with_deleted

FindDepartment = Callable[[Path, str | None], UUID | None]


async def apply(
    session: AsyncSession, file: Configuration, changes: Changes, department_id: FindDepartment
) -> None:
    """By department and title. One that was removed on purpose stays so."""
    rows = await session.scalars(
        with_deleted(select(CannedReply).order_by(CannedReply.is_deleted.desc(), CannedReply.id))
    )
    known = {(row.department_id, row.title): row for row in rows}
    for position, entry in enumerate(file.canned_replies):
        department = department_id(("canned_replies", position, "department"), entry.department)
        row = known.get((department, entry.title)) or CannedReply()
        wanted = {"title": entry.title, "body": entry.body, "department_id": department}
        changes.save(row, wanted, f"canned reply {entry.title}")


async def export(session: AsyncSession, departments: dict[Any, str]) -> list[dict[str, Any]]:
    rows = await session.scalars(select(CannedReply).order_by(CannedReply.title, CannedReply.id))
    return [
        {"title": row.title, "department": departments.get(row.department_id), "body": row.body}
        for row in rows
        if row.department_id is None or row.department_id in departments
    ]
