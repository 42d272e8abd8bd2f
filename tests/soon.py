"""Waiting for what happens elsewhere: as long as a busy machine needs, and no longer."""

import asyncio
from collections.abc import Callable
from inspect import isawaitable
from typing import Any

#: Nothing is claimed by it: whoever waits in vain fails this late, and nobody else notices.
PATIENCE = 120


async def soon(condition: Callable[[], Any]) -> Any:
    """What a condition, awaitable or not, gives once it is true."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = condition()
            if isawaitable(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.05)
