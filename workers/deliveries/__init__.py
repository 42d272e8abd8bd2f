"""What each row of the outbox says: from its ids, and what is true now, to one Slack call."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Sent
from core.communication.models import Audience, MessageCopy, Thread
from core.notices import Place, Topic
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
_CARDS = {Topic.RECEIPT: Audience.REQUESTER, Topic.CARD: Audience.DESK}


async def compose(session: AsyncSession, claims: Sequence[Claim]) -> list[tuple[Claim, Composed]]:
    if not claims:
        return []
    scene = await read_scene(session, claims)
    return [(claim, _COMPOSERS[claim.topic](claim.payload, scene)) for claim in claims]


async def record(session: AsyncSession, claim: Claim, sent: Sent) -> None:
    """Remember where it was posted, when something later refers to the place."""
    if claim.topic in _CARDS:
        thread = insert(Thread).values(
            ticket_id=uuid.UUID(claim.payload["ticket_id"]),
            audience=_CARDS[Topic(claim.topic)],
            channel_id=sent.channel,
            root_ts=sent.ts,
            card_ts=sent.ts,
        )
        # A thread that was there before, below another message, gets its card.
        key = ["ticket_id", "audience", "user_id"]
        await session.execute(
            thread.on_conflict_do_update(index_elements=key, set_={"card_ts": sent.ts})
        )
    elif claim.topic == Topic.FOLLOWED:
        place = Place.of(claim.payload)
        root = insert(Thread).values(
            ticket_id=place.ticket_id,
            audience=place.audience,
            user_id=place.user_id,
            channel_id=sent.channel,
            root_ts=sent.ts,
            card_ts=sent.ts,
        )
        # Whoever came back has a thread, and what was posted is a line in it.
        await session.execute(root.on_conflict_do_nothing())
    elif claim.topic == Topic.MESSAGE_COPIED:
        copy = insert(MessageCopy).values(
            chat_message_id=claim.payload["message_id"],
            channel_id=sent.channel,
            message_ts=sent.ts,
        )
        await session.execute(copy.on_conflict_do_nothing())


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
