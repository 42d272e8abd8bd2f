"""A due time that a head sets by hand."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import AlreadyDone, InvalidField, InvalidTransition, NotAllowed, NotFound
from core.tickets import service as tickets
from core.tickets.queries import list_views
from core.tickets.sla.explaining import explain
from core.tickets.sla.lines import What
from core.tickets.sla.manual import clear_due, set_due
from core.tickets.sla.models import ClockState, Kind
from core.tickets.states import Priority, SlaState, Status
from core.tickets.triage.priority import set_priority
from tests.core.desks import Desks, dump
from tests.core.tickets.sla.frozen import Frozen, local
from tests.core.tickets.sla.test_keeping import Desk

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(session: AsyncSession, berlin: Desks, frozen: Frozen) -> Desk:
    made = Desk(session, berlin, frozen)
    await made.file()
    return made


async def test_it_stays_through_pauses_and_priorities_until_it_is_cleared(desk: Desk) -> None:
    friday = local(13, "12:00")
    await desk.at("09:20", desk.does(tickets.claim))
    await desk.at("10:00", desk.does(set_due, "hugo", due_at=friday, reason="Agreed with Bea"))
    await desk.at("11:00", desk.does(tickets.hold))
    assert desk.ticket.due_at == friday
    await desk.at("12:00", desk.does(tickets.start))
    await desk.at("12:30", desk.does(set_priority, priority=Priority.HIGH))
    assert desk.ticket.due_at == friday
    await desk.at("12:40", desk.does(clear_due, "hugo"))
    clock = await desk.clock()
    assert clock.manual_since is None
    # Two hours for high priority; one, and forty minutes are used.
    assert clock.consumed == 2 * HOUR + timedelta(minutes=40)
    assert (clock.breached_at, clock.cause) == (local(9, "12:40"), "cleared")
    assert desk.ticket.sla_state is SlaState.BREACHED


async def test_the_desk_reads_the_reason_and_the_trail_both_times(desk: Desk) -> None:
    await desk.at("10:00", desk.does(set_due, "hugo", due_at=local(13, "12:00"), reason="Agreed"))
    line = (await dump(desk.session))["audit_logs"][-1]
    assert (line["action"], line["details"]) == ("ticket.set_due", {"note": "Agreed"})
    assert line["changes"]["due_at"] == [
        "2026-03-09T12:00:00+00:00",
        local(13, "12:00").isoformat(),
    ]


async def test_only_a_head_of_its_desk_and_only_what_is_to_come(desk: Desk) -> None:
    later = local(13, "12:00")
    for who, error in (("ann", NotAllowed), ("bea", NotAllowed), ("ada", NotAllowed)):
        with pytest.raises(error):
            await desk.at("10:00", desk.does(set_due, who, due_at=later))
    with pytest.raises(InvalidField, match="still to come"):
        await desk.at("10:00", desk.does(set_due, "hugo", due_at=local(9, "09:59")))
    with pytest.raises(InvalidField, match="under 3000"):
        await desk.at("10:00", desk.does(set_due, "hugo", due_at=later, reason="x" * 3001))
    await desk.at("10:00", desk.does(set_due, "hugo", due_at=later))
    with pytest.raises(AlreadyDone, match="due then already"):
        await desk.at("10:00", desk.does(set_due, "hugo", due_at=later))
    await desk.at("10:30", desk.does(clear_due, "hugo"))
    with pytest.raises(AlreadyDone, match="not set by hand"):
        await desk.at("10:30", desk.does(clear_due, "hugo"))
    await desk.at("11:00", desk.does(tickets.cancel, "bea"))
    with pytest.raises(InvalidTransition, match="is cancelled"):
        await desk.at("12:00", desk.does(set_due, "hugo", due_at=later))


async def test_where_nothing_is_promised_what_is_set_counts(desk: Desk) -> None:
    await desk.session.execute(text("UPDATE sla_templates SET is_deleted = true"))
    ticket = await desk.desks.ticket(desk.session, status=Status.NEW)
    desk.ticket = ticket
    bare = desk.desks.policy.__class__(
        desks=desk.desks.policy.desks,
        promises=(),
        hours=desk.desks.policy.hours,
        preferences=desk.desks.policy.preferences,
    )
    desk.desks = Desks(**{**desk.desks.__dict__, "policy": bare})
    later = local(10, "12:00")
    await desk.at("10:00", desk.does(set_due, "hugo", due_at=later))
    assert (ticket.due_at, ticket.sla_state) == (later, SlaState.ON_TRACK)
    assert (await desk.clock()).at_risk_75_at == local(10, "09:30")
    await desk.at("11:00", desk.does(clear_due, "hugo"))
    assert (ticket.due_at, ticket.sla_state) == (None, None)
    assert (await desk.clock()).state is ClockState.CANCELLED


async def test_a_card_knows_what_is_left_while_it_stands_still(desk: Desk) -> None:
    async def left() -> timedelta | None:
        await desk.session.flush()
        return (await list_views(desk.session, [desk.ticket.id]))[desk.ticket.id].paused_left

    await desk.at("09:20", desk.does(tickets.claim))
    assert await left() is None
    await desk.at("10:00", desk.does(tickets.hold))
    assert await left() == 3 * HOUR
    await desk.at("12:00", desk.does(set_due, "hugo", due_at=local(13, "12:00")))
    assert await left() is None
    await desk.at("12:30", desk.does(clear_due, "hugo"))
    assert await left() == 3 * HOUR
    await desk.at("13:00", desk.does(tickets.start))
    assert await left() is None
    # Too late it is due at some time, and nothing is left.
    await desk.at("11:00", desk.does(tickets.hold), day=10)
    assert desk.ticket.sla_state is SlaState.BREACHED
    assert await left() is None


async def test_why_it_is_due_then_is_told_with_names(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.at("09:20", desk.does(tickets.claim))
    await desk.at("10:00", desk.does(tickets.hold))
    await desk.at("11:00", desk.does(tickets.start))
    monkeypatch.setattr("core.tickets.sla.explaining.utc_now", lambda: local(9, "12:00"))
    why = await explain(desk.session, desk.desks.hugo, desk.ticket.id, desk.desks.policy)
    assert why.can_set
    told = next(each for each in why.clocks if each.kind is Kind.RESOLUTION)
    assert (told.due_at, told.consumed) == (local(9, "14:00"), 2 * HOUR)
    assert sum((each.length for each in told.lines), timedelta()) == told.consumed
    paused = next(each for each in told.lines if each.what is What.PAUSED)
    assert why.names[str(paused.by)] == "Ann"
    mine = await explain(desk.session, desk.desks.bea, desk.ticket.id, desk.desks.policy)
    assert not mine.can_set
    with pytest.raises(NotFound):
        await explain(desk.session, desk.desks.eve, desk.ticket.id, desk.desks.policy)
