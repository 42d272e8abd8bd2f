"""What a row of the outbox comes to: a call to make, an errand to run, or nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Post, Update, Whisper
from workers.deliveries.scene import Scene
from workers.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing to say any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """The message it belongs to is still on its way."""


@dataclass(frozen=True, slots=True)
class Broken:
    """It cannot be composed: a fault of ours, or a row of a later version."""

    error: str


Write = Callable[[AsyncSession], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Errand:
    """More than one call: `run` asks and sends without a transaction, and gives back what is to
    be written down in the one that settles the row. It may run more than once. `takes`: how long
    nobody else may take the row, where that is longer than a call needs."""

    run: Callable[[Runtime], Awaitable[Write]]
    takes: timedelta | None = None


Call = Post | Update | Whisper | Errand
Composed = Call | Skip | NotYet | Broken
Composer = Callable[[dict[str, Any], Scene], Composed]
