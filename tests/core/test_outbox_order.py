"""Rows that leave before what waits in their lane."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.outbox import OutboxMessage, Row

LEASE = timedelta(minutes=1)


def row(name: str, lane: str = "desk:1", **more: object) -> Row:
    return Row("said", lane, {"name": name}, **more)  # type: ignore[arg-type]


async def leaving(session: AsyncSession, lane: str = "desk:1") -> list[str]:
    """The names of what waits in the lane, in the order in which it leaves."""
    found = await session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.lane == lane, OutboxMessage.settled_at.is_(None))
        .order_by(OutboxMessage.id)
        .execution_options(populate_existing=True)
    )
    return [each.payload["name"] for each in found]


async def test_they_leave_behind_the_row_in_hand_and_before_all_that_waits(
    session: AsyncSession,
) -> None:
    names = [f"later {number}" for number in range(20)]
    await outbox.add(session, row("fetch"), *(row(name) for name in names))
    await outbox.claim(session, most=1, lease=LEASE)
    await outbox.add_ahead(session, "desk:1", row("earlier 1"), row("earlier 2"))
    assert await leaving(session) == ["fetch", "earlier 1", "earlier 2", *names]


async def test_what_waits_keeps_its_time_and_its_fold_key(session: AsyncSession) -> None:
    held = row("held", fold_key="held", delay=timedelta(minutes=5))
    await outbox.add(session, row("fetch"), held, row("elsewhere", lane="desk:2"))
    await outbox.claim(session, most=2, lease=LEASE)
    before = await session.scalar(
        select(OutboxMessage.available_at).where(OutboxMessage.fold_key == "held")
    )
    await outbox.add_ahead(session, "desk:1", row("earlier"))
    after = await session.scalar(
        select(OutboxMessage.available_at).where(OutboxMessage.fold_key == "held")
    )
    assert before == after
    assert await leaving(session) == ["fetch", "earlier", "held"]
    assert await leaving(session, "desk:2") == ["elsewhere"]
