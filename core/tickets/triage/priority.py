"""How urgent a ticket is."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.errors import InvalidTransition
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.models import Ticket
from core.tickets.standing import lock
from core.tickets.states import IS_OVER, Priority, spoken
from core.users.permissions import Permission, authorize


async def set_priority(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, priority: Priority
) -> Ticket:
    """What was promised changes with it. The same priority again changes nothing."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.WORK, standing)
    if ticket.status in IS_OVER:
        now = spoken(ticket.status, turn.policy.labels(ticket.department_id))
        raise InvalidTransition(f"{ticket.key} is {now}: its priority cannot change any more.")
    if ticket.priority is priority:
        return ticket
    changes = {"priority": [ticket.priority.value, priority.value]}
    ticket.priority = priority
    await record(session, turn, ticket, "ticket.edit", changes)
    await outbox.add(session, *fresh_cards(turn, ticket))
    return ticket
