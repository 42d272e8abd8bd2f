"""Lists, counts and the search on few tickets and on very many."""

import asyncio
import gc
import math
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work
from core.engine import make_engine, make_sessions
from core.tickets import lists
from core.tickets.lists import Edge, Filters, ListName
from core.tickets.search import Query, search
from core.tickets.states import Priority, Status
from tests.benchmarks.children import cpu_seconds_of
from tests.benchmarks.many_tickets import COMMON, PEOPLE, RARE, fill
from tests.benchmarks.report import Finding
from tests.benchmarks.stage import Effort, Stage
from tests.core.plans import buffers_of

FEW, MANY, VERY_MANY = 10_000, 100_000, 1_000_000
TIMES, WARM_UP = 100, 3
BUFFERS_MOST, FLAT, OVERVIEW_MS, SEARCH_MS = 60, 1.3, 10.0, 30.0
_LAST = Edge(datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0), is_back=True)
_LATEST = Edge(datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1), is_back=True)

Doing = Callable[[AsyncSession], Awaitable[Any]]


def _list(name: ListName, edge: Edge | None = None, **filters: Any) -> Doing:
    person = PEOPLE.requester if name in (ListName.MINE, ListName.FOR_ME) else PEOPLE.agent
    return lambda session: lists.read_list(session, person, name, Filters(**filters), edge)


def _search(words: str, **asked: Any) -> Doing:
    return lambda session: search(session, PEOPLE.agent, Query(words, **asked))


LISTS: dict[str, Doing] = {
    **{f"{name}, first page": _list(name) for name in ListName},
    **{
        f"{name}, last page": _list(name, _LATEST if name is ListName.AT_RISK else _LAST)
        for name in ListName
    },
    "department by status": _list(ListName.DEPARTMENT, status=Status.ON_HOLD),
    "department by priority": _list(ListName.DEPARTMENT, priority=Priority.URGENT),
}
SEARCHES: dict[str, Doing] = {
    "a word of every second ticket": _search(COMMON),
    "two common words": _search(f"{COMMON} w1"),
    "a middling word": _search("w400"),
    "a rare word": _search(RARE),
    "the beginning of many words": _search("w1"),
    "a word that is nowhere": _search("nowhere"),
    "a mistyped word": _search("pritner"),
    "a common word, urgent ones": _search(COMMON, priority=Priority.URGENT),
    "by somebody without a desk": lambda session: search(session, PEOPLE.requester, Query(COMMON)),
}


def measure(stage: Stage, effort: Effort) -> list[Finding]:
    sizes = (FEW, VERY_MANY if effort.extras else MANY)
    return asyncio.run(_measure([stage.empty_copy(f"many_{size}") for size in sizes], sizes))


async def _measure(urls: list[str], sizes: tuple[int, int]) -> list[Finding]:
    figures = []
    for url, size in zip(urls, sizes, strict=True):
        plain = make_url(url).set(drivername="postgresql")
        connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
        await fill(connection, size)
        await connection.close()
        figures.append(await _figures(url))
    few, many = figures
    return [*_about_lists(few, many, sizes), *_about_the_rest(many, sizes[1])]


async def _figures(url: str) -> dict[str, dict[str, Any]]:
    engine = make_engine(url)
    sessions = make_sessions(engine)
    found: dict[str, dict[str, Any]] = {"buffers": {}, "ms": {}, "cpu": {}}
    overview = {"overview": lambda session: lists.count_by_status(session, PEOPLE.agent)}
    async with unit_of_work(sessions) as session:
        for name, doing in (LISTS | overview).items():
            found["buffers"][name] = await buffers_of(session, doing(session))
    # As the bot does before it serves.
    gc.collect()
    gc.freeze()
    for name, doing in (LISTS | overview | SEARCHES).items():
        taken = [await _timed(sessions, doing) for _ in range(WARM_UP + TIMES)]
        found["ms"][name] = taken[WARM_UP:]
        found["cpu"][name] = await _spent(sessions, doing)
    await engine.dispose()
    return found


async def _timed(sessions: Any, doing: Doing) -> float:
    async with unit_of_work(sessions) as session:
        await session.connection()
        since = time.perf_counter()
        await doing(session)
        return (time.perf_counter() - since) * 1000


async def _spent(sessions: Any, doing: Doing) -> float | None:
    """Milliseconds of the processor for one, in the database: those tell the same on a machine
    that is busy with other things."""
    async with unit_of_work(sessions) as session:
        pid = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        before = cpu_seconds_of(pid)
        for _ in range(TIMES):
            await doing(session)
        after = cpu_seconds_of(pid)
    return None if before is None or after is None else (after - before) / TIMES * 1000


def _about_lists(few: Any, many: Any, sizes: tuple[int, int]) -> list[Finding]:
    findings = []
    for name in LISTS:
        pages, pages_of_few = many["buffers"][name], few["buffers"][name]
        ratio = statistics.median(many["ms"][name]) / statistics.median(few["ms"][name])
        findings.append(
            Finding(
                f"list {name}, of {sizes[1]:,}",
                f"{pages} pages, {statistics.median(many['ms'][name]):.1f} ms",
                f"{pages_of_few} pages, of {sizes[0]:,}",
                pages / max(pages_of_few, 1),
                f"≤ {BUFFERS_MOST} pages, ≤ {FLAT}",
                pages <= BUFFERS_MOST and pages <= FLAT * max(pages_of_few, 20),
                note=f"time × {ratio:.2f}",
            )
        )
    return findings


def _about_the_rest(many: Any, size: int) -> list[Finding]:
    wanted = {"overview": OVERVIEW_MS, **dict.fromkeys(SEARCHES, SEARCH_MS)}
    findings = []
    for name, most in wanted.items():
        taken = sorted(many["ms"][name])
        p99, middle = taken[math.ceil(0.99 * len(taken)) - 1], statistics.median(taken)
        spent = many["cpu"][name]
        findings.append(
            Finding(
                f"{'search: ' if name in SEARCHES else ''}{name}, of {size:,}",
                f"median {middle:.1f} ms, p99 {p99:.1f} ms",
                "",
                None,
                f"≤ {most:.0f} ms",
                (middle if name == "overview" else p99) <= most,
                note="" if spent is None else f"{spent:.1f} ms of the database's processor",
            )
        )
    return findings
