"""Copies of messages in threads that are none of their ticket's any more."""

import uuid

from core.communication.models import MessageCopy
from core.notices import Topic
from core.outbox import Row


def changed_elsewhere(ticket_id: uuid.UUID, copy: MessageCopy) -> Row:
    """Such a copy, brought up to date. It is there already, so nothing has to be waited for."""
    topic = Topic.MESSAGE_CHANGED
    payload = {
        "ticket_id": str(ticket_id),
        "channel_id": copy.channel_id,
        "message_id": copy.chat_message_id,
    }
    key = f"{topic}:{copy.chat_message_id}:{copy.channel_id}"
    return Row(topic, key, payload, fold_key=key)
