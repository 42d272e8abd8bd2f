"""Reading conversations: which thread this is, and what was said in it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.communication.models import (
    Audience,
    ChatMessage,
    MessageCopy,
    Notification,
    Thread,
    Visibility,
)
from core.db import with_deleted
from core.errors import NotFound
from core.notices import Place
from core.tickets.followers import follower_places
from core.tickets.models import Ticket
from core.tickets.queries import Person, visible_to_each
from core.users.models import User


async def find_thread(session: AsyncSession, channel_id: str, root_ts: str) -> Thread | None:
    found: Thread | None = await session.scalar(
        select(Thread).where(Thread.channel_id == channel_id, Thread.root_ts == root_ts)
    )
    return found


async def list_threads(
    session: AsyncSession, ticket_ids: Sequence[uuid.UUID]
) -> dict[Place, Thread]:
    """Those they live in now."""
    rows = await session.scalars(
        select(Thread).where(Thread.ticket_id.in_(ticket_ids), Thread.audience != Audience.FORMER)
    )
    return {Place(each.ticket_id, each.audience, each.user_id, each.part_id): each for each in rows}


async def list_listeners(session: AsyncSession, ticket_id: uuid.UUID) -> list[Place]:
    """Every conversation of the ticket in which public messages are read."""
    return [
        Place(ticket_id, Audience.REQUESTER),
        Place(ticket_id, Audience.DESK),
        *await follower_places(session, ticket_id),
    ]


async def list_others(session: AsyncSession, message: ChatMessage) -> list[Place]:
    """The same, but for the one that this message was written in."""
    heard_in = place_of(message)
    return [each for each in await list_listeners(session, message.ticket_id) if each != heard_in]


def place_of(message: ChatMessage) -> Place:
    """The conversation it was written in."""
    is_followers = message.audience is Audience.FOLLOWER
    whose = (message.thread_user_id or message.sender_id) if is_followers else None
    return Place(message.ticket_id, message.audience, whose, message.part_id)


async def find_message(
    session: AsyncSession, channel_id: str, message_ts: str
) -> ChatMessage | None:
    """By its original in Slack; deleted ones too, which nobody is shown."""
    found: ChatMessage | None = await session.scalar(
        with_deleted(
            select(ChatMessage).where(
                ChatMessage.channel_id == channel_id, ChatMessage.message_ts == message_ts
            )
        )
    )
    return found


async def get_message(session: AsyncSession, message_id: int) -> ChatMessage:
    message = await session.scalar(select(ChatMessage).where(ChatMessage.id == message_id))
    if message is None:
        raise NotFound("This message was deleted.")
    return message


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it is repeated for the other side."""

    id: int
    ticket_id: uuid.UUID
    sender: Person
    body: str
    visibility: Visibility
    created_at: datetime
    edited_at: datetime | None = None
    held_until: datetime | None = None
    is_taken_back: bool = False
    #: Said between two desks, about a part.
    part_id: int | None = None


async def list_said(session: AsyncSession, ids: Sequence[int]) -> dict[int, Said]:
    """By id; deleted messages are missing."""
    # Under another name a sender is found when they were deleted since.
    sender = aliased(User)
    rows = await session.execute(
        select(
            ChatMessage.id,
            ChatMessage.ticket_id,
            sender.slack_user_id,
            sender.name,
            sender.image_url,
            ChatMessage.body,
            ChatMessage.visibility,
            ChatMessage.created_at,
            ChatMessage.edited_at,
            ChatMessage.held_until,
            ChatMessage.taken_back_at.is_not(None),
            ChatMessage.part_id,
        )
        .join(sender, sender.id == ChatMessage.sender_id)
        .where(ChatMessage.id.in_(ids), ChatMessage.is_deleted.is_(False))
    )
    return {row[0]: Said(row[0], row[1], Person(*row[2:5]), *row[5:]) for row in rows}


@dataclass(frozen=True, slots=True)
class Told:
    """A notification, and whose."""

    id: int
    slack_user_id: str
    ticket_id: uuid.UUID | None
    topic: str
    details: dict[str, Any]
    is_read: bool = False
    created_at: datetime | None = None
    #: Whether they may see the ticket that it is about, as their rights are now.
    may_see: bool = True

    @property
    def ticket_ids(self) -> list[str]:
        """Of further tickets that it tells of."""
        found = self.details.get("ticket_ids")
        return [str(each) for each in found] if isinstance(found, list) else []


async def list_told(session: AsyncSession, ids: Sequence[int]) -> dict[int, Told]:
    rows = await session.execute(
        select(
            Notification.id,
            User.slack_user_id,
            Notification.ticket_id,
            Notification.topic,
            Notification.details,
            Notification.is_read,
            Notification.created_at,
            or_(Notification.ticket_id.is_(None), func.coalesce(visible_to_each(), false())),
        )
        .join(User, User.id == Notification.user_id)
        .outerjoin(Ticket, Ticket.id == Notification.ticket_id)
        .where(Notification.id.in_(ids), Notification.is_deleted.is_(False))
    )
    return {row[0]: Told(*row) for row in rows}


async def list_copies(session: AsyncSession, ids: Sequence[int]) -> list[MessageCopy]:
    """Where these chat messages were repeated."""
    statement = select(MessageCopy).where(MessageCopy.chat_message_id.in_(ids))
    return list(await session.scalars(statement.order_by(MessageCopy.id)))


async def is_first_note(
    session: AsyncSession, ticket_id: uuid.UUID, user_id: uuid.UUID, message_id: int
) -> bool:
    """Whether the person had written nothing in the ticket's desk thread before `message_id`.
    What came from a form was not written there."""
    earlier = await session.scalar(
        select(ChatMessage.id)
        .where(
            ChatMessage.ticket_id == ticket_id,
            ChatMessage.sender_id == user_id,
            ChatMessage.audience == Audience.DESK,
            ChatMessage.channel_id.is_not(None),
            ChatMessage.id < message_id,
        )
        .limit(1)
    )
    return earlier is None
