"""What nobody has to ask for: nudges about tickets that wait, and a look at the desk channels."""

from typing import Any

import structlog
from sqlalchemy import select

from bot.gateway import SlackFailure, Undeliverable
from core.db import unit_of_work, utc_now
from core.tickets.policy import Desk, Policy, read_policy
from core.tickets.triage import desk_privacy
from core.tickets.triage.desk_trouble import note
from core.tickets.triage.waiting import BATCH, limits_of, nudge
from core.users.models import Department
from workers.apart import apart
from workers.deliveries.desks import is_public
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

#: The tasks' names.
NUDGE, CHECK_DESKS = "triage.nudge", "triage.check_desks"


async def nudge_waiting(runtime: Runtime) -> None:
    """Each desk of what nobody took in time. Any number of these may run side by side."""
    async with unit_of_work(runtime.sessions) as session:
        policy = await read_policy(session)
    for desk in policy.desks.values():
        with apart(NUDGE, desk.name):
            await _nudge_desk(runtime, policy, desk)


async def _nudge_desk(runtime: Runtime, policy: Policy, desk: Desk) -> None:
    limits = limits_of(policy, desk, utc_now())
    told = BATCH if limits else 0
    while limits and told == BATCH:
        async with unit_of_work(runtime.sessions) as session:
            told = await nudge(session, desk, limits)


async def check_desks(runtime: Runtime) -> None:
    """Whether cards can be posted in each desk channel, and who can read them there."""
    async with unit_of_work(runtime.sessions) as session:
        rows = await session.execute(
            select(Department.id, Department.desk_channel_id).where(
                Department.desk_channel_id.is_not(None), Department.is_deleted.is_(False)
            )
        )
    for department_id, channel_id in rows:
        try:
            trouble, channel = await _look(runtime, str(channel_id))
        except SlackFailure as failure:
            # Slack does not tell now; the next look will.
            log.info("desk_not_checked", channel=channel_id, error=failure.code)
            continue
        with apart(CHECK_DESKS, channel_id):
            async with unit_of_work(runtime.sessions) as session:
                await note(session, department_id, trouble)
                if channel is not None:
                    await desk_privacy.note(
                        session, department_id, str(channel_id), is_public=is_public(channel)
                    )


async def _look(runtime: Runtime, channel_id: str) -> tuple[str | None, dict[str, Any] | None]:
    """Slack's word for what is wrong, None when all is well; and the channel."""
    try:
        answer = await runtime.gateway.ask("conversations.info", channel=channel_id)
    except Undeliverable as failure:
        if failure.code == "channel_not_found":
            return failure.code, None
        raise
    channel = answer["channel"]
    if channel.get("is_archived"):
        return "is_archived", channel
    return (None if channel.get("is_member", True) else "not_in_channel"), channel
