"""What was sent is kept for a while, and then goes in small steps."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core import retention
from core.db import utc_now
from core.retention import forget_settled


async def add(session: AsyncSession, count: int, days: int | None) -> None:
    await session.execute(
        text(
            "INSERT INTO outbox_messages (topic, lane, payload, settled_at)"
            " SELECT 'x', 'x', '{}', now() - make_interval(days => :days)"
            " FROM generate_series(1, :count)"
        ),
        {"count": count, "days": days},
    )


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 10)


async def tidy(session: AsyncSession) -> int:
    """How many steps it took."""
    steps, last = 0, 0
    while last is not None:
        steps += 1
        last = await forget_settled(session, utc_now() - timedelta(days=90), after=last)
    return steps


async def left(session: AsyncSession) -> int:
    return await session.scalar(text("SELECT count(*) FROM outbox_messages")) or 0


async def test_only_what_is_old_and_settled_goes(session: AsyncSession) -> None:
    await add(session, 12, 100)
    await add(session, 3, None)
    await add(session, 12, 100)
    await add(session, 25, 1)
    steps = await tidy(session)
    assert await left(session) == 28
    # It stopped where nothing was old any more.
    assert steps == 4


async def test_with_nothing_to_do_it_looks_once(session: AsyncSession) -> None:
    assert await tidy(session) == 1
    await add(session, 30, 1)
    assert await tidy(session) == 1
    assert await left(session) == 30
