"""What became of the rows a worker took, written down."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Sent, Undeliverable
from core import outbox
from core.db import unit_of_work
from core.errors import HelpDeskError, Unavailable
from core.outbox import Claim, OutboxMessage, Settlement
from core.tickets.triage.delivery_trouble import tell_of_trouble
from workers import deliveries
from workers.deliveries import places
from workers.deliveries.calls import Skip, Write
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

_BACK_OFF_MOST = timedelta(minutes=10)
#: Tries after which the administrators hear of a fault, and after which it holds up its lane no
#: longer: about a minute, and most of an hour.
TELL_AFTER, GIVE_UP_AFTER = 6, 12
#: Slack's words for what we, or the app's settings, do wrong.
_OURS = frozenset(
    {
        "block_mismatch",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "messages_tab_disabled",
        "metadata_too_large",
        "missing_scope",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "restricted_action",
    }
)


@dataclass(frozen=True, slots=True)
class Later:
    delay: timedelta
    error: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Of ours, or an answer of Slack's that nobody knows. It may be mended, and must not hold up
    its lane for ever."""

    error: str


@dataclass(frozen=True, slots=True)
class Done:
    """An errand that was run, and what is to be written down of it."""

    write: Write


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a claim: a place in Slack, a reason to try later, or an end."""

    claim: Claim
    outcome: Sent | Done | Later | Fault | Skip | Undeliverable


def back_off(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts, 20)), _BACK_OFF_MOST) + jitter()


def jitter() -> timedelta:
    return timedelta(seconds=random.random())


async def settle(session: AsyncSession, results: Sequence[Result]) -> None:
    sent = [(each.claim, each.outcome) for each in results if isinstance(each.outcome, Sent)]
    await places.record(session, sent)
    settled = [await _settlement(session, result) for result in results]
    if any(settled):
        await outbox.settle(session, [each for each in settled if each])


async def settle_one_by_one(runtime: Runtime, results: Sequence[Result]) -> None:
    """One of them cannot be written down: the others are, and it is tried again."""
    for result in results:
        try:
            async with unit_of_work(runtime.sessions) as session:
                await settle(session, [result])
        except Unavailable:
            raise
        except Exception as error:
            claim, fault = result.claim, Fault(type(error).__name__)
            log.exception("not_written_down", row=claim.id, topic=claim.topic)
            async with unit_of_work(runtime.sessions) as session:
                await settle(session, [Result(claim, fault)])


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
        case Fault(error):
            return await _try_again_or_give_up(session, claim, error)
        case Undeliverable() as failure:
            return await _refused(session, claim, failure.code)


async def _write_down(session: AsyncSession, claim: Claim, write: Write) -> Settlement:
    try:
        async with session.begin_nested():
            await write(session)
    except Unavailable:
        raise
    except HelpDeskError as refusal:
        return Settlement(claim, "skipped", refusal.text)
    return Settlement(claim, "sent")


async def _try_again_or_give_up(
    session: AsyncSession, claim: Claim, error: str
) -> Settlement | None:
    if claim.attempts >= TELL_AFTER:
        await tell_of_trouble(session, claim, error)
    if claim.attempts >= GIVE_UP_AFTER and await _failed_so_before(session, claim, error):
        log.error("given_up", row=claim.id, topic=claim.topic, error=error)
        return Settlement(claim, "failed", error)
    await outbox.postpone(session, claim, delay=back_off(claim.attempts), error=error)
    return None


async def _failed_so_before(session: AsyncSession, claim: Claim, error: str) -> bool:
    """Most of the tries may have been for another reason, a night without Slack."""
    before = select(OutboxMessage.last_error).where(OutboxMessage.id == claim.id)
    return bool(await session.scalar(before) == error)


async def _refused(session: AsyncSession, claim: Claim, code: str) -> Settlement | None:
    wait = await deliveries.take_another_way(session, claim, code)
    if wait is not None:
        await outbox.postpone(session, claim, delay=wait, error=code)
        return None
    if code in _OURS:
        await tell_of_trouble(session, claim, code)
    return Settlement(claim, "failed", code)
