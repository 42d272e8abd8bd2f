"""Copies brought up to date, and what whoever sends a held reply is told about it."""

from collections.abc import Mapping
from typing import Any

from bot.gateway import Update, Whisper
from bot.payloads import MessageRef
from bot.views import copies, held
from core.db import utc_now
from core.notices import Topic
from workers.deliveries.calls import Composed, Composer, Skip
from workers.deliveries.messages import GONE, mark
from workers.deliveries.scene import Scene

NO_COPY = Skip("there is no copy of it here")
LEFT = Skip("it has left")


def _changed(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, channel_id = scene.ticket(payload), payload.get("channel_id")
    if channel_id is None and (thread := scene.thread(payload)) is not None:
        channel_id = thread.channel_id
    if ticket is None or channel_id is None:
        return GONE
    copy = scene.copies.get((payload["message_id"], channel_id))
    if copy is None:
        return NO_COPY
    said = scene.said.get(payload["message_id"])
    if said is None:
        return Update(copy.channel_id, copy.message_ts, **copies.deleted())
    is_edited = said.edited_at is not None
    first, *_ = copies.copies(said.body, is_edited=is_edited, mark=mark(said))
    return Update(copy.channel_id, copy.message_ts, **first)


def _held(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread, reader = scene.ticket(payload), scene.thread(payload), scene.reader(payload)
    said = scene.said.get(payload["message_id"])
    if ticket is None or thread is None or reader is None or said is None:
        return GONE
    now = utc_now()
    if said.held_until is None or said.held_until <= now:
        return LEFT
    message = held.held(ticket, MessageRef(ticket.id, said.id), said.held_until, now)
    return Whisper(thread.channel_id, reader, **message, thread_ts=thread.root_ts)


def _taken_back(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread, reader = scene.ticket(payload), scene.thread(payload), scene.reader(payload)
    said = scene.said.get(payload["message_id"])
    if ticket is None or thread is None or reader is None or said is None:
        return GONE
    message = held.taken_back(ticket, MessageRef(ticket.id, said.id))
    return Whisper(thread.channel_id, reader, **message, thread_ts=thread.root_ts)


COMPOSERS: Mapping[str, Composer] = {
    Topic.MESSAGE_CHANGED: _changed,
    Topic.MESSAGE_HELD: _held,
    Topic.TAKEN_BACK: _taken_back,
}
