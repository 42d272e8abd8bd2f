"""What is said about parts: at the desk that has one, at the desk it came from, to one person."""

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Notification
from core.notices import Place, Topic
from core.outbox import Row


def card(place: Place) -> Row:
    return Row(Topic.PART_CARD, place.lane, place.payload())


def refresh(place: Place, fold: timedelta) -> Row:
    """In a lane of its own, as the refreshes of a ticket's cards are."""
    key = f"{Topic.PART_CARD_CHANGED}:{place.part_id}"
    return Row(Topic.PART_CARD_CHANGED, key, place.payload(), fold_key=key, delay=fold)


def happened(
    part_id: int, audit_id: int, *places: Place, reader_id: uuid.UUID | None = None
) -> list[Row]:
    """`about` is the part it is about, wherever that is said; the reader is called by name."""
    more: dict[str, Any] = {"reader_id": str(reader_id)} if reader_id else {}
    more |= {"about": part_id, "audit_id": audit_id}
    return [Row(Topic.PART_HAPPENED, each.lane, each.payload(**more)) for each in places]


def said(part_id: int, message_id: int, *places: Place) -> list[Row]:
    more = {"about": part_id, "message_id": message_id}
    return [Row(Topic.PART_SAID, each.lane, each.payload(**more)) for each in places]


def parts_done(desk: Place) -> Row:
    return Row(Topic.PARTS_DONE, desk.lane, desk.payload())


async def tell(
    session: AsyncSession,
    user_id: uuid.UUID,
    topic: str,
    ticket_id: uuid.UUID,
    details: dict[str, Any] | None = None,
) -> None:
    """A notification row, and the direct message that says it."""
    notification_id = await session.scalar(
        insert(Notification)
        .values(user_id=user_id, ticket_id=ticket_id, topic=topic, details=details or {})
        .returning(Notification.id)
    )
    payload = {"notification_id": notification_id}
    await outbox.add(session, Row(Topic.PART_TOLD, f"person:{user_id}", payload))
