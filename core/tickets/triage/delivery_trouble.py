"""Messages of ours that cannot be sent: the administrators hear of it."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.outbox import Claim
from core.tickets.models import AuditLog, Source
from core.tickets.triage.desk_trouble import tell_admins

#: Topic of what they are told.
NOT_SENT = "delivery.trouble"


async def tell_of_trouble(session: AsyncSession, claim: Claim, error: str) -> None:
    """Once a day for each kind of message and error, however many there are."""
    details = {"topic": claim.topic, "row": claim.id, "error": error}
    row = insert(AuditLog).values(
        action=NOT_SENT,
        source=Source.JOB,
        changes={},
        details=details,
        source_key=f"{NOT_SENT}:{claim.topic}:{error}:{utc_now():%Y-%m-%d}",
    )
    if await session.scalar(row.on_conflict_do_nothing().returning(AuditLog.id)) is not None:
        await tell_admins(session, NOT_SENT, details)
