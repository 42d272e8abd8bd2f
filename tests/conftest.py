"""A database of its own for every test: a copy of a migrated template, or a rollback."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis
from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import NullPool

from bot.sandbox.services import Services, start_services
from core.engine import Sessions, make_engine, make_sessions
from core.logs import configure_logs
from migrations import commands
from tests.soon import PATIENCE

#: Servers to test against instead of the embedded ones. The role must be allowed to make databases.
DATABASE_SERVER = os.environ.get("HDMS_TEST_DATABASE_URL")
REDIS_SERVER = os.environ.get("HDMS_TEST_REDIS_URL")

# The same examples in every run, and as long as they take on a busy machine.
# `--hypothesis-profile=exploring` looks for others.
_patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("exploring", _patient)
settings.register_profile("steady", _patient, derandomize=True)
settings.load_profile("steady")

_numbers = count(1)


class DatabaseServer:
    """Makes and drops databases whose names begin with `prefix`, so that workers can share it."""

    def __init__(self, url: str, prefix: str) -> None:
        self._url = make_url(url)
        self._prefix = prefix
        # Fixtures without `async` run outside the loop of the test, which must stay as it is.
        self._outside = ThreadPoolExecutor(1)
        self._loop = asyncio.new_event_loop()
        self._connection: Any = None

    def create(self, name: str, template: str | None = None) -> str:
        # Copied as files: the log of the server would take three times as long.
        copy_of = f' TEMPLATE "{self._prefix}_{template}" STRATEGY file_copy' if template else ""
        self._run(f'CREATE DATABASE "{self._prefix}_{name}"{copy_of}')
        url = self._url.set(database=f"{self._prefix}_{name}")
        return url.render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self._prefix}_{name}" WITH (FORCE)')

    def close(self) -> None:
        if self._connection:
            self._wait_for(self._connection.close())
        self._loop.close()
        self._outside.shutdown()

    def _run(self, sql: str) -> None:
        self._wait_for(self._execute(sql))

    def _wait_for(self, doing: Coroutine[Any, Any, None]) -> None:
        self._outside.submit(self._loop.run_until_complete, doing).result()

    async def _execute(self, sql: str) -> None:
        if self._connection is None:
            plain = self._url.set(drivername="postgresql")
            self._connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
        await self._connection.execute(sql)


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    configure_logs()


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """The embedded servers, one pair per worker process."""
    with (
        tempfile.TemporaryDirectory(prefix="hdms-tests-") as folder,
        start_services(
            Path(folder), throwaway=True, postgres=not DATABASE_SERVER, redis=not REDIS_SERVER
        ) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest, worker: str) -> Iterator[DatabaseServer]:
    url = DATABASE_SERVER or request.getfixturevalue("services").database_url
    server = DatabaseServer(url, f"hdms_test_{worker}_{os.getpid()}")
    yield server
    server.close()


@pytest.fixture(scope="session")
def worker() -> str:
    """The name of this process among those of pytest-xdist."""
    return os.environ.get("PYTEST_XDIST_WORKER", "only")


@pytest.fixture(scope="session")
def template(database_server: DatabaseServer) -> Iterator[str]:
    """The name of a migrated database that nobody is connected to."""
    commands.upgrade(database_server.create("template"))
    yield "template"
    database_server.drop("template")


@pytest.fixture
def empty_database_url(database_server: DatabaseServer) -> Iterator[str]:
    """A database without any table."""
    name = f"empty_{next(_numbers)}"
    yield database_server.create(name)
    database_server.drop(name)


@pytest.fixture
def database_url(database_server: DatabaseServer, template: str) -> Iterator[str]:
    """A migrated database that is this test's alone."""
    name = f"copy_{next(_numbers)}"
    yield database_server.create(name, template)
    database_server.drop(name)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    # As many connections as a test does things at once, and no hurry: who wins a race is not to
    # be decided by somebody who gave up on a busy machine.
    engine = make_engine(database_url, pool_size=20)
    event.listen(engine.sync_engine, "do_connect", _without_hurry)
    yield engine
    await engine.dispose()


def _without_hurry(dialect: Any, record: Any, arguments: Any, options: dict[str, Any]) -> None:
    options["timeout"] = PATIENCE


@pytest.fixture
def fresh_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions whose commits are real, on a database of their own: for concurrency and clocks."""
    return make_sessions(engine)


@pytest.fixture(scope="session")
def shared_database_url(database_server: DatabaseServer, template: str) -> Iterator[str]:
    """For tests that leave no trace. Only what identity columns counted up stays."""
    yield database_server.create("shared", template)
    database_server.drop("shared")


@pytest.fixture
async def sessions(shared_database_url: str) -> AsyncIterator[Sessions]:
    """Sessions over one connection, whose commits are savepoints and are rolled back at the end.

    They cannot run at the same time, and now() stands still.
    """
    engine = create_async_engine(shared_database_url, poolclass=NullPool)
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield async_sessionmaker(
            bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        await outer.rollback()
    await engine.dispose()


@pytest.fixture
async def session(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def redis_server(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Its URL for Celery, and the same for redis-py."""
    if REDIS_SERVER:
        return REDIS_SERVER, REDIS_SERVER
    services: Services = request.getfixturevalue("services")
    return services.redis_url, services.redis_py_url


@pytest.fixture
async def redis_url(redis_server: tuple[str, str]) -> str:
    """An empty Redis, as our settings name it."""
    url, for_redis_py = redis_server
    async with Redis.from_url(for_redis_py) as client:
        await client.flushdb()
    return url
