"""Soft deletion: a ticket with all that hangs on it goes out of sight, and can come back."""

import uuid
from datetime import datetime

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import ChatMessage, Notification
from core.db import deleted, utc_now
from core.errors import InvalidField, NotFound
from core.files.models import Attachment
from core.tickets import audit
from core.tickets.approvals.models import Approval
from core.tickets.approvals.steering import withdraw_all
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.models import Ticket, TicketParticipant
from core.tickets.parts.models import SubTicket
from core.tickets.standing import lock
from core.users.models import User
from core.users.permissions import Permission, authorize

#: What goes with a ticket, and the column that says whose it is. The trail stays.
_HANGS_ON: tuple[tuple[Table, str], ...] = (
    (SubTicket.metadata.tables["sub_tickets"], "parent_ticket_id"),
    (ChatMessage.metadata.tables["chat_messages"], "ticket_id"),
    (TicketParticipant.metadata.tables["ticket_participants"], "ticket_id"),
    (Attachment.metadata.tables["attachments"], "ticket_id"),
    (Approval.metadata.tables["approvals"], "ticket_id"),
    (Notification.metadata.tables["notifications"], "ticket_id"),
)


async def delete_ticket(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, *, reason: str
) -> Ticket:
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.DELETE, standing)
    _check_reason(reason)
    await _hide(session, turn, ticket, utc_now(), reason)
    return ticket


async def restore_ticket(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """With everything that was deleted together with it."""
    authorize(turn.actor, Permission.RESTORE)
    ticket = await session.scalar(
        deleted(select(Ticket).where(Ticket.id == ticket_id)).with_for_update()
    )
    if ticket is None:
        raise NotFound("There is no deleted ticket of this kind.")
    gone_at = ticket.deleted_at
    ticket.restore()
    for table, owner in _HANGS_ON:
        await session.execute(
            update(table)
            .where(table.c[owner] == ticket.id, table.c.deleted_at == gone_at)
            .values(is_deleted=False, deleted_at=None, updated_at=utc_now())
        )
    await record(session, turn, ticket, "ticket.restore", {"is_deleted": [True, False]})
    await outbox.add(session, *fresh_cards(turn, ticket))
    return ticket


async def delete_person(
    session: AsyncSession, turn: Turn, user_id: uuid.UUID, *, reason: str
) -> User:
    """A person, and the tickets they filed. They stay visible in the tickets of others."""
    authorize(turn.actor, Permission.CONFIGURE)
    _check_reason(reason)
    user = await session.scalar(select(User).where(User.id == user_id).with_for_update())
    if user is None:
        raise NotFound("This person is not known to the help desk.")
    now = utc_now()
    user.delete_softly(now)
    details = {"user_id": str(user_id), "reason": reason}
    changes = {"is_deleted": [False, True]}
    await audit.record(
        session,
        turn.actor,
        "person.delete",
        source=turn.source,
        changes=changes,
        details=details,
    )
    filed = select(Ticket).where(Ticket.requestor_id == user_id).with_for_update()
    for ticket in await session.scalars(filed):
        await _hide(session, turn, ticket, now, reason)
    return user


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidField("reason", "Say why it is deleted.")


async def _hide(
    session: AsyncSession, turn: Turn, ticket: Ticket, now: datetime, reason: str
) -> None:
    await withdraw_all(session, turn, ticket, f"{ticket.key} was deleted.")
    ticket.delete_softly(now)
    for table, owner in _HANGS_ON:
        await session.execute(
            update(table)
            .where(table.c[owner] == ticket.id, table.c.is_deleted.is_(False))
            .values(is_deleted=True, deleted_at=now, updated_at=now)
        )
    changes = {"is_deleted": [False, True]}
    await record(session, turn, ticket, "ticket.delete", changes, reason=reason)
    await outbox.add(session, *fresh_cards(turn, ticket))
