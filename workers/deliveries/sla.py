"""What is said about clocks that run out."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from bot import conversations
from bot.gateway import Post, Undeliverable
from bot.views import sla
from core.communication.models import Audience, Thread
from core.notices import Place, Topic
from core.tickets.sla import notices as sla_notices
from core.tickets.states import IS_OVER
from workers.deliveries.calls import Composed, Composer, Errand, Skip, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

log = structlog.get_logger(__name__)

OVER = Skip("it is over, was deleted, or has no such thread or person")


def _warned(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = scene.ticket(payload), scene.thread(payload)
    line = scene.lines.get(payload["audit_id"])
    if ticket is None or thread is None or line is None or ticket.status in IS_OVER:
        return OVER
    return Post(thread.channel_id, **sla.warning(line.details), thread_ts=thread.root_ts)


def _told(payload: dict[str, Any], scene: Scene) -> Composed:
    told = scene.told.get(payload["notification_id"])
    ticket = scene.tickets.get(told.ticket_id) if told and told.ticket_id else None
    if told is None or ticket is None or ticket.status in IS_OVER:
        return OVER
    part_id = told.details.get("part_id")
    place = Place(ticket.id, Audience.DESK)
    if isinstance(part_id, int):
        place = Place(ticket.id, Audience.PART, part_id=part_id)
    thread = scene.threads.get(place)
    if thread is not None and not told.details.keys() & {"link", "is_bare"}:
        return Errand(partial(_look_up, notification_id=payload["notification_id"], thread=thread))
    return Post(told.slack_user_id, **sla.told(ticket, told.details))


async def _look_up(runtime: Runtime, notification_id: int, thread: Thread) -> Write:
    """Where its thread is. What Slack has no address for is said without one."""
    try:
        link = await conversations.permalink(runtime.gateway, thread.channel_id, thread.root_ts)
    except Undeliverable as failure:
        log.info("thread_not_linked", channel=thread.channel_id, error=failure.code)
        link = ""
    return partial(sla_notices.link, notification_id=notification_id, address=link)


COMPOSERS: Mapping[str, Composer] = {Topic.SLA_WARNED: _warned, Topic.SLA_TOLD: _told}
