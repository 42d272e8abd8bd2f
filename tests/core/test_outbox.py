"""Messages to send: in order, once, by one worker at a time, and never about an older state."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.db import unit_of_work
from core.engine import Sessions
from core.outbox import Claim, OutboxMessage, Row, Settlement
from tests.core.plans import plan_of

LEASE = timedelta(minutes=1)


def row(lane: str = "desk:1", **fields: Any) -> Row:
    return Row("ticket.happened", lane, {"ticket_id": "1"}, **fields)


def refresh(**fields: Any) -> Row:
    return Row("ticket.card_changed", "card:1", {"ticket_id": "1"}, fold_key="card:1", **fields)


async def take(session: AsyncSession, most: int = 10, lease: timedelta = LEASE) -> list[Claim]:
    return await outbox.claim(session, most=most, lease=lease)


async def send(session: AsyncSession, claims: Sequence[Claim], outcome: str = "sent") -> None:
    await outbox.settle(session, [Settlement(each, outcome) for each in claims])


async def stored(session: AsyncSession) -> list[OutboxMessage]:
    statement = select(OutboxMessage).order_by(OutboxMessage.id)
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


class TestLanes:
    async def test_rows_of_a_lane_leave_one_after_another_in_order(
        self, session: AsyncSession
    ) -> None:
        payloads = [{"audit_id": number} for number in range(4)]
        await outbox.add(session, *(Row("ticket.happened", "desk:1", each) for each in payloads))
        sent = []
        while claims := await take(session):
            assert len(claims) == 1
            assert await take(session) == []
            sent += [each.payload for each in claims]
            await send(session, claims)
        assert sent == payloads

    async def test_lanes_do_not_wait_for_each_other(self, session: AsyncSession) -> None:
        await outbox.add(session, row("a"), row("b"), row("a"), row("c"), row("b"))
        assert [each.lane for each in await take(session)] == ["a", "b", "c"]

    async def test_a_row_that_waits_holds_up_its_lane_and_no_other(
        self, session: AsyncSession
    ) -> None:
        await outbox.add(session, row("a", delay=timedelta(hours=1)), row("a"), row("b"))
        assert [each.lane for each in await take(session)] == ["b"]

    async def test_no_more_than_asked_for_are_taken_the_longest_due_first(
        self, session: AsyncSession
    ) -> None:
        delays = {"late": timedelta(minutes=-1), "latest": timedelta(hours=-1), "now": timedelta()}
        await outbox.add(session, *(row(lane, delay=delay) for lane, delay in delays.items()))
        assert {each.lane for each in await take(session, most=2)} == {"late", "latest"}

    async def test_a_failed_or_skipped_row_lets_the_next_one_go(
        self, session: AsyncSession
    ) -> None:
        await outbox.add(session, row(), row(), row())
        for outcome in ("failed", "skipped", "sent"):
            await send(session, await take(session), outcome)
        assert [each.outcome for each in await stored(session)] == ["failed", "skipped", "sent"]
        assert all(each.settled_at for each in await stored(session))


class TestLeases:
    async def test_a_row_comes_back_when_its_lease_ends(self, session: AsyncSession) -> None:
        await outbox.add(session, row())
        (first,) = await take(session, lease=timedelta())
        (second,) = await take(session)
        assert (second.id, first.attempts, second.attempts) == (first.id, 1, 2)
        assert await take(session) == []

    async def test_whoever_held_it_before_cannot_settle_or_postpone_it(
        self, session: AsyncSession
    ) -> None:
        await outbox.add(session, row())
        late = await take(session, lease=timedelta())
        holder = await take(session)
        await send(session, late, "failed")
        await outbox.postpone(session, late[0], delay=timedelta(days=1), error="slow")
        (message,) = await stored(session)
        assert (message.settled_at, message.outcome, message.last_error) == (None, None, None)
        await send(session, holder)
        (message,) = await stored(session)
        assert message.outcome == "sent"

    async def test_what_is_settled_stays_settled(self, session: AsyncSession) -> None:
        await outbox.add(session, row())
        claims = await take(session)
        await send(session, claims)
        await send(session, claims, "failed")
        await outbox.postpone(session, claims[0], delay=timedelta(), error="again")
        (message,) = await stored(session)
        assert (message.outcome, message.last_error) == ("sent", None)
        assert await take(session) == []

    async def test_a_postponed_row_and_its_lane_wait(self, session: AsyncSession) -> None:
        await outbox.add(session, row(), row())
        (claim,) = await take(session)
        await outbox.postpone(session, claim, delay=timedelta(hours=1), error="ratelimited")
        assert await take(session) == []
        first, second = await stored(session)
        assert first.available_at - second.available_at == timedelta(hours=1)
        assert (first.last_error, first.attempts, first.settled_at) == ("ratelimited", 1, None)

    async def test_a_row_postponed_for_no_time_is_taken_again(self, session: AsyncSession) -> None:
        await outbox.add(session, row())
        (claim,) = await take(session)
        await outbox.postpone(session, claim, delay=timedelta(), error="timeout")
        (again,) = await take(session)
        assert (again.id, again.attempts) == (claim.id, 2)


class TestRefreshes:
    async def test_one_that_waits_takes_in_the_next(self, session: AsyncSession) -> None:
        for _ in range(3):
            await outbox.add(session, row(), refresh())
        topics = [each.topic for each in await stored(session)]
        assert topics.count("ticket.card_changed") == 1
        assert topics.count("ticket.happened") == 3

    async def test_it_keeps_the_moment_the_first_one_was_due(self, session: AsyncSession) -> None:
        await outbox.add(session, refresh(delay=timedelta(seconds=2)))
        (before,) = [each.available_at for each in await stored(session)]
        await outbox.add(session, refresh(delay=timedelta(hours=2)))
        assert [each.available_at for each in await stored(session)] == [before]

    async def test_one_that_was_taken_takes_in_no_more(self, session: AsyncSession) -> None:
        await outbox.add(session, refresh())
        claims = await take(session)
        await outbox.add(session, refresh())
        assert len(await stored(session)) == 2
        assert await take(session) == []
        await send(session, claims)
        (later,) = await take(session)
        assert later.id > claims[0].id

    async def test_one_that_was_taken_and_postponed_takes_in_no_more(
        self, session: AsyncSession
    ) -> None:
        await outbox.add(session, refresh())
        (claim,) = await take(session)
        await outbox.postpone(session, claim, delay=timedelta(), error="ratelimited")
        await outbox.add(session, refresh())
        assert len(await stored(session)) == 2

    async def test_refreshes_of_different_cards_stay_apart(self, session: AsyncSession) -> None:
        other = Row("ticket.card_changed", "card:2", {"ticket_id": "2"}, fold_key="card:2")
        await outbox.add(session, refresh(), other)
        assert len(await stored(session)) == 2


class TestWorkersSideBySide:
    async def test_two_never_get_the_same_row_nor_two_of_one_lane(
        self, fresh_sessions: Sessions
    ) -> None:
        lanes = [f"lane:{number % 7}" for number in range(42)]
        async with unit_of_work(fresh_sessions) as session:
            await outbox.add(session, *(row(lane) for lane in lanes))
        sent: list[Claim] = []
        in_flight: set[str] = set()
        doubled: list[str] = []

        async def work() -> None:
            while True:
                async with unit_of_work(fresh_sessions) as session:
                    claims = await take(session, most=3)
                if not claims and len(sent) == len(lanes):
                    return
                doubled.extend(each.lane for each in claims if each.lane in in_flight)
                in_flight.update(each.lane for each in claims)
                await asyncio.sleep(0.001)
                sent.extend(claims)
                in_flight.difference_update(each.lane for each in claims)
                if claims:
                    async with unit_of_work(fresh_sessions) as session:
                        await send(session, claims)

        async with asyncio.timeout(20):
            await asyncio.gather(*(work() for _ in range(6)))
        assert doubled == []
        assert len({each.id for each in sent}) == len(sent) == len(lanes)
        for lane in set(lanes):
            ids = [each.id for each in sent if each.lane == lane]
            assert ids == sorted(ids)

    async def test_a_row_that_another_worker_is_taking_is_passed_by(
        self, fresh_sessions: Sessions
    ) -> None:
        async with unit_of_work(fresh_sessions) as session:
            await outbox.add(session, row("a"), row("a"), row("b"))
        async with unit_of_work(fresh_sessions) as one, unit_of_work(fresh_sessions) as two:
            assert [each.lane for each in await take(one, most=1)] == ["a"]
            async with asyncio.timeout(20):
                assert [each.lane for each in await take(two)] == ["b"]

    async def test_a_claim_that_is_rolled_back_never_was(self, fresh_sessions: Sessions) -> None:
        async with unit_of_work(fresh_sessions) as session:
            await outbox.add(session, row())
        async with fresh_sessions() as session:
            assert len(await take(session)) == 1
            await session.rollback()
        async with unit_of_work(fresh_sessions) as session:
            (claim,) = await take(session)
        assert claim.attempts == 1


class TestAChangeBesideAWorker:
    """What a worker composed before a change committed is followed by another refresh."""

    @staticmethod
    @asynccontextmanager
    async def changing(sessions: Sessions, to: str) -> AsyncIterator[AsyncSession]:
        async with unit_of_work(sessions) as session:
            await session.execute(
                text("UPDATE preferences SET value = to_jsonb(CAST(:to AS text))"), {"to": to}
            )
            await outbox.add(session, refresh())
            yield session

    @staticmethod
    async def state(session: AsyncSession) -> str:
        found: str = await session.scalar(text("SELECT value #>> '{}' FROM preferences"))
        return found

    @pytest.fixture
    async def waiting(self, fresh_sessions: Sessions) -> None:
        """The state is "before", and a refresh is waiting to show it."""
        async with unit_of_work(fresh_sessions) as session:
            await session.execute(
                text("""INSERT INTO preferences (name, value) VALUES ('state', '"before"')""")
            )
            await outbox.add(session, refresh())

    async def test_a_change_under_way_keeps_the_waiting_row_to_itself(
        self, fresh_sessions: Sessions, waiting: None
    ) -> None:
        async with self.changing(fresh_sessions, "after"), unit_of_work(fresh_sessions) as worker:
            assert await take(worker) == []
        async with unit_of_work(fresh_sessions) as worker:
            assert len(await take(worker)) == 1
            assert await self.state(worker) == "after"

    async def test_a_change_that_comes_while_a_worker_takes_the_row_leaves_a_later_one(
        self, fresh_sessions: Sessions, waiting: None
    ) -> None:
        async def change() -> None:
            async with self.changing(fresh_sessions, "after"):
                shown.append("changed")

        shown: list[str] = []
        async with unit_of_work(fresh_sessions) as worker:
            claims = await take(worker)
            changing = asyncio.create_task(change())
            await asyncio.sleep(0.1)
            shown.append(await self.state(worker))
        await changing
        assert shown == ["before", "changed"]
        async with unit_of_work(fresh_sessions) as worker:
            await send(worker, claims)
            (later,) = await take(worker)
            assert await self.state(worker) == "after"
        assert later.id > claims[0].id

    async def test_whatever_the_order_the_last_thing_shown_is_the_last_state(
        self, fresh_sessions: Sessions, waiting: None
    ) -> None:
        last, shown = 30, ["before"]

        async def change() -> None:
            for number in range(1, last + 1):
                async with self.changing(fresh_sessions, str(number)):
                    await asyncio.sleep(0)
                await asyncio.sleep(0.001 * (number % 4))

        async def work() -> None:
            idle = 0
            while idle < 3:
                async with unit_of_work(fresh_sessions) as session:
                    claims = await take(session)
                    shown.extend([await self.state(session)] if claims else [])
                if claims:
                    async with unit_of_work(fresh_sessions) as session:
                        await send(session, claims)
                idle = idle + 1 if not claims and changes.done() else 0
                await asyncio.sleep(0.001)

        changes = asyncio.create_task(change())
        async with asyncio.timeout(20):
            await asyncio.gather(changes, work(), work())
        assert shown[-1] == str(last)


async def test_claiming_reads_the_small_indexes_among_many_settled_rows(
    session: AsyncSession,
) -> None:
    await session.execute(
        text(
            """
            INSERT INTO outbox_messages (topic, lane, payload, settled_at, outcome, available_at)
            SELECT 'ticket.happened', 'desk:' || n % 500, '{}',
                   CASE WHEN n % 100 = 0 THEN NULL ELSE now() END,
                   CASE WHEN n % 100 = 0 THEN NULL ELSE 'sent' END, now() - interval '1 hour'
              FROM generate_series(1, 20000) AS n
            """
        )
    )
    await session.execute(text("ANALYZE outbox_messages"))
    plan = await plan_of(session, take(session, most=48))
    assert "ix_outbox_messages_due" in plan
    assert "ix_outbox_messages_lane" in plan
    assert "Seq Scan" not in plan


async def test_a_claim_says_since_when_the_row_waits(session: AsyncSession) -> None:
    before = datetime.now(UTC)
    await outbox.add(session, row())
    (claim,) = await take(session)
    assert abs(claim.created_at - before) < timedelta(minutes=1)
    assert claim.payload == {"ticket_id": "1"}


async def test_what_goes_first_is_said_before_what_waits_and_after_what_was_taken(
    session: AsyncSession,
) -> None:
    await outbox.add(session, row(), Row("second", "desk:1", {"n": 2}, "key", LEASE))
    await outbox.add(session, Row("other", "desk:2", {}))
    await take(session, most=1)
    await outbox.put_first(session, "desk:1", Row("first", "desk:1", {}))
    kept = [each for each in await stored(session) if each.settled_at is None]
    assert [(each.topic, each.lane) for each in kept] == [
        ("ticket.happened", "desk:1"),
        ("other", "desk:2"),
        ("first", "desk:1"),
        ("second", "desk:1"),
    ]
    again = kept[-1]
    assert (again.payload, again.fold_key) == ({"n": 2}, "key")
    # It is held back as long as before.
    assert again.available_at > kept[0].created_at + LEASE / 2
