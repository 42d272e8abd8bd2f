"""What people wrote, repeated for others; and what a writer alone is told about it."""

from collections.abc import Mapping
from typing import Any

from bot.gateway import Post, Whisper
from bot.payloads import MessageRef
from bot.views import copies, notices
from core.communication.models import Audience, Visibility
from core.communication.queries import Said
from core.notices import Topic
from workers.deliveries.calls import Composed, Composer, Skip
from workers.deliveries.scene import Scene

ONLY_FILES = Skip("it has no words, and its files come by themselves")
GONE = Skip("the message was deleted, or there is no such thread")
KEPT = Skip("it was called back")


def _copied(payload: dict[str, Any], scene: Scene) -> Composed:
    thread, said = scene.thread(payload), scene.said.get(payload["message_id"])
    if thread is None or said is None:
        return GONE
    if said.visibility is Visibility.INTERNAL and thread.audience is not Audience.DESK:
        return KEPT
    if not said.body.strip():
        return ONLY_FILES
    first, *_ = copies.copies(said.body, mark=mark(said))
    return Post(
        thread.channel_id,
        **first,
        thread_ts=thread.root_ts,
        username=said.sender.name,
        icon_url=said.sender.image_url,
    )


def mark(said: Said) -> str:
    """Above what the desk wrote with a form, where it went nowhere else."""
    if said.visibility is Visibility.PUBLIC or said.part_id is not None:
        return ""
    return copies.NOT_SENT if said.is_taken_back else copies.NOTE


def _kept_internal(payload: dict[str, Any], scene: Scene) -> Composed:
    thread, reader = scene.thread(payload), scene.reader(payload)
    said = scene.said.get(payload["message_id"])
    if thread is None or reader is None or said is None:
        return GONE
    message = notices.kept_internal(MessageRef(said.ticket_id, said.id))
    return Whisper(thread.channel_id, reader, **message, thread_ts=thread.root_ts)


def _not_passed_on(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread, reader = scene.ticket(payload), scene.thread(payload), scene.reader(payload)
    if ticket is None or thread is None or reader is None:
        return GONE
    message = notices.not_passed_on(ticket)
    return Whisper(thread.channel_id, reader, **message, thread_ts=thread.root_ts)


COMPOSERS: Mapping[str, Composer] = {
    Topic.MESSAGE_COPIED: _copied,
    Topic.KEPT_INTERNAL: _kept_internal,
    Topic.NOT_PASSED_ON: _not_passed_on,
}
