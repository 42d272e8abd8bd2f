"""A ticket that goes on from one which cannot be reopened any more."""

import uuid
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.filing import file_ticket
from core.tickets.followers import follower_places
from core.tickets.opening import NewTicket, Opened
from core.tickets.standing import lock
from core.users.permissions import Actor, Permission, authorize


async def open_follow_up(
    session: AsyncSession, turn: Turn, follows_id: uuid.UUID, form: NewTicket, *, requester: Actor
) -> Opened:
    """Filed as any other; in the conversations of the earlier one it says where to go on."""
    earlier, standing = await lock(session, turn.actor, follows_id)
    authorize(turn.actor, Permission.READ, standing)
    form = replace(form, follows_id=earlier.id)
    opened = await file_ticket(
        session, form, author=turn.actor, requester=requester, policy=turn.policy
    )
    if opened.is_new:
        key = f"HD-{opened.number}"
        row = await record(session, turn, earlier, "ticket.continue", {}, continued_in=key)
        lines = notices.happened(earlier.id, row.id, Audience.REQUESTER, Audience.DESK)
        lines += notices.happened_at(row.id, await follower_places(session, earlier.id))
        await outbox.add(session, *lines, *fresh_cards(turn, earlier))
    return opened
