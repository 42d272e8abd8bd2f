"""Waiting until something has happened: open pages look again, nobody polls."""

from __future__ import annotations

import asyncio


class News:
    """A number that rises with everything that may look different now."""

    def __init__(self) -> None:
        self.version = 0
        self._next = asyncio.Event()

    def touch(self) -> None:
        self.version += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, version: int) -> int:
        """The version, once it is another one than the given."""
        while self.version == version:
            await self._next.wait()
        return self.version
