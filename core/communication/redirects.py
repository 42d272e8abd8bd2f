"""Where words are heard that are written in a thread which the ticket has left."""

import uuid
from functools import cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience, Thread
from core.tickets.models import Ticket


# Made at the first use: the mappers it names know each other only once all are imported.
@cache
def _with_winner() -> Select[*tuple[Any, ...]]:
    return select(Thread, Ticket.merged_into_id).outerjoin(Ticket, Ticket.id == Thread.ticket_id)


async def find_heard(
    session: AsyncSession, channel_id: str, root_ts: str
) -> tuple[Thread, Thread | None] | None:
    """The thread there, and where it is heard; None for what is no thread of ours."""
    statement = _with_winner().where(Thread.channel_id == channel_id, Thread.root_ts == root_ts)
    row = (await session.execute(statement)).one_or_none()
    return (row[0], heard_in(row[0], row[1])) if row else None


def heard_in(thread: Thread, winner_id: uuid.UUID | None) -> Thread | None:
    """The thread itself in most cases. What is written to a ticket that was merged is heard on
    the winner, in the writer's name. None when it is heard nowhere: at a desk that the ticket
    left, or below the card of a duplicate."""
    if thread.audience is Audience.FORMER:
        return None
    if thread.audience is Audience.PART or winner_id is None:
        return thread
    if thread.audience is Audience.DESK:
        return None
    return Thread(
        ticket_id=winner_id,
        audience=Audience.FOLLOWER,
        user_id=thread.user_id,
        channel_id=thread.channel_id,
        root_ts=thread.root_ts,
    )
