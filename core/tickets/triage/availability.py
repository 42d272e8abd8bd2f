"""Who of a desk is not at work just now, and until when."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import ALWAYS, BusinessHours, office
from core.tickets.approvals.people import IS_OPEN, covers
from core.tickets.approvals.policy_models import Absence
from core.tickets.calendars import Calendar
from core.tickets.policy import AROUND_THE_CLOCK
from core.users.models import Department, User

#: What Slack says of nobody: it stands where no zone is known.
_UNKNOWN_ZONE = "UTC"
_A_WEEK = 7


async def unavailable(
    session: AsyncSession, user_ids: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, str]:
    """Of these people, who is off, and how long: “off until Mon 09:00”. They work the hours of
    their department, each in their own time zone, unless they are away."""
    rows = await session.execute(
        select(User.id, User.time_zone, Department.time_zone, Department.calendar)
        .join(Department, Department.id == User.department_id)
        .where(User.id.in_(user_ids))
    )
    calendars = {each.name: each for each in await session.scalars(select(Calendar))}
    away = await list_away(session, user_ids, now)
    found = {}
    for user_id, own_zone, desk_zone, name in rows:
        usual = _usual_hours(calendars, name, desk_zone, now)
        hours = replace(usual, time_zone=_known(own_zone, usual))
        back_at = away.get(user_id, now)
        words = off_until(now, hours, usual, back_at) if back_at else "off"
        if words:
            found[user_id] = words
    return found


async def list_away(
    session: AsyncSession, user_ids: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, datetime | None]:
    """Who is away just now, and when that ends, where it is known."""
    rows = await session.execute(
        select(Absence.user_id, Absence.ends_at).where(
            Absence.user_id.in_(user_ids), IS_OPEN, covers(now)
        )
    )
    return {row[0]: row[1] for row in rows}


def off_until(
    now: datetime, hours: BusinessHours, usual: BusinessHours, back_at: datetime | None = None
) -> str | None:
    """None for who is at work. `usual` are the hours of the others at the desk: a person whose
    clock shows another time is off until a time of theirs."""
    begin = next((begin for begin, _ in hours.windows(max(now, back_at or now))), None)
    if begin is None:
        return "off"
    if begin <= now:
        return None
    there = begin.astimezone(ZoneInfo(hours.time_zone))
    is_soon = (there.date() - now.astimezone(there.tzinfo).date()).days < _A_WEEK
    moment = f"{there:%a %H:%M}" if is_soon else f"{there:%a %d %b, %H:%M}"
    is_same = there.utcoffset() == begin.astimezone(ZoneInfo(usual.time_zone)).utcoffset()
    return f"off until {moment}" if is_same else f"off until {moment} their time"


def _usual_hours(
    calendars: Mapping[str, Calendar], name: str, zone: str, now: datetime
) -> BusinessHours:
    if name == AROUND_THE_CLOCK:
        return ALWAYS
    calendar = calendars.get(name)
    if calendar is None:
        return office(zone)
    return calendar.business_hours(zone, range(now.year - 1, now.year + 3))


def _known(zone: str, usual: BusinessHours) -> str:
    """Their own, where it is known and one that the machine knows, too."""
    if zone == _UNKNOWN_ZONE:
        return usual.time_zone
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return usual.time_zone
