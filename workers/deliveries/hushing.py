"""Nothing of a private ticket is said where everybody reads: the last look at every call."""

from dataclasses import replace
from typing import Any

from bot.gateway import Post, Update
from bot.views import hushed
from bot.views.parts import Message
from core.communication.models import Audience
from core.notices import Topic
from core.tickets.parts.queries import PartView
from core.tickets.queries import TicketView
from workers.deliveries.calls import Composed, Errand, Skip
from workers.deliveries.scene import Scene

_CARDS = frozenset({Topic.CARD, Topic.CARD_CHANGED, Topic.PART_CARD, Topic.PART_CARD_CHANGED})
_PARTS = frozenset({Topic.PART_CARD, Topic.PART_CARD_CHANGED})
#: They name the ticket by its number, and nothing else of it.
_BARE = frozenset({Topic.NUDGE, Topic.SLA_WARNED})
_FILE = Skip("its desk channel is public, and the ticket is private")


def hush(topic: str, payload: dict[str, Any], scene: Scene, composed: Composed) -> Composed:
    if topic in _BARE or not isinstance(composed, Post | Update | Errand):
        return composed
    view = _shown_at_a_desk(topic, payload, scene)
    if view is None or not (view.is_private and view.desk_is_public):
        return composed
    if isinstance(composed, Errand):
        thread = scene.thread(payload) if topic == Topic.FILE_COPIED else None
        is_there = thread is not None and thread.channel_id == view.desk_channel_id
        return _FILE if is_there else composed
    if composed.channel != view.desk_channel_id:
        return composed
    reader = scene.reader(payload) if "reader_id" in payload else None
    message = _instead(topic, view, composed, reader)
    if isinstance(composed, Post):
        # Whoever wrote is known by name and picture.
        return replace(composed, **message, username=None, icon_url=None)
    return replace(composed, **message)


def _shown_at_a_desk(
    topic: str, payload: dict[str, Any], scene: Scene
) -> TicketView | PartView | None:
    """What it is about, where it is for a desk."""
    audience = payload.get("audience")
    if topic in _PARTS or audience == Audience.PART:
        return scene.parts.get(payload.get("part_id", 0))
    if topic in _CARDS or audience == Audience.DESK:
        return scene.ticket(payload)
    return None


def _instead(
    topic: str, view: TicketView | PartView, composed: Post | Update, reader: str | None
) -> Message:
    if isinstance(view, PartView):
        if topic in _CARDS:
            return hushed.part(view, composed.blocks)
        return hushed.line(view.key, f"Type /ticket {view.key} to read it.", reader)
    if topic in _CARDS:
        return hushed.ticket(view, composed.blocks)
    return hushed.line(view.key, "Press “Show” on its card, then “History”.", reader)
