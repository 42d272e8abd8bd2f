"""Digests and weekly reports, when their hour has come."""

from core.db import unit_of_work, utc_now
from core.reports.digests import send_due
from core.tickets.policy import read_policy
from workers.runtime import Runtime

#: The task's name.
SEND = "digests.send"


async def send(runtime: Runtime) -> None:
    """Any number of these may run side by side."""
    async with unit_of_work(runtime.sessions) as session:
        await send_due(session, await read_policy(session), utc_now())
