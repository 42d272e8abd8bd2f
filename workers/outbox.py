"""Draining the outbox: take rows, compose them from what is true now, send, settle."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import (
    Gateway,
    Limited,
    Post,
    Puzzling,
    Sent,
    SlackFailure,
    Undeliverable,
    Uninstalled,
    Update,
    Whisper,
)
from core import outbox
from core.db import unit_of_work
from core.errors import Unavailable
from core.outbox import Claim
from workers import deliveries
from workers.deliveries import home
from workers.deliveries.calls import Broken, Call, Composed, Errand, NotYet, Skip
from workers.runtime import Runtime
from workers.settling import Done, Fault, Later, Result, back_off, jitter, settle, settle_one_by_one

log = structlog.get_logger(__name__)

#: The task's name, which the bot calls it by.
DRAIN = "outbox.drain"
MOST_IN_FLIGHT = 64
#: Answers that come within this time are written down together.
_TOGETHER = timedelta(milliseconds=10)
#: A thread whose root has not been posted yet: look again after this.
_NOT_YET = timedelta(seconds=1)
_UNINSTALLED = timedelta(minutes=5)

Compose = Callable[[AsyncSession, Sequence[Claim]], Awaitable[list[tuple[Claim, Composed]]]]


async def drain(runtime: Runtime) -> None:
    """Send what is due until nothing is. Any number of these may run side by side."""
    in_flight: set[asyncio.Task[Result]] = set()
    finished: list[Result] = []
    try:
        while True:
            room = MOST_IN_FLIGHT - len(in_flight)
            composed = await _turn(runtime, finished, room)
            finished = [
                Result(claim, _without_call(what))
                for claim, what in composed
                if not isinstance(what, Call)
            ]
            in_flight |= {
                asyncio.create_task(_send(runtime, claim, what))
                for claim, what in composed
                if isinstance(what, Call)
            }
            # While they are on their way: it must not keep what was taken from being sent.
            readable = [claim for claim, what in composed if not isinstance(what, Broken)]
            await home.refresh(runtime, readable)
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


def _without_call(what: Skip | NotYet | Broken) -> Skip | Later | Fault:
    match what:
        case NotYet():
            return Later(_NOT_YET, "its thread is not there yet")
        case Broken(error):
            return Fault(error)
        case Skip():
            return what


async def _turn(
    runtime: Runtime, finished: Sequence[Result], room: int
) -> list[tuple[Claim, Composed]]:
    """One transaction: settle what is finished, take what is due, read what it needs.

    A change that commits after this reading finds its refresh row taken and adds a new one.
    """
    try:
        async with unit_of_work(runtime.sessions) as session:
            await settle(session, finished)
            return await _take(runtime, session, room, deliveries.compose)
    except Unavailable:
        raise
    except Exception:
        # Something in one row undid it for all of them: each by itself then.
        log.exception("turn_failed")
    await settle_one_by_one(runtime, finished)
    async with unit_of_work(runtime.sessions) as session:
        return await _take(runtime, session, room, deliveries.compose_one_by_one)


async def _take(
    runtime: Runtime, session: AsyncSession, room: int, compose: Compose
) -> list[tuple[Claim, Composed]]:
    lease = runtime.settings.outbox_lease
    claims = await outbox.claim(session, most=room, lease=lease) if room else []
    composed = await compose(session, claims)
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
        await settle_one_by_one(runtime, [task.result() for task in done])
    except Unavailable:
        log.warning("sent_but_not_written_down", rows=[task.result().claim.id for task in done])


async def _send(runtime: Runtime, claim: Claim, what: Call) -> Result:
    try:
        if isinstance(what, Errand):
            return Result(claim, Done(await what.run(runtime)))
        return Result(claim, await _call(runtime.gateway, claim, what))
    except SlackFailure as failure:
        return Result(claim, _after(claim, failure))
    except Unavailable as failure:
        return Result(claim, Later(back_off(claim.attempts), type(failure).__name__))
    except Exception as error:
        # A fault of ours in one row must not hold up the others.
        log.exception("delivery_failed", row=claim.id, topic=claim.topic)
        return Result(claim, Fault(type(error).__name__))


def _after(claim: Claim, failure: SlackFailure) -> Undeliverable | Later | Fault:
    match failure:
        case Undeliverable():
            log.warning("undeliverable", row=claim.id, topic=claim.topic, error=failure.code)
            return failure
        case Limited():
            return Later(failure.retry_after + jitter(), failure.code)
        case Uninstalled():
            log.error("slack_refuses_our_token", error=failure.code)
            return Later(_UNINSTALLED, failure.code)
        case Puzzling():
            log.warning("unknown_answer", row=claim.id, topic=claim.topic, error=failure.code)
            return Fault(failure.code)
        case _:
            return Later(back_off(claim.attempts), failure.code)


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
