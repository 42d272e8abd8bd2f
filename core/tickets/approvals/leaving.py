"""What somebody who was deactivated was to decide: asked of others, or given back."""

import uuid
from collections.abc import AsyncIterator

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets import queries
from core.tickets.approvals import cases
from core.tickets.approvals.absences import lock_ticket, look_again
from core.tickets.approvals.chain import By
from core.tickets.approvals.models import Approval, ApprovalSeat
from core.tickets.approvals.seats import Case
from core.tickets.approvals.steering import withdraw_deserted
from core.tickets.models import Source
from core.tickets.policy import read_policy

#: They have not decided, or wait for an answer. Literals, so that the partial index serves a
#: prepared statement too.
SEAT_IS_OPEN = text(
    "approval_seats.state <> 'moved' AND approval_seats.state IN ('pending', 'changes')"
)


async def give_up_seats(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Of a step that nobody is left to decide, the request goes back to whoever asked."""
    name = await queries.name_of(session, person_id)
    async for case in _cases_of(session, person_id):
        await look_again(session, case)
        await withdraw_deserted(session, case, f"{name}, who was asked, was deactivated in Slack.")


async def _cases_of(session: AsyncSession, person_id: uuid.UUID) -> AsyncIterator[Case]:
    """Locked, in one order of tickets."""
    by = By(None, Source.JOB, await read_policy(session))
    rows = await session.execute(
        select(ApprovalSeat.ticket_id, Approval.request_id)
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .where(ApprovalSeat.user_id == person_id, SEAT_IS_OPEN)
        .order_by(ApprovalSeat.ticket_id, Approval.request_id)
    )
    for ticket_id, request_id in list(rows):
        ticket = await lock_ticket(session, ticket_id)
        if ticket is not None:
            yield await cases.open_case(session, by, ticket, request_id)
