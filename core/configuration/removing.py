"""Deleting what is a row of its own. What tickets may still show is only hidden."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.changes import Changes
from core.configuration.renaming import find_canned
from core.configuration.sections import Entry, Section
from core.db import utc_now
from core.tickets.approvals import rulebooks
from core.tickets.calendars import Calendar
from core.tickets.changes import Turn
from core.tickets.deletion import delete_person
from core.tickets.models import SlaTemplate
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department, User

_HIDDEN: Mapping[Section, type[Any]] = {
    Section.DEPARTMENTS: Department,
    Section.SLA_TEMPLATES: SlaTemplate,
}
_GONE: Mapping[Section, type[Any]] = {Section.CALENDARS: Calendar, Section.ROUTING: RoutingRule}


async def remove_row(
    session: AsyncSession, turn: Turn, entry: Entry, changes: Changes, reason: str
) -> bool:
    """Whether it was one."""
    if entry.section is Section.PEOPLE:
        person = select(User.id).where(
            User.slack_user_id == entry.key, User.team_id == turn.actor.team_id
        )
        await delete_person(session, turn, (await session.scalars(person)).one(), reason=reason)
        return True
    named: dict[str, Any] = {}
    if entry.section is Section.CANNED_REPLIES:
        reply = await find_canned(session, entry.key)
        reply.delete_softly(utc_now())
        # Its title may belong to another one by the time somebody asks.
        named = {"canned_id": reply.id}
    elif entry.section is Section.EXCHANGE_RATES:
        await rulebooks.forget_rate(session, entry.values["currency"], entry.values["from"])
    elif kind := _HIDDEN.get(entry.section):
        row = (await session.scalars(select(kind).where(kind.name == entry.key))).one()
        row.delete_softly(utc_now())
    elif gone := _GONE.get(entry.section):
        found = (await session.scalars(select(gone).where(gone.name == entry.key))).one()
        await session.delete(found)
    else:
        return False
    changed = {"is_deleted": [False, True]}
    changes.record("configuration.delete", entry.what, changed, reason=reason, **named)
    return True
