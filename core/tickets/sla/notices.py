"""What is said about clocks: below the card of a ticket or part, and to one person."""

import uuid

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Notification
from core.notices import Place, Topic
from core.outbox import Row


def warned(place: Place, audit_id: int) -> Row:
    return Row(Topic.SLA_WARNED, place.lane, place.payload(audit_id=audit_id))


def _told(notification_id: int, user_id: uuid.UUID) -> Row:
    return Row(Topic.SLA_TOLD, f"person:{user_id}", {"notification_id": notification_id})


async def link(session: AsyncSession, notification_id: int, address: str) -> None:
    """The address of what it is about is known now: say it with that."""
    linked = Notification.details.op("||")({"link": address})
    user_id = await session.scalar(
        update(Notification)
        .where(Notification.id == notification_id)
        .values(details=linked)
        .returning(Notification.user_id)
        .execution_options(synchronize_session=False)
    )
    if user_id is not None:
        await outbox.add(session, _told(notification_id, user_id))
