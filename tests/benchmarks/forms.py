"""From a slash command to `views.open` at Slack: no query before it, one HTTP session for all."""

from statistics import median
from typing import Any

import asyncpg

from tests.benchmarks.children import Child
from tests.benchmarks.report import Finding
from tests.benchmarks.stage import Effort, Stage

#: Commands a second, at their appointed times.
RATE = 50
P99_MS = 25.0
_STATEMENTS = """
    SELECT coalesce(sum(calls), 0)::bigint
      FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
     WHERE datname = current_database() AND query NOT LIKE '%pg_stat_statements%'
"""


def measure(stage: Stage, effort: Effort) -> list[Finding]:
    bare = stage.server("bare form", slack_url=stage.slack_url)
    ours = stage.help_desk()
    seen: dict[str, list[dict[str, Any]]] = {"bare": [], "ours": []}
    for server in (bare, ours):
        _opened(stage, server, 1.0)
    before = _statements(stage)
    for _ in range(effort.rounds):
        seen["bare"].append(_opened(stage, bare, effort.seconds))
        seen["ours"].append(_opened(stage, ours, effort.seconds))
    after = _statements(stage)
    bare.stop()
    ours.stop()
    return _findings(seen, before, after)


def _findings(
    seen: dict[str, list[dict[str, Any]]], before: int | None, after: int | None
) -> list[Finding]:
    calls = sum(each["calls"] for each in seen["ours"])
    connections = max(each["connections"] for each in seen["ours"])
    p99, p50, floor = (
        _waited(seen["ours"], 0.99),
        _waited(seen["ours"], 0.5),
        _waited(seen["bare"], 0.5),
    )
    counted = None if before is None or after is None else after - before
    statements = Finding(
        "3 SQL statements to open a form",
        f"{counted} in {calls} forms",
        "",
        None,
        "0",
        None if counted is None else counted == 0,
    )
    return [
        Finding(
            f"3 command to views.open, {RATE}/s",
            f"p50 {p50:.2f} p99 {p99:.1f} ms",
            f"p50 {floor:.2f} ms",
            floor / p50,
            f"p99 ≤ {P99_MS:.0f} ms",
            p99 <= P99_MS,
        ),
        statements,
        Finding(
            "3 one HTTP session",
            f"{connections} connections at most",
            "",
            None,
            "< 20",
            connections < 20,
            note=f"{calls} calls",
        ),
    ]


def _opened(stage: Stage, server: Child, seconds: float) -> dict[str, Any]:
    stage.seen_by_slack()
    got = stage.load.ask(job="open_forms", port=server.port, rate=RATE, seconds=seconds)
    if got["refused"]:
        raise RuntimeError(f"{got['refused']} of {got['done']} forms were refused")
    return stage.seen_by_slack()


def _waited(rounds: list[dict[str, Any]], share: float) -> float:
    return median(each["waited_ms"][int(len(each["waited_ms"]) * share)] for each in rounds)


def _statements(stage: Stage) -> int | None:
    try:
        stage.sql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        return int(stage.sql(_STATEMENTS)[0][0])
    except asyncpg.PostgresError:
        return None
