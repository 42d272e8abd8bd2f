"""A part's row with the ticket it belongs to, and what the actor is to it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience
from core.errors import NotFound
from core.notices import Place
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.standing import lock
from core.users.permissions import Actor, Permission, Standing, authorize


@dataclass(frozen=True, slots=True)
class Piece:
    """A part and its ticket, both locked."""

    part: SubTicket
    ticket: Ticket

    @property
    def key(self) -> str:
        return key_of(self.ticket.number, self.part.position)

    @property
    def title(self) -> str:
        return f"{self.key} · {self.part.summary}"

    @property
    def place(self) -> Place:
        """Its thread at the desk it was passed on to."""
        return Place(self.ticket.id, Audience.PART, part_id=self.part.id)

    @property
    def desk(self) -> Place:
        """The thread of the desk that passed it on."""
        return Place(self.ticket.id, Audience.DESK)

    @property
    def standing(self) -> Standing:
        return Standing(
            key=self.key,
            department_id=self.ticket.department_id,
            requester_id=self.ticket.requestor_id,
            assignee_id=self.ticket.assignee_id,
            receiver_id=self.part.department_id,
            part_assignee_id=self.part.assignee_id,
        )


def key_of(number: int, position: int) -> str:
    return f"HD-{number}/{position}"


async def lock_part(
    session: AsyncSession, actor: Actor, part_id: int, permission: Permission
) -> Piece:
    """Held until the transaction ends, the ticket first: what happens to its parts happens in
    one order. Raises NotAllowed."""
    gone = NotFound("This part does not exist any more.")
    ticket_id = await session.scalar(
        select(SubTicket.parent_ticket_id).where(SubTicket.id == part_id)
    )
    if ticket_id is None:
        raise gone
    ticket, _ = await lock(session, actor, ticket_id)
    statement = select(SubTicket).where(SubTicket.id == part_id).with_for_update()
    part = await session.scalar(statement.execution_options(populate_existing=True))
    if part is None:
        raise gone
    piece = Piece(part, ticket)
    authorize(actor, permission, piece.standing)
    return piece


async def lock_open_parts(session: AsyncSession, ticket: Ticket) -> list[Piece]:
    """Those that nobody has finished; `ticket` is locked."""
    rows = await session.scalars(
        select(SubTicket)
        .where(
            SubTicket.parent_ticket_id == ticket.id,
            SubTicket.status.not_in(["done", "cancelled"]),
        )
        .order_by(SubTicket.position)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [Piece(part, ticket) for part in rows]
