"""Reading what is attached to tickets. `readable_by` is the one predicate for every file."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.communication.models import ChatMessage, Notification, Visibility
from core.errors import NotFound
from core.files.models import Attachment, FileCopy
from core.files.rules import FileRules
from core.tickets.approvals.glances import frozen_for
from core.tickets.attached import MESSAGES, came_internally
from core.tickets.models import Ticket
from core.tickets.parts.queries import passed_to, shared_in_part
from core.tickets.queries import visible_to
from core.users.models import Department, User
from core.users.permissions import Actor
from core.users.queries import actor_of
from core.users.roles import SEEING_ROLES

#: What a window can list.
MOST = 90


@dataclass(frozen=True, slots=True)
class FileView:
    id: int
    ticket_id: uuid.UUID
    name: str
    media_type: str
    size_bytes: int
    storage_key: str
    uploader: str
    attached_at: datetime


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Of Attachment rows joined with their Ticket: what came with an internal message is for the
    people who may read such, and what was passed on with a part, or shared in its thread, for
    its people as well. What belongs to a request for money is for those who decide about it."""
    working: ColumnElement[bool] = false()
    if actor.role in SEEING_ROLES:
        at_desk = Ticket.department_id == actor.desk_id
        working = or_(at_desk, Ticket.assignee_id == actor.id)
    on_it = and_(visible_to(actor), or_(~came_internally(), working))
    return or_(on_it, passed_to(actor), shared_in_part(actor), frozen_for(actor))


async def get_file(session: AsyncSession, actor: Actor, attachment_id: int) -> FileView:
    """Raises NotFound for what the actor may not see, as for what does not exist."""
    row = (
        await session.execute(_views().where(Attachment.id == attachment_id, readable_by(actor)))
    ).one_or_none()
    if row is None:
        raise NotFound("This file does not exist, or you are not on its ticket.")
    return FileView(*row)


async def list_files(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, *, most: int = MOST
) -> list[FileView]:
    """The newest files the actor may see, oldest first."""
    statement = _views().where(Attachment.ticket_id == ticket_id, readable_by(actor))
    rows = await session.execute(statement.order_by(Attachment.id.desc()).limit(most))
    return [FileView(*row) for row in rows][::-1]


async def find_kept(
    session: AsyncSession, attachment_id: int, *, between_desks: bool = False
) -> FileView | None:
    """For the workers: asks nobody's permission. None for what is not to be passed on any more,
    since its message was deleted or called back. `between_desks` goes what was passed on by hand
    or shared in a part's thread: what is internal, too."""
    gone: ColumnElement[bool] = MESSAGES.c.is_deleted.is_(True)
    if not between_desks:
        is_internal = MESSAGES.c.visibility == Visibility.INTERNAL
        gone = or_(gone, MESSAGES.c.taken_back_at.is_not(None), is_internal)
    is_gone = exists().where(MESSAGES.c.id == Attachment.chat_message_id, gone)
    row = (
        await session.execute(_views().where(Attachment.id == attachment_id, ~is_gone))
    ).one_or_none()
    return FileView(*row) if row else None


def _views() -> Select[*tuple[Any, ...]]:
    # Under another name an uploader is found when they were deleted since.
    uploader = aliased(User)
    return (
        select(
            Attachment.id,
            Attachment.ticket_id,
            Attachment.name,
            Attachment.media_type,
            Attachment.size_bytes,
            Attachment.storage_key,
            uploader.name,
            Attachment.created_at,
        )
        .join(Ticket, Ticket.id == Attachment.ticket_id)
        .join(uploader, uploader.id == Attachment.uploaded_by_id)
        .where(Attachment.is_deleted.is_(False), Ticket.is_deleted.is_(False))
    )


async def find_attached(
    session: AsyncSession, ticket_id: uuid.UUID, slack_file_id: str
) -> Attachment | None:
    found: Attachment | None = await session.scalar(
        select(Attachment).where(
            Attachment.ticket_id == ticket_id, Attachment.slack_file_id == slack_file_id
        )
    )
    return found


async def list_of_message(session: AsyncSession, message_id: int) -> list[Attachment]:
    statement = select(Attachment).where(Attachment.chat_message_id == message_id)
    return list(await session.scalars(statement.order_by(Attachment.id)))


async def get_rules(
    session: AsyncSession, ticket_id: uuid.UUID, message_id: int | None
) -> FileRules:
    """Raises NotFound when the ticket, or the message a file came with, was deleted."""
    department = aliased(Department)
    statement = (
        select(department.name, department.file_rules)
        .join(Ticket, Ticket.department_id == department.id)
        .where(Ticket.id == ticket_id, Ticket.is_deleted.is_(False))
    )
    if message_id is not None:
        statement = statement.where(
            exists().where(ChatMessage.id == message_id, ChatMessage.is_deleted.is_(False))
        )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("The ticket or the message was deleted.")
    return FileRules.of(row[0], row[1])


async def find_copy(session: AsyncSession, attachment_id: int, channel_id: str) -> str | None:
    """Slack's id of the file that was, or was going to be, uploaded there."""
    found: str | None = await session.scalar(
        select(FileCopy.slack_file_id).where(
            FileCopy.attachment_id == attachment_id, FileCopy.channel_id == channel_id
        )
    )
    return found


async def get_asker(session: AsyncSession, notification_id: int) -> Actor:
    """Who is to be sent a file."""
    user = await session.scalar(
        select(User)
        .join(Notification, Notification.user_id == User.id)
        .where(Notification.id == notification_id)
    )
    if user is None:
        raise NotFound("This person is not known to the help desk.")
    return actor_of(user)
