"""Who hears what: each thing to say becomes an outbox row in the transaction that caused it."""

import uuid
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Audience, Notification
from core.outbox import Row


class Topic(StrEnum):
    """What a row of the outbox says. The worker composes it from the ids in the payload."""

    #: The requester's first message, root of their thread. {ticket_id}
    RECEIPT = "ticket.receipt"
    #: The live card in the desk channel, root of the desk thread. {ticket_id}
    CARD = "ticket.card"
    RECEIPT_CHANGED = "ticket.receipt_changed"
    CARD_CHANGED = "ticket.card_changed"
    #: A line in a thread about something that happened. {ticket_id, audience, audit_id}
    HAPPENED = "ticket.happened"
    #: A person's words repeated in the other thread. {ticket_id, audience, message_id}
    MESSAGE_COPIED = "message.copied"
    #: "Only the desk sees this", to the writer alone. {ticket_id, message_id, user_id}
    KEPT_INTERNAL = "message.kept_internal"
    #: To a writer who is not on the ticket, alone. {ticket_id, audience, user_id}
    NOT_PASSED_ON = "message.not_passed_on"
    #: A direct message. {notification_id}
    PERSON_TOLD = "person.told"


def thread_lane(ticket_id: uuid.UUID, audience: Audience) -> str:
    return f"{audience}:{ticket_id}"


def receipt(ticket_id: uuid.UUID) -> Row:
    lane = thread_lane(ticket_id, Audience.REQUESTER)
    return Row(Topic.RECEIPT, lane, {"ticket_id": str(ticket_id)})


def card(ticket_id: uuid.UUID) -> Row:
    return Row(Topic.CARD, thread_lane(ticket_id, Audience.DESK), {"ticket_id": str(ticket_id)})


def refreshes(ticket_id: uuid.UUID, fold: timedelta) -> list[Row]:
    """Bring the card and the receipt up to date. A waiting refresh takes this one in.

    They have lanes of their own, so that collecting changes for a moment holds up no reply.
    """
    topics = (Topic.CARD_CHANGED, Topic.RECEIPT_CHANGED)
    keys = [f"{topic}:{ticket_id}" for topic in topics]
    return [
        Row(topic, key, {"ticket_id": str(ticket_id)}, fold_key=key, delay=fold)
        for topic, key in zip(topics, keys, strict=True)
    ]


def happened(ticket_id: uuid.UUID, audit_id: int, *audiences: Audience) -> list[Row]:
    return [
        Row(
            Topic.HAPPENED,
            thread_lane(ticket_id, audience),
            {"ticket_id": str(ticket_id), "audience": audience.value, "audit_id": audit_id},
        )
        for audience in audiences
    ]


def copied(ticket_id: uuid.UUID, message_id: int, *audiences: Audience) -> list[Row]:
    return [
        Row(
            Topic.MESSAGE_COPIED,
            thread_lane(ticket_id, audience),
            {"ticket_id": str(ticket_id), "audience": audience.value, "message_id": message_id},
        )
        for audience in audiences
    ]


def kept_internal(ticket_id: uuid.UUID, message_id: int, user_id: uuid.UUID) -> Row:
    return Row(
        Topic.KEPT_INTERNAL,
        f"internal:{ticket_id}:{user_id}",
        {"ticket_id": str(ticket_id), "message_id": message_id, "user_id": str(user_id)},
    )


def not_passed_on(ticket_id: uuid.UUID, audience: Audience, user_id: uuid.UUID) -> Row:
    """Many messages at once are answered once."""
    key = f"not_passed_on:{ticket_id}:{user_id}"
    payload = {
        "ticket_id": str(ticket_id),
        "audience": audience.value,
        "user_id": str(user_id),
    }
    return Row(Topic.NOT_PASSED_ON, key, payload, fold_key=key)


async def tell_person(
    session: AsyncSession,
    user_id: uuid.UUID,
    topic: str,
    *,
    ticket_id: uuid.UUID | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """A notification row, and the direct message that says it."""
    notification_id = await session.scalar(
        insert(Notification)
        .values(user_id=user_id, ticket_id=ticket_id, topic=topic, details=details or {})
        .returning(Notification.id)
    )
    payload = {"notification_id": notification_id}
    await outbox.add(session, Row(Topic.PERSON_TOLD, f"person:{user_id}", payload))
