"""What each row of the outbox says: from its ids, and what is true now, to one Slack call."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience, Thread
from core.notices import Topic
from core.outbox import Claim
from workers.deliveries import (
    approvals,
    desks,
    digests,
    endings,
    evidence,
    files,
    home,
    links,
    messages,
    participation,
    parts,
    people,
    reports,
    revisions,
    sla,
    sources,
    tickets,
    told,
    transcripts,
    triage,
)
from workers.deliveries.calls import Broken, Composed, Composer
from workers.deliveries.hushing import hush
from workers.deliveries.scene import Scene, read_scene

log = structlog.get_logger(__name__)

_COMPOSERS: Mapping[str, Composer] = {
    **tickets.COMPOSERS,
    **messages.COMPOSERS,
    **transcripts.COMPOSERS,
    **sources.COMPOSERS,
    **participation.COMPOSERS,
    **files.COMPOSERS,
    **revisions.COMPOSERS,
    **parts.COMPOSERS,
    **triage.COMPOSERS,
    **approvals.COMPOSERS,
    **evidence.COMPOSERS,
    **told.COMPOSERS,
    **endings.COMPOSERS,
    **digests.COMPOSERS,
    **reports.COMPOSERS,
    **people.COMPOSERS,
    **sla.COMPOSERS,
    **home.COMPOSERS,
    **links.COMPOSERS,
    **desks.COMPOSERS,
}


async def compose(session: AsyncSession, claims: Sequence[Claim]) -> list[tuple[Claim, Composed]]:
    if not claims:
        return []
    scene = await read_scene(session, claims)
    return [(claim, _compose(claim, scene)) for claim in claims]


def _compose(claim: Claim, scene: Scene) -> Composed:
    composed = _COMPOSERS[claim.topic](claim.payload, scene)
    return hush(claim.topic, claim.payload, scene, composed)


async def compose_one_by_one(
    session: AsyncSession, claims: Sequence[Claim]
) -> list[tuple[Claim, Composed]]:
    """The same, when something in one of them spoils it for all."""
    found: list[tuple[Claim, Composed]] = []
    for claim in claims:
        try:
            async with session.begin_nested():
                found += await compose(session, [claim])
        except Exception as error:
            log.exception("not_composed", row=claim.id, topic=claim.topic)
            found.append((claim, Broken(type(error).__name__)))
    return found


async def take_another_way(session: AsyncSession, claim: Claim, code: str) -> timedelta | None:
    """How long it takes, after Slack refused for good; None when there is none. A receipt that
    may not be posted below the message its ticket was made from goes to the requester directly,
    and what a desk's channel does not take goes to its head."""
    if claim.payload.get("audience") == Audience.PART:
        return await parts.take_another_way(session, claim, code)
    if claim.topic != Topic.RECEIPT:
        return await triage.take_another_way(session, claim, code)
    below_source = delete(Thread).where(
        Thread.ticket_id == uuid.UUID(claim.payload["ticket_id"]),
        Thread.audience == Audience.REQUESTER,
        Thread.card_ts.is_(None),
    )
    freed = (await session.execute(below_source.returning(Thread.id))).first()
    return timedelta() if freed is not None else None
