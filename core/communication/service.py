"""Saying something about a ticket, and who may hear it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication import canned, part_threads, queries, questions, sharing, sources
from core.communication.holding import hold_of
from core.communication.models import Audience, ChatMessage, Thread, Visibility
from core.communication.notify import Occasion, notify
from core.communication.ways import NOTED, REPLIED, Event
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, InvalidTransition, NotAllowed, NotFound
from core.notices import Place
from core.tickets import service as tickets
from core.tickets.changes import Turn, record
from core.tickets.models import Part, Ticket
from core.tickets.sla.replies import answered, asked
from core.tickets.standing import load, lock
from core.tickets.states import FINAL, IS_OVER, spoken
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
    #: The people it mentions, as Slack names them.
    mentioned: tuple[str, ...] = ()
    #: The files it brings, as Slack names them.
    files: tuple[str, ...] = ()
    #: The canned reply that they began with.
    canned_id: int | None = None


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
        standing = await sources.welcome(session, turn, thread, ticket, standing)
        authorize(turn.actor, Permission.REPLY, standing)
        place = Place(ticket.id, thread.audience, thread.user_id)
        message = await _reply(session, turn, ticket, standing, words, place)
    else:
        authorize(turn.actor, Permission.NOTE, standing)
        if turn.policy.desk(ticket.department_id).open_threads:
            desk = Place(ticket.id, Audience.DESK)
            message = await _reply(session, turn, ticket, standing, words, desk)
        else:
            message = await _note(session, turn, ticket, words)
    if message is not None:
        await _ask_writer(session, turn, ticket, standing, message, words)
    return message


async def _ask_writer(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    standing: Standing,
    message: ChatMessage,
    words: Words,
) -> None:
    if words.mentioned:
        await questions.about_mentions(session, turn, ticket, standing, message, words.mentioned)
        await questions.tell_mentioned(session, turn, ticket, message, words.mentioned)
    is_at_desk = message.audience is Audience.DESK or _is_response(turn.actor, standing)
    if ticket.status in IS_OVER and not is_at_desk:
        await questions.about_the_end(session, turn, ticket, message)


async def reply(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, words: Words
) -> ChatMessage | None:
    """The desk writes to the requester with a form. None when the form came twice."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.WORK, standing)
    if ticket.status in FINAL:
        now = spoken(ticket.status, turn.policy.labels(ticket.department_id))
        raise InvalidTransition(f"{ticket.key} is {now}: nobody reads replies to it now.")
    if not words.body.strip():
        raise InvalidField("reply", "Write what the requester should read.")
    if len(words.body) > BODY_MAX:
        raise InvalidField("reply", f"Keep it under {BODY_MAX} characters.")
    desk = Place(ticket.id, Audience.DESK)
    message = await _store(session, turn, ticket, words, Visibility.PUBLIC, desk)
    if message is not None:
        await outbox.add(session, *notices.copied(message.id, desk))
        await _said_publicly(session, turn, ticket, standing, message)
        if words.canned_id is not None:
            await canned.note_use(session, turn, ticket, words.canned_id)
    return message


async def note(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, words: Words
) -> ChatMessage | None:
    """For the desk alone, with a form. None when the form came twice."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.NOTE, standing)
    if not words.body.strip():
        raise InvalidField("note", "Write what the desk should know.")
    message = await _note(session, turn, ticket, words)
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
    if message.is_deleted:
        raise NotFound("This message was deleted.")
    if message.visibility is Visibility.PUBLIC:
        raise AlreadyDone("The requester has this message already.")
    message.visibility, message.taken_back_at = Visibility.PUBLIC, None
    if message.channel_id is None:
        desk = Place(ticket.id, Audience.DESK)
        await outbox.add(session, *notices.copy_changed(message.id, desk))
    await _said_publicly(session, turn, ticket, standing, message)
    await sharing.publish(session, turn, ticket, message)
    return message


async def publish_at(
    session: AsyncSession, turn: Turn, thread: Thread, message_ts: str
) -> ChatMessage:
    """The same, by where it was written."""
    _, standing = await load(session, turn.actor, thread.ticket_id)
    authorize(turn.actor, Permission.WORK, standing)
    message = await queries.find_message(session, thread.channel_id, message_ts)
    if message is None:
        raise NotFound(
            "The help desk was away when this was written, so it does not have it. "
            "Please send it with “Reply to requester” on the card."
        )
    return await publish(session, turn, message.id)


async def _reply(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    standing: Standing,
    words: Words,
    written_in: Place,
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
    from_desk = is_response or (at_desk and turn.actor.id != ticket.requestor_id)
    details = {"message_id": message.id, "response": is_response, "from_desk": from_desk}
    said = await record(session, turn, ticket, "message.reply", {}, **details)
    if is_response and ticket.first_responded_at is None:
        ticket.first_responded_at = said.created_at
    if is_response:
        await answered(session, turn, ticket, said.created_at, message.id)
    elif not from_desk:
        await asked(session, turn, ticket, said.created_at)
    others = await _repeat(session, turn, ticket, message)
    await _tell_of_reply(session, turn, ticket, message, others)
    if from_desk:
        await tickets.wait_after_reply(session, turn, ticket, message.id)
    else:
        await tickets.answer(session, turn, ticket)


async def _tell_of_reply(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    message: ChatMessage,
    others: Sequence[Place],
) -> None:
    """Everybody it is repeated for, and whoever has the ticket."""
    details = {"by": turn.actor.name, "message_id": message.id}
    shown_in = frozenset({message.audience, *(each.audience for each in others)})
    occasion = Occasion(Event.REPLY, REPLIED, ticket.id, turn.actor, details, shown_in)
    readers = [each.user_id for each in others if each.user_id]
    await notify(session, occasion, [ticket.assignee_id, ticket.requestor_id, *readers])


async def _repeat(
    session: AsyncSession, turn: Turn, ticket: Ticket, message: ChatMessage
) -> list[Place]:
    """For everybody else, after the hold. Until then whoever sends it may call it back."""
    hold = hold_of(turn, ticket, message)
    others = await queries.list_others(session, message)
    rows = notices.copied(message.id, *others, hold=hold)
    if hold:
        message.held_until = utc_now() + hold
        desk = Place(ticket.id, Audience.DESK)
        rows.append(notices.held(desk, message.id, turn.actor.id))
    await outbox.add(session, *rows)
    return others


def _is_response(actor: Actor, standing: Standing) -> bool:
    """Wherever somebody of the desk writes it. Who filed a ticket does not respond to it."""
    filed = relations(actor, standing) & {Relation.REQUESTER, Relation.AUTHOR}
    return may(actor, Permission.WORK, standing) and not filed


async def _note(
    session: AsyncSession, turn: Turn, ticket: Ticket, words: Words
) -> ChatMessage | None:
    desk = Place(ticket.id, Audience.DESK)
    message = await _store(session, turn, ticket, words, Visibility.INTERNAL, desk)
    if message is None:
        return None
    await record(session, turn, ticket, "message.note", {}, message_id=message.id)
    details = {"by": turn.actor.name, "message_id": message.id}
    shown_in = frozenset({Audience.DESK})
    occasion = Occasion(Event.NOTE, NOTED, ticket.id, turn.actor, details, shown_in)
    await notify(session, occasion, [ticket.assignee_id])
    by_hand = message.channel_id is not None
    if by_hand and await queries.is_first_note(session, ticket.id, turn.actor.id, message.id):
        hint = notices.kept_internal(desk, message.id, turn.actor.id)
        await outbox.add(session, hint)
    return message


async def _store(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    words: Words,
    visibility: Visibility,
    written_in: Place,
) -> ChatMessage | None:
    if not words.body.strip() and not words.files:
        raise NotAllowed("An empty message is not kept.")
    message = await session.scalar(
        insert(ChatMessage)
        .values(
            ticket_id=ticket.id,
            sender_id=turn.actor.id,
            body=words.body[:BODY_MAX],
            visibility=visibility,
            audience=written_in.audience,
            thread_user_id=written_in.user_id,
            channel_id=words.channel_id,
            message_ts=words.message_ts,
            source_key=words.source_key,
        )
        .on_conflict_do_nothing()
        .returning(ChatMessage)
    )
    if message is not None:
        # Whoever writes and was not on it works at its desk.
        await tickets.join(session, ticket.id, turn.actor.id, Part.AGENT)
        await sharing.offer(session, message, words.files)
    return message
