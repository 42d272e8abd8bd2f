"""Attaching files to a ticket, and having them sent to whoever may read it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import ChatMessage, Notification, Visibility
from core.db import with_deleted
from core.files import offers, queries
from core.files.models import Attachment, FileCopy
from core.files.offers import Offered
from core.files.queries import FileView
from core.files.storage import Stored
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.models import AuditLog, Ticket
from core.tickets.standing import lock

SENT = "file.sent"


@dataclass(frozen=True, slots=True)
class NewFile:
    """What was offered, as we found it to be."""

    offered: Offered
    name: str
    media_type: str
    stored: Stored


async def attach(session: AsyncSession, turn: Turn, file: NewFile) -> Attachment | None:
    """None when the ticket's people have it already. The bytes are in the storage before, and
    whether its uploader may was asked when it was offered."""
    offered = file.offered
    ticket, _ = await lock(session, turn.actor, offered.place.ticket_id)
    attachment: Attachment | None = await session.scalar(
        insert(Attachment)
        .values(
            ticket_id=ticket.id,
            uploaded_by_id=turn.actor.id,
            chat_message_id=offered.message_id,
            name=file.name,
            media_type=file.media_type,
            slack_file_id=offered.slack_file_id,
            size_bytes=file.stored.size_bytes,
            sha256=file.stored.sha256,
            storage_key=file.stored.key,
        )
        .on_conflict_do_nothing(index_elements=["ticket_id", "slack_file_id"])
        .returning(Attachment)
    )
    if attachment is None:
        return await attach_again(session, turn, offered)
    await _write_trail(session, turn, ticket, attachment)
    return attachment


async def attach_again(session: AsyncSession, turn: Turn, offered: Offered) -> Attachment | None:
    """A file that is on the ticket already came with another message: what was for the desk only
    is for everybody when it is shared openly."""
    ticket, _ = await lock(session, turn.actor, offered.place.ticket_id)
    attachment = await queries.find_attached(session, ticket.id, offered.slack_file_id)
    if attachment is None or attachment.chat_message_id == offered.message_id:
        return None
    was_internal = await _is_internal(session, attachment.chat_message_id)
    if not was_internal or await _is_internal(session, offered.message_id):
        return None
    attachment.chat_message_id = offered.message_id
    await _write_trail(session, turn, ticket, attachment)
    return attachment


async def _write_trail(
    session: AsyncSession, turn: Turn, ticket: Ticket, attachment: Attachment
) -> None:
    details: dict[str, Any] = {
        "attachment_id": attachment.id,
        "media_type": attachment.media_type,
        "size_bytes": attachment.size_bytes,
    }
    await record(session, turn, ticket, "file.attach", {}, **details)
    await outbox.add(session, *fresh_cards(turn, ticket))


async def refuse(session: AsyncSession, turn: Turn, offered: Offered, reason: str) -> None:
    """Its uploader is told, once, and the trail keeps it."""
    ticket, _ = await lock(session, turn.actor, offered.place.ticket_id)
    about = {"slack_file_id": offered.slack_file_id, "message_id": offered.message_id}
    told = select(AuditLog.id).where(
        AuditLog.ticket_id == ticket.id,
        AuditLog.action == "file.refuse",
        AuditLog.details.contains(about),
    )
    if await session.scalar(told.limit(1)) is not None:
        return
    row = await record(session, turn, ticket, "file.refuse", {}, reason=reason, **about)
    await outbox.add(session, offers.refused(offered, row.id))


async def _is_internal(session: AsyncSession, message_id: int | None) -> bool:
    visibility = await session.scalar(
        with_deleted(select(ChatMessage.visibility).where(ChatMessage.id == message_id))
    )
    return visibility is Visibility.INTERNAL


async def send_to(session: AsyncSession, turn: Turn, attachment_id: int) -> FileView:
    """To the actor's own direct messages. While one is on its way, asking again changes nothing."""
    file = await queries.get_file(session, turn.actor, attachment_id)
    await lock(session, turn.actor, file.ticket_id)
    asked = {"attachment_id": attachment_id}
    waiting = select(Notification.id).where(
        Notification.user_id == turn.actor.id,
        Notification.topic == SENT,
        Notification.details.contains(asked | {"is_sent": False}),
    )
    if await session.scalar(waiting.limit(1)) is None:
        notification_id = await session.scalar(
            insert(Notification)
            .values(
                user_id=turn.actor.id,
                ticket_id=file.ticket_id,
                topic=SENT,
                details=asked | {"is_sent": False},
            )
            .returning(Notification.id)
        )
        await outbox.add(session, offers.sent(int(notification_id or 0), turn.actor.id))
    return file


async def note_sending(
    session: AsyncSession, notification_id: int, *, slack_file_id: str | None, is_sent: bool
) -> None:
    change: dict[str, Any] = {"is_sent": is_sent}
    if slack_file_id:
        change["slack_file_id"] = slack_file_id
    await session.execute(
        update(Notification)
        .where(Notification.id == notification_id)
        .values(details=Notification.details.concat(change))
    )


async def note_copy(
    session: AsyncSession, attachment_id: int, channel_id: str, slack_file_id: str
) -> None:
    """Before it is shared there, so that a second attempt can ask Slack whether it was."""
    copy = insert(FileCopy).values(
        attachment_id=attachment_id, channel_id=channel_id, slack_file_id=slack_file_id
    )
    key = ["attachment_id", "channel_id"]
    await session.execute(
        copy.on_conflict_do_update(index_elements=key, set_={"slack_file_id": slack_file_id})
    )
