"""What each row of the outbox says: from its ids, and what is true now, to one Slack call."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Sent
from core.communication.models import NOT_FORMER, Audience, MessageCopy, Thread
from core.notices import Topic
from core.outbox import Claim
from workers.deliveries import messages, parts, tickets, triage
from workers.deliveries.calls import Composed, Composer
from workers.deliveries.scene import read_scene

_COMPOSERS: Mapping[str, Composer] = {
    **tickets.COMPOSERS,
    **messages.COMPOSERS,
    **parts.COMPOSERS,
    **triage.COMPOSERS,
}
_COPIES = frozenset({Topic.MESSAGE_COPIED, Topic.PART_SAID})
_CARDS = {
    Topic.RECEIPT: Audience.REQUESTER,
    Topic.CARD: Audience.DESK,
    Topic.PART_CARD: Audience.PART,
}


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
            part_id=claim.payload.get("part_id"),
            channel_id=sent.channel,
            root_ts=sent.ts,
            card_ts=sent.ts,
        )
        # A thread that was there before, below another message, gets its card.
        key = ["ticket_id", "audience", "user_id", "part_id"]
        kept = text(NOT_FORMER)
        await session.execute(
            thread.on_conflict_do_update(
                index_elements=key, index_where=kept, set_={"card_ts": sent.ts}
            )
        )
        await triage.follow_card(session, claim)
    elif claim.topic in _COPIES:
        copy = insert(MessageCopy).values(
            chat_message_id=claim.payload["message_id"],
            channel_id=sent.channel,
            message_ts=sent.ts,
        )
        await session.execute(copy.on_conflict_do_nothing())


async def take_another_way(session: AsyncSession, claim: Claim, code: str) -> timedelta | None:
    """How long it takes, after Slack refused for good; None when there is none. A receipt that
    may not be posted below the message its ticket was made from goes to the requester directly,
    and what a desk's channel does not take goes to its head."""
    if claim.topic == Topic.PART_CARD:
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
