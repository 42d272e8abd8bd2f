"""Every minute: clocks that run out, and what is to be said of them."""

from core.backlog import note_beat
from core.db import unit_of_work, utc_now
from core.tickets.policy import read_policy
from core.tickets.sla.sweeping import BATCH, sweep
from core.tickets.sla.telling import BATCH as TOLD_AT_ONCE
from core.tickets.sla.telling import tell
from workers.apart import apart
from workers.runtime import Runtime

#: The task's name.
WATCH = "sla.watch"


async def watch(runtime: Runtime) -> None:
    """Any number of these may run side by side, and one that dies leaves nothing half done."""
    async with unit_of_work(runtime.sessions) as session:
        await note_beat(session)
        policy = await read_policy(session)
    with apart(WATCH, "clocks"):
        looked_at = BATCH
        while looked_at == BATCH:
            async with unit_of_work(runtime.sessions) as session:
                looked_at = await sweep(session, policy, utc_now())
    told = TOLD_AT_ONCE
    while told == TOLD_AT_ONCE:
        async with unit_of_work(runtime.sessions) as session:
            told = await tell(session, utc_now())
