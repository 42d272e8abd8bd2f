"""A part has a clock of its own; its ticket's goes on beside it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets import deletion
from core.tickets.parts import service as parts
from core.tickets.parts.models import SubTicket
from core.tickets.parts.splitting import NewPart, split
from core.tickets.sla.explaining import explain
from core.tickets.sla.lines import What
from core.tickets.sla.models import ClockState, Kind, SlaClock
from core.tickets.sla.sweeping import sweep
from core.tickets.sla.telling import tell
from tests.core.desks import Desks, add_part, dump
from tests.core.tickets.sla.frozen import Frozen, local
from tests.core.tickets.sla.test_keeping import Desk

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(session: AsyncSession, berlin: Desks, frozen: Frozen) -> Desk:
    made = Desk(session, berlin, frozen)
    await made.file()
    return made


async def split_off(
    desk: Desk, at: str, due_at: datetime | None = None, source: str = "view:1"
) -> SubTicket:
    desk.frozen.at(local(9, at))
    wanted = NewPart(1, desk.desks.hr.id, "Papers", "", True, due_at)
    turn = desk.desks.turn(desk.desks.hugo)
    [made] = await split(desk.session, turn, desk.ticket.id, [wanted], source_key=source)
    return made


async def clock_of(desk: Desk, part: SubTicket) -> SlaClock:
    found = await desk.session.scalars(select(SlaClock).where(SlaClock.part_id == part.id))
    return found.one()


async def test_it_runs_from_the_splitting_on_by_the_promise_of_its_desk(desk: Desk) -> None:
    part = await split_off(desk, "10:00")
    clock = await clock_of(desk, part)
    assert (clock.kind, clock.due_at) == (Kind.RESOLUTION, local(9, "14:00"))
    assert part.due_at == clock.due_at
    assert (await desk.clock()).due_at == local(9, "13:00")


async def test_a_time_that_was_chosen_is_set_by_hand(desk: Desk) -> None:
    part = await split_off(desk, "10:00", due_at=local(10, "10:00"))
    clock = await clock_of(desk, part)
    assert clock.manual_since == local(9, "10:00")
    assert part.due_at == clock.due_at == local(10, "10:00")


async def test_sent_back_it_stands_still_and_done_it_ends(desk: Desk) -> None:
    part = await split_off(desk, "10:00")
    hana, hugo = desk.desks.turn(desk.desks.hana), desk.desks.turn(desk.desks.hugo)
    desk.frozen.at(local(9, "11:00"))
    await parts.send_back(desk.session, hana, part.id, reason="Which papers?")
    assert (await clock_of(desk, part)).state is ClockState.PAUSED
    desk.frozen.at(local(9, "12:00"))
    await parts.send_again(desk.session, hugo, part.id, summary="Papers", passed_on="All")
    assert part.due_at == local(9, "15:00")
    desk.frozen.at(local(9, "13:00"))
    await parts.accept(desk.session, hana, part.id)
    await parts.done(desk.session, hana, part.id)
    clock = await clock_of(desk, part)
    assert (clock.state, clock.consumed) == (ClockState.MET, 2 * HOUR)


async def test_why_it_is_due_then_is_told_to_those_who_may_read_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = await split_off(desk, "10:00")
    await split_off(desk, "10:00", source="view:2")
    gone = await split_off(desk, "10:00", source="view:3")
    await parts.cancel_part(desk.session, desk.desks.turn(desk.desks.hugo), gone.id)
    hana = desk.desks.turn(desk.desks.hana)
    desk.frozen.at(local(9, "11:00"))
    await parts.send_back(desk.session, hana, part.id, reason="Which papers?")
    monkeypatch.setattr("core.tickets.sla.explaining.utc_now", lambda: local(9, "12:00"))
    monkeypatch.setattr("core.tickets.sla.explaining._PARTS_MOST", 1)
    why = await explain(desk.session, desk.desks.ann, desk.ticket.id, desk.desks.policy)
    [told] = why.parts
    assert (told.key, told.summary) == (f"{desk.ticket.key}/1", "Papers")
    assert (told.clock.state, told.clock.consumed) == (ClockState.PAUSED, HOUR)
    assert sum((each.length for each in told.clock.lines), timedelta()) == HOUR
    assert why.parts_more == 1
    by = {str(line.by) for line in told.clock.lines if line.what is What.PAUSED}
    assert [why.names[each] for each in by] == ["Hana"]


async def test_its_requester_reads_nothing_of_the_parts(desk: Desk) -> None:
    await split_off(desk, "10:00")
    why = await explain(desk.session, desk.desks.bea, desk.ticket.id, desk.desks.policy)
    assert (why.parts, why.parts_more) == ([], 0)


async def test_who_follows_the_ticket_reads_of_the_part_of_their_desk(desk: Desk) -> None:
    await split_off(desk, "10:00")
    finance = NewPart(1, desk.desks.finance.id, "Money", "", True, None)
    turn = desk.desks.turn(desk.desks.hugo)
    await split(desk.session, turn, desk.ticket.id, [finance], source_key="view:2")
    await add_part(desk.session, desk.ticket, desk.desks.finn)
    why = await explain(desk.session, desk.desks.finn, desk.ticket.id, desk.desks.policy)
    assert [each.summary for each in why.parts] == ["Money"]


async def test_another_time_that_is_agreed_on_holds(desk: Desk) -> None:
    part = await split_off(desk, "10:00")
    hana, hugo = desk.desks.turn(desk.desks.hana), desk.desks.turn(desk.desks.hugo)
    later = local(10, "12:00")
    await parts.propose(desk.session, hana, part.id, due_at=later)
    await parts.agree(desk.session, hugo, part.id, proposed=later)
    clock = await clock_of(desk, part)
    assert (clock.due_at, clock.manual_since) == (later, local(9, "10:00"))


async def test_with_its_ticket_it_goes_and_comes_back(desk: Desk) -> None:
    part = await split_off(desk, "10:00")
    await desk.at("11:00", desk.does(deletion.delete_ticket, "hugo", reason="twice"))
    assert (await clock_of(desk, part)).state is ClockState.CANCELLED
    await desk.at("12:00", desk.does(deletion.restore_ticket, "ada", reason="Needed."))
    assert (await clock_of(desk, part)).due_at == local(9, "15:00")


async def test_cancelled_it_counts_no_more(desk: Desk) -> None:
    part = await split_off(desk, "10:00")
    await parts.cancel_part(desk.session, desk.desks.turn(desk.desks.hugo), part.id)
    assert (await clock_of(desk, part)).state is ClockState.CANCELLED


async def test_what_runs_out_is_said_in_its_thread_and_to_who_has_it(desk: Desk) -> None:
    part = await split_off(desk, "10:00")
    hana = desk.desks.turn(desk.desks.hana)
    await parts.accept(desk.session, hana, part.id)
    await desk.session.flush()
    at = local(9, "13:00")
    await sweep(desk.session, desk.desks.policy, at)
    await tell(desk.session, at)
    rows = await dump(desk.session)
    told = [row for row in rows["notifications"] if row["topic"] == "sla.warn"]
    theirs = [row for row in told if row["details"].get("part_id") == part.id]
    assert [row["user_id"] for row in theirs] == [str(desk.desks.hana.id)]
    assert theirs[0]["details"]["key"] == f"{desk.ticket.key}/1"
    lanes = [row["lane"] for row in rows["outbox_messages"] if row["topic"] == "sla.warned"]
    assert f"part:{desk.ticket.id}:{part.id}" in lanes
