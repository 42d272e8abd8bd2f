"""A ticket's row, and what the actor is to it: all that a permission is decided by."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.relations import is_asked
from core.users.permissions import Actor, Permission, Standing, may


async def lock(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID
) -> tuple[Ticket, Standing]:
    """The row, held until the transaction ends, and what the actor is to it."""
    return await load(session, actor, ticket_id, for_update=True)


async def load_readable(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID
) -> tuple[Ticket, Standing]:
    """Raises NotFound for what the actor may not see, too."""
    ticket, standing = await load(session, actor, ticket_id)
    if not may(actor, Permission.READ, standing):
        raise NotFound("This ticket does not exist, or you are not on it.").about(ticket.key)
    return ticket, standing


async def load(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, *, for_update: bool = False
) -> tuple[Ticket, Standing]:
    parts = (
        select(func.array_agg(TicketParticipant.part.cast(Text)))
        .where(
            TicketParticipant.ticket_id == Ticket.id,
            TicketParticipant.user_id == actor.id,
            TicketParticipant.is_deleted.is_(False),
        )
        .scalar_subquery()
    )
    statement = select(Ticket, parts, is_asked(actor.id)).where(Ticket.id == ticket_id)
    if for_update:
        statement = statement.with_for_update(of=Ticket)
    statement = statement.execution_options(populate_existing=True)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("This ticket does not exist any more.")
    return row[0], _standing(row[0], actor, row[1] or [], is_approver=row[2])


def _standing(ticket: Ticket, actor: Actor, parts: Sequence[str], *, is_approver: bool) -> Standing:
    own = frozenset({actor.id})
    return Standing(
        key=ticket.key,
        department_id=ticket.department_id,
        requester_id=ticket.requestor_id,
        assignee_id=ticket.assignee_id,
        author_ids=own if Part.AUTHOR in parts else frozenset(),
        follower_ids=own if parts else frozenset(),
        approver_ids=own if is_approver else frozenset(),
    )
