"""What triage says: what stays behind, who was asked to look, why nothing happened."""

import uuid
from datetime import datetime

from core.communication.models import Audience
from core.notices import Place, Topic
from core.outbox import Row


def left_behind(ticket_id: uuid.UUID, refreshed_by: Topic, channel_id: str, card_ts: str) -> Row:
    """Among the refreshes of what it takes the place of, so that none comes after it."""
    payload = {"ticket_id": str(ticket_id), "channel_id": channel_id, "card_ts": card_ts}
    return Row(Topic.LEFT_BEHIND, f"{refreshed_by}:{ticket_id}", payload)


def gone_from_here(
    ticket_id: uuid.UUID, reader_id: uuid.UUID, channel_id: str, root_ts: str
) -> Row:
    """Many messages at once are answered once."""
    key = f"{Topic.GONE_FROM_HERE}:{channel_id}:{root_ts}:{reader_id}"
    payload = {
        "ticket_id": str(ticket_id),
        "reader_id": str(reader_id),
        "channel_id": channel_id,
        "root_ts": root_ts,
    }
    return Row(Topic.GONE_FROM_HERE, key, payload, fold_key=key)


def merged(
    ticket_id: uuid.UUID, lane: str, channel_id: str, root_ts: str, *, is_answered: bool
) -> Row:
    """`is_answered`: what is said publicly on the winner is read there from now on."""
    payload = {
        "ticket_id": str(ticket_id),
        "channel_id": channel_id,
        "root_ts": root_ts,
        "is_answered": is_answered,
    }
    return Row(Topic.MERGED, lane, payload)


def auto_assign(ticket_id: uuid.UUID, assignee_id: uuid.UUID | None) -> Row:
    payload = {"ticket_id": str(ticket_id)}
    payload |= {"assignee_id": str(assignee_id)} if assignee_id else {}
    return Row(Topic.AUTO_ASSIGN, f"{Topic.AUTO_ASSIGN}:{ticket_id}", payload)


def nudge(ticket_id: uuid.UUID, since: datetime) -> Row:
    desk = Place(ticket_id, Audience.DESK)
    return Row(Topic.NUDGE, desk.lane, desk.payload(since=int(since.timestamp())))


def ask_resolve(ticket_id: uuid.UUID, reader_id: uuid.UUID) -> Row:
    key = f"{Topic.ASK_RESOLVE}:{ticket_id}:{reader_id}"
    payload = Place(ticket_id, Audience.DESK).payload(reader_id=str(reader_id))
    return Row(Topic.ASK_RESOLVE, key, payload, fold_key=key)


def reaction_refused(ticket_id: uuid.UUID, audit_id: int, reader_id: uuid.UUID) -> Row:
    payload = Place(ticket_id, Audience.DESK).payload(audit_id=audit_id, reader_id=str(reader_id))
    return Row(Topic.REACTION_REFUSED, f"{Topic.REACTION_REFUSED}:{ticket_id}", payload)
