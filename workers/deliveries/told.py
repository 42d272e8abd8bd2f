"""What one person is told: in a direct message, or by a mention in a ticket's thread."""

from collections.abc import Mapping
from typing import Any

from bot.gateway import Post
from bot.views import told as views
from bot.views.parts import Message
from core.notices import Topic
from core.tickets.queries import TicketView
from core.tickets.states import Action
from workers.deliveries.calls import Composed, Composer, Skip
from workers.deliveries.scene import Scene

GONE = Skip("the ticket or the message was deleted, or there is no such thread or person")
READ = Skip("the person has seen it already")
OVER = Skip("it is not so any more")
NOT_THEIRS = Skip("the person may not see this ticket any more")
#: Whoever had it hears where it went, though it is not theirs any more.
_FAREWELL = f"ticket.{Action.TRANSFER}"


def _told(payload: dict[str, Any], scene: Scene) -> Composed:
    told = scene.told.get(payload["notification_id"])
    said = _message(payload, scene)
    if told is None or isinstance(said, Skip):
        return said if isinstance(said, Skip) else GONE
    return Post(told.slack_user_id, **said)


def _called(payload: dict[str, Any], scene: Scene) -> Composed:
    thread, reader = scene.thread(payload), scene.reader(payload)
    said = _message(payload, scene)
    if isinstance(said, Skip):
        return said
    if thread is None or reader is None:
        return GONE
    return Post(thread.channel_id, **views.called(reader, said), thread_ts=thread.root_ts)


def _message(payload: dict[str, Any], scene: Scene) -> Message | Skip:
    told = scene.told.get(payload["notification_id"])
    if told is None or not _is_said(payload, scene):
        return GONE
    if told.is_read:
        return READ
    ticket: TicketView | None = scene.tickets.get(told.ticket_id) if told.ticket_id else None
    if told.ticket_id and ticket is None:
        return GONE
    if not told.may_see and told.topic != _FAREWELL:
        return NOT_THEIRS
    return views.tell(told, ticket) or OVER


def _is_said(payload: dict[str, Any], scene: Scene) -> bool:
    """Whether the message it is about is there, and was not called back."""
    if "message_id" not in payload:
        return True
    said = scene.said.get(payload["message_id"])
    return said is not None and not said.is_taken_back


COMPOSERS: Mapping[str, Composer] = {Topic.PERSON_TOLD: _told, Topic.PERSON_CALLED: _called}
