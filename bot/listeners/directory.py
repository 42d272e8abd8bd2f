"""Keeping what we know of people true, as Slack tells it."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.interaction import Interaction
from bot.people import introduce, read_profile
from core.db import unit_of_work
from core.users import membership
from core.users import service as users
from core.users.queries import Identity


async def on_user_change(interaction: Interaction) -> None:
    """Somebody's profile changed, or they were deactivated, or came back. Whom we never met is
    left alone until they come to us."""
    user = interaction.event.get("user")
    if not isinstance(user, dict) or not isinstance(user.get("id"), str):
        return
    deps = interaction.deps
    who = Identity(user.get("team_id") or deps.workspace.team_id, user["id"])
    async with unit_of_work(deps.sessions) as session:
        await users.sync_person(session, who, read_profile(user))
    deps.directory.forget(who)
    deps.waker.wake()


async def on_joined(interaction: Interaction) -> None:
    if await _is_desk(interaction):
        await introduce(interaction.deps, interaction.who)
        await _move(interaction, membership.join_desk)


async def on_left(interaction: Interaction) -> None:
    if await _is_desk(interaction):
        await _move(interaction, membership.leave_desk)


async def _is_desk(interaction: Interaction) -> bool:
    """People join and leave channels all day; a desk's are few, and known without a query."""
    event, deps = interaction.event, interaction.deps
    policy = await deps.policies.read(deps.sessions)
    channels = {each.channel_id for each in policy.desks.values() if each.agents_from_channel}
    return event.get("channel") in channels and not deps.workspace.is_own(event)


async def _move(
    interaction: Interaction, move: Callable[[AsyncSession, Identity, str], Awaitable[bool]]
) -> None:
    deps, who = interaction.deps, interaction.who
    async with unit_of_work(deps.sessions) as session:
        await move(session, who, str(interaction.event["channel"]))
    deps.directory.forget(who)
    deps.waker.wake()
