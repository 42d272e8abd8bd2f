"""What somebody who was deactivated was to decide: asked of others, or given back."""

import uuid

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets import queries
from core.tickets.approvals.absences import cases_of, look_again
from core.tickets.approvals.chain import By
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
    by = By(None, Source.JOB, await read_policy(session))
    async for case in cases_of(session, by, person_id, SEAT_IS_OPEN):
        await look_again(session, case)
        await withdraw_deserted(session, case, f"{name}, who was asked, was deactivated in Slack.")
