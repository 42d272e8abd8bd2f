"""What keeps a ticket from being resolved, and a part from being done: requests for approval
that nobody has ended."""

import uuid

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Refused
from core.money import money
from core.tickets.approvals.models import ApprovalRequest
from core.tickets.models import Ticket
from core.tickets.parts.standing import Piece
from core.tickets.states import Status

#: Literals, so that the partial index serves.
LIVE = text("approval_requests.status IN ('pending', 'changes_requested')")


async def lock_live(session: AsyncSession, ticket_id: uuid.UUID) -> list[ApprovalRequest]:
    """`ticket_id` is locked."""
    rows = await session.scalars(
        select(ApprovalRequest)
        .where(ApprovalRequest.ticket_id == ticket_id, LIVE)
        .order_by(ApprovalRequest.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def list_live(session: AsyncSession, ticket_id: uuid.UUID) -> list[str]:
    """In words, for a refusal that names what is still open."""
    return await _list_live(session, ApprovalRequest.ticket_id == ticket_id)


async def check_finish(session: AsyncSession, piece: Piece) -> None:
    """Raises Refused while something is pending that was asked from the part."""
    if pending := await _list_live(session, ApprovalRequest.part_id == piece.part.id):
        raise Refused(f"{piece.key} cannot be done yet: {'; '.join(pending)}.")


async def is_live_at(session: AsyncSession, part_id: int) -> bool:
    """Whether something is pending that was asked from the part."""
    live = select(ApprovalRequest.id).where(ApprovalRequest.part_id == part_id, LIVE)
    return await session.scalar(live.limit(1)) is not None


async def _list_live(session: AsyncSession, which: ColumnElement[bool]) -> list[str]:
    rows = await session.scalars(
        select(ApprovalRequest).where(which, LIVE).order_by(ApprovalRequest.id)
    )
    return [
        f"the approval of {money(each.amount, each.currency)} for {each.purpose} is pending"
        for each in rows
    ]


async def check_begin(session: AsyncSession, ticket: Ticket) -> None:
    """Raises Refused while no approval was given for it."""
    was_given = select(ApprovalRequest.id).where(
        ApprovalRequest.ticket_id == ticket.id, text("approval_requests.status = 'approved'")
    )
    if await session.scalar(was_given.limit(1)) is None:
        raise Refused(
            f"Work on {ticket.key} begins once an approval was given. Ask for it with “Request"
            " approval…”."
        )


async def note_answer(session: AsyncSession, ticket_id: uuid.UUID) -> None:
    """The requester has written: the ticket does not go back to waiting for them."""
    await session.execute(
        update(ApprovalRequest)
        .where(ApprovalRequest.ticket_id == ticket_id, LIVE)
        .where(ApprovalRequest.ticket_status == Status.WAITING_REQUESTER)
        .values(ticket_status=Status.IN_PROGRESS)
        .execution_options(synchronize_session=False)
    )
