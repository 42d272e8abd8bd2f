"""Clocks that run out: what is said of each, when, to whom, and once."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.choices import Choices, save_choices
from core.communication.ways import Event, Way
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.tickets import deletion
from core.tickets import service as tickets
from core.tickets.models import Ticket
from core.tickets.sla.models import SlaWarning, Threshold
from core.tickets.sla.sweeping import sweep
from core.tickets.sla.telling import tell
from core.tickets.states import Priority, SlaState
from core.users.models import User
from tests.core.desks import Desks, dump
from tests.core.tickets.sla.frozen import Frozen, local
from tests.core.tickets.sla.test_keeping import Desk

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(session: AsyncSession, berlin: Desks, frozen: Frozen) -> Desk:
    """With the first answer given, so that only the resolution's clock runs: to 13:00."""
    made = Desk(session, berlin, frozen)
    await made.file()
    frozen.at(local(9, "09:00"))
    await answer(made)
    return made


async def answer(desk: Desk) -> None:
    statement = update(Ticket).where(Ticket.id == desk.ticket.id)
    await desk.session.execute(statement.values(first_responded_at=local(9, "09:00")))
    await desk.session.execute(
        text(
            "UPDATE sla_clocks SET state = 'met', ended_at = started_at, running_since = NULL,"
            " next_event_at = NULL WHERE kind = 'first_response'"
        )
    )
    await reread(desk)


async def reread(desk: Desk) -> None:
    desk.session.expire_all()
    await desk.session.refresh(desk.ticket)


async def watch(desk: Desk, moment: datetime) -> list[tuple[str, str]]:
    """One look at that moment, and who is told what by it."""
    before = await dump(desk.session)
    await sweep(desk.session, desk.desks.policy, moment)
    await tell(desk.session, moment)
    await reread(desk)
    after = await dump(desk.session)
    known = {row["id"] for row in before["notifications"]}
    names = {str(each.id): name for name, each in desk.desks.people.items()}
    return [
        (names[row["user_id"]], row["details"]["threshold"])
        for row in after["notifications"]
        if row["id"] not in known
    ]


async def lines(desk: Desk) -> list[dict[str, Any]]:
    """What stands in the thread of the desk."""
    rows = (await dump(desk.session))["audit_logs"]
    return [row["details"] for row in rows if row["action"] == "sla.warn"]


async def test_of_a_ticket_that_somebody_has(desk: Desk) -> None:
    await desk.at("09:10", desk.does(tickets.claim))
    assert await watch(desk, local(9, "11:59")) == []
    assert await watch(desk, local(9, "12:00")) == [("ann", "at_risk_75")]
    assert desk.ticket.sla_state is SlaState.AT_RISK
    assert await watch(desk, local(9, "12:01")) == []
    assert await watch(desk, local(9, "12:36")) == [("ann", "at_risk_90"), ("hugo", "at_risk_90")]
    assert await watch(desk, local(9, "13:00")) == [("ann", "breach"), ("hugo", "breach")]
    assert desk.ticket.sla_state is SlaState.BREACHED
    clock = await desk.clock()
    assert clock.breached_at == clock.due_at == local(9, "13:00")
    assert [each["called"] for each in await lines(desk)] == [[], [], []]


async def test_who_wants_to_be_called_in_the_thread_gets_no_message_besides(desk: Desk) -> None:
    await desk.at("09:10", desk.does(tickets.claim))
    ways = Choices({Event.SLA: Way.THREAD})
    await save_choices(desk.session, desk.desks.people["ann"], ways)
    assert await watch(desk, local(9, "12:36")) == [("ann", "at_risk_90"), ("hugo", "at_risk_90")]
    assert [each["called"] for each in await lines(desk)] == [["U0ANN"]]
    told = await desk.session.scalars(
        text("SELECT lane FROM outbox_messages WHERE topic = 'sla.told'")
    )
    assert list(told) == [f"person:{desk.desks.people['hugo'].id}"]


async def test_of_a_ticket_that_nobody_has_the_head_hears_and_the_desk_reads(desk: Desk) -> None:
    for at, threshold in (("12:00", "at_risk_75"), ("12:36", "at_risk_90"), ("13:00", "breach")):
        assert await watch(desk, local(9, at)) == [("hugo", threshold)]
    assert len(await lines(desk)) == 3


async def test_a_head_who_has_it_is_told_once(desk: Desk) -> None:
    await desk.at("09:10", desk.does(tickets.claim, "hugo"))
    assert await watch(desk, local(9, "13:00")) == [("hugo", "breach")]


async def test_somebody_who_left_is_not_told(desk: Desk) -> None:
    await desk.at("09:10", desk.does(tickets.claim))
    gone = update(User).where(User.id == desk.desks.ann.id).values(is_active=False)
    await desk.session.execute(gone)
    assert await watch(desk, local(9, "12:00")) == [("hugo", "at_risk_75")]


async def test_after_days_without_workers_only_the_farthest_is_said(desk: Desk) -> None:
    await desk.at("09:10", desk.does(tickets.claim))
    assert await watch(desk, local(12, "10:00")) == [("ann", "breach"), ("hugo", "breach")]
    assert (await desk.clock()).breached_at == local(9, "13:00")
    rows = await desk.session.scalars(select(SlaWarning.threshold))
    assert list(rows) == [Threshold.BREACH]


async def test_what_runs_out_at_night_is_said_when_the_desk_opens(
    session: AsyncSession, desk: Desk
) -> None:
    await session.execute(
        text("UPDATE sla_clocks SET next_event_at = :at"), {"at": local(9, "19:00")}
    )
    assert await watch(desk, local(9, "19:00")) == []
    [waiting] = (await session.scalars(select(SlaWarning))).all()
    assert waiting.deliver_at == local(10, "09:00")
    assert (await desk.clock()).breached_at == local(9, "13:00")
    assert desk.ticket.sla_state is SlaState.BREACHED
    assert await watch(desk, local(10, "08:59")) == []
    assert await watch(desk, local(10, "09:00")) == [("hugo", "breach")]
    assert await watch(desk, local(10, "09:01")) == []


async def test_a_promise_around_the_clock_is_told_of_at_night(
    session: AsyncSession, berlin: Desks, frozen: Frozen
) -> None:
    desk = Desk(session, berlin, frozen)
    await desk.file("20:00", priority=Priority.URGENT)
    assert await watch(desk, local(9, "20:23")) == [("hugo", "at_risk_75")]


@pytest.mark.parametrize("way", ["cancel", "delete", "resolve"])
async def test_what_waits_to_be_said_is_dropped_with_its_ticket(desk: Desk, way: str) -> None:
    await desk.session.execute(
        text("UPDATE sla_clocks SET next_event_at = :at WHERE kind = 'resolution'"),
        {"at": local(9, "19:00")},
    )
    await reread(desk)
    assert await watch(desk, local(9, "19:00")) == []
    doing = {
        "cancel": lambda: desk.does(tickets.cancel, "bea"),
        "delete": lambda: desk.does(deletion.delete_ticket, "hugo", reason="twice"),
        "resolve": lambda: desk.does(tickets.resolve, resolution="Done."),
    }
    await desk.at("20:00", doing[way]())
    [waiting] = (await desk.session.scalars(select(SlaWarning))).all()
    assert waiting.cancelled_at == local(9, "20:00")
    desk.session.expunge_all()
    await tell(desk.session, local(10, "09:00"))
    assert await lines(desk) == []


async def test_a_later_threshold_takes_the_place_of_one_that_waits(desk: Desk) -> None:
    await desk.session.execute(
        text(
            "UPDATE sla_clocks SET next_event_at = :due, at_risk_75_at = :due,"
            " at_risk_90_at = :late, due_at = :late WHERE kind = 'resolution'"
        ),
        {"due": local(9, "18:00"), "late": local(9, "22:00")},
    )
    await reread(desk)
    for at in ("18:00", "22:00"):
        assert await watch(desk, local(9, at)) == []
    assert await watch(desk, local(10, "09:00")) == [("hugo", "breach")]


class TestStepsUp:
    async def test_the_head_and_then_an_administrator_and_then_nobody(self, desk: Desk) -> None:
        await desk.at("09:10", desk.does(tickets.claim))
        await trail_at(desk, local(9, "09:10"))
        await watch(desk, local(9, "13:00"))
        assert await watch(desk, local(9, "16:59")) == []
        assert await watch(desk, local(9, "17:00")) == []  # The desk has just closed.
        assert await watch(desk, local(10, "09:00")) == [("hugo", "level_2")]
        assert await watch(desk, local(10, "13:30")) == [("hugo", "level_3"), ("ada", "level_3")]
        told = (await dump(desk.session))["notifications"][-1]
        assert told["details"]["is_bare"]
        assert await watch(desk, local(13, "10:00")) == []

    async def test_not_while_somebody_works_on_it(self, desk: Desk) -> None:
        await desk.at("09:10", desk.does(tickets.claim))
        await watch(desk, local(9, "13:00"))
        await trail_at(desk, local(9, "15:00"))
        assert await watch(desk, local(10, "09:00")) == []
        assert (await desk.clock()).next_event_at == local(10, "11:00")
        assert await watch(desk, local(10, "11:00")) == [("hugo", "level_2")]


async def trail_at(desk: Desk, moment: datetime) -> None:
    """Ann did something then. The trail itself refuses to be changed."""
    values = {"ticket": desk.ticket.id, "ann": desk.desks.ann.id, "at": moment}
    await desk.session.execute(text("ALTER TABLE audit_logs DISABLE TRIGGER USER"))
    await desk.session.execute(text("DELETE FROM audit_logs"))
    await desk.session.execute(text("ALTER TABLE audit_logs ENABLE TRIGGER USER"))
    await desk.session.execute(
        text(
            "INSERT INTO audit_logs (ticket_id, user_id, action, source, changes, details,"
            " created_at) VALUES (:ticket, :ann, 'message.note', 'form', '{}', '{}', :at)"
        ),
        values,
    )


async def test_a_template_that_was_deleted_warns_of_nothing(desk: Desk) -> None:
    await desk.session.execute(
        text("UPDATE sla_templates SET is_deleted = true, deleted_at = now()")
    )
    assert await watch(desk, local(9, "14:00")) == []
    assert (await desk.clock()).next_event_at is None


async def test_ten_sweeps_at_once_say_each_once(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    long_ago = utc_now() - timedelta(days=3)
    async with unit_of_work(fresh_sessions) as session:
        for _ in range(30):
            await tickets.open_ticket(
                session,
                fresh_desks.form(priority=Priority.URGENT),
                author=fresh_desks.bea,
                requester=fresh_desks.bea,
                policy=fresh_desks.policy,
            )
        await session.execute(
            text(
                "UPDATE sla_clocks SET at_risk_75_at = :at, at_risk_90_at = :at, due_at = :at,"
                " next_event_at = :at"
            ),
            {"at": long_ago},
        )

    async def watch_once(most: int = 7) -> None:
        async with unit_of_work(fresh_sessions) as session:
            await sweep(session, fresh_desks.policy, utc_now(), most=most)
        async with unit_of_work(fresh_sessions) as session:
            await tell(session, utc_now())

    async def watch() -> None:
        for _ in range(3):
            await watch_once()

    await asyncio.gather(*(watch() for _ in range(10)))
    # What one of them had locked the others passed by: the next look finds it.
    await watch_once(most=60)
    async with fresh_sessions() as session:
        rows = await dump(session)
    warned = [row for row in rows["audit_logs"] if row["action"] == "sla.warn"]
    said = [(row["ticket_id"], row["details"]["kind"]) for row in warned]
    assert len(said) == len(set(said)) == 60
    told = [row for row in rows["notifications"] if row["topic"] == "sla.warn"]
    assert len(told) == 60


async def test_a_ticket_that_somebody_acts_on_is_looked_at_later(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    async with unit_of_work(fresh_sessions) as session:
        opened = await tickets.open_ticket(
            session,
            fresh_desks.form(priority=Priority.URGENT),
            author=fresh_desks.bea,
            requester=fresh_desks.bea,
            policy=fresh_desks.policy,
        )
    later = utc_now() + timedelta(hours=5)
    async with unit_of_work(fresh_sessions) as acting:
        await tickets.claim(acting, fresh_desks.turn(fresh_desks.ann), opened.id)
        async with unit_of_work(fresh_sessions) as session:
            assert await sweep(session, fresh_desks.policy, later) == 0
    async with unit_of_work(fresh_sessions) as session:
        assert await sweep(session, fresh_desks.policy, later) == 2


async def test_that_time_runs_out_is_not_said_of_what_stands_still_meanwhile(desk: Desk) -> None:
    await desk.at("09:10", desk.does(tickets.claim))
    await desk.session.execute(
        text(
            "UPDATE sla_clocks SET next_event_at = :at, at_risk_75_at = :at,"
            " at_risk_90_at = :late, due_at = :late WHERE kind = 'resolution'"
        ),
        {"at": local(9, "18:00"), "late": local(12, "12:00")},
    )
    await reread(desk)
    assert await watch(desk, local(9, "18:00")) == []
    await desk.at("19:00", desk.does(tickets.hold))
    assert await watch(desk, local(10, "09:00")) == []
    [waiting] = (await desk.session.scalars(select(SlaWarning))).all()
    assert (waiting.said_at, waiting.cancelled_at) == (None, local(10, "09:00"))


async def test_what_was_not_said_before_a_ticket_was_deleted_is_said_when_it_is_back(
    desk: Desk,
) -> None:
    await desk.session.execute(
        text("UPDATE sla_clocks SET next_event_at = :at WHERE kind = 'resolution'"),
        {"at": local(9, "19:00")},
    )
    await reread(desk)
    assert await watch(desk, local(9, "19:00")) == []
    ticket = desk.ticket
    await desk.at("20:00", desk.does(deletion.delete_ticket, "hugo", reason="twice"))
    await desk.at("21:00", desk.does(deletion.restore_ticket, "ada", reason="Needed."))
    desk.ticket = ticket
    assert await watch(desk, local(10, "09:00")) == [("hugo", "breach")]
    assert await watch(desk, local(10, "09:01")) == []
