"""A changed calendar, desk or template, and the clocks that run meanwhile."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotAllowed
from core.tickets import service as tickets
from core.tickets.calendars import Calendar
from core.tickets.models import Ticket
from core.tickets.policy import read_policy
from core.tickets.sla.explaining import explain
from core.tickets.sla.models import ClockState, Kind, SlaClock
from core.tickets.sla.rehours import Moved, adopt, keep_versions, rehour
from core.tickets.sla.templates import delete_template
from core.tickets.states import Status
from core.users.models import Department
from tests.core.desks import Desks
from tests.core.tickets.sla.frozen import Frozen, local
from tests.core.tickets.sla.test_keeping import Desk

HOUR = timedelta(hours=1)
LATE = {"mon-fri": ["12:00-20:00"]}


@pytest.fixture
async def desk(session: AsyncSession, berlin: Desks, frozen: Frozen) -> Desk:
    made = Desk(session, berlin, frozen)
    await made.file()
    return made


async def change(desk: Desk, at: str, doing: Callable[[], Awaitable[object]]) -> list[Moved]:
    desk.frozen.at(local(9, at))
    before = await read_policy(desk.session)
    await doing()
    await keep_versions(desk.session)
    desk.session.expire_all()
    return await rehour(desk.session, before, await read_policy(desk.session))


async def open_late(desk: Desk) -> None:
    desk.session.add(Calendar(name="office", hours=LATE, time_zone=None, dates=[]))


async def test_a_new_calendar_counts_from_now_on(desk: Desk) -> None:
    moved = await change(desk, "11:00", lambda: open_late(desk))
    clock = await desk.clock()
    assert (clock.consumed, clock.due_at) == (2 * HOUR, local(9, "14:00"))
    assert (clock.calendar, clock.calendar_version) == ("office", 1)
    assert clock.story[1]["version"] == 0
    await desk.session.refresh(desk.ticket)
    assert desk.ticket.due_at == local(9, "14:00")
    # The first answer is too late already, and stays so.
    assert moved == [Moved(desk.ticket.key, Kind.RESOLUTION, local(9, "13:00"), local(9, "14:00"))]


async def test_what_has_ended_and_what_is_unchanged_stays_as_it_is(desk: Desk) -> None:
    await desk.at("09:30", desk.does(tickets.claim))
    await desk.at("10:00", desk.does(tickets.resolve, resolution="Done."))
    clock = await desk.clock()
    before = (clock.consumed, clock.due_at, clock.story)
    assert await change(desk, "11:00", lambda: open_late(desk)) == []
    await desk.session.refresh(clock)
    assert (clock.consumed, clock.due_at, clock.story) == before


async def test_a_clock_that_stands_still_goes_on_by_the_new_hours(desk: Desk) -> None:
    await desk.at("09:20", desk.does(tickets.claim))
    await desk.at("10:00", desk.does(tickets.hold))
    await change(desk, "11:00", lambda: open_late(desk))
    clock = await desk.clock()
    assert (clock.state, clock.consumed) == (ClockState.PAUSED, HOUR)
    desk.desks = Desks(**{**desk.desks.__dict__, "policy": await read_policy(desk.session)})
    await desk.at("11:30", desk.does(tickets.start))
    assert (await desk.clock()).due_at == local(9, "15:00")


async def test_a_desk_that_moves_to_another_zone_takes_its_clocks_along(desk: Desk) -> None:
    async def move() -> None:
        await desk.session.execute(update(Department).values(time_zone="Europe/London"))

    await change(desk, "11:00", move)
    clock = await desk.clock()
    assert clock.time_zone == "Europe/London"
    assert clock.due_at == local(9, "13:00")
    assert clock.consumed == 2 * HOUR


async def test_a_desk_that_takes_another_calendar_counts_by_that(desk: Desk) -> None:
    async def around_the_clock() -> None:
        await desk.session.execute(update(Department).values(calendar="always"))

    await change(desk, "16:00", around_the_clock)
    assert (await desk.clock()).calendar == "always"


async def test_a_calendar_keeps_its_versions(session: AsyncSession) -> None:
    session.add(Calendar(name="shop", hours=LATE, time_zone=None, dates=[]))
    await keep_versions(session)
    shop = (await session.scalars(select(Calendar).where(Calendar.name == "shop"))).one()
    shop.dates = ["2026-12-24"]
    await keep_versions(session)
    await keep_versions(session)
    rows = await session.execute(
        text("SELECT version, dates FROM calendar_versions WHERE name = 'shop' ORDER BY version")
    )
    assert [tuple(row) for row in rows] == [(1, []), (2, ["2026-12-24"])]


async def test_without_its_template_a_clock_stops_and_what_was_late_stays_late(
    desk: Desk,
) -> None:
    await desk.at("09:30", desk.does(tickets.claim))
    late = desk.ticket
    await desk.at("14:00", desk.does(tickets.resolve, resolution="Done."))
    running = await desk.file("14:00")
    rest = desk.desks.policy.promises[-1]
    with pytest.raises(NotAllowed):
        await delete_template(desk.session, desk.desks.turn(desk.desks.hugo), rest.id)
    await delete_template(desk.session, desk.desks.turn(desk.desks.ada), rest.id)
    clock = await desk.clock()
    assert (clock.state, clock.next_event_at) == (ClockState.CANCELLED, None)
    assert running.due_at is None
    desk.ticket = late
    assert (await desk.clock()).state is ClockState.BREACHED


async def test_tickets_from_before_there_were_clocks_get_theirs(
    session: AsyncSession, berlin: Desks, frozen: Frozen
) -> None:
    frozen.at(local(9, "11:00"))
    rest = berlin.policy.promises[-1]
    for status in (Status.NEW, Status.ON_HOLD, Status.CLOSED):
        await berlin.ticket(
            session, status=status, created_at=local(9, "09:00"), sla_template_id=rest.id
        )
    assert await adopt(session, berlin.policy) == 2
    assert await adopt(session, berlin.policy) == 0
    rows = await session.execute(
        select(Ticket.status, SlaClock.state, SlaClock.consumed)
        .join(Ticket, Ticket.id == SlaClock.ticket_id)
        .where(SlaClock.kind == Kind.RESOLUTION)
        .order_by(Ticket.number)
    )
    assert [tuple(row) for row in rows] == [
        (Status.NEW, ClockState.RUNNING, 2 * HOUR),
        (Status.ON_HOLD, ClockState.PAUSED, 2 * HOUR),
    ]


async def test_a_bot_that_has_not_read_the_new_calendar_yet_says_by_which_it_counts(
    desk: Desk,
) -> None:
    await change(desk, "09:30", lambda: open_late(desk))
    await desk.session.refresh(desk.ticket)
    # Its policy is still the one from before.
    await desk.at("11:30", desk.does(tickets.claim))
    await desk.at("12:30", desk.does(tickets.hold))
    clock = await desk.clock()
    counted = [each for each in clock.story if each["did"] == "count"]
    assert [each["version"] for each in counted] == [0, 0]
    fresh = await read_policy(desk.session)
    why = await explain(desk.session, desk.desks.hugo, desk.ticket.id, fresh)
    whole = next(each for each in why.clocks if each.kind is Kind.RESOLUTION)
    assert sum((each.length for each in whole.lines), timedelta()) == whole.consumed
    assert whole.consumed == 3.5 * HOUR
