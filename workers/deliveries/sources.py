"""Tickets made from messages: what is asked before, and what is fetched afterwards."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import conversations
from bot.gateway import Post, Undeliverable, Unreachable, Whisper
from bot.payloads import shared_files, sources
from bot.payloads.sources import Draft
from bot.views import offers, refusals
from core.communication import sources as kept
from core.communication.sources import Earlier
from core.db import unit_of_work, utc_now
from core.notices import Topic
from core.tickets.models import Source
from core.tickets.queries import TicketView
from core.users import queries as users
from core.users.queries import Identity
from workers.deliveries.calls import Composed, Composer, Errand, Skip, Write
from workers.deliveries.scene import Scene
from workers.introductions import meet_all
from workers.runtime import Runtime

Json = dict[str, Any]

GONE = Skip("the ticket was deleted")
NOBODY = Skip("whoever was to be asked is gone")
#: More of a thread than this is left where it is.
MOST = 200
#: Slack has failed long enough for the desk to be told, and to go on.
PATIENCE = timedelta(hours=1)
#: Several pages, and a look at each person who is new to us.
_TAKES = timedelta(minutes=2)
_DELETED = frozenset({"thread_not_found", "message_not_found"})
#: No row of the outbox has this number: what is posted with it is found by its place.
_NO_MARK = 0


def _linked(payload: Json, scene: Scene) -> Composed:
    ticket = scene.ticket(payload)
    if ticket is None:
        return GONE
    ticket_id, place = ticket.id, (payload["channel_id"], payload["message_ts"])

    async def run(runtime: Runtime) -> Write:
        link = await conversations.permalink(runtime.gateway, *place)
        return partial(kept.link, ticket_id=ticket_id, permalink=link)

    return Errand(run)


def _filed_quietly(payload: Json, scene: Scene) -> Composed:
    if scene.ticket(payload) is None:
        return GONE
    message = offers.filed_quietly()
    return Post(payload["channel_id"], **message, thread_ts=payload["root_ts"])


def _fetched(payload: Json, scene: Scene) -> Composed:
    ticket = scene.ticket(payload)
    if ticket is None:
        return GONE
    return Errand(partial(_fetch, payload=payload, ticket=ticket), takes=_TAKES)


async def _fetch(runtime: Runtime, payload: Json, ticket: TicketView) -> Write:
    ticket_id, by = ticket.id, uuid.UUID(payload["author_id"])
    unread = partial(kept.tell_desk, ticket_id=ticket_id, by=by, action="ticket.source_unread")
    channel_id, since = payload["channel_id"], payload["message_ts"]
    try:
        found, is_cut = await conversations.read_thread(
            runtime.gateway, channel_id, payload["root_ts"], since, MOST
        )
    except Undeliverable as failure:
        return _nothing if failure.code in _DELETED else unread
    except Unreachable:
        if utc_now() - ticket.created_at < PATIENCE:
            raise
        return unread
    said = await _earlier(runtime, by, channel_id, found)

    async def write(session: AsyncSession) -> None:
        await kept.keep_earlier(session, ticket_id, by, said)
        if is_cut:
            await kept.tell_desk(session, ticket_id, by, "ticket.source_cut")

    return write


async def _earlier(
    runtime: Runtime, by: uuid.UUID, channel_id: str, found: Sequence[Json]
) -> list[Earlier]:
    own = await _team_of(runtime, by)
    said = [
        each for each in found if sources.is_said_by_a_person(each) and sources.has_content(each)
    ]
    senders = [Identity(sources.team_of(each, own), str(each["user"])) for each in said]
    ids = await meet_all(runtime, dict.fromkeys(senders))
    names = await _names_in(runtime, said, own)
    bodies = [sources.words_of(each, names) for each in said]
    return [
        _one(message, body, channel_id, ids[who])
        for message, body, who in zip(said, bodies, senders, strict=True)
    ]


async def _team_of(runtime: Runtime, user_id: uuid.UUID) -> str:
    async with unit_of_work(runtime.sessions) as session:
        return (await users.get_actor(session, user_id)).team_id


async def _names_in(runtime: Runtime, said: Sequence[Json], team_id: str) -> dict[str, str]:
    """Of those whom the messages mention."""
    named = list(dict.fromkeys(each for message in said for each in sources.named_in(message)))
    if not named:
        return {}
    async with unit_of_work(runtime.sessions) as session:
        return await users.list_names(session, team_id, named)


def _one(message: Json, body: str, channel_id: str, sender_id: uuid.UUID) -> Earlier:
    edited_ts = (message.get("edited") or {}).get("ts")
    return Earlier(
        sender_id=sender_id,
        body=body,
        files=shared_files.of_message(message),
        channel_id=channel_id,
        message_ts=message["ts"],
        said_at=sources.moment_of(message["ts"]),
        edited_ts=edited_ts,
        edited_at=sources.moment_of(edited_ts) if edited_ts else None,
    )


def _offered(payload: Json, scene: Scene) -> Composed:
    reader = scene.reader(payload)
    if reader is None:
        return NOBODY
    if payload["way"] == Source.REACTION:
        return Errand(partial(_ask, payload=payload, reader=reader))
    return Errand(partial(_answer, payload=payload))


async def _ask(runtime: Runtime, payload: Json, reader: str) -> Write:
    """Whoever reacted, alone; told which ticket it is, if it is one already."""
    channel_id, ts = payload["channel_id"], payload["message_ts"]
    message = await conversations.read_message(runtime.gateway, channel_id, ts)
    draft = await _draft(runtime, message, payload)
    if draft is None:
        return _nothing
    number = await _number_of(runtime, draft)
    said = offers.offer(draft)
    if number is not None:
        said = refusals.refusal(kept.already(number).text)
    # Below the first message of a thread they may not be looking: there it is said beside it.
    below = draft.ref.root_ts if draft.ref.root_ts != ts else None
    await runtime.gateway.whisper(Whisper(channel_id, reader, **said, thread_ts=below))
    return _nothing


async def _answer(runtime: Runtime, payload: Json) -> Write:
    """Below a direct message to us, unless something of ours stands there already."""
    channel_id, ts = payload["channel_id"], payload["message_ts"]
    thread, _ = await conversations.read_thread(runtime.gateway, channel_id, ts, ts, MOST)
    message = next((each for each in thread if each["ts"] == ts), None)
    draft = await _draft(runtime, message, payload)
    if draft is None or any(each.get("bot_id") for each in thread):
        return _nothing
    said = offers.offer_in_direct_message(draft)
    await runtime.gateway.post(Post(channel_id, **said, thread_ts=ts), _NO_MARK)
    return _nothing


async def _draft(runtime: Runtime, message: Json | None, payload: Json) -> Draft | None:
    if message is None:
        return None
    team_id, way = payload["team_id"], Source(payload["way"])
    ref = sources.refer_to(message, payload["channel_id"], team_id, way)
    if ref is None:
        return None
    return Draft(ref, sources.words_of(message, await _names_in(runtime, [message], team_id)))


async def _number_of(runtime: Runtime, draft: Draft) -> int | None:
    async with unit_of_work(runtime.sessions) as session:
        return (await kept.look_up(session, draft.ref.message)).number


async def _nothing(session: AsyncSession) -> None:
    """There is nothing to write down."""


COMPOSERS: Mapping[str, Composer] = {
    Topic.SOURCE_LINKED: _linked,
    Topic.SOURCE_FETCHED: _fetched,
    Topic.FILED_QUIETLY: _filed_quietly,
    Topic.OFFERED: _offered,
}
