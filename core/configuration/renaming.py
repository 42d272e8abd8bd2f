"""Another name for something that others name: they go on meaning the same."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import CannedReply
from core.configuration.changes import Changes
from core.configuration.sections import Section, key_of
from core.db import with_deleted
from core.errors import InvalidField
from core.preferences import Preference
from core.tickets.calendars import Calendar
from core.tickets.models import SlaTemplate
from core.tickets.parts.templates import NAME as TEMPLATES
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department

_KINDS: Mapping[Section, tuple[type[Any], str]] = {
    Section.DEPARTMENTS: (Department, "department"),
    Section.CALENDARS: (Calendar, "calendar"),
    Section.SLA_TEMPLATES: (SlaTemplate, "SLA template"),
    Section.ROUTING: (RoutingRule, "routing rule"),
}
_NAME_MAX = 75


async def rename(
    session: AsyncSession, changes: Changes, section: Section, before: str, after: str
) -> None:
    """Raises InvalidField when the name is taken, by something deleted too."""
    if section is Section.CANNED_REPLIES:
        await _canned(session, before)
        return
    if section is Section.PEOPLE:
        raise InvalidField("slack_user_id", "This is somebody else. Add them instead.")
    if section is Section.EXCHANGE_RATES:
        words = "A rate of another currency or day is another one: add it, and delete this one."
        raise InvalidField("currency", words)
    # Of a name that is none, the entry's own check says it better.
    if section not in _KINDS or not 1 <= len(after) <= _NAME_MAX:
        return
    kind, what = _KINDS[section]
    named = with_deleted(select(kind).where(kind.name == after))
    if await session.scalar(named) is not None:
        raise InvalidField("name", f"The name “{after}” belongs to a deleted {what}.")
    row = (await session.scalars(select(kind).where(kind.name == before))).one()
    changes.save(row, {"name": after}, f"{what} {before}")
    if section is Section.DEPARTMENTS:
        await _in_templates(session, changes, before, after)
    if section is Section.CALENDARS:
        await _in_promises(session, changes, before, after)
    await session.flush()


async def _canned(session: AsyncSession, before: str) -> None:
    """The one of this title gives way to the one that is about to be saved."""
    row = await find_canned(session, before)
    await session.delete(row)
    await session.flush()


async def find_canned(session: AsyncSession, key: str) -> CannedReply:
    rows = await session.execute(
        select(CannedReply, Department.name).outerjoin(
            Department, Department.id == CannedReply.department_id
        )
    )
    found = {
        key_of(Section.CANNED_REPLIES, {"title": row.title, "department": name}): row
        for row, name in rows
    }
    return found[key]


async def _in_promises(session: AsyncSession, changes: Changes, before: str, after: str) -> None:
    counted_by_it = select(SlaTemplate).where(SlaTemplate.calendar == before)
    for template in await session.scalars(counted_by_it):
        changes.save(template, {"calendar": after}, f"SLA template {template.name}")
    following = select(Department).where(Department.calendar == before)
    for department in await session.scalars(following):
        changes.save(department, {"calendar": after}, f"department {department.name}")


async def _in_templates(session: AsyncSession, changes: Changes, before: str, after: str) -> None:
    stored = await session.scalar(select(Preference).where(Preference.name == TEMPLATES))
    if stored is None:
        return

    def renamed(entry: Mapping[str, Any]) -> dict[str, Any]:
        name = after if entry["department"] == before else entry["department"]
        return {**entry, "department": name}

    value = [
        renamed(each) | {"parts": [renamed(part) for part in each["parts"]]}
        for each in stored.value
    ]
    changes.save(stored, {"value": value}, f"setting {TEMPLATES}")
