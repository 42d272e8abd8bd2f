"""Remembering where things were posted, when something later refers to the place."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Sent
from core.communication.models import NOT_FORMER, Audience, MessageCopy, Thread
from core.notices import Place, Topic
from core.outbox import Claim
from core.tickets.approvals.queries import register_card
from workers.deliveries.triage import follow_roots

_ROOTS: Mapping[str, Audience] = {
    Topic.RECEIPT: Audience.REQUESTER,
    Topic.CARD: Audience.DESK,
    Topic.FOLLOWED: Audience.FOLLOWER,
    Topic.PART_CARD: Audience.PART,
}
_COPIES = frozenset({Topic.MESSAGE_COPIED, Topic.PART_SAID})


async def record(session: AsyncSession, sent: Sequence[tuple[Claim, Sent]]) -> None:
    """One statement for all of a kind."""
    threads = [_thread(claim, where) for claim, where in sent if claim.topic in _ROOTS]
    if threads:
        posted = insert(Thread)
        # A thread that was there before, below another message, gets its card. Whoever follows
        # again has a root, and what was posted is a line below it.
        statement = posted.on_conflict_do_update(
            index_elements=["ticket_id", "audience", "user_id", "part_id"],
            index_where=text(NOT_FORMER),
            set_={"card_ts": posted.excluded.card_ts},
            where=Thread.card_ts.is_(None),
        )
        await session.execute(statement, threads)
        await follow_roots(session, [claim for claim, _ in sent])
    for claim, where in sent:
        if claim.topic == Topic.APPROVAL_ASKED:
            named = (claim.payload["request_id"], uuid.UUID(claim.payload["reader_id"]))
            await register_card(session, *named, where.channel, where.ts)
    copies = [_copy(claim, where) for claim, where in sent if claim.topic in _COPIES]
    if copies:
        await session.execute(insert(MessageCopy).on_conflict_do_nothing(), copies)


def _thread(claim: Claim, where: Sent) -> dict[str, Any]:
    place = Place.of({"audience": _ROOTS[claim.topic], **claim.payload})
    return {
        "ticket_id": place.ticket_id,
        "audience": place.audience,
        "user_id": place.user_id,
        "part_id": place.part_id,
        "channel_id": where.channel,
        "root_ts": where.ts,
        "card_ts": where.ts,
    }


def _copy(claim: Claim, where: Sent) -> dict[str, Any]:
    return {
        "chat_message_id": claim.payload["message_id"],
        "channel_id": where.channel,
        "message_ts": where.ts,
    }
