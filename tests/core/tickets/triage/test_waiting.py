"""Tickets that nobody takes: their desk hears of it once, later its head once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.tickets import service as tickets
from core.tickets.models import Ticket
from core.tickets.states import Status
from core.tickets.triage.transfers import transfer
from core.tickets.triage.waiting import Limits, limits_of, nudge
from core.users.models import User
from tests.core.desks import Desks, dump
from tests.core.plans import plan_of

#: Wednesday, 10:00 in Berlin.
WEDNESDAY_AT_TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)


def limits(desk_minutes: int = 30) -> Limits:
    step = timedelta(minutes=desk_minutes)
    return Limits(utc_now() - step, utc_now() - 2 * step)


async def waiting(session: AsyncSession, desks: Desks, minutes: int, **columns: object) -> Ticket:
    since = utc_now() - timedelta(minutes=minutes)
    return await desks.ticket(session, queued_at=since, **columns)


async def said(session: AsyncSession) -> list[str]:
    rows = (await dump(session, "outbox_messages"))["outbox_messages"]
    return [row["topic"] for row in rows]


async def test_first_the_desk_hears_of_it_then_its_head_and_each_once(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await waiting(session, desks, 40)
    version = ticket.version
    for _ in range(2):
        await nudge(session, desks.it, limits())
    assert await said(session) == ["ticket.nudge"]
    for _ in range(2):
        await nudge(session, desks.it, limits(15))
    assert await said(session) == ["ticket.nudge", "person.told"]
    [told] = (await dump(session, "notifications"))["notifications"]
    assert (told["user_id"], told["topic"]) == (str(desks.hugo.id), "ticket.waits")
    await session.refresh(ticket)
    # A form that is open on it stays good.
    assert (ticket.nudges, ticket.version) == (2, version)


async def test_after_a_pause_only_the_head_is_told(session: AsyncSession, desks: Desks) -> None:
    await waiting(session, desks, 400)
    await nudge(session, desks.it, limits())
    await nudge(session, desks.it, limits())
    assert await said(session) == ["person.told"]


async def test_without_a_head_the_desk_hears_of_it(session: AsyncSession, desks: Desks) -> None:
    await session.execute(update(User).where(User.id == desks.hugo.id).values(is_active=False))
    await waiting(session, desks, 400)
    await waiting(session, desks, 400, nudges=1)
    await nudge(session, desks.it, limits())
    assert await said(session) == ["ticket.nudge"]


async def test_nothing_is_said_of_what_is_young_taken_over_deleted_or_elsewhere(
    session: AsyncSession, desks: Desks
) -> None:
    await waiting(session, desks, 20)
    await waiting(session, desks, 90, assignee=desks.ann, status=Status.ASSIGNED)
    await waiting(session, desks, 90, status=Status.CANCELLED)
    await waiting(session, desks, 90, desk=desks.hr)
    await waiting(session, desks, 90, is_deleted=True)
    assert await nudge(session, desks.it, limits()) == 0
    assert await said(session) == []


async def test_who_gives_it_back_or_away_begins_a_new_wait(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await waiting(session, desks, 90, nudges=2)
    await tickets.claim(session, desks.turn(desks.ann), ticket.id)
    await tickets.release(session, desks.turn(desks.ann), ticket.id)
    assert ticket.nudges == 0
    assert utc_now() - ticket.queued_at < timedelta(minutes=1)
    ticket.nudges = 2
    await transfer(session, desks.turn(desks.ann), ticket.id, department_id=desks.hr.id)
    assert ticket.nudges == 0


async def test_two_sweeps_at_once_say_each_once(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    async with unit_of_work(fresh_sessions) as session:
        for _ in range(20):
            await waiting(session, fresh_desks, 40)

    async def sweep() -> int:
        async with unit_of_work(fresh_sessions) as session:
            return await nudge(session, fresh_desks.it, limits())

    counts = await asyncio.gather(*(sweep() for _ in range(4)))
    assert sum(counts) == 20
    async with fresh_sessions() as session:
        assert len(await said(session)) == 20


async def test_the_sweep_reads_its_small_index_among_many_tickets(
    session: AsyncSession, desks: Desks
) -> None:
    many = text(
        "INSERT INTO tickets (id, summary, description, status, priority, is_private,"
        " requestor_id, department_id, nudges)"
        " SELECT gen_random_uuid(), 'x', '', CASE WHEN n % 4 = 0 THEN 'new' ELSE 'closed' END,"
        " 'low', false, :requester, :department, 2 FROM generate_series(1, 4000) AS n"
    )
    await session.execute(many, {"requester": desks.bea.id, "department": desks.it.id})
    await session.execute(text("ANALYZE tickets"))
    plan = await plan_of(session, nudge(session, desks.it, limits()))
    assert "ix_tickets_waiting" in plan


def test_time_counts_while_the_desk_is_open(desks: Desks) -> None:
    desk = replace(desks.it, nudge_after=timedelta(minutes=90))
    found = limits_of(desks.policy, desk, WEDNESDAY_AT_TEN)
    assert found is not None
    # Half an hour of it was on Tuesday, before five; the head's two hours more as well.
    assert found.desk == datetime(2026, 3, 3, 15, 30, tzinfo=UTC)
    assert found.head == datetime(2026, 3, 3, 14, tzinfo=UTC)


def test_a_closed_desk_and_one_that_wants_none_are_left_alone(desks: Desks) -> None:
    at_night = WEDNESDAY_AT_TEN + timedelta(hours=12)
    assert limits_of(desks.policy, desks.it, at_night) is None
    silent = replace(desks.it, nudge_after=timedelta())
    assert limits_of(desks.policy, silent, WEDNESDAY_AT_TEN) is None
