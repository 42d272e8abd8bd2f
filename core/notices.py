"""Who hears what: each thing to say becomes an outbox row in the transaction that caused it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from core.communication.models import Audience
from core.outbox import Row
from core.topics import Topic as Topic


@dataclass(frozen=True, slots=True)
class Place:
    """One conversation of a ticket. `user_id` says whose, among its followers'; `part_id` of
    which of its parts."""

    ticket_id: uuid.UUID
    audience: Audience
    user_id: uuid.UUID | None = None
    part_id: int | None = None

    @property
    def lane(self) -> str:
        """What is said in one place is said in order."""
        named = (self.audience, self.ticket_id, self.user_id, self.part_id)
        return ":".join(str(each) for each in named if each)

    def payload(self, **more: Any) -> dict[str, Any]:
        named = {"ticket_id": str(self.ticket_id), "audience": self.audience.value}
        named |= {"user_id": str(self.user_id)} if self.user_id else {}
        return named | ({"part_id": self.part_id} if self.part_id else {}) | more

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Place":
        whose = payload.get("user_id")
        return cls(
            uuid.UUID(payload["ticket_id"]),
            Audience(payload["audience"]),
            uuid.UUID(whose) if whose else None,
            payload.get("part_id"),
        )


def receipt(ticket_id: uuid.UUID) -> Row:
    place = Place(ticket_id, Audience.REQUESTER)
    return Row(Topic.RECEIPT, place.lane, {"ticket_id": str(ticket_id)})


def card(ticket_id: uuid.UUID, department_id: uuid.UUID | None = None) -> Row:
    """Said only while the ticket is with that department."""
    payload = {"ticket_id": str(ticket_id)}
    payload |= {"department_id": str(department_id)} if department_id else {}
    return Row(Topic.CARD, Place(ticket_id, Audience.DESK).lane, payload)


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


def source_marked(ticket_id: uuid.UUID, source_key: str | None, fold: timedelta) -> list[Row]:
    """Only what was made of a message has one that could wear an emoji."""
    if not (source_key or "").startswith("message:"):
        return []
    key = f"{Topic.SOURCE_MARKED}:{ticket_id}"
    payload = {"ticket_id": str(ticket_id)}
    return [Row(Topic.SOURCE_MARKED, key, payload, fold_key=key, delay=fold)]


def happened(
    ticket_id: uuid.UUID, audit_id: int, *audiences: Audience, calls: Sequence[uuid.UUID] = ()
) -> list[Row]:
    """The line at the desk calls the first of `calls` by name."""
    rows = happened_at(audit_id, [Place(ticket_id, audience) for audience in audiences])
    called = {"reader_id": str(calls[0])} if calls else {}
    desk = Place(ticket_id, Audience.DESK).lane
    return [
        replace(each, payload=each.payload | called) if each.lane == desk else each for each in rows
    ]


def happened_at(audit_id: int, places: Iterable[Place]) -> list[Row]:
    return [Row(Topic.HAPPENED, each.lane, each.payload(audit_id=audit_id)) for each in places]


def followed(place: Place) -> Row:
    reader = str(place.user_id)
    return Row(Topic.FOLLOWED, place.lane, place.payload(reader_id=reader))


def followed_changed(places: Iterable[Place], fold: timedelta) -> list[Row]:
    """In lanes of their own, as the refreshes of the card are."""
    topic = Topic.FOLLOWED_CHANGED
    keyed = [(f"{topic}:{each.ticket_id}:{each.user_id}", each) for each in places]
    return [Row(topic, key, each.payload(), fold_key=key, delay=fold) for key, each in keyed]


def unfollowed(place: Place) -> Row:
    return Row(Topic.UNFOLLOWED, place.lane, place.payload())


def add_them(place: Place, reader_id: uuid.UUID, team_id: str, mentioned: str) -> Row:
    """`mentioned` is how Slack names the person; we may not know them yet."""
    payload = place.payload(reader_id=str(reader_id), team_id=team_id, mentioned=mentioned)
    return Row(Topic.ADD_THEM, f"asked:{place.ticket_id}:{reader_id}", payload)


def not_solved(place: Place, reader_id: uuid.UUID) -> Row:
    payload = place.payload(reader_id=str(reader_id))
    return Row(Topic.NOT_SOLVED, f"asked:{place.ticket_id}:{reader_id}", payload)


def goes_on(place: Place, reader_id: uuid.UUID) -> Row:
    """Many messages at once are answered once."""
    key = f"{Topic.GOES_ON}:{place.ticket_id}:{reader_id}"
    return Row(Topic.GOES_ON, key, place.payload(reader_id=str(reader_id)), fold_key=key)


def copied(message_id: int, *places: Place, hold: timedelta = timedelta()) -> list[Row]:
    """What comes after it in the same place waits with it."""
    topic = Topic.MESSAGE_COPIED
    return [
        Row(topic, each.lane, each.payload(message_id=message_id), delay=hold) for each in places
    ]


def copy_changed(message_id: int, *places: Place) -> list[Row]:
    """Behind the copy itself, since both are said in one lane."""
    topic = Topic.MESSAGE_CHANGED
    return [
        Row(
            topic,
            each.lane,
            each.payload(message_id=message_id),
            fold_key=f"{topic}:{message_id}:{each.lane}",
        )
        for each in places
    ]


def held(desk: Place, message_id: int, reader_id: uuid.UUID) -> Row:
    """Behind what it is about: in a thread without a reply nobody sees it."""
    payload = desk.payload(message_id=message_id, reader_id=str(reader_id))
    return Row(Topic.MESSAGE_HELD, desk.lane, payload)


def taken_back(desk: Place, message_id: int, reader_id: uuid.UUID) -> Row:
    payload = desk.payload(message_id=message_id, reader_id=str(reader_id))
    return Row(Topic.TAKEN_BACK, f"taken_back:{desk.ticket_id}:{reader_id}", payload)


def kept_internal(place: Place, message_id: int, reader_id: uuid.UUID) -> Row:
    payload = place.payload(message_id=message_id, reader_id=str(reader_id))
    return Row(Topic.KEPT_INTERNAL, f"internal:{place.ticket_id}:{reader_id}", payload)


def not_passed_on(place: Place, reader_id: uuid.UUID) -> Row:
    """Many messages at once are answered once."""
    key = f"not_passed_on:{place.ticket_id}:{reader_id}"
    payload = place.payload(reader_id=str(reader_id))
    return Row(Topic.NOT_PASSED_ON, key, payload, fold_key=key)


def transcript(
    ticket_id: uuid.UUID, reader_id: uuid.UUID, asked_at: datetime, fold: timedelta
) -> Row:
    """Presses within `fold` are one. The moment names the file, which is how it is found again."""
    key = f"{Topic.TRANSCRIPT}:{ticket_id}:{reader_id}"
    payload = {
        "ticket_id": str(ticket_id),
        "reader_id": str(reader_id),
        "asked_at": int(asked_at.timestamp()),
    }
    return Row(Topic.TRANSCRIPT, key, payload, fold_key=key, delay=fold)


def transcript_refused(ticket_id: uuid.UUID, reader_id: uuid.UUID) -> Row:
    payload = {"ticket_id": str(ticket_id), "reader_id": str(reader_id)}
    return Row(Topic.TRANSCRIPT_REFUSED, f"person:{reader_id}", payload)
