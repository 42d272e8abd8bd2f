"""How long what was sent is remembered."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.outbox import OutboxMessage

BATCH = 1000


async def forget_settled(session: AsyncSession, before: datetime, *, after: int = 0) -> int | None:
    """Looks at the next rows behind the id `after`, which came one after another: where none of
    them is old any more, later ones are not either. Gives back where to go on, or None."""
    rows = await session.execute(
        select(OutboxMessage.id, OutboxMessage.settled_at)
        .where(OutboxMessage.id > after)
        .order_by(OutboxMessage.id)
        .limit(BATCH)
    )
    seen = [(row[0], row[1]) for row in rows]
    old = [key for key, settled_at in seen if settled_at is not None and settled_at < before]
    if old:
        await session.execute(
            delete(OutboxMessage)
            .where(OutboxMessage.id.in_(old))
            .execution_options(synchronize_session=False)
        )
    return seen[-1][0] if old and len(seen) == BATCH else None
