"""The resolution note: what "Resolve…" begins with, gathered from what was said at the desk."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.communication import queries
from core.communication.models import ChatMessage, MessageCopy, Thread
from core.db import utc_now, with_deleted
from core.errors import InvalidTransition, NotFound, Refused
from core.tickets.changes import Turn, record
from core.tickets.models import Ticket
from core.tickets.standing import lock
from core.tickets.states import IS_OVER, spoken
from core.users.models import User
from core.users.permissions import Permission, authorize


@dataclass(frozen=True, slots=True)
class Noted:
    """A message that is in it."""

    id: int
    sender: str
    body: str


async def add(session: AsyncSession, turn: Turn, thread: Thread, message_ts: str) -> bool:
    """By where it was written, or repeated, in a desk's thread. False when it is in it already."""
    ticket = await _begin(session, turn, thread.ticket_id)
    message = await _find(session, thread, message_ts)
    if message is None or message.ticket_id != ticket.id:
        raise Refused(
            "Only what somebody wrote here, while the help desk was there to hear it, can go into "
            "the resolution note."
        )
    if message.part_id is not None:
        raise Refused("What desks say to each other about a part stays between them.")
    if message.is_deleted:
        raise NotFound("This message was deleted.")
    if not message.body.strip():
        raise Refused("This message has no words that the resolution note could take.")
    if message.in_resolution_at is not None:
        return False
    message.in_resolution_at = utc_now()
    await record(session, turn, ticket, "resolution.add", {}, message_id=message.id)
    return True


async def remove(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, message_id: int) -> bool:
    """False when it is not in it any more."""
    ticket = await _begin(session, turn, ticket_id)
    message = await queries.get_message(session, message_id)
    if message.ticket_id != ticket.id:
        raise NotFound("This message was deleted.")
    await session.refresh(message, with_for_update=True)
    if message.in_resolution_at is None:
        return False
    message.in_resolution_at = None
    await record(session, turn, ticket, "resolution.remove", {}, message_id=message.id)
    return True


async def list_noted(session: AsyncSession, ticket_id: uuid.UUID) -> list[Noted]:
    """In the order in which they were said. The caller has asked for its permission."""
    # Under another name a sender is found when they were deleted since.
    sender = aliased(User)
    rows = await session.execute(
        select(ChatMessage.id, sender.name, ChatMessage.body)
        .join(sender, sender.id == ChatMessage.sender_id)
        .where(
            ChatMessage.ticket_id == ticket_id,
            ChatMessage.in_resolution_at.is_not(None),
            ChatMessage.is_deleted.is_(False),
        )
        .order_by(ChatMessage.created_at, ChatMessage.id)
    )
    return [Noted(*row) for row in rows]


async def _begin(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.WORK, standing)
    if ticket.status in IS_OVER:
        now = spoken(ticket.status, turn.policy.labels(ticket.department_id))
        raise InvalidTransition(f"{ticket.key} is {now}: its resolution note cannot change now.")
    return ticket


async def _find(session: AsyncSession, thread: Thread, message_ts: str) -> ChatMessage | None:
    """What was written there, or is repeated there; the ticket is locked."""
    place = (thread.channel_id, message_ts)
    found = await queries.find_message(session, *place)
    if found is None:
        repeated = select(MessageCopy.chat_message_id).where(
            MessageCopy.channel_id == thread.channel_id, MessageCopy.message_ts == message_ts
        )
        statement = select(ChatMessage).where(ChatMessage.id == repeated.scalar_subquery())
        found = await session.scalar(with_deleted(statement))
    if found is not None:
        await session.refresh(found, with_for_update=True)
    return found
