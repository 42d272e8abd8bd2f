"""The sweep among a million clocks: with nothing to do, and with 500 that are due."""

import asyncio
import re
import time
from statistics import median

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.db import unit_of_work, utc_now
from core.engine import make_engine, make_sessions
from core.tickets.policy import read_policy
from core.tickets.sla.sweeping import CLAIM, sweep
from tests.benchmarks.report import Finding, against_floor
from tests.benchmarks.signed import DEPARTMENT, person
from tests.benchmarks.stage import Effort, Stage

TICKETS = 50_000
#: Of each ticket; one of them runs.
CLOCKS = 20
DUE = 500
#: Executions of the prepared statement before it is looked at.
TIMES = 20
BUFFERS_MOST = 5
#: Of how fast PostgreSQL itself writes the same rows.
AT_LEAST = 0.30
_FILL = (
    f"""
    INSERT INTO tickets (id, summary, description, status, priority, is_private, requestor_id,
                         department_id, sla_state)
    SELECT gen_random_uuid(), 'The printer is jammed', 'It hums.', 'in_progress', 'medium', false,
           (SELECT id FROM users WHERE slack_user_id = '{person(1)}'), '{DEPARTMENT}', 'on_track'
      FROM generate_series(1, {TICKETS})
    """,
    f"""
    INSERT INTO sla_clocks (ticket_id, kind, cycle, template_version, calendar, calendar_version,
                            time_zone, target, consumed, state, started_at, running_since, due_at,
                            at_risk_75_at, at_risk_90_at, next_event_at, story)
    SELECT id, CASE WHEN n = 1 THEN 'resolution' ELSE 'next_reply' END, n, 1, 'office', 0,
           'Europe/Berlin', '4 h', '0', CASE WHEN n = 1 THEN 'running' ELSE 'met' END, now(),
           CASE WHEN n = 1 THEN now() END, at, at, at, CASE WHEN n = 1 THEN at END, '[]'
      FROM (SELECT id, now() + interval '9 days' + random() * interval '90 days' AS at
              FROM tickets) AS ticket, generate_series(1, {CLOCKS}) AS n
    """,
    "VACUUM ANALYZE tickets",
    "VACUUM ANALYZE sla_clocks",
)
_MAKE_DUE = f"""
    UPDATE sla_clocks SET due_at = now(), at_risk_75_at = now(), at_risk_90_at = now(),
           next_event_at = now(), warned = NULL, breached_at = NULL
     WHERE id IN (SELECT id FROM sla_clocks WHERE state = 'running' AND warned IS NULL
                   LIMIT {DUE})
"""
#: The same rows, with nothing to think about, in one statement.
_FLOOR = f"""
    WITH due AS MATERIALIZED (
        SELECT id, ticket_id FROM sla_clocks
         WHERE state = 'running' AND next_event_at <= now()
         ORDER BY next_event_at, id LIMIT {DUE} FOR NO KEY UPDATE SKIP LOCKED
    ), marked AS (
        UPDATE sla_clocks AS clock SET warned = 'breach', breached_at = due_at,
               next_event_at = now() + interval '9 days', updated_at = now()
          FROM due WHERE clock.id = due.id
    ), warned AS (
        INSERT INTO sla_warnings (clock_id, threshold, cycle, deliver_at)
        SELECT id, 'breach', 1, now() FROM due
    ), shown AS (
        UPDATE tickets AS ticket SET sla_state = 'breached', updated_at = now()
          FROM due WHERE ticket.id = due.ticket_id
    )
    INSERT INTO outbox_messages (topic, lane, payload, fold_key)
    SELECT topic, topic || ':' || ticket_id, jsonb_build_object('ticket_id', ticket_id),
           topic || ':' || ticket_id
      FROM due, (VALUES ('ticket.card_changed'), ('ticket.receipt_changed')) AS fresh (topic)
"""


def measure(stage: Stage, effort: Effort) -> list[Finding]:
    if not effort.extras:
        return []
    url = stage.empty_copy("clocks")
    for statement in _FILL:
        stage.sql(statement, url)
    return asyncio.run(_measure(url, effort.rounds))


async def _measure(url: str, rounds: int) -> list[Finding]:
    engine = make_engine(url)
    idle = await _idle_buffers(engine)
    pairs = [(await _sweep_ms(engine), await _floor_ms(engine)) for _ in range(rounds)]
    await engine.dispose()
    took, floor = (median(each) for each in zip(*pairs, strict=True))
    ratio = median(theirs / ours for ours, theirs in pairs)
    among = f"among {TICKETS * CLOCKS:,} clocks"
    return [
        Finding(
            f"a look at the clocks with nothing due, {among}",
            f"{idle} pages",
            "",
            None,
            f"≤ {BUFFERS_MOST} pages",
            idle <= BUFFERS_MOST,
            note=f"the prepared statement's execution {TIMES + 1}",
        ),
        against_floor(
            f"{DUE} due clocks claimed and marked, {among}",
            f"{took:.0f} ms",
            f"{floor:.0f} ms: the same rows in one statement",
            ratio,
            AT_LEAST,
        ),
    ]


async def _idle_buffers(engine: AsyncEngine) -> int:
    sql = str(CLAIM.element)
    for place, name in enumerate((":at", ":most"), start=1):
        sql = re.sub(rf"{name}\b", f"${place}", sql)
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        statement = await driver.prepare(sql, name="swept")
        for _ in range(TIMES):
            await statement.fetch(utc_now(), DUE)
        rows = await driver.fetch(
            f"EXPLAIN (ANALYZE, BUFFERS) EXECUTE swept ('{utc_now()}', {DUE})"
        )
    found = next(row[0] for row in rows if "Buffers:" in row[0])
    return sum(int(each) for each in re.findall(r"(?:hit|read)=(\d+)", found))


async def _sweep_ms(engine: AsyncEngine) -> float:
    sessions = make_sessions(engine)
    async with unit_of_work(sessions) as session:
        policy = await read_policy(session)
        await session.execute(text(_MAKE_DUE))
    since = time.perf_counter()
    async with unit_of_work(sessions) as session:
        marked = await sweep(session, policy, utc_now(), DUE)
    took = (time.perf_counter() - since) * 1000
    if marked != DUE:
        raise RuntimeError(f"{marked} of {DUE} clocks were marked")
    return took


async def _floor_ms(engine: AsyncEngine) -> float:
    async with engine.begin() as connection:
        await connection.execute(text(_MAKE_DUE))
    since = time.perf_counter()
    async with engine.begin() as connection:
        await connection.execute(text(_FLOOR))
    return (time.perf_counter() - since) * 1000
