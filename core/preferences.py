"""What an administrator may set for the whole desk."""

from dataclasses import dataclass, fields
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Timestamps


class Preference(Timestamps, Base):
    """`value` is JSON: a length of time as its seconds, anything else as it is."""

    __tablename__ = "preferences"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)


class OldTexts(StrEnum):
    """What becomes of a message's text that its author changed or deleted in Slack."""

    KEEP = "keep"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Preferences:
    #: How long a public reply can be called back.
    reply_hold: timedelta = timedelta(seconds=10)
    #: Business days in which a resolved ticket can be reopened.
    reopen_grace_days: int = 5
    #: How long changes of one card are collected into one update.
    card_fold: timedelta = timedelta(seconds=2)
    #: The same, of what others do, on somebody's Home tab.
    home_fold: timedelta = timedelta(seconds=20)
    old_texts: OldTexts = OldTexts.KEEP
    #: When the morning's digest comes, by each person's clock; none: never.
    digest_at: time | None = time(9)
    #: Of those who chose none themselves: 20:00-07:00.
    quiet_hours: str | None = None
    #: Business days after which a resolved ticket that nobody answers about is closed; 0: never.
    auto_close_days: int = 5
    #: Business days after which a requester who does not answer is asked again; 0: never.
    nudge_requester_days: int = 3
    #: After twice as long their ticket is resolved.
    resolve_unanswered: bool = False
    #: Days for which one can read what was sent and what became of it.
    keep_deliveries_days: int = 90
    #: Guests of the workspace may file tickets for themselves.
    guests_may_file: bool = False
    #: Business time after which what is overdue and untouched goes one step up; zero: never.
    escalate_after: timedelta = timedelta(hours=4)


async def read_preferences(session: AsyncSession) -> Preferences:
    """What is stored; what is not keeps its default."""
    rows = await session.execute(select(Preference.name, Preference.value))
    stored: dict[str, Any] = dict(rows.all())
    chosen: dict[str, Any] = {}
    for each in fields(Preferences):
        if each.name in stored:
            chosen[each.name] = _read(each.default, stored[each.name])
    return Preferences(**chosen)


def _read(default: Any, value: Any) -> Any:
    if isinstance(default, timedelta):
        return timedelta(seconds=value)
    if isinstance(default, time):
        return time.fromisoformat(value) if value else None
    return OldTexts(value) if isinstance(default, OldTexts) else value
