"""What happens to tickets whose requesters say nothing."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work, utc_now
from core.tickets.changes import Turn, by_itself
from core.tickets.endings import closing, unanswered
from core.tickets.policy import Desk, read_policy
from workers.apart import apart
from workers.runtime import Runtime

#: The task's name.
SWEEP = "endings.sweep"

Step = Callable[[AsyncSession, Turn, Desk, datetime], Awaitable[int]]


async def sweep(runtime: Runtime) -> None:
    """Any number of these may run side by side."""
    async with unit_of_work(runtime.sessions) as session:
        policy = await read_policy(session)
    turn, now = by_itself(policy), utc_now()
    for desk in policy.desks.values():
        with apart(SWEEP, desk.name):
            await _sweep_desk(runtime, turn, desk, now)


async def _sweep_desk(runtime: Runtime, turn: Turn, desk: Desk, now: datetime) -> None:
    policy = turn.policy
    steps = (
        (closing.close_silent, closing.silent_since(policy, desk, now), closing.BATCH),
        (_ask_again, unanswered.unanswered_since(policy, desk, now), unanswered.BATCH),
        (unanswered.resolve_unanswered, unanswered.given_up_since(policy, desk, now), None),
    )
    for step, since, batch in steps:
        if since is not None:
            with apart(SWEEP, desk.name):
                await _repeat(runtime, turn, desk, since, (step, batch))


async def _ask_again(session: AsyncSession, turn: Turn, desk: Desk, since: datetime) -> int:
    return await unanswered.ask_again(session, desk, since)


async def _repeat(
    runtime: Runtime, turn: Turn, desk: Desk, since: datetime, what: tuple[Step, int | None]
) -> None:
    """As long as there may be more. What cannot be done now stays, and must not be met again."""
    step, batch = what
    done = batch
    while done == batch:
        async with unit_of_work(runtime.sessions) as session:
            done = await step(session, turn, desk, since)
        if batch is None:
            return
