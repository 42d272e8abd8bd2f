"""What a batch of rows needs to know, read with one query for each kind."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication import queries as communication
from core.communication.models import Audience, MessageCopy, Thread
from core.communication.queries import Said, Told
from core.notices import Place, Topic
from core.outbox import Claim
from core.reports.morning import Morning, read_morning
from core.tickets import followers, history, queries
from core.tickets.history import HistoryLine
from core.tickets.parts import queries as sub_queries
from core.tickets.parts.queries import PartView
from core.tickets.queries import TicketView
from core.tickets.ratings import RatingView, list_ratings
from core.users import queries as users
from workers.deliveries.approval_scene import ApprovalScene, read_approvals

#: What is shown anew, and in whose conversation.
_REFRESHED = {
    Topic.RECEIPT_CHANGED: Audience.REQUESTER,
    Topic.CARD_CHANGED: Audience.DESK,
    Topic.FOLLOWED_CHANGED: Audience.FOLLOWER,
    Topic.PART_CARD_CHANGED: Audience.PART,
}
#: What a thread begins with.
ROOTS = (Topic.RECEIPT, Topic.CARD, Topic.FOLLOWED, Topic.PART_CARD)


Reader = Callable[[AsyncSession, list[Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Scene:
    tickets: Mapping[uuid.UUID, TicketView]
    threads: Mapping[Place, Thread]
    said: Mapping[int, Said]
    told: Mapping[int, Told]
    lines: Mapping[int, HistoryLine]
    #: Slack user ids of people we write to.
    readers: Mapping[uuid.UUID, str]
    parts: Mapping[int, PartView]
    #: Copies that are to be changed, by message and channel.
    copies: Mapping[tuple[int, str], MessageCopy]
    #: Names of people who were mentioned, as far as we know them.
    names: Mapping[str, str]
    #: Conversations of those who follow a ticket now.
    following: frozenset[Place]
    #: Lanes in which the root of a thread is on its way.
    awaited: frozenset[str]
    approvals: ApprovalScene
    ratings: Mapping[uuid.UUID, RatingView]
    #: Digests, by their readers.
    mornings: Mapping[uuid.UUID, Morning]

    def ticket(self, payload: dict[str, Any]) -> TicketView | None:
        return self.tickets.get(uuid.UUID(payload["ticket_id"]))

    def thread(self, payload: dict[str, Any]) -> Thread | None:
        return self.threads.get(Place.of(payload))

    def thread_of(self, ticket_id: uuid.UUID, audience: Audience) -> Thread | None:
        return self.threads.get(Place(ticket_id, audience))

    def is_awaited(self, place: Place) -> bool:
        return place.lane in self.awaited

    def reader(self, payload: dict[str, Any]) -> str | None:
        return self.readers.get(uuid.UUID(payload["reader_id"]))


async def read_scene(session: AsyncSession, claims: Sequence[Claim]) -> Scene:
    def named(key: str) -> list[Any]:
        return list({each.payload[key] for each in claims if key in each.payload})

    async def read(reader: Reader, keys: list[Any]) -> Any:
        # Most batches are of few kinds; a query for none of a kind costs as much as for all.
        return await reader(session, keys) if keys else {}

    # Before the threads: a root that is posted in between is seen there.
    awaited = await _list_awaited(session, claims)
    told = await read(communication.list_told, named("notification_id"))
    ids = {uuid.UUID(each) for each in named("ticket_id")}
    ids |= {each.ticket_id for each in told.values() if each.ticket_id}
    ids |= {uuid.UUID(each) for tale in told.values() for each in tale.ticket_ids}
    people = [uuid.UUID(each) for each in named("reader_id")]
    return Scene(
        tickets=await read(queries.list_views, list(ids)),
        threads=await read(communication.list_threads, list(ids)),
        said=await read(communication.list_said, named("message_id")),
        told=told,
        lines=await read(history.list_lines, named("audit_id")),
        readers=await read(users.list_slack_ids, people),
        parts=await read(sub_queries.list_part_views, named("part_id") + named("about")),
        copies=await _list_copies(session, claims),
        names=await _list_names(session, claims),
        following=await _list_following(session, claims),
        awaited=awaited,
        approvals=await read_approvals(session, claims, told.values()),
        ratings=await _list_ratings(session, claims),
        mornings=await _list_mornings(session, claims),
    )


async def _list_awaited(session: AsyncSession, claims: Sequence[Claim]) -> frozenset[str]:
    places = [
        Place.of({"audience": _REFRESHED[Topic(each.topic)], **each.payload})
        for each in claims
        if each.topic in _REFRESHED
    ]
    if not places:
        return frozenset()
    return await outbox.list_waiting(session, [each.lane for each in places], ROOTS)


async def _list_following(session: AsyncSession, claims: Sequence[Claim]) -> frozenset[Place]:
    ids = {
        uuid.UUID(each.payload["ticket_id"])
        for each in claims
        if each.payload.get("audience") == Audience.FOLLOWER
    }
    return await followers.list_following(session, list(ids)) if ids else frozenset()


async def _list_copies(
    session: AsyncSession, claims: Sequence[Claim]
) -> dict[tuple[int, str], MessageCopy]:
    ids = [each.payload["message_id"] for each in claims if each.topic == Topic.MESSAGE_CHANGED]
    copies = await communication.list_copies(session, ids) if ids else []
    return {(each.chat_message_id, each.channel_id): each for each in copies}


async def _list_names(session: AsyncSession, claims: Sequence[Claim]) -> dict[str, str]:
    asked = [each.payload for each in claims if each.topic == Topic.ADD_THEM]
    found: dict[str, str] = {}
    for team_id in {each["team_id"] for each in asked}:
        mentioned = [each["mentioned"] for each in asked if each["team_id"] == team_id]
        found |= await users.list_names(session, team_id, mentioned)
    return found


async def _list_mornings(
    session: AsyncSession, claims: Sequence[Claim]
) -> Mapping[uuid.UUID, Morning]:
    people = {uuid.UUID(each.payload["reader_id"]) for each in claims if each.topic == Topic.DIGEST}
    found = {each: await read_morning(session, each) for each in people}
    return {each: morning for each, morning in found.items() if morning is not None}


async def _list_ratings(
    session: AsyncSession, claims: Sequence[Claim]
) -> Mapping[uuid.UUID, RatingView]:
    topics = (Topic.RATING_ASKED, Topic.RATING_CHANGED)
    ids = [uuid.UUID(each.payload["ticket_id"]) for each in claims if each.topic in topics]
    return await list_ratings(session, ids) if ids else {}
