"""Waiting for what people see, with a deadline that says what was seen instead."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

SECONDS = 60.0
PAUSE_SECONDS = 0.1

T = TypeVar("T")


class Differs(Exception):
    """The story does not go as it should; the text says how."""


class Missing(Exception):
    """Not there yet; the text says what is there instead."""


class Watcher:
    """`check` raises when waiting has become pointless."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check

    async def until(self, expected: str, look: Callable[[], Awaitable[T]]) -> T:
        """Looks until it finds; `look` raises Missing while it does not."""
        deadline = time.monotonic() + SECONDS
        while True:
            self._check()
            try:
                return await look()
            except Missing as missing:
                if time.monotonic() > deadline:
                    sentence = f"Expected {expected} within {SECONDS:.0f} s."
                    raise Differs(f"{sentence} Seen instead: {missing}") from missing
            await asyncio.sleep(PAUSE_SECONDS)
