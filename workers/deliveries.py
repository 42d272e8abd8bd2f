"""What each row of the outbox says: from its ids, and what is true now, to one Slack call."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Post, Sent, Update, Whisper
from bot.payloads import MessageRef
from bot.views import copies, notices, ticket_card
from bot.views.parts import Message
from core.communication import queries as communication
from core.communication.models import Audience, MessageCopy, Thread
from core.communication.queries import Said, Told
from core.notices import Topic
from core.outbox import Claim
from core.tickets import history, queries
from core.tickets.history import HistoryLine
from core.tickets.queries import TicketView
from core.users import queries as users


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing to say any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """The message it belongs to is still on its way."""


Call = Post | Update | Whisper
Reader = Callable[[AsyncSession, list[Any]], Awaitable[Any]]
Composed = Call | Skip | NotYet


@dataclass(frozen=True, slots=True)
class Scene:
    """What a batch of rows needs to know, read with one query for each kind."""

    tickets: Mapping[uuid.UUID, TicketView]
    threads: Mapping[tuple[uuid.UUID, Audience], Thread]
    said: Mapping[int, Said]
    told: Mapping[int, Told]
    lines: Mapping[int, HistoryLine]
    slack_ids: Mapping[uuid.UUID, str]


async def compose(session: AsyncSession, claims: Sequence[Claim]) -> list[tuple[Claim, Composed]]:
    if not claims:
        return []
    scene = await _read_scene(session, claims)
    return [(claim, _COMPOSERS[claim.topic](claim.payload, scene)) for claim in claims]


async def _read_scene(session: AsyncSession, claims: Sequence[Claim]) -> Scene:
    def named(key: str) -> list[Any]:
        return list({each.payload[key] for each in claims if key in each.payload})

    async def read(reader: Reader, keys: list[Any]) -> Any:
        # Most batches are of few kinds; a query for none of a kind costs as much as for all.
        return await reader(session, keys) if keys else {}

    told = await read(communication.list_told, named("notification_id"))
    ids = {uuid.UUID(each) for each in named("ticket_id")}
    ids |= {each.ticket_id for each in told.values() if each.ticket_id}
    people = [uuid.UUID(each) for each in named("user_id")]
    return Scene(
        tickets=await read(queries.list_views, list(ids)),
        threads=await read(communication.list_threads, list(ids)),
        said=await read(communication.list_said, named("message_id")),
        told=told,
        lines=await read(history.list_lines, named("audit_id")),
        slack_ids=await read(users.list_slack_ids, people),
    )


def _ticket(payload: dict[str, Any], scene: Scene) -> TicketView | None:
    return scene.tickets.get(uuid.UUID(payload["ticket_id"]))


def _thread(payload: dict[str, Any], scene: Scene) -> Thread | None:
    key = uuid.UUID(payload["ticket_id"]), Audience(payload["audience"])
    return scene.threads.get(key)


def _receipt(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket = _ticket(payload, scene)
    if ticket is None:
        return Skip("the ticket was deleted")
    message = ticket_card.receipt(ticket)
    return Post(ticket.requester.slack_user_id, **message)


def _card(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket = _ticket(payload, scene)
    if ticket is None:
        return Skip("the ticket was deleted")
    if ticket.desk_channel_id is None:
        return Skip("its department has no desk channel")
    return Post(ticket.desk_channel_id, **ticket_card.card(ticket))


def _changed(audience: Audience, view: Callable[[TicketView], Message]) -> "Composer":
    def composer(payload: dict[str, Any], scene: Scene) -> Composed:
        ticket = _ticket(payload, scene)
        if ticket is None:
            return Skip("the ticket was deleted")
        if audience is Audience.DESK and ticket.desk_channel_id is None:
            return Skip("its department has no desk channel")
        thread = scene.threads.get((ticket.id, audience))
        if thread is None:
            return NotYet()
        return Update(thread.channel_id, thread.root_ts, **view(ticket))

    return composer


def _happened(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = _ticket(payload, scene), _thread(payload, scene)
    line = scene.lines.get(payload["audit_id"])
    if ticket is None or thread is None or line is None:
        return Skip("the ticket was deleted, or has no such thread")
    message = notices.happened(line, ticket, thread.audience)
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


def _copied(payload: dict[str, Any], scene: Scene) -> Composed:
    thread, said = _thread(payload, scene), scene.said.get(payload["message_id"])
    if thread is None or said is None:
        return Skip("the message was deleted, or there is no such thread")
    first, *_ = copies.copies(said.body)
    return Post(
        thread.channel_id,
        **first,
        thread_ts=thread.root_ts,
        username=said.sender.name,
        icon_url=said.sender.image_url,
    )


def _kept_internal(payload: dict[str, Any], scene: Scene) -> Composed:
    key = uuid.UUID(payload["ticket_id"]), Audience.DESK
    thread = scene.threads.get(key)
    person = scene.slack_ids.get(uuid.UUID(payload["user_id"]))
    if thread is None or person is None or payload["message_id"] not in scene.said:
        return Skip("the message was deleted")
    message = notices.kept_internal(MessageRef(key[0], payload["message_id"]))
    return Whisper(thread.channel_id, person, **message, thread_ts=thread.root_ts)


def _not_passed_on(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = _ticket(payload, scene), _thread(payload, scene)
    person = scene.slack_ids.get(uuid.UUID(payload["user_id"]))
    if ticket is None or thread is None or person is None:
        return Skip("the ticket was deleted")
    message = notices.not_passed_on(ticket)
    return Whisper(thread.channel_id, person, **message, thread_ts=thread.root_ts)


def _person_told(payload: dict[str, Any], scene: Scene) -> Composed:
    told = scene.told.get(payload["notification_id"])
    ticket = scene.tickets.get(told.ticket_id) if told and told.ticket_id else None
    if told is None or ticket is None:
        return Skip("the ticket was deleted")
    by, note = str(told.details.get("by", "")), str(told.details.get("note", ""))
    return Post(told.slack_user_id, **notices.assigned(ticket, by, note))


Composer = Callable[[dict[str, Any], Scene], Composed]

_COMPOSERS: Mapping[str, Composer] = {
    Topic.RECEIPT: _receipt,
    Topic.CARD: _card,
    Topic.RECEIPT_CHANGED: _changed(Audience.REQUESTER, ticket_card.receipt),
    Topic.CARD_CHANGED: _changed(Audience.DESK, ticket_card.card),
    Topic.HAPPENED: _happened,
    Topic.MESSAGE_COPIED: _copied,
    Topic.KEPT_INTERNAL: _kept_internal,
    Topic.NOT_PASSED_ON: _not_passed_on,
    Topic.PERSON_TOLD: _person_told,
}

_ROOTS = {Topic.RECEIPT: Audience.REQUESTER, Topic.CARD: Audience.DESK}


async def record(session: AsyncSession, sent: Sequence[tuple[Claim, Sent]]) -> None:
    """Remember where it was posted, when something later refers to the place."""
    threads = [
        {
            "ticket_id": uuid.UUID(claim.payload["ticket_id"]),
            "audience": _ROOTS[Topic(claim.topic)],
            "channel_id": place.channel,
            "root_ts": place.ts,
        }
        for claim, place in sent
        if claim.topic in _ROOTS
    ]
    copied = [
        {
            "chat_message_id": claim.payload["message_id"],
            "audience": Audience(claim.payload["audience"]),
            "channel_id": place.channel,
            "message_ts": place.ts,
        }
        for claim, place in sent
        if claim.topic == Topic.MESSAGE_COPIED
    ]
    for table, rows in ((Thread, threads), (MessageCopy, copied)):
        if rows:
            await session.execute(insert(table).on_conflict_do_nothing(), rows)
