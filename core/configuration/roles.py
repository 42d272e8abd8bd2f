"""Roles while they are changed one by one: who leads, who works where, and that somebody may."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.sections import Section
from core.configuration.typed import Typed
from core.errors import Refused
from core.users.models import Department, User
from core.users.roles import SEEING_ROLES, Role


async def check_people(
    session: AsyncSession, section: Section, former: Mapping[str, Any] | None, typed: Typed
) -> None:
    """Raises InvalidField for what a file may say, but nobody would mean."""
    before, after = (former or {}).get("head"), typed.values.get("head")
    if section is Section.DEPARTMENTS and isinstance(after, str) and after != before:
        await _check_head(session, typed)
    if section is Section.PEOPLE:
        _check_desk(typed)


async def _check_head(session: AsyncSession, typed: Typed) -> None:
    row = await session.execute(
        select(User, Department.name)
        .outerjoin(Department, Department.id == User.department_id)
        .where(User.slack_user_id == typed.values["head"])
    )
    found = row.first()
    if found is None:
        return
    user, department = found
    if not user.is_active or user.is_guest:
        raise typed.complaint("head", f"{user.name} is a guest or deactivated, and cannot lead.")
    if user.role in (Role.ADMIN, Role.CEO):
        has = "an administrator" if user.role is Role.ADMIN else "the CEO"
        words = f"{user.name} is {has}, and a person has one role. Change it in “People” first."
        raise typed.complaint("head", words)
    if user.role is Role.DEPARTMENT_HEAD and department not in (None, typed.values.get("name")):
        raise typed.complaint("head", f"{user.name} is the head of {department} already.")


def _check_desk(typed: Typed) -> None:
    role = typed.values.get("role")
    if role in {each.value for each in SEEING_ROLES} and not typed.values.get("department"):
        do = "see" if role == Role.OBSERVER else "work on"
        raise typed.complaint("department", f"Choose the department whose tickets they {do}.")


def former_head(former: Mapping[str, Any] | None, typed: Typed) -> dict[str, list[dict[str, Any]]]:
    """Whoever was its head works on there as an agent, when somebody else is now, or nobody."""
    before, after = (former or {}).get("head"), typed.values.get("head")
    if before is None or before == after or "head" not in typed.values:
        return {}
    name = typed.values.get("name")
    return {"people": [{"slack_user_id": before, "role": Role.AGENT.value, "department": name}]}


async def check_admins(session: AsyncSession) -> None:
    await session.flush()
    admins = select(func.count()).where(User.role == Role.ADMIN, User.is_active.is_(True))
    if not await session.scalar(admins):
        raise Refused("Nobody would be an administrator any more. Name another one first.")
