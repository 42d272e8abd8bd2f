"""The tickets that another one may be merged into, as a menu offers them."""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.models import Ticket
from core.tickets.queries import IS_OPEN, TicketView, visible_to
from core.users.permissions import Actor

#: What a menu can show.
MOST = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    id: uuid.UUID
    number: int
    summary: str


async def list_candidates(
    session: AsyncSession, actor: Actor, ticket: TicketView, typed: str
) -> list[Candidate]:
    """Open tickets of the same department that the actor may see, the newest first; by what was
    typed of a number or of the summary."""
    rows = await session.execute(
        select(Ticket.id, Ticket.number, Ticket.summary)
        .where(
            Ticket.department_id == ticket.department_id,
            Ticket.id != ticket.id,
            IS_OPEN,
            Ticket.is_deleted.is_(False),
            visible_to(actor),
            _says(typed.strip()),
        )
        .order_by(Ticket.created_at.desc(), Ticket.id.desc())
        .limit(MOST)
    )
    return [Candidate(*row) for row in rows]


def _says(typed: str) -> ColumnElement[bool]:
    if not typed:
        return true()
    in_summary = Ticket.summary.icontains(typed, autoescape=True)
    digits = typed.casefold().removeprefix("hd-")
    if not (digits.isascii() and digits.isdigit()):
        return in_summary
    return or_(in_summary, cast(Ticket.number, String).startswith(digits))
