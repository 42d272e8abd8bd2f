"""What requesters are asked about the end of their tickets."""

from collections.abc import Mapping
from typing import Any

from bot.gateway import Post
from bot.views import endings
from core.notices import Topic
from core.tickets.states import Status
from workers.deliveries.calls import Composed, Composer, Skip
from workers.deliveries.scene import Scene

GONE = Skip("the ticket was deleted, or has no such thread")
ANSWERED = Skip("it waits no more")


def _asked_again(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = scene.ticket(payload), scene.thread(payload)
    if ticket is None or thread is None:
        return GONE
    if ticket.status is not Status.WAITING_REQUESTER:
        return ANSWERED
    message = endings.asked_again(ticket, payload["since"])
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


COMPOSERS: Mapping[str, Composer] = {Topic.ASKED_AGAIN: _asked_again}
