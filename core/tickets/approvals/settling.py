"""What a decision leads to: an open step, the next one, the end, or back to whoever asked."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.tickets.approvals import cases, clock, seats
from core.tickets.approvals.models import Approval, ApprovalSeat
from core.tickets.approvals.quorum import verdict
from core.tickets.approvals.seats import Case
from core.tickets.approvals.states import RequestStatus, SeatState
from core.tickets.states import ApprovalStatus

_UNREACHABLE = "Too few of those who were asked can still approve it."


async def release_others(
    session: AsyncSession, case: Case, step: Approval, seat: ApprovalSeat
) -> None:
    """Somebody and their stand-in have one voice: the first decision is the one."""
    if seat.state is SeatState.CHANGES:
        return
    voice = seat.stands_in_for_id or seat.user_id
    for other in await seats.list_seats(session, case, step):
        its_voice = other.stands_in_for_id or other.user_id
        if other.id != seat.id and its_voice == voice and other.state is SeatState.PENDING:
            other.state = SeatState.VOID
    await session.flush()


async def question(session: AsyncSession, case: Case, step: Approval, words: str) -> dict[str, Any]:
    assert case.by.actor is not None, "a person asks"
    case.request.status, step.status = (
        RequestStatus.CHANGES_REQUESTED,
        ApprovalStatus.CHANGES_REQUESTED,
    )
    case.request.question, case.request.questioned_by_id = words, case.by.actor.id
    hours = await case.hours(session)
    clock.stop(step, hours, utc_now())
    await session.flush()
    return {}


async def settle(
    session: AsyncSession,
    case: Case,
    step: Approval,
    seat: ApprovalSeat | None = None,
    words: str = "",
) -> dict[str, Any]:
    """See whether the step is decided by now; go on to the next one, or end. Says what changed
    of the ticket."""
    votes = seats.votes(await seats.list_seats(session, case, step))
    is_approved = verdict(step.quorum, step.needed, votes)
    if is_approved is None:
        return {}
    hours = await case.hours(session)
    clock.stop(step, hours, utc_now())
    step.approved_by_id = seat.user_id if seat else None
    step.decided_at, step.reason = utc_now(), words or None
    if not is_approved:
        return await cases.end(session, case, RequestStatus.REJECTED, words or _UNREACHABLE)
    step.status = ApprovalStatus.APPROVED
    await seats.close_seats(session, case, step)
    waiting = [each for each in case.steps if each.status is ApprovalStatus.WAITING]
    if waiting:
        await seats.open_step(session, case, waiting[0])
        return {}
    return await cases.end(session, case, RequestStatus.APPROVED)
