"""Where the button stands that was pressed."""

from typing import Any

from bot.payloads import storable
from core.tickets.endings.answered import Pressed


def read_pressed(body: dict[str, Any]) -> Pressed | None:
    """The message, unless it is one that only one person sees or the button stands elsewhere."""
    container = body.get("container")
    if not isinstance(container, dict) or container.get("is_ephemeral"):
        return None
    channel_id, message_ts = container.get("channel_id"), container.get("message_ts")
    if not (isinstance(channel_id, str) and isinstance(message_ts, str)):
        return None
    return Pressed(storable(channel_id), storable(message_ts))
