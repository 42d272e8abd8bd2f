"""What requesters are asked about the end of their tickets."""

from collections.abc import Mapping
from typing import Any

from bot.gateway import Post, Update
from bot.views import endings, notices, ratings
from core.communication.models import Audience
from core.notices import Topic
from core.tickets.states import Status
from workers.deliveries.calls import Composed, Composer, Skip
from workers.deliveries.scene import Scene

GONE = Skip("the ticket was deleted, or has no such thread")
_DIRECT = "D"
ANSWERED = Skip("it waits no more")


def _asked_again(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = scene.ticket(payload), scene.thread(payload)
    if ticket is None or thread is None:
        return GONE
    if ticket.status is not Status.WAITING_REQUESTER:
        return ANSWERED
    message = endings.asked_again(ticket, payload["since"])
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


def _rating_asked(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = scene.ticket(payload), scene.thread(payload)
    if ticket is None or thread is None:
        return GONE
    message = ratings.asked(ticket, scene.ratings.get(ticket.id))
    if not thread.channel_id.startswith(_DIRECT):
        # Below a message in a channel, what somebody thinks would be there for all to read.
        return Post(ticket.requester.slack_user_id, **message)
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


def _rating_changed(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket = scene.ticket(payload)
    if ticket is None:
        return GONE
    message = ratings.asked(ticket, scene.ratings.get(ticket.id))
    return Update(payload["channel_id"], payload["message_ts"], **message)


def _solved_answered(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, line = scene.ticket(payload), scene.lines.get(payload["audit_id"])
    if ticket is None or line is None:
        return GONE
    message = notices.happened(line, ticket, Audience.REQUESTER)
    return Update(payload["channel_id"], payload["message_ts"], **message)


COMPOSERS: Mapping[str, Composer] = {
    Topic.ASKED_AGAIN: _asked_again,
    Topic.SOLVED_ANSWERED: _solved_answered,
    Topic.RATING_ASKED: _rating_asked,
    Topic.RATING_CHANGED: _rating_changed,
}
