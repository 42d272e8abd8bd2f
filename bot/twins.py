"""The same click, arriving many times at once: done once, and the others learn what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Twins(Generic[T]):
    """Only spares the database a queue of the same: what is done has to be safe without."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[T]] = {}

    async def run(self, key: Hashable, doing: Callable[[], Awaitable[T]]) -> tuple[T, bool]:
        """What came of it, and whether this was the one that did it."""
        running = self._running.get(key)
        if running is not None:
            return await asyncio.shield(running), False
        running = asyncio.ensure_future(_started(doing))
        self._running[key] = running
        try:
            return await running, True
        finally:
            del self._running[key]


async def _started(doing: Callable[[], Awaitable[T]]) -> T:
    return await doing()
