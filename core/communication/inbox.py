"""What a person was told and has not looked at yet."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import ChatMessage, Notification
from core.communication.queries import Told, list_told
from core.communication.ways import Way
from core.db import utc_now
from core.tickets.models import Ticket
from core.tickets.queries import TicketView, list_views, visible_to
from core.users.permissions import Actor

PAGE = 10


@dataclass(frozen=True, slots=True)
class News:
    told: Told
    ticket: TicketView | None


@dataclass(frozen=True, slots=True)
class NewsPage:
    """`before` of the next page is the id of the last of these."""

    news: Sequence[News]
    has_more: bool


async def unread(
    session: AsyncSession, actor: Actor, *, before: int | None = None, most: int = PAGE
) -> NewsPage:
    """Newest first, of what the actor may still see."""
    found = _unread(actor).where(Notification.id < before if before else true())
    ids = list(await session.scalars(found.limit(most + 1)))
    return NewsPage(await _read(session, ids[:most]), len(ids) > most)


async def count_unread(session: AsyncSession, actor: Actor, *, most: int = 100) -> int:
    """Never more than `most`."""
    return len(list(await session.scalars(_unread(actor).limit(most))))


async def list_for_digest(session: AsyncSession, actor: Actor, *, most: int = PAGE) -> NewsPage:
    """The same of what waits for the morning."""
    found = _unread(actor).where(Notification.way == Way.DIGEST)
    ids = list(await session.scalars(found.limit(most + 1)))
    return NewsPage(await _read(session, ids[:most]), len(ids) > most)


async def mark_read(
    session: AsyncSession,
    actor: Actor,
    ids: Sequence[int] | None = None,
    *,
    ticket_id: uuid.UUID | None = None,
) -> int:
    """What is named, or all there is about a ticket; the actor's own only. How many were new."""
    which = Notification.id.in_(ids) if ids is not None else Notification.ticket_id == ticket_id
    return await _mark(session, actor, which)


async def mark_read_up_to(session: AsyncSession, actor: Actor, newest: int) -> int:
    """Whatever the actor was told up to this notification."""
    return await _mark(session, actor, Notification.id <= newest)


async def _mark(session: AsyncSession, actor: Actor, which: ColumnElement[bool]) -> int:
    done = await session.execute(
        update(Notification)
        .where(
            Notification.user_id == actor.id,
            Notification.is_read.is_(False),
            Notification.is_deleted.is_(False),
            Notification.way.is_not(None),
            which,
        )
        .values(is_read=True, read_at=utc_now())
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())


def _unread(actor: Actor) -> Select[int]:
    # A reply that was called back, or is held back still, was never said.
    said = ChatMessage.id == Notification.details["message_id"].as_integer()
    is_silent = exists().where(
        said,
        or_(
            ChatMessage.is_deleted.is_(True),
            ChatMessage.taken_back_at.is_not(None),
            ChatMessage.held_until > utc_now(),
        ),
    )
    may_see = exists().where(Ticket.id == Notification.ticket_id, visible_to(actor))
    return (
        select(Notification.id)
        .where(
            Notification.user_id == actor.id,
            Notification.is_read.is_(False),
            Notification.is_deleted.is_(False),
            Notification.way.is_not(None),
            or_(Notification.ticket_id.is_(None), may_see),
            ~is_silent,
        )
        .order_by(Notification.id.desc())
    )


async def _read(session: AsyncSession, ids: Sequence[int]) -> list[News]:
    told = await list_told(session, ids)
    named = {each.ticket_id for each in told.values() if each.ticket_id}
    tickets = await list_views(session, list(named)) if named else {}
    return [News(told[each], _about(told[each], tickets)) for each in ids if each in told]


def _about(told: Told, tickets: Mapping[uuid.UUID, TicketView]) -> TicketView | None:
    return tickets.get(told.ticket_id) if told.ticket_id else None
