"""Where money is asked for: on a ticket that finance works on, or on a part of it that it has."""

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import InvalidTransition
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.parts.standing import key_of, lock_part
from core.tickets.standing import lock
from core.tickets.states import PART_IS_HELD, TRANSITIONS, Action, Status, SubTicketStatus
from core.users.permissions import Actor, Permission, authorize


@dataclass(frozen=True, slots=True)
class Ground:
    """A ticket, locked, and the part of it from which money is asked for, if it is one."""

    ticket: Ticket
    part: SubTicket | None = None


async def lock_ground(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, part_id: int | None
) -> Ground:
    """For somebody who may ask there. Raises NotAllowed."""
    if part_id is None:
        ticket, standing = await lock(session, actor, ticket_id)
        authorize(actor, Permission.REQUEST_APPROVAL, standing)
        return Ground(ticket)
    piece = await lock_part(session, actor, part_id, Permission.REQUEST_APPROVAL)
    return Ground(piece.ticket, piece.part)


def check_ground(ground: Ground) -> None:
    """Raises InvalidTransition where no money is asked for now."""
    ticket, part = ground.ticket, ground.part
    if part is not None and part.status not in PART_IS_HELD:
        is_new = part.status is SubTicketStatus.NEW
        hint = "accept it first, then ask for approval" if is_new else "it needs no money any more"
        key, words = key_of(ticket.number, part.position), part.status.words.lower()
        raise InvalidTransition(f"{key} is {words}: {hint}.")
    if ticket.status in TRANSITIONS[Action.REQUEST_APPROVAL].now:
        return
    hint = "somebody has to take it first" if ticket.status is Status.NEW else "reopen it first"
    words = ticket.status.words.lower()
    raise InvalidTransition(f"{ticket.key} is {words}: {hint}, then ask for approval.")
