"""How PostgreSQL means to run a statement of ours once the driver has prepared it."""

from collections.abc import Awaitable
from itertools import count
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

_numbers = count(1)


async def plan_of(session: AsyncSession, doing: Awaitable[Any]) -> str:
    """Of the last statement that `doing` sends. After seven executions PostgreSQL may plan
    without looking at the values."""
    return "\n".join(await _explained(session, doing, "EXPLAIN"))


async def buffers_of(session: AsyncSession, doing: Awaitable[Any]) -> int:
    """How many pages the last statement that `doing` sends reads, wherever they come from."""
    how = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)"
    [found] = await _explained(session, doing, how)
    plan = found[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


async def _explained(session: AsyncSession, doing: Awaitable[Any], how: str) -> list[Any]:
    sent: list[tuple[str, tuple[Any, ...]]] = []

    def keep(connection: Any, cursor: Any, sql: str, values: tuple[Any, ...], *_: Any) -> None:
        sent.append((sql, values))

    connection = await session.connection()
    event.listen(connection.sync_connection, "before_cursor_execute", keep)
    await doing
    event.remove(connection.sync_connection, "before_cursor_execute", keep)
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    sql, values = sent[-1]
    name = f"under_test_{next(_numbers)}"
    statement = await driver.prepare(sql, name=name)
    for _ in range(7):
        await statement.fetch(*values)
    written = ", ".join(_written(value) for value in values)
    rows = await driver.fetch(f"{how} EXECUTE {name} ({written})" if values else f"{how} {sql}")
    await driver.execute(f"DEALLOCATE {name}")
    return [row[0] for row in rows]


def _written(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return "ARRAY[" + ", ".join(_written(each) for each in value) + "]::uuid[]"
    return "'" + str(value).replace("'", "''") + "'"
