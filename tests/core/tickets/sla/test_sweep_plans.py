"""What a sweep costs among many clocks, also once PostgreSQL plans without the values."""

import re
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.tickets.sla import sweeping, telling
from tests.core.desks import Desks
from tests.core.plans import plan_of

#: Times that a statement is sent before it is looked at.
TIMES = 20
_FILL = """
    WITH filed AS (
        INSERT INTO tickets (id, summary, description, status, priority, is_private,
                             requestor_id, department_id)
        SELECT gen_random_uuid(), 'x', '', 'new', 'low', false, :requester, :department
          FROM generate_series(1, 20000)
        RETURNING id
    )
    INSERT INTO sla_clocks (ticket_id, kind, cycle, template_version, calendar, calendar_version,
                            time_zone, target, consumed, state, started_at, running_since, due_at,
                            at_risk_75_at, at_risk_90_at, next_event_at, story)
    SELECT id, 'resolution', 1, 1, 'office', 0, 'UTC', '4 h', '0', 'running', now(), now(), at,
           at, at, at, '[]'
      FROM (SELECT id, now() + interval '1 day' * (1 + row_number() OVER ()) AS at FROM filed) AS n
"""


async def fill(session: AsyncSession, desks: Desks) -> None:
    values = {"requester": desks.bea.id, "department": desks.it.id}
    await session.execute(text(_FILL), values)
    await session.execute(
        text(
            "INSERT INTO sla_warnings (clock_id, threshold, cycle, deliver_at, said_at)"
            " SELECT id, 'breach', 1, now(), now() FROM sla_clocks"
        )
    )
    for table in ("tickets", "sla_clocks", "sla_warnings"):
        await session.execute(text(f"ANALYZE {table}"))


async def buffers(session: AsyncSession, name: str, sql: str, *values: object) -> int:
    """Pages that the prepared statement touches, after it was sent many times."""
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    numbered = sql
    for place, parameter in enumerate((":at", ":most"), start=1):
        numbered = re.sub(rf"{parameter}\b", f"${place}", numbered)
    await driver.execute("SET LOCAL plan_cache_mode = auto")
    statement = await driver.prepare(numbered, name=name)
    for _ in range(TIMES):
        await statement.fetch(*values)
    written = ", ".join(f"'{value}'" for value in values)
    rows = await driver.fetch(f"EXPLAIN (ANALYZE, BUFFERS) EXECUTE {name} ({written})")
    found = next(row[0] for row in rows if "Buffers:" in row[0])
    return sum(int(each) for each in re.findall(r"(?:hit|read)=(\d+)", found))


async def test_a_look_that_finds_nothing_reads_next_to_nothing(
    session: AsyncSession, desks: Desks
) -> None:
    await fill(session, desks)
    for name, claim in (("sweep", sweeping.CLAIM), ("tell", telling.CLAIM)):
        assert await buffers(session, name, str(claim.element), utc_now(), 500) <= 5


async def test_the_sweep_reads_its_partial_indexes(session: AsyncSession, desks: Desks) -> None:
    await fill(session, desks)
    later = utc_now() + timedelta(days=3)
    plan = await plan_of(session, session.execute(sweeping.CLAIM, {"at": later, "most": 500}))
    assert "ix_sla_clocks_next_event" in plan
    plan = await plan_of(session, session.execute(telling.CLAIM, {"at": later, "most": 500}))
    assert "ix_sla_warnings_waiting" in plan
