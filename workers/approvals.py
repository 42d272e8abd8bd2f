"""What time does to requests for approval, and to those who are away."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work
from core.tickets.approvals import absences, sweep
from core.tickets.policy import Policy, read_policy
from workers.apart import apart
from workers.runtime import Runtime

#: The task's name.
SWEEP = "approvals.sweep"

#: Adds what it takes to those to be passed by, and takes it out when all went well.
Step = Callable[[AsyncSession, Policy, set[int]], Awaitable[bool]]


async def sweep_approvals(runtime: Runtime) -> None:
    """Any number of these may run side by side: each thing is done once ever."""
    async with unit_of_work(runtime.sessions) as session:
        policy = await read_policy(session)
    # Whoever is back or away by now is so before anybody is reminded.
    for step in (absences.turn_one, sweep.tick):
        await _exhaust(runtime, policy, step)


async def _exhaust(runtime: Runtime, policy: Policy, step: Step) -> None:
    is_more, failed = True, set[int]()
    while is_more:
        before = len(failed)
        with apart(SWEEP, failed):
            async with unit_of_work(runtime.sessions) as session:
                is_more = await step(session, policy, failed)
            continue
        # One that failed is in it by now; a fault before that would come again and again.
        is_more = len(failed) > before
