"""Who gets a digest or a weekly report now: each of them once a day, by their own clock."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.calendar import BusinessHours
from core.communication.choices import QuietHours
from core.communication.models import Notification
from core.communication.quiet import Quiet, zone_of
from core.communication.ways import Way
from core.notices import Topic
from core.outbox import Row
from core.reports.models import Digest
from core.tickets.policy import Policy
from core.users.models import User
from core.users.roles import DESK_ROLES, Role

_KEPT = timedelta(days=60)
_MONDAY = 0
#: Days that a weekly report looks back.
WEEK = 7


@dataclass(frozen=True, slots=True)
class _Reader:
    id: uuid.UUID
    role: Role
    department_id: uuid.UUID | None
    time_zone: str
    quiet: Quiet | None


async def send_due(session: AsyncSession, policy: Policy, now: datetime) -> int:
    """How many began now. After a pause only what is due this very day is made up for: nobody
    wants yesterday's morning."""
    by_day: dict[date, list[_Reader]] = defaultdict(list)
    for reader in await _readers(session):
        day = _due_day(policy, reader, now)
        if day is not None:
            by_day[day].append(reader)
    rows: list[Row] = []
    for day, readers in by_day.items():
        rows += await _mornings(session, readers, day, now)
        if day.weekday() == _MONDAY:
            rows += await _weeks(session, policy, readers, day, now)
    if rows:
        await outbox.add(session, *rows)
    return len(rows)


async def _readers(session: AsyncSession) -> list[_Reader]:
    """The people of all desks, and whoever else wants news in the morning and has some."""
    has_news = exists().where(
        Notification.user_id == User.id,
        Notification.way == Way.DIGEST,
        Notification.is_read.is_(False),
        Notification.is_deleted.is_(False),
    )
    found = await session.execute(
        select(
            User.id,
            User.role,
            User.department_id,
            User.time_zone,
            QuietHours.starts,
            QuietHours.ends,
        )
        .outerjoin(QuietHours, QuietHours.user_id == User.id)
        .where(
            User.is_active.is_(True),
            User.is_guest.is_(False),
            or_(User.role.in_(DESK_ROLES), has_news),
        )
        .order_by(User.id)
    )
    return [
        _Reader(*row[:4], Quiet.of(row.starts, row.ends) if row.starts else None) for row in found
    ]


def _due_day(policy: Policy, reader: _Reader, now: datetime) -> date | None:
    """The reader's own day, from the hour of the digest on; none on days off."""
    at = policy.preferences.digest_at
    local = now.astimezone(zone_of(reader.time_zone))
    if at is None or local.time() < at:
        return None
    return local.date() if is_working_day(local.date(), _hours(policy, reader)) else None


def _hours(policy: Policy, reader: _Reader) -> BusinessHours:
    desk = policy.desks.get(reader.department_id) if reader.department_id else None
    return policy.business_hours(desk) if desk else _USUAL


_USUAL = BusinessHours("UTC", dict.fromkeys(range(5), ()))


def is_working_day(day: date, hours: BusinessHours) -> bool:
    return day not in hours.holidays and day.weekday() in hours.hours


async def _mornings(
    session: AsyncSession, readers: Sequence[_Reader], day: date, now: datetime
) -> list[Row]:
    begun = await _begin(session, {f"morning:{each.id}": each for each in readers}, day)
    return [
        Row(
            Topic.DIGEST,
            f"{Topic.DIGEST}:{each.id}",
            {"reader_id": str(each.id), "day": day.isoformat()},
            delay=_wait(each, now),
        )
        for each in begun
    ]


async def _weeks(
    session: AsyncSession, policy: Policy, readers: Sequence[_Reader], day: date, now: datetime
) -> list[Row]:
    """For heads; and in the channel of each desk that wants it, with the first head's."""
    heads = {
        f"week:{each.id}": each
        for each in readers
        if each.role is Role.DEPARTMENT_HEAD and each.department_id in policy.desks
    }
    rows = []
    for each in await _begin(session, heads, day):
        assert each.department_id is not None
        rows.append(report(each.id, each.department_id, WEEK, now, delay=_wait(each, now)))
    desks = {
        f"desk_week:{each.department_id}": each
        for each in heads.values()
        if each.department_id and policy.desks[each.department_id].report_at_desk
    }
    for each in await _begin(session, desks, day):
        payload = {
            "department_id": str(each.department_id),
            "days": WEEK,
            "asked_at": int(now.timestamp()),
        }
        rows.append(Row(Topic.DESK_REPORT, f"{Topic.DESK_REPORT}:{each.department_id}", payload))
    return rows


def report(
    reader_id: uuid.UUID,
    department_id: uuid.UUID,
    days: int,
    now: datetime,
    delay: timedelta = timedelta(),
) -> Row:
    """Asked twice while it waits, it comes once."""
    key = f"{Topic.REPORT}:{reader_id}:{department_id}:{days}"
    payload = {
        "reader_id": str(reader_id),
        "department_id": str(department_id),
        "days": days,
        "asked_at": int(now.timestamp()),
    }
    return Row(Topic.REPORT, key, payload, fold_key=key, delay=delay)


def _wait(reader: _Reader, now: datetime) -> timedelta:
    ends_at = reader.quiet.until(now, reader.time_zone) if reader.quiet else None
    return ends_at - now if ends_at else timedelta()


async def _begin(session: AsyncSession, wanted: Mapping[str, _Reader], day: date) -> list[_Reader]:
    """Those whose turn it is for the first time this day; another sweep has the others."""
    if not wanted:
        return []
    rows = [{"subject": each, "day": day.isoformat()} for each in sorted(wanted)]
    begun = await session.scalars(
        insert(Digest).values(rows).on_conflict_do_nothing().returning(Digest.subject)
    )
    return [wanted[each] for each in begun]


async def forget_digests(session: AsyncSession, now: datetime) -> None:
    before = (now - _KEPT).date().isoformat()
    await session.execute(delete(Digest).where(Digest.day < before))
