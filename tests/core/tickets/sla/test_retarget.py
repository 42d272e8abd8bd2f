"""A template that changes: for new tickets, and for open ones where an administrator says so."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets import service as tickets
from core.tickets.calendars import Calendar
from core.tickets.models import SlaTemplate
from core.tickets.policy import read_policy
from core.tickets.sla.models import ClockState, Kind, SlaClock
from core.tickets.sla.rehours import Moved, keep_versions, rehour
from core.tickets.sla.templates import retarget
from core.tickets.states import SlaState
from tests.core.desks import Desks
from tests.core.tickets.sla.frozen import Frozen, local
from tests.core.tickets.sla.test_keeping import Desk
from tests.core.tickets.sla.test_part_clocks import clock_of, split_off

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(session: AsyncSession, berlin: Desks, frozen: Frozen) -> Desk:
    made = Desk(session, berlin, frozen)
    await made.file()
    return made


async def retargeted(desk: Desk, at: str, **targets: timedelta) -> list[Moved]:
    desk.frozen.at(local(9, at))
    values = {f"{name}_target": target for name, target in targets.items()}
    await desk.session.execute(
        update(SlaTemplate).where(SlaTemplate.name == "rest").values(version=7, **values)
    )
    desk.session.expire_all()
    found = await retarget(desk.session, desk.desks.turn(desk.desks.ada), "rest")
    await desk.session.flush()
    await desk.session.refresh(desk.ticket)
    return found


def told(moved: list[Moved]) -> Mapping[Kind, tuple[datetime | None, datetime | None]]:
    return {each.kind: (each.before, each.after) for each in moved}


async def test_open_tickets_get_the_new_target_and_keep_what_is_used(desk: Desk) -> None:
    moved = await retargeted(desk, "10:00", resolution=6 * HOUR)
    assert told(moved) == {Kind.RESOLUTION: (local(9, "13:00"), local(9, "15:00"))}
    clock = await desk.clock()
    assert (clock.consumed, clock.target, clock.due_at) == (HOUR, 6 * HOUR, local(9, "15:00"))
    assert clock.template_version == 7
    assert desk.ticket.due_at == local(9, "15:00")
    assert clock.story[-1]["because"] == "template"


async def test_what_is_over_by_the_new_target_is_late_at_this_moment(desk: Desk) -> None:
    await retargeted(desk, "11:00", resolution=HOUR)
    clock = await desk.clock()
    assert (clock.breached_at, clock.cause) == (local(9, "11:00"), "template")
    assert desk.ticket.sla_state is SlaState.BREACHED


async def test_a_clock_that_stands_still_has_more_left_when_it_goes_on(desk: Desk) -> None:
    await desk.at("09:20", desk.does(tickets.claim))
    await desk.at("10:00", desk.does(tickets.hold))
    assert await retargeted(desk, "10:30", resolution=6 * HOUR) == []
    await desk.at("11:00", desk.does(tickets.start))
    assert (await desk.clock()).due_at == local(9, "16:00")


async def test_what_has_ended_or_has_another_promise_stays_as_it_is(desk: Desk) -> None:
    await desk.at("09:20", desk.does(tickets.claim))
    await desk.at("10:00", desk.does(tickets.resolve, resolution="Done."))
    over = await desk.clock()
    before = (over.target, over.story)
    assert await retargeted(desk, "10:30", resolution=6 * HOUR) == []
    await desk.session.refresh(over)
    assert (over.state, over.target, over.story) == (ClockState.MET, *before)
    assert await retarget(desk.session, desk.desks.turn(desk.desks.ada), "nowhere") == []


async def test_parts_and_their_cards_say_when_they_are_due_now(desk: Desk) -> None:
    part = await split_off(desk, "10:00")
    await retargeted(desk, "10:00", resolution=6 * HOUR)
    await desk.session.refresh(part)
    assert part.due_at == (await clock_of(desk, part)).due_at == local(9, "16:00")
    waiting = text("SELECT count(*) FROM outbox_messages WHERE topic = 'part.card_changed'")
    assert await desk.session.scalar(waiting) == 1


async def test_parts_follow_a_calendar_that_changes(desk: Desk) -> None:
    part = await split_off(desk, "10:00")
    desk.frozen.at(local(9, "11:00"))
    before = await read_policy(desk.session)
    hours: dict[str, Any] = {"mon-fri": ["12:00-20:00"]}
    desk.session.add(Calendar(name="office", hours=hours, time_zone=None, dates=[]))
    await keep_versions(desk.session)
    desk.session.expire_all()
    await rehour(desk.session, before, await read_policy(desk.session))
    await desk.session.refresh(part)
    found = await desk.session.scalars(select(SlaClock).where(SlaClock.part_id == part.id))
    assert part.due_at == found.one().due_at == local(9, "15:00")
