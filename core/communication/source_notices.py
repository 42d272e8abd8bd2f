"""What follows when tickets are made of messages, as rows of the outbox."""

import uuid
from typing import Any

from core.communication.models import Audience
from core.notices import Place, Topic
from core.outbox import Row


def made_from(
    ticket_id: uuid.UUID, author_id: uuid.UUID, channel_id: str, root_ts: str, message_ts: str
) -> list[Row]:
    """What follows when a ticket is made from a message. The desk hears nothing newer before."""
    desk = Place(ticket_id, Audience.DESK)
    named: dict[str, Any] = {"channel_id": channel_id, "message_ts": message_ts}
    fetched = desk.payload(**named, root_ts=root_ts, author_id=str(author_id))
    linked = {"ticket_id": str(ticket_id), **named}
    return [
        Row(Topic.SOURCE_LINKED, f"{Topic.SOURCE_LINKED}:{ticket_id}", linked),
        Row(Topic.SOURCE_FETCHED, desk.lane, fetched),
    ]


def filed_quietly(ticket_id: uuid.UUID, channel_id: str, root_ts: str) -> Row:
    payload = {"ticket_id": str(ticket_id), "channel_id": channel_id, "root_ts": root_ts}
    return Row(Topic.FILED_QUIETLY, f"{Topic.FILED_QUIETLY}:{ticket_id}", payload)


def offered(reader_id: uuid.UUID, team_id: str, channel_id: str, message_ts: str, way: str) -> Row:
    payload = {"channel_id": channel_id, "message_ts": message_ts, "way": way, "team_id": team_id}
    lane = f"{Topic.OFFERED}:{channel_id}:{message_ts}:{reader_id}"
    return Row(Topic.OFFERED, lane, payload | {"reader_id": str(reader_id)})
