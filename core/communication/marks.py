"""What the message that a ticket was made from wears: one emoji for how the ticket stands."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import with_deleted
from core.tickets.models import Ticket
from core.tickets.states import Status
from core.users.models import Department

_WAITS, _WORKS, _DONE = "hourglass_flowing_sand", "eyes", "white_check_mark"
#: As Slack names them.
EMOJI: Mapping[Status, str] = {
    Status.NEW: "ticket",
    Status.ASSIGNED: _WORKS,
    Status.IN_PROGRESS: _WORKS,
    Status.WAITING_REQUESTER: _WAITS,
    Status.ON_HOLD: _WAITS,
    Status.WAITING_APPROVAL: _WAITS,
    Status.RESOLVED: _DONE,
    Status.CLOSED: _DONE,
    Status.CANCELLED: "no_entry_sign",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """`emoji` of None: the message wears none of ours any more."""

    channel_id: str
    message_ts: str
    emoji: str | None


async def find_mark(session: AsyncSession, ticket_id: uuid.UUID) -> Mark | None:
    """None for a ticket that was made of no message, is private, or lies where reactions are not
    wanted."""
    found = await session.execute(
        with_deleted(
            select(Ticket.source_key, Ticket.status, Ticket.is_deleted)
            .join(Department, Department.id == Ticket.department_id)
            .where(
                Ticket.id == ticket_id,
                Ticket.is_private.is_(False),
                Department.reactions.is_(True),
            )
        )
    )
    row = found.one_or_none()
    kind, _, place = (row.source_key or "" if row else "").partition(":")
    if row is None or kind != "message":
        return None
    channel_id, _, message_ts = place.partition(":")
    return Mark(channel_id, message_ts, None if row.is_deleted else EMOJI[row.status])
