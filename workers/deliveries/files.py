"""Files on their way: from Slack into the storage, and from there to whoever may have them."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from bot.gateway import Post, Whisper
from bot.views import files as files_view
from core.notices import Place, Topic
from workers import file_errands
from workers.deliveries.calls import Composed, Composer, Errand, Skip
from workers.deliveries.scene import Scene

#: A transfer may take as long as `slack_files.TRANSFER_MOST`.
_TAKES = timedelta(minutes=2)
GONE = Skip("there is no such thread, or what it was about was deleted")


def _offered(payload: dict[str, Any], scene: Scene) -> Composed:
    return Errand(partial(file_errands.take_in, payload), takes=_TAKES)


def _copied(payload: dict[str, Any], scene: Scene) -> Composed:
    thread, place = scene.thread(payload), Place.of(payload)
    has_left = place.user_id is not None and place not in scene.following
    if thread is None or has_left:
        return GONE
    there = (thread.channel_id, thread.root_ts)
    is_desks = place.part_id is not None or "about" in payload
    run = partial(file_errands.pass_on, payload["attachment_id"], *there, between_desks=is_desks)
    return Errand(run, takes=_TAKES)


def _refused(payload: dict[str, Any], scene: Scene) -> Composed:
    thread, reader = scene.thread(payload), scene.reader(payload)
    ticket, line = scene.ticket(payload), scene.lines.get(payload["audit_id"])
    if reader is None or ticket is None or line is None:
        return GONE
    reason = files_view.not_taken(str(line.details.get("reason") or ""))
    is_direct = thread is None or thread.channel_id.startswith("D")
    is_theirs = reader == ticket.requester.slack_user_id or "user_id" in payload
    if thread is None or (is_direct and not is_theirs):
        return Post(reader, **reason)
    if is_direct:
        return Post(thread.channel_id, **reason, thread_ts=thread.root_ts)
    return Whisper(thread.channel_id, reader, **reason, thread_ts=thread.root_ts)


def _sent(payload: dict[str, Any], scene: Scene) -> Composed:
    told = scene.told.get(payload["notification_id"])
    if told is None:
        return GONE
    return Errand(partial(file_errands.send, told), takes=_TAKES)


COMPOSERS: Mapping[str, Composer] = {
    Topic.FILE_OFFERED: _offered,
    Topic.FILE_COPIED: _copied,
    Topic.FILE_REFUSED: _refused,
    Topic.FILE_SENT: _sent,
}
