"""Several changes in a moment are one update of a card: at the edges of that moment."""

import asyncio
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.db import new_id, unit_of_work
from core.engine import Sessions

FOLD = timedelta(seconds=45)
LEASE = timedelta(seconds=30)
TICKET = new_id()


async def change(session: AsyncSession, fold: timedelta = FOLD) -> None:
    await outbox.add(session, *notices.refreshes(TICKET, fold))


async def waiting(session: AsyncSession) -> int:
    rows = text("SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL")
    return await session.scalar(rows) or 0


async def test_many_changes_wait_as_one_and_the_first_sets_the_time(session: AsyncSession) -> None:
    await change(session)
    first = await session.scalar(text("SELECT max(available_at) FROM outbox_messages"))
    for _ in range(5):
        await change(session)
    assert await waiting(session) == 2
    # Or a ticket that changes all the time would never be shown anew.
    assert await session.scalar(text("SELECT max(available_at) FROM outbox_messages")) == first


async def test_it_is_not_taken_before_its_time(session: AsyncSession) -> None:
    await change(session)
    assert await outbox.claim(session, most=10, lease=LEASE) == []
    await session.execute(text("UPDATE outbox_messages SET available_at = now()"))
    assert len(await outbox.claim(session, most=10, lease=LEASE)) == 2


async def test_a_change_while_it_is_on_its_way_waits_for_the_next(session: AsyncSession) -> None:
    await change(session, timedelta())
    claims = await outbox.claim(session, most=10, lease=LEASE)
    await change(session, timedelta())
    assert await waiting(session) == 4
    # In one lane: the later one leaves only when the earlier one is settled.
    assert await outbox.claim(session, most=10, lease=LEASE) == []
    await outbox.settle(session, [outbox.Settlement(each, "sent") for each in claims])
    assert len(await outbox.claim(session, most=10, lease=LEASE)) == 2


async def test_one_that_slack_did_not_take_is_followed_by_one_more_at_most(
    session: AsyncSession,
) -> None:
    await change(session, timedelta())
    for claim in await outbox.claim(session, most=10, lease=LEASE):
        await outbox.postpone(session, claim, delay=timedelta(minutes=1), error="ratelimited")
    for _ in range(3):
        await change(session, timedelta())
    assert await waiting(session) == 4


async def test_changes_at_once_make_one_row_each(fresh_sessions: Sessions) -> None:
    async def once() -> None:
        async with unit_of_work(fresh_sessions) as session:
            await change(session)

    await asyncio.gather(*(once() for _ in range(8)))
    async with fresh_sessions() as session:
        assert await waiting(session) == 2
