"""A database of its own for every test: a copy of a migrated template, or a rollback."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy import make_url
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

#: Servers to test against instead of the embedded ones. The role must be allowed to make databases.
DATABASE_SERVER = os.environ.get("HDMS_TEST_DATABASE_URL")
REDIS_SERVER = os.environ.get("HDMS_TEST_REDIS_URL")

_numbers = count(1)


class DatabaseServer:
    """Makes and drops databases whose names begin with `prefix`, so that workers can share it."""

    def __init__(self, url: str, prefix: str) -> None:
        self._url = make_url(url)
        self._prefix = prefix

    def create(self, name: str, template: str | None = None) -> str:
        copy_of = f' TEMPLATE "{self._prefix}_{template}"' if template else ""
        self._run(f'CREATE DATABASE "{self._prefix}_{name}"{copy_of}')
        url = self._url.set(database=f"{self._prefix}_{name}")
        return url.render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self._prefix}_{name}" WITH (FORCE)')

    def _run(self, sql: str) -> None:
        # Fixtures without `async` run outside the loop of the test, which must stay as it is.
        with ThreadPoolExecutor(1) as outside:
            outside.submit(asyncio.run, self._execute(sql)).result()

    async def _execute(self, sql: str) -> None:
        connection = await asyncpg.connect(
            self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        )
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


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
def database_server(request: pytest.FixtureRequest, worker: str) -> DatabaseServer:
    url = DATABASE_SERVER or request.getfixturevalue("services").database_url
    return DatabaseServer(url, f"hdms_test_{worker}_{os.getpid()}")


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
    engine = make_engine(database_url)
    yield engine
    await engine.dispose()


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
