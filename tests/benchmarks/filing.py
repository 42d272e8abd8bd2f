"""From a submitted form to a committed ticket, against bare Bolt and against pgbench."""

from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from tests.benchmarks import pgbench
from tests.benchmarks.acks import figures
from tests.benchmarks.children import Child
from tests.benchmarks.report import Finding, against_floor
from tests.benchmarks.rounds import Sample, Series, Turn, closed_loop, take_turns
from tests.benchmarks.stage import Effort, Stage

P99_MS = 60.0


def measure_requests(stage: Stage, effort: Effort) -> list[Finding]:
    """With a broker, and with one that is dead: nothing in a request waits for it."""
    servers = {
        "bare": stage.server("bare bolt", listens_to="view"),
        "ours": stage.help_desk(),
        "no broker": stage.help_desk(redis_url=stage.dead_redis_url),
    }
    findings = []
    for connections in (16, 1):
        chosen = servers if connections > 1 else {n: servers[n] for n in ("bare", "ours")}
        turns = {
            name: closed_loop(stage.load, server, "submit", connections, effort.seconds)
            for name, server in chosen.items()
        }
        findings += _of_requests(take_turns(effort.rounds, turns), connections)
    findings.append(_statements(stage, servers["ours"]))
    for server in servers.values():
        server.stop()
    return findings


def _of_requests(series: dict[str, Series], connections: int) -> list[Finding]:
    bare, ours = series["bare"], series["ours"]
    if connections == 1:
        ratio = ours.over(bare)
        name = "2 form to ticket, 1 connection"
        return [Finding(name, figures(ours), figures(bare), ratio, "", None)]
    without = series["no broker"]
    p99 = ours.middle("p99_ms") or 0.0
    return [
        against_floor(
            "2 form to ticket, 16 connections", figures(ours), figures(bare), ours.over(bare), 0.25
        ),
        Finding("2 its p99", f"{p99:.1f} ms", "", None, f"≤ {P99_MS:.0f} ms", p99 <= P99_MS),
        against_floor(
            "4 broker dead against alive", figures(without), figures(ours), without.over(ours), 0.95
        ),
    ]


def _statements(stage: Stage, server: Child) -> Finding:
    """What the database itself counts, once the caches of the help desk are warm."""
    goal, wanted = "2 round trips a ticket", "≤ 3, 1 transaction"
    # Everybody is met again first: what is kept of people is half a minute old at most.
    closed_loop(stage.load, server, "submit", 16, 2.0)()
    try:
        stage.sql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        stage.sql("SELECT pg_stat_statements_reset()")
    except asyncpg.PostgresError as error:
        return Finding(goal, "", "", None, wanted, None, str(error))
    closed_loop(stage.load, server, "submit", 4, 0.5)()
    counted = dict(stage.sql(_CALLS))
    tickets, commits = counted["WITH"], counted.get("COMMIT", 0)
    each = sum(counted.values()) / tickets
    words = f"{each:.2f}: " + ", ".join(f"{name} {n}" for name, n in sorted(counted.items()))
    return Finding(goal, words, "", None, wanted, each <= 3.05 and commits <= tickets * 1.02)


# What is read for the caches, and what a wake-up does, is divided among the tickets as well.
_CALLS = """
    SELECT upper(split_part(ltrim(query, E' \\n;'), ' ', 1)), sum(calls)::bigint
      FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
     WHERE datname = current_database() AND query NOT LIKE '%pg_stat_statements%'
     GROUP BY 1
"""


def measure_core(stage: Stage, effort: Effort) -> list[Finding]:
    """`core` alone against the same rows by pgbench, six statements in a transaction."""
    if not pgbench.is_here():
        return [Finding("2 core alone", "", "", None, "≥ 0.60", None, "there is no pgbench")]
    writer = stage.child("writing", database_url=stage.database_url)
    findings = []
    with TemporaryDirectory(prefix="hdms-pgbench-") as folder:
        script = floor_script(stage, Path(folder))
        for clients in (1, 16):
            turns = {
                "pgbench": _pgbench_turn(stage, script, clients, effort.seconds),
                "core": _core_turn(writer, clients, effort.seconds),
            }
            series = take_turns(effort.rounds, turns)
            core, floor = series["core"], series["pgbench"]
            name, ratio = f"2 core.open_ticket, {clients} at once", core.over(floor)
            findings.append(against_floor(name, figures(core), figures(floor), ratio, 0.60))
    writer.stop()
    return findings


def floor_script(stage: Stage, folder: Path) -> Path:
    template = stage.sql("SELECT id FROM sla_templates WHERE name = 'rest'")[0][0]
    version = int(stage.sql("SHOW server_version_num")[0][0])
    return pgbench.write_script(folder, template, version)


def _pgbench_turn(stage: Stage, script: Path, clients: int, seconds: float) -> Turn:
    url = stage.database_url
    return lambda: Sample(pgbench.transactions_a_second(url, script, clients, seconds))


def _core_turn(writer: Child, clients: int, seconds: float) -> Turn:
    def turn() -> Sample:
        got = writer.ask(writers=clients, seconds=seconds)
        return Sample(got["done"] / got["seconds"], cpu_us=got["cpu"] / got["done"] * 1e6)

    return turn
