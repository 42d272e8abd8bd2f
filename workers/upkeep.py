"""What is done at night: people are looked up again, and what nobody reads any more goes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select

from bot.gateway import Limited, SlackFailure
from bot.people import read_profile
from core.db import unit_of_work, utc_now, with_deleted
from core.preferences import read_preferences
from core.reports.digests import forget_digests
from core.retention import forget_settled
from core.users import service as users
from core.users.models import User
from core.users.queries import Identity
from core.users.service import Profile
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

#: The tasks' names.
SYNC_PEOPLE, TIDY = "upkeep.sync_people", "upkeep.tidy"
_PAGE = 200
_PATIENCE = timedelta(minutes=2)
_TRIES = 10


async def sync_people(runtime: Runtime) -> None:
    """Everybody we know, as Slack has them now. Whoever was deactivated has no rights from then
    on. Where Slack does not answer any more, the next night goes on."""
    try:
        team_id = str((await runtime.gateway.whoami())["team_id"])
        async for members in _pages(runtime):
            await _take_over(runtime, team_id, members)
    except SlackFailure as failure:
        log.warning("people_not_synced", error=failure.code)


async def _pages(runtime: Runtime) -> AsyncIterator[list[dict[str, Any]]]:
    cursor = ""
    while True:
        page = await _ask_patiently(runtime, cursor)
        yield page["members"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


async def _ask_patiently(runtime: Runtime, cursor: str) -> dict[str, Any]:
    """Slack allows few of these calls a minute."""
    for _ in range(_TRIES - 1):
        try:
            return await runtime.gateway.ask("users.list", limit=_PAGE, cursor=cursor)
        except Limited as limited:
            await asyncio.sleep(min(limited.retry_after, _PATIENCE).total_seconds())
    return await runtime.gateway.ask("users.list", limit=_PAGE, cursor=cursor)


async def _take_over(runtime: Runtime, team_id: str, members: list[dict[str, Any]]) -> None:
    found = {
        str(each["id"]): read_profile(each)
        for each in members
        if each.get("team_id", team_id) == team_id
    }
    async with unit_of_work(runtime.sessions) as session:
        known = await session.scalars(
            with_deleted(select(User).where(User.team_id == team_id, User.slack_user_id.in_(found)))
        )
        changed = _changed(known, found)
        for slack_user_id in changed:
            who = Identity(team_id, slack_user_id)
            await users.sync_person(session, who, found[slack_user_id])
    if changed:
        log.info("people_synced", changed=len(changed))


def _changed(known: Any, found: Mapping[str, Profile]) -> list[str]:
    return [each.slack_user_id for each in known if _differs(each, found[each.slack_user_id])]


def _differs(user: User, profile: Profile) -> bool:
    told = replace(profile, employee_code=profile.employee_code or user.employee_code)
    return told != Profile(
        name=user.name,
        email=user.email,
        image_url=user.image_url,
        time_zone=user.time_zone,
        employee_code=user.employee_code,
        is_active=user.is_active,
        is_guest=user.is_guest,
    )


async def tidy(runtime: Runtime) -> None:
    """What was sent, and that it was, is kept as long as the desk wants to look it up."""
    async with unit_of_work(runtime.sessions) as session:
        days = (await read_preferences(session)).keep_deliveries_days
        await forget_digests(session, utc_now())
    before = utc_now() - timedelta(days=days)
    last: int | None = 0
    while last is not None:
        async with unit_of_work(runtime.sessions) as session:
            last = await forget_settled(session, before, after=last)
