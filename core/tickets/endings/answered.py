"""What becomes of the question "Solved?" when its buttons were pressed."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Audience, Thread
from core.notices import Place, Topic
from core.outbox import Row
from core.tickets.models import AuditLog

_RESOLVED = "ticket.resolve"


@dataclass(frozen=True, slots=True)
class Pressed:
    """The message whose button it was."""

    channel_id: str
    message_ts: str


async def show_answered(session: AsyncSession, ticket_id: uuid.UUID, pressed: Pressed) -> None:
    """Buttons that have had their effect go. The receipt, which has the same ones, is brought up
    to date by itself."""
    place = Place(ticket_id, Audience.REQUESTER)
    thread = await session.scalar(
        select(Thread).where(Thread.ticket_id == ticket_id, Thread.audience == Audience.REQUESTER)
    )
    if thread is None or thread.channel_id != pressed.channel_id:
        return
    if pressed.message_ts in (thread.root_ts, thread.card_ts):
        return
    audit_id = await session.scalar(
        select(AuditLog.id)
        .where(AuditLog.ticket_id == ticket_id, AuditLog.action == _RESOLVED)
        .order_by(AuditLog.id.desc())
        .limit(1)
    )
    if audit_id is not None:
        key = f"{Topic.SOLVED_ANSWERED}:{ticket_id}:{pressed.message_ts}"
        where = {"channel_id": pressed.channel_id, "message_ts": pressed.message_ts}
        payload = place.payload(audit_id=audit_id, **where)
        await outbox.add(session, Row(Topic.SOLVED_ANSWERED, key, payload, fold_key=key))
