"""Soft deletion: a ticket with all that hangs on it goes out of sight, and can come back."""

import uuid
from datetime import datetime

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import ChatMessage, Notification
from core.db import deleted, utc_now
from core.errors import InvalidField, NotFound, Refused
from core.files.models import Attachment
from core.tickets import audit
from core.tickets.approvals.models import Approval
from core.tickets.approvals.steering import withdraw_all
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.models import Ticket, TicketParticipant
from core.tickets.parts.models import SubTicket
from core.tickets.standing import lock
from core.users.models import Department, User
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
    check_deleting(reason)
    await _hide(session, turn, ticket, utc_now(), reason)
    return ticket


async def restore_ticket(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, *, reason: str
) -> Ticket:
    """With everything that was deleted together with it."""
    authorize(turn.actor, Permission.RESTORE)
    check_restoring(reason)
    ticket = await session.scalar(
        deleted(select(Ticket).where(Ticket.id == ticket_id)).with_for_update()
    )
    if ticket is None:
        raise NotFound("There is no deleted ticket of this kind.")
    await _check_department(session, ticket)
    await _bring_back(session, turn, ticket, reason)
    return ticket


async def restore_person(
    session: AsyncSession, turn: Turn, user_id: uuid.UUID, *, reason: str
) -> User:
    """And the tickets that were deleted together with them."""
    authorize(turn.actor, Permission.RESTORE)
    check_restoring(reason)
    user = await session.scalar(deleted(select(User).where(User.id == user_id)).with_for_update())
    if user is None:
        raise NotFound("There is no deleted person of this kind.")
    gone_at = user.deleted_at
    user.restore()
    await session.flush()
    await audit.record(
        session,
        turn.actor,
        "person.restore",
        source=turn.source,
        changes={"is_deleted": [True, False]},
        details={"user_id": str(user_id), "reason": reason},
    )
    filed = select(Ticket).where(Ticket.requestor_id == user_id, Ticket.deleted_at == gone_at)
    for ticket in await session.scalars(deleted(filed.order_by(Ticket.id)).with_for_update()):
        await _bring_back(session, turn, ticket, reason)
    return user


def check_restoring(reason: str) -> None:
    if not _says_something(reason):
        raise InvalidField("reason", "Say why it is restored.")


async def _check_department(session: AsyncSession, ticket: Ticket) -> None:
    department = select(Department.name).where(Department.id == ticket.department_id)
    if name := await session.scalar(deleted(department)):
        raise Refused(f"The department {name} is deleted. Restore it first.")


async def _bring_back(session: AsyncSession, turn: Turn, ticket: Ticket, reason: str) -> None:
    gone_at = ticket.deleted_at
    ticket.restore()
    for table, owner in _HANGS_ON:
        await session.execute(
            update(table)
            .where(table.c[owner] == ticket.id, table.c.deleted_at == gone_at)
            .values(is_deleted=False, deleted_at=None, updated_at=utc_now())
        )
    changes = {"is_deleted": [True, False]}
    await record(session, turn, ticket, "ticket.restore", changes, reason=reason)
    await outbox.add(session, *fresh_cards(turn, ticket))


async def delete_person(
    session: AsyncSession, turn: Turn, user_id: uuid.UUID, *, reason: str
) -> User:
    """A person, and the tickets they filed. They stay visible in the tickets of others."""
    authorize(turn.actor, Permission.CONFIGURE)
    check_deleting(reason)
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
    filed = select(Ticket).where(Ticket.requestor_id == user_id).order_by(Ticket.id)
    for ticket in await session.scalars(filed.with_for_update()):
        await _hide(session, turn, ticket, now, reason)
    return user


def check_deleting(reason: str) -> None:
    if not _says_something(reason):
        raise InvalidField("reason", "Say why it is deleted.")


def _says_something(text: str) -> bool:
    return any(sign.isprintable() and not sign.isspace() for sign in text)


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
