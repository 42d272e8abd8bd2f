"""Draining the outbox: take rows, compose them from what is true now, send, settle."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import (
    Gateway,
    Limited,
    Post,
    Sent,
    SlackFailure,
    Undeliverable,
    Uninstalled,
    Update,
    Whisper,
)
from core import outbox
from core.db import unit_of_work
from core.errors import HelpDeskError, Unavailable
from core.outbox import Claim, Settlement
from workers import deliveries
from workers.deliveries import home, places
from workers.deliveries.calls import Call, Composed, Errand, NotYet, Skip, Write
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

#: The task's name, which the bot calls it by.
DRAIN = "outbox.drain"
MOST_IN_FLIGHT = 64
#: Answers that come within this time are written down together.
_TOGETHER = timedelta(milliseconds=10)
#: A thread whose root has not been posted yet: look again after this.
_NOT_YET = timedelta(seconds=1)
_BACK_OFF_MOST = timedelta(minutes=10)
_UNINSTALLED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Later:
    delay: timedelta
    error: str


@dataclass(frozen=True, slots=True)
class Done:
    """An errand that was run, and what is to be written down of it."""

    write: Write


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a claim: a place in Slack, a reason to try later, or an end."""

    claim: Claim
    outcome: Sent | Done | Later | Skip | Undeliverable


async def drain(runtime: Runtime) -> None:
    """Send what is due until nothing is. Any number of these may run side by side."""
    lease = runtime.settings.outbox_lease
    in_flight: set[asyncio.Task[Result]] = set()
    finished: list[Result] = []
    try:
        while True:
            room = MOST_IN_FLIGHT - len(in_flight)
            composed = await _turn(runtime, finished, room, lease)
            finished = [Result(claim, what) for claim, what in composed if isinstance(what, Skip)]
            finished += [
                Result(claim, Later(_NOT_YET, "its thread is not there yet"))
                for claim, what in composed
                if isinstance(what, NotYet)
            ]
            in_flight |= {
                asyncio.create_task(_send(runtime, claim, what))
                for claim, what in composed
                if not isinstance(what, Skip | NotYet)
            }
            # While they are on their way: it must not keep what was taken from being sent.
            await home.refresh(runtime, [claim for claim, _ in composed])
            if not in_flight and not finished:
                return
            if in_flight and not finished:
                done, in_flight = await _wait(in_flight)
                finished = [task.result() for task in done]
    except Unavailable:
        log.warning("database_away", in_flight=len(in_flight))
    finally:
        await _let_finish(runtime, in_flight)


async def _wait(
    in_flight: set[asyncio.Task[Result]],
) -> tuple[set[asyncio.Task[Result]], set[asyncio.Task[Result]]]:
    """Until something is answered, and then for what is answered close to it: a transaction for
    each answer would cost more than the calls."""
    done, rest = await asyncio.wait(in_flight, return_when=asyncio.FIRST_COMPLETED)
    if rest:
        more, rest = await asyncio.wait(rest, timeout=_TOGETHER.total_seconds())
        done |= more
    return done, rest


async def _turn(
    runtime: Runtime, finished: Sequence[Result], room: int, lease: timedelta
) -> list[tuple[Claim, Composed]]:
    """One transaction: settle what is finished, take what is due, read what it needs.

    A change that commits after this reading finds its refresh row taken and adds a new one.
    """
    async with unit_of_work(runtime.sessions) as session:
        await _settle(session, finished)
        claims = await outbox.claim(session, most=room, lease=lease) if room else []
        composed = await deliveries.compose(session, claims)
        for claim, what in composed:
            if isinstance(what, Errand) and what.takes:
                await outbox.hold(session, claim, what.takes)
        return composed


async def _let_finish(runtime: Runtime, in_flight: set[asyncio.Task[Result]]) -> None:
    # Cancelled or cut off from the database: what Slack has taken is still written down, if it
    # can be. Otherwise the next attempt finds the message by its mark.
    if not in_flight:
        return
    done, _ = await asyncio.wait(in_flight)
    try:
        async with unit_of_work(runtime.sessions) as session:
            await _settle(session, [task.result() for task in done])
    except Unavailable:
        log.warning("sent_but_not_written_down", rows=[task.result().claim.id for task in done])


async def _send(runtime: Runtime, claim: Claim, what: Call) -> Result:
    try:
        if isinstance(what, Errand):
            return Result(claim, Done(await what.run(runtime)))
        return Result(claim, await _call(runtime.gateway, claim, what))
    except Undeliverable as failure:
        log.warning("undeliverable", row=claim.id, topic=claim.topic, error=failure.code)
        return Result(claim, failure)
    except Limited as failure:
        return Result(claim, Later(failure.retry_after + _jitter(), failure.code))
    except Uninstalled as failure:
        log.error("slack_refuses_our_token", error=failure.code)
        return Result(claim, Later(_UNINSTALLED, failure.code))
    except SlackFailure as failure:
        return Result(claim, Later(back_off(claim.attempts), failure.code))
    except Exception as error:
        # A fault of ours in one row must not hold up the others.
        log.exception("delivery_failed", row=claim.id, topic=claim.topic)
        return Result(claim, Later(back_off(claim.attempts), type(error).__name__))


async def _call(gateway: Gateway, claim: Claim, what: Post | Update | Whisper) -> Sent:
    match what:
        case Update():
            return await gateway.update(what)
        case Post():
            # A worker that died, or an answer that got lost, may have left it posted.
            if claim.attempts > 1:
                found = await gateway.find_posted(what, claim.id, claim.created_at)
                if found is not None:
                    return found
            return await gateway.post(what, claim.id)
        case Whisper():
            return await gateway.whisper(what)


def back_off(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts, 20)), _BACK_OFF_MOST) + _jitter()


def _jitter() -> timedelta:
    return timedelta(seconds=random.random())


async def _settle(session: AsyncSession, results: Sequence[Result]) -> None:
    sent = [(each.claim, each.outcome) for each in results if isinstance(each.outcome, Sent)]
    await places.record(session, sent)
    settled = [await _settlement(session, result) for result in results]
    if any(settled):
        await outbox.settle(session, [each for each in settled if each])


async def _settlement(session: AsyncSession, result: Result) -> Settlement | None:
    """None when the row is to be tried again."""
    claim = result.claim
    match result.outcome:
        case Sent():
            return Settlement(claim, "sent")
        case Done(write):
            return await _write_down(session, claim, write)
        case Skip(reason):
            return Settlement(claim, "skipped", reason)
        case Later(delay, error):
            await outbox.postpone(session, claim, delay=delay, error=error)
            return None
        case Undeliverable() as failure:
            wait = await deliveries.take_another_way(session, claim, failure.code)
            if wait is None:
                return Settlement(claim, "failed", failure.code)
            await outbox.postpone(session, claim, delay=wait, error=failure.code)
            return None


async def _write_down(session: AsyncSession, claim: Claim, write: Write) -> Settlement:
    try:
        async with session.begin_nested():
            await write(session)
    except HelpDeskError as refusal:
        return Settlement(claim, "skipped", refusal.text)
    return Settlement(claim, "sent")
