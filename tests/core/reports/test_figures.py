"""How a department did: what is counted, in which time, and for whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.errors import NotAllowed, NotFound, Refused
from core.reports.asking import Export, Period, ask_for_export, ask_for_report, find_desk
from core.reports.figures import Figures, desk_of, read_figures
from core.tickets import service as tickets
from core.tickets.models import AuditLog, Source, Ticket
from core.tickets.ratings import Rating
from core.tickets.sla.models import ClockState, Kind, SlaClock
from core.tickets.states import Priority, Status
from tests.core.desks import Desks
from tests.core.plans import plan_of

#: Wednesday, 10:00 in Berlin.
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def filed(session: AsyncSession, desks: Desks, days: float, **columns: Any) -> Ticket:
    at = NOW - days * DAY
    return await desks.ticket(session, **({"created_at": at} | columns))


async def resolved(session: AsyncSession, desks: Desks, days: float, **columns: Any) -> Ticket:
    given = {"status": Status.RESOLVED, "resolved_at": NOW - days * DAY, "assignee": desks.ann}
    return await filed(session, desks, days + 1, **(given | columns))


async def clock(
    session: AsyncSession, ticket: Ticket, kind: Kind, hours: float, state: ClockState
) -> None:
    session.add(
        SlaClock(
            ticket_id=ticket.id,
            kind=kind,
            template_version=1,
            calendar="office",
            calendar_version=1,
            time_zone="Europe/Berlin",
            target=4 * HOUR,
            consumed=hours * HOUR,
            state=state,
            started_at=ticket.created_at,
        )
    )
    await session.flush()


async def week(session: AsyncSession, desks: Desks) -> Figures:
    return await read_figures(session, desks.it, 7, NOW)


async def test_an_empty_department_has_nothing_to_tell(session: AsyncSession, desks: Desks) -> None:
    found = await week(session, desks)
    assert (found.filed, found.resolved, found.open, found.rating) == (0, 0, 0, None)
    assert found.first_response.breach_rate is None
    assert found.resolution.median is None
    days = [each.day for each in found.by_day]
    assert (len(days), days[0], days[-1]) == (8, "2026-02-25", "2026-03-04")


async def cancelled(session: AsyncSession, desks: Desks, days: float, **columns: Any) -> Ticket:
    given = {"status": Status.CANCELLED, **columns}
    ticket = await filed(session, desks, days + 9, **given)
    session.add(
        AuditLog(
            ticket_id=ticket.id,
            action="ticket.cancel",
            source=Source.BUTTON,
            created_at=NOW - days * DAY,
        )
    )
    await session.flush()
    return ticket


async def test_what_was_cancelled_in_the_period_is_told(
    session: AsyncSession, desks: Desks
) -> None:
    winner = await filed(session, desks, 9)
    await cancelled(session, desks, 1)
    await cancelled(session, desks, 6.99)
    await cancelled(session, desks, 7.01)
    await cancelled(session, desks, -0.01)
    await cancelled(session, desks, 1, desk=desks.hr)
    await cancelled(session, desks, 1, is_deleted=True)
    await cancelled(session, desks, 1, merged_into_id=winner.id)
    found = await week(session, desks)
    assert (found.cancelled, found.resolved, found.filed) == (2, 0, 0)


async def test_what_people_cancel_counts_at_once(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    await tickets.cancel(session, desks.turn(desks.bea), ticket.id)
    found = await read_figures(session, desks.it, 7, utc_now() + HOUR)
    assert found.cancelled == 1


async def test_what_was_filed_and_resolved_in_the_period_counts(
    session: AsyncSession, desks: Desks
) -> None:
    await filed(session, desks, 1)
    await filed(session, desks, 6.99)
    await filed(session, desks, 7.01)
    await filed(session, desks, 1, is_deleted=True)
    await filed(session, desks, 1, desk=desks.hr)
    winner = await filed(session, desks, 2)
    await filed(session, desks, 1, status=Status.CLOSED, merged_into_id=winner.id)
    await resolved(session, desks, 2)
    # Filed before the period, and resolved in it.
    await resolved(session, desks, 6.5)
    await resolved(session, desks, 8)
    found = await week(session, desks)
    assert (found.filed, found.resolved) == (4, 2)
    assert sum(each.filed for each in found.by_day) == 4


async def test_a_day_is_a_day_of_the_departments_zone(session: AsyncSession, desks: Desks) -> None:
    # Half past midnight on Tuesday in Berlin, and Monday in London.
    await filed(session, desks, 1, created_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    found = await week(session, desks)
    assert {each.day: each.filed for each in found.by_day if each.filed} == {"2026-03-03": 1}


async def test_times_are_what_the_clocks_have_counted(session: AsyncSession, desks: Desks) -> None:
    for hours in (1, 2, 3, 4, 10):
        ticket = await resolved(session, desks, 2)
        state = ClockState.BREACHED if hours > 4 else ClockState.MET
        await clock(session, ticket, Kind.RESOLUTION, hours, state)
        await clock(session, ticket, Kind.FIRST_RESPONSE, hours / 2, ClockState.MET)
    running = await filed(session, desks, 1)
    await clock(session, running, Kind.FIRST_RESPONSE, 99, ClockState.RUNNING)
    old = await resolved(session, desks, 20)
    await clock(session, old, Kind.RESOLUTION, 99, ClockState.BREACHED)
    found = await week(session, desks)
    assert (found.resolution.count, found.resolution.median) == (5, 3 * 3600)
    assert found.resolution.p90 == pytest.approx(7.6 * 3600)
    assert found.resolution.breach_rate == pytest.approx(0.2)
    assert (found.first_response.count, found.first_response.median) == (5, 1.5 * 3600)


async def test_it_tells_by_priority_and_by_agent(session: AsyncSession, desks: Desks) -> None:
    await resolved(session, desks, 1, priority=Priority.LOW)
    await resolved(session, desks, 1, priority=Priority.URGENT, assignee=desks.carl)
    urgent = await resolved(session, desks, 1, priority=Priority.URGENT, assignee=desks.carl)
    await clock(session, urgent, Kind.RESOLUTION, 2, ClockState.MET)
    found = await week(session, desks)
    assert [(each.name, each.resolved) for each in found.by_priority] == [("urgent", 2), ("low", 1)]
    assert [(each.name, each.resolved) for each in found.by_agent] == [("Carl", 2), ("Ann", 1)]
    assert found.by_agent[0].resolution.median == 2 * 3600


async def test_what_is_open_is_told_by_its_age(session: AsyncSession, desks: Desks) -> None:
    for days in (0.5, 2, 2, 5, 20, 40, 50):
        await filed(session, desks, days)
    await filed(session, desks, 90, status=Status.CLOSED)
    found = await week(session, desks)
    assert list(found.backlog) == [1, 2, 1, 1, 2]
    assert found.oldest_at == NOW - 50 * DAY


async def test_ratings_count_when_they_are_given(session: AsyncSession, desks: Desks) -> None:
    for days, score in ((1, 5), (2, 4), (8, 1), (3, None)):
        ticket = await resolved(session, desks, 10)
        at = NOW - days * DAY if score else None
        session.add(Rating(ticket_id=ticket.id, user_id=desks.bea.id, score=score, rated_at=at))
    await session.flush()
    found = await week(session, desks)
    assert list(found.ratings) == [0, 0, 0, 1, 1]
    assert found.rating == 4.5


async def test_figures_survive_being_kept(session: AsyncSession, desks: Desks) -> None:
    await resolved(session, desks, 1)
    await filed(session, desks, 3)
    found = await week(session, desks)
    assert Figures.model_validate(found.model_dump(mode="json")) == found


async def test_a_report_is_for_the_people_of_the_department(
    session: AsyncSession, desks: Desks
) -> None:
    for who in (desks.ann, desks.hugo):
        assert desk_of(desks.policy, who).name == "IT"
        assert desk_of(desks.policy, who, desks.it.id).name == "IT"
        with pytest.raises(NotAllowed, match="Only the people of HR"):
            desk_of(desks.policy, who, desks.hr.id)
    for who in (desks.bea, desks.ada, desks.cleo):
        with pytest.raises(NotAllowed, match="Only the people of a department"):
            desk_of(desks.policy, who, desks.it.id)
        with pytest.raises(NotAllowed):
            await ask_for_report(session, desks.turn(who), desks.it, 7)
    with pytest.raises(NotFound):
        desk_of(desks.policy, desks.ann, desks.bea.id)


async def test_asked_twice_it_comes_once(session: AsyncSession, desks: Desks) -> None:
    turn = desks.turn(desks.ann)
    for _ in range(2):
        await ask_for_report(session, turn, None, 30)
        period = Period(desks.it.id, 30, NOW)
        await ask_for_export(session, turn, period, Export.TICKETS)
    await ask_for_export(session, turn, Period(desks.it.id, 30, NOW), Export.SLA)
    topics = await session.scalars(text("SELECT topic FROM outbox_messages ORDER BY id"))
    assert sorted(topics) == ["report.asked", "report.export", "report.export"]
    with pytest.raises(Refused, match="7, 30 or 90"):
        await ask_for_report(session, turn, None, 8)
    with pytest.raises(NotAllowed):
        await ask_for_export(session, turn, Period(desks.hr.id, 30, NOW), Export.TICKETS)


def test_departments_are_found_as_people_type_them(desks: Desks) -> None:
    assert find_desk(desks.policy, " it ") == desks.it
    assert find_desk(desks.policy, "is broken") is None


async def test_among_many_tickets_it_reads_only_the_period(
    session: AsyncSession, desks: Desks
) -> None:
    many = text(
        "INSERT INTO tickets (id, summary, description, status, priority, is_private,"
        " requestor_id, department_id, created_at, resolved_at)"
        " SELECT gen_random_uuid(), 'x', '', 'closed', 'low', false, :requester, :department,"
        " CAST(:now AS timestamptz) - n * interval '1 hour',"
        " CAST(:now AS timestamptz) - n * interval '1 hour' FROM generate_series(1, 20000) AS n"
    )
    values = {"requester": desks.bea.id, "department": desks.it.id, "now": NOW}
    await session.execute(many, values)
    await session.execute(text("ANALYZE tickets"))
    plan = await plan_of(session, read_figures(session, desks.it, 7, NOW))
    assert "ix_tickets_by_resolution" in plan
    assert "Seq Scan on tickets" not in plan
