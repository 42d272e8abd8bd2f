"""How PostgreSQL means to run a statement of ours once the driver has prepared it."""

from collections.abc import Awaitable
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession


async def plan_of(session: AsyncSession, doing: Awaitable[Any]) -> str:
    """Of the last statement that `doing` sends. After seven executions PostgreSQL may plan
    without looking at the values."""
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
    statement = await driver.prepare(sql, name="under_test")
    for _ in range(7):
        await statement.fetch(*values)
    written = ", ".join(f"'{value}'" for value in values)
    rows = await driver.fetch(f"EXPLAIN EXECUTE under_test ({written})")
    await driver.execute("DEALLOCATE under_test")
    return "\n".join(row[0] for row in rows)
