"""Who had the tickets of a period: all of them together, to the second."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.reports import figures, holders
from core.reports.figures import Figures, read_figures
from core.reports.holders import Holding, read_holdings, read_seconds
from core.tickets.models import AuditLog, Source, Ticket
from core.tickets.sla.ownership import Party, age_of, held_by, held_by_each, read_changes
from core.tickets.states import Status
from tests.core.desks import Desks
from tests.core.plans import plan_of

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def ticket(
    session: AsyncSession, desks: Desks, days: float, *trail: tuple[float, dict[str, Any]]
) -> Ticket:
    """Filed a day before it was resolved; its trail is told in hours after its filing."""
    at = NOW - days * DAY
    found = await desks.ticket(
        session, created_at=at - DAY, resolved_at=at, status=Status.RESOLVED, assignee=desks.ann
    )
    for hours, changes in (*trail, (24, moved("in_progress", "resolved"))):
        session.add(
            AuditLog(
                ticket_id=found.id,
                action="ticket.change",
                source=Source.BUTTON,
                changes=changes,
                created_at=found.created_at + hours * HOUR,
            )
        )
    await session.flush()
    return found


def moved(before: str, after: str) -> dict[str, Any]:
    return {"status": [before, after]}


async def several(session: AsyncSession, desks: Desks) -> list[Ticket]:
    it, finance = str(desks.it.id), str(desks.finance.id)
    return [
        await ticket(session, desks, 1),
        await ticket(
            *(session, desks, 2),
            (3, moved("new", "waiting_requester")),
            (8.25, moved("waiting_requester", "in_progress")),
            (9, {"summary": ["a", "b"]}),
        ),
        await ticket(
            *(session, desks, 3),
            (4, {"department_id": [finance, it]}),
            (5, moved("new", "waiting_approval")),
            (15, moved("waiting_approval", "in_progress")),
        ),
    ]


def told(held: list[Holding]) -> dict[tuple[Party, str | None], float]:
    return {(each.party, each.name): each.length / HOUR for each in held}


async def test_it_is_added_up_over_all_of_them(session: AsyncSession, desks: Desks) -> None:
    await several(session, desks)
    held = await read_holdings(session, desks.it.id, NOW - 7 * DAY, NOW)
    assert told(held) == {
        (Party.NOBODY, None): 24 * (1 + 2 + 3),
        (Party.DEPARTMENT, "IT"): 24 + (24 - 5.25) + (24 - 14),
        (Party.APPROVERS, None): 10,
        (Party.REQUESTER, None): 5.25,
        (Party.DEPARTMENT, "Finance"): 4,
    }
    assert [each.length for each in held] == sorted((each.length for each in held), reverse=True)


async def test_the_sum_is_that_of_their_ages(session: AsyncSession, desks: Desks) -> None:
    found = await several(session, desks)
    ages = [age_of(each.created_at, NOW, await read_changes(session, each.id)) for each in found]
    held = await read_holdings(session, desks.it.id, NOW - 7 * DAY, NOW)
    assert sum((each.length for each in held), timedelta()) == sum(ages, timedelta())
    assert sum(ages, timedelta()) > 3 * DAY


async def test_read_together_each_is_as_it_is_alone(session: AsyncSession, desks: Desks) -> None:
    found = await several(session, desks)
    untouched = await desks.ticket(session, created_at=NOW - HOUR)
    deleted = await desks.ticket(session, created_at=NOW - HOUR, is_deleted=True)
    every = [*found, untouched]
    together = await held_by_each(session, [each.id for each in (*every, deleted)], NOW)
    assert together == {each.id: await held_by(session, each, NOW) for each in every}


async def test_only_what_was_resolved_there_and_then_counts(
    session: AsyncSession, desks: Desks
) -> None:
    await ticket(session, desks, 8)
    await desks.ticket(session, created_at=NOW - DAY)
    for columns in ({"is_deleted": True}, {"department_id": desks.hr.id}):
        other = await ticket(session, desks, 1)
        for name, value in columns.items():
            setattr(other, name, value)
    merged = await ticket(session, desks, 1)
    merged.merged_into_id = (await ticket(session, desks, 20)).id
    await session.flush()
    assert await read_holdings(session, desks.it.id, NOW - 7 * DAY, NOW) == []


async def week(session: AsyncSession, desks: Desks) -> Figures:
    return await read_figures(session, desks.it, 7, NOW)


async def test_a_report_tells_of_the_newest_and_of_how_many(
    session: AsyncSession, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    await several(session, desks)
    whole = await week(session, desks)
    assert (whole.resolved, whole.held_of, len(whole.held)) == (3, 3, 5)
    assert Figures.model_validate(whole.model_dump(mode="json")) == whole
    for module in (holders, figures):
        monkeypatch.setattr(module, "MOST", 1)
    newest = await week(session, desks)
    assert (newest.resolved, newest.held_of) == (3, 1)
    assert told(list(newest.held)) == {
        (Party.DEPARTMENT, "IT"): 24,
        (Party.NOBODY, None): 24,
    }


async def test_a_report_that_was_kept_without_it_is_read(
    session: AsyncSession, desks: Desks
) -> None:
    kept = (await week(session, desks)).model_dump(mode="json", exclude={"held", "held_of"})
    assert Figures.model_validate(kept).held == ()


async def test_seconds_are_told_by_kind_of_holder(session: AsyncSession, desks: Desks) -> None:
    _, asked, approved = await several(session, desks)
    found = await read_seconds(session, [asked.id, approved.id, asked.id], NOW)
    assert found == {
        asked.id: [5.25 * 3600, 18.75 * 3600, 0],
        approved.id: [0, 14 * 3600, 10 * 3600],
    }


async def test_among_many_it_reads_only_the_newest(session: AsyncSession, desks: Desks) -> None:
    many = text(
        "INSERT INTO tickets (id, summary, description, status, priority, is_private,"
        " requestor_id, department_id, created_at, resolved_at)"
        " SELECT gen_random_uuid(), 'x', '', 'closed', 'low', false, :requester, :department,"
        " CAST(:now AS timestamptz) - n * interval '1 hour',"
        " CAST(:now AS timestamptz) - n * interval '1 hour' FROM generate_series(1, 20000) AS n"
    )
    values = {"requester": desks.bea.id, "department": desks.it.id, "now": NOW}
    await session.execute(many, values)
    trail = text(
        "INSERT INTO audit_logs (ticket_id, action, source, changes, details, created_at)"
        " SELECT id, 'ticket.close', 'button',"
        ' CAST(\'{"status": ["new", "closed"]}\' AS jsonb), \'{}\', created_at FROM tickets'
    )
    await session.execute(trail)
    await session.execute(text("ANALYZE tickets, audit_logs"))
    chosen = holders.newest(desks.it.id, NOW - 90 * DAY, NOW)
    plan = await plan_of(session, held_by_each(session, chosen, NOW))
    assert "ix_tickets_by_resolution" in plan
    assert "Seq Scan" not in plan
