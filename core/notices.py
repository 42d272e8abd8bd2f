"""Who hears what: each thing to say becomes an outbox row in the transaction that caused it."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Audience, Notification
from core.outbox import Row


class Topic(StrEnum):
    """What a row of the outbox says. The worker composes it from the ids in the payload.

    "place" stands for the keys of a Place: ticket_id, audience, and user_id for a follower's.
    """

    #: The first message to the requester, and root of their thread if that has none. {ticket_id}
    RECEIPT = "ticket.receipt"
    #: The live card in the desk channel, root of the desk thread. {ticket_id}
    CARD = "ticket.card"
    RECEIPT_CHANGED = "ticket.receipt_changed"
    CARD_CHANGED = "ticket.card_changed"
    #: A line in a thread about something that happened. {place, audit_id}
    HAPPENED = "ticket.happened"
    #: A person's words repeated in another thread. {place, message_id}
    MESSAGE_COPIED = "message.copied"
    #: "Only the desk sees this", to the writer alone. {place, message_id, reader_id}
    KEPT_INTERNAL = "message.kept_internal"
    #: To a writer who is not on the ticket, alone. {place, reader_id}
    NOT_PASSED_ON = "message.not_passed_on"
    #: A direct message. {notification_id}
    PERSON_TOLD = "person.told"


@dataclass(frozen=True, slots=True)
class Place:
    """One conversation of a ticket. `user_id` says whose, among its followers'."""

    ticket_id: uuid.UUID
    audience: Audience
    user_id: uuid.UUID | None = None

    @property
    def lane(self) -> str:
        """What is said in one place is said in order."""
        return ":".join(str(part) for part in (self.audience, self.ticket_id, self.user_id) if part)

    def payload(self, **more: Any) -> dict[str, Any]:
        named = {"ticket_id": str(self.ticket_id), "audience": self.audience.value}
        return named | ({"user_id": str(self.user_id)} if self.user_id else {}) | more

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Place":
        whose = payload.get("user_id")
        return cls(
            uuid.UUID(payload["ticket_id"]),
            Audience(payload["audience"]),
            uuid.UUID(whose) if whose else None,
        )


def receipt(ticket_id: uuid.UUID) -> Row:
    place = Place(ticket_id, Audience.REQUESTER)
    return Row(Topic.RECEIPT, place.lane, {"ticket_id": str(ticket_id)})


def card(ticket_id: uuid.UUID) -> Row:
    return Row(Topic.CARD, Place(ticket_id, Audience.DESK).lane, {"ticket_id": str(ticket_id)})


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
    places = [Place(ticket_id, audience) for audience in audiences]
    return [Row(Topic.HAPPENED, each.lane, each.payload(audit_id=audit_id)) for each in places]


def copied(message_id: int, *places: Place) -> list[Row]:
    topic = Topic.MESSAGE_COPIED
    return [Row(topic, each.lane, each.payload(message_id=message_id)) for each in places]


def kept_internal(place: Place, message_id: int, reader_id: uuid.UUID) -> Row:
    payload = place.payload(message_id=message_id, reader_id=str(reader_id))
    return Row(Topic.KEPT_INTERNAL, f"internal:{place.ticket_id}:{reader_id}", payload)


def not_passed_on(place: Place, reader_id: uuid.UUID) -> Row:
    """Many messages at once are answered once."""
    key = f"not_passed_on:{place.ticket_id}:{reader_id}"
    payload = place.payload(reader_id=str(reader_id))
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
