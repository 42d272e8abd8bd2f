"""What is said about a request for approval: to each approver, in the ticket's threads, to one
person."""

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.notices import Topic
from core.outbox import Row


def lane_of(request_id: int, reader_id: uuid.UUID) -> str:
    """A card and its refreshes go in one lane, so that no refresh comes before the card."""
    return f"approval:{request_id}:{reader_id}"


def asked(request_id: int, reader_id: uuid.UUID) -> Row:
    """A card with buttons, in the approver's direct messages."""
    lane = lane_of(request_id, reader_id)
    payload = {"request_id": request_id, "reader_id": str(reader_id)}
    return Row(Topic.APPROVAL_ASKED, lane, payload)


def changed(request_id: int, reader_id: uuid.UUID, fold: timedelta = timedelta()) -> Row:
    """That card, brought up to date."""
    lane = lane_of(request_id, reader_id)
    key = f"{Topic.APPROVAL_CHANGED}:{request_id}:{reader_id}"
    payload = {"request_id": request_id, "reader_id": str(reader_id)}
    return Row(Topic.APPROVAL_CHANGED, lane, payload, fold_key=key, delay=fold)


async def tell(
    session: AsyncSession,
    user_id: uuid.UUID,
    topic: str,
    ticket_id: uuid.UUID | None,
    **details: Any,
) -> None:
    """A notification row, and the direct message that says it. `details` hold request_id,
    unless it is about somebody's absence."""
    told = Occasion(Event.APPROVAL, topic, ticket_id, details=details, said_as=Topic.APPROVAL_TOLD)
    await notify(session, told, [user_id])
