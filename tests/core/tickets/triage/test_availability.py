"""Who is off: by the hours of the department, each in their own time zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import BusinessHours, office
from core.tickets.approvals.policy_models import Absence
from core.tickets.calendars import Calendar
from core.tickets.triage.availability import off_until, unavailable
from core.users.models import Department, User
from core.users.permissions import Actor
from tests.core.desks import Desks

#: Wednesday, noon in Berlin.
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
BERLIN = office("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "zone", "said"),
    [
        (NOON, "Europe/Berlin", None),
        (FRIDAY_EVENING, "Europe/Berlin", "off until Mon 09:00"),
        (datetime(2026, 11, 25, 5, 0, tzinfo=UTC), "Europe/Berlin", "off until Wed 09:00"),
        # The first moment of the day is at work, the last is not.
        (datetime(2026, 11, 25, 8, 0, tzinfo=UTC), "Europe/Berlin", None),
        (datetime(2026, 11, 25, 16, 0, tzinfo=UTC), "Europe/Berlin", "off until Thu 09:00"),
        (NOON, "Asia/Tokyo", "off until Thu 09:00 their time"),
        (NOON, "Europe/Rome", None),
        (FRIDAY_EVENING, "Europe/Rome", "off until Mon 09:00"),
    ],
)
def test_somebody_is_off_outside_their_hours(now: datetime, zone: str, said: str | None) -> None:
    assert off_until(now, office(zone), BERLIN) == said


def test_a_long_absence_names_the_day_and_one_without_end_does_not() -> None:
    december = frozenset(date(2026, 12, day) for day in range(1, 24))
    closed = BusinessHours("Europe/Berlin", BERLIN.hours, december)
    first = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
    assert off_until(first, closed, BERLIN) == "off until Thu 24 Dec, 09:00"
    assert off_until(first, BusinessHours("Europe/Berlin", {}), BERLIN) == "off"


async def _live_in(session: AsyncSession, user_id: object, zone: str) -> None:
    await session.execute(update(User).where(User.id == user_id).values(time_zone=zone))


async def test_people_are_asked_for_by_their_own_clock(session: AsyncSession, desks: Desks) -> None:
    await session.execute(update(Department).values(time_zone="Europe/Berlin"))
    await _live_in(session, desks.hugo.id, "UTC")
    await _live_in(session, desks.ann.id, "Asia/Tokyo")
    await _live_in(session, desks.carl.id, "Nowhere/At all")
    people = [each.id for each in (desks.hugo, desks.ann, desks.carl, desks.cleo)]
    assert await unavailable(session, people, NOON) == {
        desks.ann.id: "off until Thu 09:00 their time"
    }
    # Whose zone is unknown lives where the department does; of the CEO no desk knows the hours.
    off = await unavailable(session, people, FRIDAY_EVENING)
    assert off[desks.hugo.id] == off[desks.carl.id] == "off until Mon 09:00"
    assert desks.cleo.id not in off
    assert await unavailable(session, [], NOON) == {}


async def test_the_calendar_of_desks_counts_with_its_holidays_and_its_zone(
    session: AsyncSession, desks: Desks
) -> None:
    await session.execute(update(Department).values(time_zone="Asia/Tokyo"))
    hours = {"mon-fri": ["09:00-17:00"]}
    kept = {"time_zone": "Europe/Berlin", "hours": hours, "dates": ["2026-11-26"]}
    session.add(Calendar(name="office", **kept))
    session.add(Calendar(name="other", hours={"mon-sun": ["00:00-24:00"]}))
    await session.flush()
    await _live_in(session, desks.ann.id, "UTC")
    assert await unavailable(session, [desks.ann.id], NOON) == {}
    evening = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    said = await unavailable(session, [desks.ann.id], evening)
    assert said == {desks.ann.id: "off until Fri 09:00"}


async def test_whoever_is_away_is_off_until_they_are_back_at_work(
    session: AsyncSession, desks: Desks
) -> None:
    await session.execute(update(Department).values(time_zone="Europe/Berlin"))
    await session.execute(update(User).values(time_zone="UTC"))
    hour = timedelta(hours=1)
    friday = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)

    def away(
        person: Actor, starts_at: datetime, ends_at: datetime | None, **known: bool
    ) -> Absence:
        found = Absence(user_id=person.id, stand_in_id=desks.cleo.id, **known)
        found.starts_at, found.ends_at = starts_at, ends_at
        return found

    session.add(away(desks.hugo, NOON - hour, friday))
    session.add(away(desks.ann, NOON, NOON + 2 * hour))
    session.add(away(desks.carl, NOON - hour, None))
    # Over, called off, and still to come.
    session.add(away(desks.hana, NOON - 2 * hour, NOON))
    session.add(away(desks.finn, NOON - hour, None, is_over=True))
    session.add(away(desks.hana, NOON + hour, None))
    await session.flush()
    people = [each.id for each in (desks.hugo, desks.ann, desks.carl, desks.hana, desks.finn)]
    assert await unavailable(session, people, NOON) == {
        desks.hugo.id: "off until Mon 09:00",
        desks.ann.id: "off until Wed 14:00",
        desks.carl.id: "off",
    }


async def test_a_desk_with_a_calendar_of_its_own_works_by_that(
    session: AsyncSession, desks: Desks
) -> None:
    await session.execute(update(User).values(time_zone="UTC"))
    session.add(Calendar(name="office", hours={"mon-fri": ["09:00-17:00"]}))
    session.add(Calendar(name="late", hours={"mon-fri": ["16:00-23:00"]}))
    await session.flush()

    async def works_by(calendar: str) -> dict[object, str]:
        await session.execute(update(Department).values(calendar=calendar))
        return dict(await unavailable(session, [desks.ann.id], FRIDAY_EVENING))

    assert await works_by("office") == {desks.ann.id: "off until Mon 09:00"}
    assert await works_by("late") == {}
    assert await works_by("always") == {}
