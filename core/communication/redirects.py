"""Where words are heard that are written in a thread which the ticket has left."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience, Thread
from core.tickets.models import Ticket


async def heard_in(session: AsyncSession, thread: Thread) -> Thread | None:
    """The thread itself in most cases. What is written to a ticket that was merged is heard on
    the winner, in the writer's name. None when it is heard nowhere: at a desk that the ticket
    left, or below the card of a duplicate."""
    if thread.audience is Audience.FORMER:
        return None
    if thread.audience is Audience.PART:
        return thread
    winner_id = await session.scalar(
        select(Ticket.merged_into_id).where(Ticket.id == thread.ticket_id)
    )
    if winner_id is None:
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
