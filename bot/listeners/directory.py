"""Keeping what we know of people true, as Slack tells it."""

from bot.interaction import Interaction
from bot.people import read_profile
from core.db import unit_of_work
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
