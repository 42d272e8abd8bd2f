"""Saying something about a ticket, and who may hear it."""

import uuid
from dataclasses import dataclass, replace

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication import part_threads, queries
from core.communication.models import Audience, ChatMessage, Thread, Visibility
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, NotAllowed
from core.notices import Place
from core.tickets import service as tickets
from core.tickets.changes import Turn, record
from core.tickets.models import Part, Ticket
from core.tickets.standing import lock
from core.users.permissions import (
    Actor,
    Permission,
    Relation,
    Standing,
    authorize,
    may,
    relations,
)

BODY_MAX = 40_000


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, as plain text, and the natural key it is stored once by: its place
    in Slack, or the form it came from."""

    body: str
    channel_id: str | None = None
    message_ts: str | None = None
    source_key: str | None = None


async def hear(
    session: AsyncSession, turn: Turn, thread: Thread, words: Words
) -> ChatMessage | None:
    """A message in one of a ticket's threads. None when it was heard before.

    What the requester's side writes is public. What the desk writes in its own thread stays
    there, unless the department keeps open threads.
    """
    if thread.part_id is not None:
        clipped = replace(words, body=words.body[:BODY_MAX])
        return await part_threads.hear(session, turn, thread.part_id, clipped)
    ticket, standing = await lock(session, turn.actor, thread.ticket_id)
    if thread.audience is not Audience.DESK:
        authorize(turn.actor, Permission.REPLY, standing)
        return await _reply(session, turn, ticket, standing, words, thread.audience)
    authorize(turn.actor, Permission.NOTE, standing)
    if turn.policy.desk(ticket.department_id).open_threads:
        return await _reply(session, turn, ticket, standing, words, Audience.DESK)
    return await _note(session, turn, ticket, words)


async def reply(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, words: Words
) -> ChatMessage | None:
    """The desk writes to the requester with a form. None when the form came twice."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.WORK, standing)
    if not words.body.strip():
        raise InvalidField("reply", "Write what the requester should read.")
    if len(words.body) > BODY_MAX:
        raise InvalidField("reply", f"Keep it under {BODY_MAX} characters.")
    message = await _reply(session, turn, ticket, standing, words, Audience.DESK)
    if message is not None:
        await outbox.add(session, *notices.copied(message.id, Place(ticket.id, Audience.DESK)))
    return message


async def publish(session: AsyncSession, turn: Turn, message_id: int) -> ChatMessage:
    """Send an internal message of the desk to the requester after all."""
    message = await queries.get_message(session, message_id)
    if message.part_id is not None:
        raise NotAllowed("What desks say to each other about a part stays between them.")
    ticket, standing = await lock(session, turn.actor, message.ticket_id)
    authorize(turn.actor, Permission.WORK, standing)
    await session.refresh(message, with_for_update=True)
    if message.visibility is Visibility.PUBLIC:
        raise AlreadyDone("The requester has this message already.")
    message.visibility = Visibility.PUBLIC
    await _said_publicly(session, turn, ticket, standing, message)
    return message


async def _reply(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    standing: Standing,
    words: Words,
    written_in: Audience,
) -> ChatMessage | None:
    message = await _store(session, turn, ticket, words, Visibility.PUBLIC, written_in)
    if message is not None:
        await _said_publicly(session, turn, ticket, standing, message)
    return message


async def _said_publicly(
    session: AsyncSession, turn: Turn, ticket: Ticket, standing: Standing, message: ChatMessage
) -> None:
    at_desk = message.audience is Audience.DESK
    is_response = _is_response(turn.actor, standing)
    if is_response and ticket.first_responded_at is None:
        ticket.first_responded_at = utc_now()
    await record(session, turn, ticket, "message.reply", {}, message_id=message.id)
    heard_in = Place(ticket.id, message.audience, _whose(message))
    places = await queries.list_listeners(session, ticket.id)
    others = [place for place in places if place != heard_in]
    await outbox.add(session, *notices.copied(message.id, *others))
    if is_response or (at_desk and turn.actor.id != ticket.requestor_id):
        await tickets.wait_after_reply(session, turn, ticket)
    else:
        await tickets.answer(session, turn, ticket)


def _whose(message: ChatMessage) -> uuid.UUID | None:
    return message.sender_id if message.audience is Audience.FOLLOWER else None


def _is_response(actor: Actor, standing: Standing) -> bool:
    """Wherever somebody of the desk writes it. Who filed a ticket does not respond to it."""
    filed = relations(actor, standing) & {Relation.REQUESTER, Relation.AUTHOR}
    return may(actor, Permission.WORK, standing) and not filed


async def _note(
    session: AsyncSession, turn: Turn, ticket: Ticket, words: Words
) -> ChatMessage | None:
    message = await _store(session, turn, ticket, words, Visibility.INTERNAL, Audience.DESK)
    if message is None:
        return None
    await record(session, turn, ticket, "message.note", {}, message_id=message.id)
    if await queries.is_first_note(session, ticket.id, turn.actor.id, message.id):
        desk = Place(ticket.id, Audience.DESK)
        hint = notices.kept_internal(desk, message.id, turn.actor.id)
        await outbox.add(session, hint)
    return message


async def _store(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    words: Words,
    visibility: Visibility,
    written_in: Audience,
) -> ChatMessage | None:
    if not words.body.strip():
        raise NotAllowed("An empty message is not kept.")
    message = await session.scalar(
        insert(ChatMessage)
        .values(
            ticket_id=ticket.id,
            sender_id=turn.actor.id,
            body=words.body[:BODY_MAX],
            visibility=visibility,
            audience=written_in,
            channel_id=words.channel_id,
            message_ts=words.message_ts,
            source_key=words.source_key,
        )
        .on_conflict_do_nothing()
        .returning(ChatMessage)
    )
    if message is not None:
        part = Part.AGENT if written_in is Audience.DESK else Part.FOLLOWER
        await tickets.join(session, ticket.id, turn.actor.id, part)
    return message
