"""What follows when somebody is deactivated in Slack."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.gateway import Post
from bot.views.leavers import Left, left_work
from core.communication.queries import Told
from core.notices import Topic
from core.tickets.leaving import hand_on
from core.tickets.queries import TicketView
from core.tickets.states import IS_OVER
from workers.deliveries.calls import Composed, Composer, Errand, Skip, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime


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


COMPOSERS: Mapping[str, Composer] = {Topic.PERSON_LEFT: _left, Topic.LEAVER_TOLD: _told}
