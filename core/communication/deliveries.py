"""What was sent for a ticket, to whom, and what became of it: the outbox, as people read it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, TextClause, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience, Notification
from core.communication.queries import list_listeners
from core.db import with_deleted
from core.notices import Topic
from core.outbox import OutboxMessage
from core.tickets.models import Ticket, TicketParticipant
from core.tickets.standing import load_readable
from core.users.models import User
from core.users.permissions import Actor, Permission, authorize

PAGE = 15
_PERSONAL = (Topic.PERSON_TOLD, Topic.PERSON_CALLED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """`outcome` of None: it still waits, or is tried again because of `error`."""

    id: int
    topic: str
    audience: Audience | None
    #: Whom it is for, where that is one person.
    reader: str | None
    outcome: str | None
    error: str | None
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Deliveries:
    ticket_id: uuid.UUID
    key: str
    deliveries: Sequence[Delivery]
    has_older: bool


async def read_deliveries(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, *, before: int | None = None
) -> Deliveries:
    """A page, newest first; on the first one also what still waits. For those who may read
    notes. Goes back as far as what is sent is kept."""
    ticket, standing = await load_readable(session, actor, ticket_id)
    authorize(actor, Permission.READ_NOTES, standing)
    waiting = [] if before else list(await session.scalars(await _waiting(session, ticket)))
    settled = list(await session.scalars(_settled(ticket.id, before)))
    shown = [*waiting[::-1], *settled[:PAGE]]
    names = await _names(session, shown)
    return Deliveries(
        ticket_id=ticket.id,
        key=ticket.key,
        deliveries=[_delivery(each, names) for each in shown],
        has_older=len(settled) > PAGE,
    )


def _is_about(ticket_id: uuid.UUID) -> TextClause:
    # The key is a literal, not a parameter: only so may a prepared statement use the index.
    about = text("(outbox_messages.payload ->> 'ticket_id') = :about")
    return about.bindparams(about=str(ticket_id))


def _settled(ticket_id: uuid.UUID, before: int | None) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(
            _is_about(ticket_id),
            OutboxMessage.settled_at.is_not(None),
            OutboxMessage.id < before if before else true(),
        )
        .order_by(OutboxMessage.id.desc())
        .limit(PAGE + 1)
    )


async def _waiting(session: AsyncSession, ticket: Ticket) -> Select[OutboxMessage]:
    """Found by where it is said: what waits is in no index of its ticket."""
    places = await list_listeners(session, ticket.id)
    people = await session.scalars(
        select(TicketParticipant.user_id).where(TicketParticipant.ticket_id == ticket.id)
    )
    lanes = [each.lane for each in places]
    lanes += [f"{topic}:{ticket.id}" for topic in (Topic.CARD_CHANGED, Topic.RECEIPT_CHANGED)]
    for user_id in {*people, ticket.assignee_id}:
        lanes += [f"person:{user_id}", f"{Topic.PERSON_TOLD}:{user_id}"]
    return (
        select(OutboxMessage)
        .where(
            OutboxMessage.lane.in_(lanes),
            OutboxMessage.settled_at.is_(None),
            _is_about(ticket.id),
        )
        .order_by(OutboxMessage.id)
        .limit(PAGE)
    )


def _delivery(row: OutboxMessage, names: Mapping[str, str]) -> Delivery:
    audience = row.payload.get("audience")
    if row.topic == Topic.PERSON_TOLD:
        audience = None
    return Delivery(
        id=row.id,
        topic=row.topic,
        audience=Audience(audience) if audience else _USUAL.get(row.topic),
        reader=names.get(_reader(row)),
        outcome=row.outcome,
        error=row.last_error,
        attempts=row.attempts,
        at=row.settled_at or row.created_at,
    )


_USUAL: Mapping[str, Audience] = {
    Topic.RECEIPT: Audience.REQUESTER,
    Topic.RECEIPT_CHANGED: Audience.REQUESTER,
    Topic.CARD: Audience.DESK,
    Topic.CARD_CHANGED: Audience.DESK,
}


def _reader(row: OutboxMessage) -> str:
    """A person, or the notification that names one."""
    named: dict[str, Any] = row.payload
    if row.topic in _PERSONAL:
        return str(named.get("notification_id"))
    return str(named.get("reader_id") or named.get("user_id"))


async def _names(session: AsyncSession, rows: Sequence[OutboxMessage]) -> dict[str, str]:
    told = [int(_reader(each)) for each in rows if each.topic in _PERSONAL]
    people = [
        uuid.UUID(found)
        for each in rows
        if each.topic not in _PERSONAL and (found := _reader(each)) != "None"
    ]
    names: dict[str, str] = {}
    if told:
        by_news = select(Notification.id, User.name).join(User, User.id == Notification.user_id)
        rows_of = await session.execute(by_news.where(Notification.id.in_(told)))
        names |= {str(key): name for key, name in rows_of}
    if people:
        known = with_deleted(select(User.id, User.name).where(User.id.in_(people)))
        names |= {str(key): name for key, name in await session.execute(known)}
    return names
