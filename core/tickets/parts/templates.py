"""Templates for splitting: which parts a ticket of a kind has, for whom, and when they are due."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import add_business
from core.errors import InvalidField
from core.preferences import Preference
from core.tickets.parts.splitting import NewPart
from core.tickets.policy import Desk, Policy
from core.users.permissions import Actor, Permission, Standing, may

#: The preference that holds them, as the configuration file writes them.
NAME = "split_templates"


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """`department` by its name; `due_after` in business time of that department."""

    department: str
    summary: str
    passed_on: str = ""
    is_required: bool = True
    due_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SplitTemplate:
    """For the tickets of one department, or of every one."""

    name: str
    department: str | None
    parts: tuple[TemplatePart, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a template proposes for one part. The department is None when there is none now."""

    department: tuple[uuid.UUID, str] | None
    summary: str
    passed_on: str
    is_required: bool
    due_at: datetime | None


async def read_templates(session: AsyncSession, department: str) -> list[SplitTemplate]:
    """Those that fit tickets of the department, in the order of the file."""
    stored = await session.scalar(select(Preference.value).where(Preference.name == NAME))
    found = [_template(each) for each in stored or []]
    return [each for each in found if each.department in (None, department)]


async def list_usable(session: AsyncSession, actor: Actor, desk: Desk) -> list[str]:
    """The names of those by which the actor may split a ticket that is filed at the desk. Asks
    the database only for who may split any."""
    at_desk = Standing("", desk.id, actor.id)
    if not may(actor, Permission.SPLIT, at_desk):
        return []
    return [each.name for each in await read_templates(session, desk.name)]


def _template(stored: Mapping[str, Any]) -> SplitTemplate:
    parts = tuple(_part(each) for each in stored["parts"])
    return SplitTemplate(stored["name"], stored["department"], parts)


def _part(stored: Mapping[str, Any]) -> TemplatePart:
    due_after = stored["due_after"]
    return TemplatePart(
        department=stored["department"],
        summary=stored["summary"],
        passed_on=stored["passed_on"],
        is_required=stored["required"],
        due_after=timedelta(seconds=due_after) if due_after else None,
    )


def drafts(parts: Iterable[TemplatePart], policy: Policy, now: datetime) -> list[Draft]:
    desks = {desk.name: desk for desk in policy.desks.values()}
    found = []
    for part in parts:
        desk = desks.get(part.department)
        due_at = None
        if desk is not None and part.due_after is not None:
            due_at = add_business(now, part.due_after, policy.business_hours(desk))
        department = (desk.id, desk.name) if desk else None
        found.append(Draft(department, part.summary, part.passed_on, part.is_required, due_at))
    return found


def to_parts(template: SplitTemplate, policy: Policy, now: datetime) -> list[NewPart]:
    """Raises InvalidField, which names the department that is gone."""
    parts = []
    for place, part in enumerate(drafts(template.parts, policy, now), start=1):
        if part.department is None:
            name = template.parts[place - 1].department
            raise InvalidField(f"department_{place}", f"There is no department “{name}”.")
        department_id, _ = part.department
        parts.append(
            NewPart(
                place,
                department_id,
                part.summary,
                part.passed_on,
                is_required=part.is_required,
                due_at=part.due_at,
            )
        )
    return parts
