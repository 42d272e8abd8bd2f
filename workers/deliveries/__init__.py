"""What each row of the outbox says: from its ids, and what is true now, to one Slack call."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience, Thread
from core.notices import Topic
from core.outbox import Claim
from workers.deliveries import (
    files,
    messages,
    participation,
    revisions,
    sources,
    tickets,
    transcripts,
)
from workers.deliveries.calls import Composed, Composer
from workers.deliveries.scene import read_scene

_COMPOSERS: Mapping[str, Composer] = {
    **tickets.COMPOSERS,
    **messages.COMPOSERS,
    **transcripts.COMPOSERS,
    **sources.COMPOSERS,
    **participation.COMPOSERS,
    **files.COMPOSERS,
    **revisions.COMPOSERS,
}


async def compose(session: AsyncSession, claims: Sequence[Claim]) -> list[tuple[Claim, Composed]]:
    if not claims:
        return []
    scene = await read_scene(session, claims)
    return [(claim, _COMPOSERS[claim.topic](claim.payload, scene)) for claim in claims]


async def take_another_way(session: AsyncSession, claim: Claim) -> bool:
    """Whether there is one, after Slack refused for good: a receipt that may not be posted below
    the message its ticket was made from goes to the requester directly."""
    if claim.topic != Topic.RECEIPT:
        return False
    below_source = delete(Thread).where(
        Thread.ticket_id == uuid.UUID(claim.payload["ticket_id"]),
        Thread.audience == Audience.REQUESTER,
        Thread.card_ts.is_(None),
    )
    return (await session.execute(below_source.returning(Thread.id))).first() is not None
