"""From a Slack identity to the person in our records."""

from typing import Any

from bot.deps import Deps
from bot.gateway import SlackFailure, Undeliverable
from bot.payloads import plain
from bot.payloads.mentions import mentioned
from core.db import unit_of_work
from core.errors import NotAllowed, Unavailable
from core.users import service as users
from core.users.permissions import Actor
from core.users.queries import Identity, list_names
from core.users.roles import Role
from core.users.service import Profile

_SLACKBOT = "USLACKBOT"
_NAMED_MOST = 500


def check_team(deps: Deps, who: Identity) -> None:
    if who.team_id != deps.workspace.team_id:
        raise NotAllowed("Only members of this workspace can use the help desk.")


async def introduce(deps: Deps, who: Identity) -> Actor:
    """The person, looked up at Slack when we meet them for the first time.

    May be as old as the directory keeps people. Raises NotAllowed for bots and strangers,
    Unavailable when Slack does not tell.
    """
    check_team(deps, who)
    known = deps.directory.recall(who)
    if known is not None:
        return known
    async with unit_of_work(deps.sessions) as session:
        found = await deps.directory.find(session, who)
    if found is not None:
        return found
    profile = await _ask_slack(deps, who)
    role = Role.ADMIN if who.slack_user_id == deps.admin else Role.EMPLOYEE
    async with unit_of_work(deps.sessions) as session:
        actor = await users.meet(session, who, profile, role)
    deps.directory.remember(actor)
    return actor


async def read_words(deps: Deps, raw: Any) -> str:
    """A message's text as its readers would read it, with the names of whom it mentions."""
    ids = mentioned(raw, _NAMED_MOST)
    if not ids:
        return plain(raw)
    async with unit_of_work(deps.sessions) as session:
        return plain(raw, await list_names(session, deps.workspace.team_id, ids))


async def _ask_slack(deps: Deps, who: Identity) -> Profile:
    try:
        user = await deps.gateway.user(who.slack_user_id)
    except Undeliverable as failure:
        raise NotAllowed("Slack does not know this person.") from failure
    except SlackFailure as failure:
        raise Unavailable("Slack did not tell us who you are. Try again in a moment.") from failure
    if user.get("is_bot") or who.slack_user_id == _SLACKBOT:
        raise NotAllowed("Apps cannot use the help desk.")
    if (user.get("team_id") or who.team_id) != who.team_id:
        raise NotAllowed("Only members of this workspace can use the help desk.")
    return read_profile(user)


def read_profile(user: dict[str, Any]) -> Profile:
    """Slack's user object, of which any part may be missing."""
    profile = user.get("profile") or {}
    names = (
        profile.get("real_name"),
        profile.get("display_name"),
        user.get("real_name"),
        user.get("name"),
        user.get("id"),
    )
    return Profile(
        name=next((name for name in names if name), "Unknown"),
        email=profile.get("email") or None,
        image_url=profile.get("image_72") or profile.get("image_48") or None,
        time_zone=user.get("tz") or "UTC",
        is_active=not user.get("deleted", False),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    )
