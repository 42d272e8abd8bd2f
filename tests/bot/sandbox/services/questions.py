"""What the tests ask running servers."""

import fcntl
import os
import time
from pathlib import Path
from typing import Any

import asyncpg
from redis import Redis

from tests.soon import PATIENCE


async def ask(url: str, sql: str) -> Any:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def remember(url: str, value: str) -> None:
    with Redis.from_url(url) as client:
        client.set("memory", value)


def recall(url: str) -> bytes | None:
    with Redis.from_url(url) as client:
        answer = client.get("memory")
    assert answer is None or isinstance(answer, bytes)
    return answer


def becomes_free(root: Path, seconds: float = PATIENCE) -> bool:
    """Whether launcher and servers are all gone: each of them holds the lock."""
    deadline = time.monotonic() + seconds
    descriptor = os.open(root / "lock", os.O_RDWR)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.02)
            else:
                return True
    finally:
        os.close(descriptor)
