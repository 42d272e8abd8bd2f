"""What somebody tried and may not do, in the audit trail."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now, with_deleted
from core.tickets.models import AuditLog, Source, Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.queries import visible_to
from core.users.models import User
from core.users.queries import Identity, actor_of, find_user

REFUSED = "refused"
_NUMBER_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Mentioned:
    """How the payload named what it was about; all of it is a claim of whoever sent it."""

    ticket_id: uuid.UUID | None = None
    number: int | None = None
    part_id: int | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        if self.ticket_id is not None:
            return Ticket.id == self.ticket_id
        if self.number is not None and 0 < self.number <= _NUMBER_MAX:
            return Ticket.number == self.number
        if self.part_id is not None and 0 < self.part_id <= _NUMBER_MAX:
            return exists().where(
                SubTicket.parent_ticket_id == Ticket.id, SubTicket.id == self.part_id
            )
        return false()


@dataclass(frozen=True, slots=True)
class Tried:
    who: Identity
    source: Source
    #: The id of the button, form, command or event.
    action: str
    reason: str
    about: Mentioned
    #: Refused as "does not exist": to be written down only when it does, and they may not see it.
    is_hidden: bool = False


async def write_refusal(session: AsyncSession, tried: Tried) -> bool:
    """Once a minute for each person, ticket and action. Whether it was written now."""
    user = await find_user(session, tried.who)
    ticket_id = await _ticket_id(session, tried, user)
    if tried.is_hidden and ticket_id is None:
        return False
    row = insert(AuditLog).values(
        user_id=user.id if user else None,
        ticket_id=ticket_id,
        action=REFUSED,
        source=tried.source,
        changes={},
        details={
            "action": tried.action,
            "reason": tried.reason,
            "slack_user_id": tried.who.slack_user_id,
            "team_id": tried.who.team_id,
        },
        source_key=_key(tried, ticket_id, utc_now()),
    )
    written = row.on_conflict_do_nothing().returning(AuditLog.id)
    return await session.scalar(written) is not None


async def _ticket_id(session: AsyncSession, tried: Tried, user: User | None) -> uuid.UUID | None:
    named = select(Ticket.id).where(tried.about.condition)
    if not tried.is_hidden:
        found: uuid.UUID | None = await session.scalar(with_deleted(named))
        return found
    if user is not None:
        named = named.where(visible_to(actor_of(user)).is_not(true()))
    hidden: uuid.UUID | None = await session.scalar(named)
    return hidden


def _key(tried: Tried, ticket_id: uuid.UUID | None, now: datetime) -> str:
    minute = int(now.timestamp()) // 60
    who = f"{tried.who.team_id}:{tried.who.slack_user_id}"
    return f"{REFUSED}:{who}:{tried.action}:{ticket_id or '-'}:{minute}"
