"""One statement at a time, straight through the driver: for the few that are sent so often that
what a session costs shows. Each is a transaction of its own."""

from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy import make_url

from core.db import failures_named
from core.engine import CONNECT_WITHIN

#: Longer than a healthy pool keeps anybody waiting.
FREE_WITHIN = 1.0


class _Plain(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """Never leaves a statement's traces behind, so there is nothing to reset in between."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


class Direct:
    """Connections are made when they are needed. Works behind PgBouncer, too: there the statement
    goes unnamed, in one message with its values."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def fetch_one(self, sql: str, values: Sequence[Any]) -> Any | None:
        """The first row, if there is one. Raises what `unit_of_work` does."""
        with failures_named():
            async with self._pool.acquire(timeout=FREE_WITHIN) as connection:
                try:
                    return await connection.fetchrow(sql, *values)
                except TimeoutError:
                    # Giving it back would wait for the silent server as long again.
                    connection.terminate()
                    raise

    async def close(self) -> None:
        self._pool.terminate()


async def open_direct(url: str, *, pooled: bool, most: int, command_timeout: float) -> Direct:
    """`url` as SQLAlchemy reads it; `pooled` and the time-out as in `make_engine`."""
    plain = make_url(url).set(drivername="postgresql")
    pool = await asyncpg.create_pool(
        plain.render_as_string(hide_password=False),
        connection_class=_Plain,
        min_size=0,
        max_size=most,
        timeout=CONNECT_WITHIN,
        command_timeout=command_timeout,
        statement_cache_size=0 if pooled else 100,
    )
    return Direct(pool)
