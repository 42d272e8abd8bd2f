"""Attaching files to a ticket, and opening them for whoever may read it."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.files.models import Attachment
from core.files.storage import Storage, Stored
from core.tickets.changes import Turn, record
from core.tickets.models import Ticket
from core.tickets.queries import visible_to
from core.tickets.standing import lock
from core.tickets.sub_queries import passed_to
from core.users.permissions import Actor, Permission, authorize


@dataclass(frozen=True, slots=True)
class NewFile:
    """`slack_file_id` is its natural key: one attachment of it on each ticket."""

    name: str
    media_type: str
    slack_file_id: str | None = None


async def attach(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, file: NewFile, stored: Stored
) -> Attachment | None:
    """None when this file is on the ticket already. The bytes are in the storage before."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.REPLY, standing)
    attachment = await session.scalar(
        insert(Attachment)
        .values(
            ticket_id=ticket.id,
            uploaded_by_id=turn.actor.id,
            name=file.name,
            media_type=file.media_type,
            slack_file_id=file.slack_file_id,
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
            storage_key=stored.key,
        )
        .on_conflict_do_nothing(index_elements=["ticket_id", "slack_file_id"])
        .returning(Attachment)
    )
    if attachment is not None:
        await record(session, turn, ticket, "file.attach", {}, attachment_id=attachment.id)
    return attachment


async def open_file(
    session: AsyncSession, actor: Actor, storage: Storage, attachment_id: int
) -> tuple[Attachment, AsyncIterator[bytes]]:
    """What is on a ticket, or came with a part of it. Raises NotFound for what the actor may not
    see, as for what does not exist."""
    attachment = await session.scalar(
        select(Attachment)
        .join(Ticket, Ticket.id == Attachment.ticket_id)
        .where(Attachment.id == attachment_id, visible_to(actor) | passed_to(actor))
    )
    if attachment is None:
        raise NotFound("This file does not exist, or you are not on its ticket.")
    return attachment, storage.read(attachment.storage_key)
