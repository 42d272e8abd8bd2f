"""Whom a file named and nobody has met, and what follows when somebody is deactivated in Slack."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Post, Undeliverable
from bot.people import read_profile
from bot.views.leavers import Left, left_work
from core.communication.queries import Told
from core.notices import Topic
from core.tickets.leaving import hand_on
from core.tickets.queries import TicketView
from core.tickets.states import IS_OVER
from core.users import service as users
from core.users.queries import Identity
from core.users.service import Profile
from workers.deliveries.calls import Composed, Composer, Errand, Skip, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

log = structlog.get_logger(__name__)


def _named(payload: dict[str, Any], scene: Scene) -> Composed:
    return Errand(partial(_look_up, Identity(payload["team_id"], payload["slack_user_id"])))


async def _look_up(who: Identity, runtime: Runtime) -> Write:
    """Their name, picture and time zone, which a file may not know. Whom Slack does not know, or
    knows elsewhere, stays as the file says."""
    try:
        user = await runtime.gateway.user(who.slack_user_id)
    except Undeliverable as failure:
        log.warning("person_not_found", person=who.slack_user_id, error=failure.code)
        return _nothing
    if user.get("is_bot") or user.get("team_id", who.team_id) != who.team_id:
        return _nothing
    return partial(_take_over, who=who, profile=read_profile(user))


async def _take_over(session: AsyncSession, who: Identity, profile: Profile) -> None:
    await users.sync_person(session, who, profile)


async def _nothing(session: AsyncSession) -> None:
    """There is nothing to write down."""


def _left(payload: dict[str, Any], scene: Scene) -> Composed:
    return Errand(partial(_find_out, uuid.UUID(payload["person_id"])))


async def _find_out(person_id: uuid.UUID, runtime: Runtime) -> Write:
    """Nothing to ask: whoever is told is found in the transaction that settles the row."""
    return partial(hand_on, person_id=person_id)


def _told(payload: dict[str, Any], scene: Scene) -> Composed:
    told = scene.told.get(payload["notification_id"])
    if told is None:
        return Skip("there is no such notification any more")
    found = _left_by(told, scene)
    if found.is_empty:
        return Skip("somebody has seen to it")
    return Post(told.slack_user_id, **left_work(found))


def _left_by(told: Told, scene: Scene) -> Left:
    details: dict[str, Any] = dict(told.details)
    own = set(details["departments"])

    def open_ones(name: str) -> list[TicketView]:
        known = [scene.tickets.get(uuid.UUID(each)) for each in details.get(name, ())]
        return [each for each in known if each is not None and each.status not in IS_OVER]

    def is_theirs(ticket: TicketView) -> bool:
        holder = ticket.assignee
        return holder is not None and holder.slack_user_id == details["slack_user_id"]

    return Left(
        person=str(details["person"]),
        is_active=bool(details["is_active"]),
        assigned=[each for each in open_ones("assigned") if is_theirs(each)],
        requested=open_ones("requested"),
        awaiting=open_ones("awaiting"),
        deciding=open_ones("deciding"),
        parts=[str(each) for each in details["parts"]],
        readable=frozenset(uuid.UUID(each) for each in own),
    )


COMPOSERS: Mapping[str, Composer] = {
    Topic.PERSON_NAMED: _named,
    Topic.PERSON_LEFT: _left,
    Topic.LEAVER_TOLD: _told,
}
