"""Agents of a department who are so by being in its desk channel, where that is set."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.notices import Topic
from core.outbox import Row
from core.tickets.models import AuditLog, Source
from core.users.models import Department, User
from core.users.queries import Identity, lock_user
from core.users.roles import Role


async def join_desk(session: AsyncSession, who: Identity, channel_id: str) -> bool:
    """Whether they are an agent now who was none. Whoever has another role keeps it, and whoever
    works at another desk stays there."""
    department = await _department(session, channel_id)
    user = await lock_user(session, who)
    if department is None or user is None or not _is_free(user, department):
        return False
    before = user.role, user.department_id
    user.role, user.department_id = Role.AGENT, department.id
    session.add(_line("person.join_desk", user, department, before))
    return True


async def leave_desk(session: AsyncSession, who: Identity, channel_id: str) -> bool:
    """Whether they are no agent any more. Their head hears of the tickets they had."""
    department = await _department(session, channel_id)
    user = await lock_user(session, who)
    if department is None or user is None:
        return False
    if user.role is not Role.AGENT or user.department_id != department.id:
        return False
    before = user.role, user.department_id
    user.role, user.department_id = Role.EMPLOYEE, None
    session.add(_line("person.leave_desk", user, department, before))
    left = Row(Topic.PERSON_LEFT, f"left:{user.id}", {"person_id": str(user.id)})
    await outbox.add(session, left)
    return True


def _is_free(user: User, department: Department) -> bool:
    is_here = user.is_active and not user.is_guest and not user.is_deleted
    works_elsewhere = user.department_id not in (None, department.id)
    return is_here and user.role is Role.EMPLOYEE and not works_elsewhere


async def _department(session: AsyncSession, channel_id: str) -> Department | None:
    found: Department | None = await session.scalar(
        select(Department).where(
            Department.desk_channel_id == channel_id, Department.agents_from_channel.is_(True)
        )
    )
    return found


def _line(action: str, user: User, department: Department, before: tuple[Any, Any]) -> AuditLog:
    role, department_id = before
    return AuditLog(
        action=action,
        source=Source.JOB,
        changes={
            "role": [str(role), user.role.value],
            "department_id": [
                str(department_id) if department_id else None,
                str(user.department_id) if user.department_id else None,
            ],
        },
        details={"person": user.slack_user_id, "department": department.name},
    )
