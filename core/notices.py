"""Who hears what: each thing to say becomes an outbox row in the transaction that caused it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.communication.models import Audience
from core.outbox import Row


class Topic(StrEnum):
    """What a row of the outbox says. The worker composes it from the ids in the payload.

    "place" stands for the keys of a Place: ticket_id, audience, and user_id for a follower's.
    """

    #: The first message to the requester, and root of their thread if that has none. {ticket_id}
    RECEIPT = "ticket.receipt"
    #: The live card in the desk channel, root of the desk thread. {ticket_id, department_id}
    CARD = "ticket.card"
    RECEIPT_CHANGED = "ticket.receipt_changed"
    CARD_CHANGED = "ticket.card_changed"
    #: A line in a thread about something that happened. {place, audit_id} and, at the desk, whom
    #: it calls: {reader_id}
    HAPPENED = "ticket.happened"
    #: A person's words repeated in another thread. {place, message_id}
    MESSAGE_COPIED = "message.copied"
    #: Such a copy, brought up to date after its original was edited, deleted or called back.
    #: {place, message_id}
    MESSAGE_CHANGED = "message.changed"
    #: "Goes to Bea in 10 seconds", to the sender alone. {place, message_id, reader_id}
    MESSAGE_HELD = "message.held"
    #: "It was not sent", to who called it back, alone. {place, message_id, reader_id}
    TAKEN_BACK = "message.taken_back"
    #: "Only the desk sees this", to the writer alone. {place, message_id, reader_id}
    KEPT_INTERNAL = "message.kept_internal"
    #: To a writer who is not on the ticket, alone. {place, reader_id}
    NOT_PASSED_ON = "message.not_passed_on"
    #: A ticket's timeline as a file, to whoever asked. {ticket_id, reader_id, asked_at}
    TRANSCRIPT = "transcript.asked"
    #: Why there is none, to the same person. {ticket_id, reader_id}
    TRANSCRIPT_REFUSED = "transcript.refused"
    #: To a follower alone: the root of their thread, or that they follow it again.
    #: {place, reader_id}
    FOLLOWED = "ticket.followed"
    #: That root, brought up to date. {place}
    FOLLOWED_CHANGED = "ticket.followed_changed"
    #: To somebody who follows it no more. {place}
    UNFOLLOWED = "ticket.unfollowed"
    #: "Add Carl Otto to HD-12?", to who mentioned them, alone. {place, reader_id, team_id,
    #: mentioned}
    ADD_THEM = "ticket.add_them"
    #: "Is it not solved?", to who wrote after the resolution, alone. {place, reader_id}
    NOT_SOLVED = "ticket.not_solved"
    #: The offer of a linked ticket, to who wrote after the end, alone. {place, reader_id}
    GOES_ON = "ticket.goes_on"
    #: Fetches a file from Slack and keeps it. {place, slack_file_id, uploader_id, message_id}
    FILE_OFFERED = "file.offered"
    #: A kept file, uploaded for another side. {place, attachment_id}
    FILE_COPIED = "file.copied"
    #: Why a file was not taken, to its uploader alone. {place, audit_id, reader_id}
    FILE_REFUSED = "file.refused"
    #: A kept file, to whoever asked for it. {notification_id}
    FILE_SENT = "file.sent"
    #: A direct message. {notification_id} and, as far as it is about them, {ticket_id, message_id}
    PERSON_TOLD = "person.told"
    #: The same as a mention in a thread. {place, notification_id, reader_id}
    PERSON_CALLED = "person.called"
    #: Asks for the address of the message a ticket was made from. {ticket_id, channel_id,
    #: message_ts}
    SOURCE_LINKED = "source.linked"
    #: Brings along what was said from that message on. {place, channel_id, root_ts, message_ts,
    #: author_id}
    SOURCE_FETCHED = "source.fetched"
    #: In the conversation that a private ticket was made from. {ticket_id, channel_id, root_ts}
    FILED_QUIETLY = "source.filed_quietly"
    #: Asks one person whether to make a ticket of a message. {channel_id, message_ts, way, team_id,
    #: reader_id}
    OFFERED = "source.offered"
    #: The card of a part in its department's channel, root of its thread. {place}
    PART_CARD = "part.card"
    PART_CARD_CHANGED = "part.card_changed"
    #: A line in a thread about something that happened to a part. {place, about, audit_id}
    PART_HAPPENED = "part.happened"
    #: Words from a part's thread, for the desk of the ticket. {place, about, message_id}
    PART_SAID = "part.said"
    #: "All parts done", below the card of a ticket that nobody has. {place}
    PARTS_DONE = "parts.done"
    #: What stays of a card or receipt where the ticket is not any more. {ticket_id, channel_id,
    #: card_ts}
    LEFT_BEHIND = "ticket.left_behind"
    #: To whoever wrote there, alone. {ticket_id, channel_id, root_ts, reader_id}
    GONE_FROM_HERE = "ticket.gone_from_here"
    #: Where a duplicate goes on, to those who filed it. {ticket_id, channel_id, root_ts}
    MERGED = "ticket.merged"
    #: Gives a new ticket to somebody. {ticket_id} and, by a rule, {assignee_id}
    AUTO_ASSIGN = "ticket.auto_assign"
    #: Below the card of a ticket that waits for somebody. {place, since}
    NUDGE = "ticket.nudge"
    #: To a requester who does not answer. {place, since}
    ASKED_AGAIN = "ticket.asked_again"
    #: "How well did we help you?" {place}
    RATING_ASKED = "rating.asked"
    #: The answer in its place. {ticket_id, channel_id, message_ts}
    RATING_CHANGED = "rating.changed"
    #: The morning's digest of one person. {reader_id, day}
    DIGEST = "digest.morning"
    #: A department's figures, with a picture, to one person. {reader_id, department_id, days,
    #: asked_at}
    REPORT = "report.asked"
    #: Its tickets, events, approvals or promises as CSV. {reader_id, department_id, kind, days,
    #: until, asked_at}
    EXPORT = "report.export"
    #: The same in its desk channel. {department_id, days, asked_at}
    DESK_REPORT = "report.desk"
    #: "Resolve HD-12?", to who set a reaction, alone. {place, reader_id}
    ASK_RESOLVE = "reaction.resolve"
    #: Why a reaction did nothing, to who set it, alone. {place, audit_id, reader_id}
    REACTION_REFUSED = "reaction.refused"
    #: Below a card, that a clock runs out or has. {place, audit_id}
    SLA_WARNED = "sla.warned"
    #: The same to one person; fetches the address of the thread first. {notification_id}
    SLA_TOLD = "sla.told"


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
