"""Routing rules between the file and the table."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.file import RoutingEntry
from core.tickets.triage.routing import RoutingRule
from core.users.models import User

#: What the file calls a column.
COLUMNS = {
    "department": "department_id",
    "requester_department": "requester_department_id",
    "to": "to_department_id",
    "set_priority": "to_priority",
}
#: Keys whose value is a department's name.
DEPARTMENTS = frozenset({"department", "requester_department", "to"})


def columns_of(entry: RoutingEntry, *, is_new: bool) -> dict[str, Any]:
    """Departments and people by the names the file has for them, and under its keys."""
    values = entry.model_dump(include=None if is_new else entry.model_fields_set | {"name"})
    named = DEPARTMENTS | {"assignee"}
    return {key if key in named else COLUMNS.get(key, key): each for key, each in values.items()}


async def export(session: AsyncSession, departments: dict[Any, str]) -> list[dict[str, Any]]:
    rows = await session.scalars(select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id))
    named = select(RoutingRule.assignee_id)
    rows_of_people = await session.execute(
        select(User.id, User.slack_user_id).where(User.is_active.is_(True), User.id.in_(named))
    )
    people = {row[0]: row[1] for row in rows_of_people}
    return [_entry(row, departments, people) for row in rows]


def _entry(row: RoutingRule, departments: dict[Any, str], people: dict[Any, str]) -> dict[str, Any]:
    return {
        "name": row.name,
        "words": row.words,
        "department": departments.get(row.department_id),
        "priority": row.priority.value if row.priority else None,
        "requester_department": departments.get(row.requester_department_id),
        "to": departments.get(row.to_department_id),
        "set_priority": row.to_priority.value if row.to_priority else None,
        "assignee": people.get(row.assignee_id),
    }
