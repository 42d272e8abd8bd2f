"""Do the servers behind us answer?"""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

OK = "ok"


async def state_of(question: Awaitable[None], within: timedelta) -> str:
    """`ok`, or the name of what went wrong."""
    # Whatever goes wrong is the answer.
    try:
        async with asyncio.timeout(within.total_seconds()):
            await question
    except Exception as error:
        return type(error).__name__
    return OK


async def ask_database(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))


async def ask_redis(url: str) -> None:
    scheme = "redis+socket://"
    if url.startswith(scheme):
        url = "unix://" + url.removeprefix(scheme).partition("?")[0]
    async with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as redis:
        await redis.ping()
