"""A ticket's whole timeline for one reader, to be made into a file."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core import notices, outbox
from core.communication.timeline import Entry, read_whole_timeline
from core.db import utc_now
from core.tickets.changes import Turn
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.queries import TicketView, get_view
from core.tickets.standing import load_readable
from core.users.models import User
from core.users.queries import get_actor


@dataclass(frozen=True, slots=True)
class Transcript:
    ticket: TicketView
    #: Name and part of everyone on it, in the order they came.
    people: Sequence[tuple[str, Part]]
    entries: Sequence[Entry]
    #: Of the reader, who may have given Slack one that nobody knows.
    time_zone: str
    slack_user_id: str
    made_at: datetime


async def ask_for_transcript(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """It reaches the actor's direct messages as a file. Asked twice at once it comes once."""
    ticket, _ = await load_readable(session, turn.actor, ticket_id)
    fold = turn.policy.preferences.card_fold
    await outbox.add(session, notices.transcript(ticket.id, turn.actor.id, utc_now(), fold))
    return ticket


async def read_transcript(
    session: AsyncSession, reader_id: uuid.UUID, ticket_id: uuid.UUID
) -> Transcript:
    """Raises NotFound as the reader's rights are now."""
    actor = await get_actor(session, reader_id)
    ticket = await get_view(session, actor, ticket_id)
    zone = await session.scalar(select(User.time_zone).where(User.id == reader_id))
    return Transcript(
        ticket=ticket,
        people=await _people(session, ticket_id),
        entries=await read_whole_timeline(session, actor, ticket_id),
        time_zone=zone or "UTC",
        slack_user_id=actor.slack_user_id,
        made_at=utc_now(),
    )


async def _people(session: AsyncSession, ticket_id: uuid.UUID) -> list[tuple[str, Part]]:
    # Under another name people are found when they were deleted since.
    person = aliased(User)
    rows = await session.execute(
        select(person.name, TicketParticipant.part)
        .join(person, person.id == TicketParticipant.user_id)
        .where(TicketParticipant.ticket_id == ticket_id)
        .order_by(TicketParticipant.id)
    )
    return [(row[0], row[1]) for row in rows]
