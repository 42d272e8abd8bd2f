"""What every benchmark plays on: real servers, a company in the database, a stub of Slack."""

import asyncio
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from json import loads
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
from sqlalchemy import make_url, text

import core.models  # noqa: F401 - every table is known before the first query
from bot.sandbox.services import Services, start_services
from core import outbox
from core.configuration.file import Configuration
from core.configuration.seed import apply
from core.db import unit_of_work
from core.engine import make_engine, make_sessions
from migrations import commands
from tests.benchmarks.children import Child, ServerChild
from tests.benchmarks.signed import DEPARTMENT, PEOPLE, TEAM

_COMPANY = {
    "team_id": TEAM,
    "departments": [
        {"name": "IT", "desk_channel": "C0ITDESK", "time_zone": "Europe/Berlin"},
        {"name": "HR", "desk_channel": "C0HRDESK"},
    ],
    "calendars": [{"name": "office", "hours": {"mon-fri": ["09:00-17:00"]}}],
    "sla_templates": [
        {"name": "urgent", "priority": "urgent", "first_response": "30m", "resolution": "4h"},
        {"name": "rest", "first_response": "4h", "resolution": "3d", "calendar": "office"},
    ],
}
_PEOPLE = f"""
    INSERT INTO users (id, team_id, slack_user_id, employee_code, name, time_zone, role,
                       is_active, is_guest)
    SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '{TEAM}',
           'U0P' || lpad(n::text, 5, '0'), 'E' || n, 'Person ' || n, 'UTC', 'employee', true, false
      FROM generate_series(1, {PEOPLE}) AS n
"""


@dataclass(frozen=True, slots=True)
class Effort:
    rounds: int
    seconds: float
    outbox_rows: int
    #: Also what takes minutes: a million settled rows, the price of indexes.
    extras: bool


FULL = Effort(rounds=6, seconds=1.5, outbox_rows=1000, extras=True)
QUICK = Effort(rounds=3, seconds=0.7, outbox_rows=400, extras=False)


class Stage:
    def __init__(self, services: Services, stack: ExitStack) -> None:
        self._services = services
        self._stack = stack
        self.database_url = services.database("desk")
        commands.upgrade(self.database_url)
        asyncio.run(_settle_in(self.database_url))
        self.slack = self.server("slack", delay=0.05)
        self.slack_url = f"http://127.0.0.1:{self.slack.port}/api/"
        self.load = self.child("load")

    def server(self, kind: str, **settings: Any) -> ServerChild:
        child = ServerChild(kind, **settings)
        self._stack.callback(child.stop)
        return child

    def child(self, module: str, **settings: Any) -> Child:
        child = Child(module, **settings)
        self._stack.callback(child.stop)
        return child

    def help_desk(self, kind: str = "help desk", redis_url: str | None = None) -> ServerChild:
        return self.server(
            kind,
            database_url=self.database_url,
            redis_url=redis_url or self._services.redis_url,
            slack_url=self.slack_url,
        )

    @property
    def dead_redis_url(self) -> str:
        """Where nobody listens."""
        return f"redis+socket://{self._services.root}/nobody.sock?virtual_host=0"

    @property
    def redis_url(self) -> str:
        return self._services.redis_url

    def empty_copy(self, name: str) -> str:
        """Another database with the same company."""
        url = self._services.database(name)
        commands.upgrade(url)
        asyncio.run(_settle_in(url))
        return url

    def sql(self, statement: str, url: str | None = None) -> list[Any]:
        return asyncio.run(_fetch(url or self.database_url, statement))

    def explain_claim(self, url: str) -> str:
        """How PostgreSQL takes a batch from the outbox; nothing is taken."""
        return asyncio.run(_explain_claim(url))

    def seen_by_slack(self) -> dict[str, Any]:
        """What the stub has seen since it was asked last."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.slack.port}/seen") as answer:
            seen: dict[str, Any] = loads(answer.read())
        return seen


@contextmanager
def open_stage() -> Iterator[Stage]:
    with (
        TemporaryDirectory(prefix="hdms-bench-") as folder,
        start_services(Path(folder)) as services,
        ExitStack() as stack,
    ):
        yield Stage(services, stack)


async def _settle_in(url: str) -> None:
    engine = make_engine(url)
    async with unit_of_work(make_sessions(engine)) as session:
        await apply(session, Configuration.model_validate(_COMPANY))
    await engine.dispose()
    await _fetch(url, f"UPDATE departments SET id = '{DEPARTMENT}' WHERE name = 'IT'")
    await _fetch(url, _PEOPLE)


async def _fetch(url: str, statement: str) -> list[Any]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def _explain_claim(url: str) -> str:
    engine = make_engine(url)
    claim = text(f"EXPLAIN (ANALYZE, BUFFERS) {outbox.CLAIM.element}")
    values = {"most": 48, "lease": timedelta(seconds=30)}
    async with engine.connect() as connection:
        for _ in range(3):
            plan = await connection.execute(claim, values)
            await connection.rollback()
    await engine.dispose()
    return "\n".join(row[0] for row in plan)
