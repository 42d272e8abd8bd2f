"""What is told to somebody who clicked: that it is done, or who was faster and when."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now, with_deleted
from core.money import money
from core.tickets import queries
from core.tickets.approvals import seats
from core.tickets.approvals.forms import Result
from core.tickets.approvals.models import Approval, ApprovalSeat
from core.tickets.approvals.seats import Case
from core.tickets.approvals.states import SEAT_AFTER, Choice, RequestStatus, SeatState
from core.tickets.states import ApprovalStatus
from core.users.models import User

Verdict = tuple[Result, str]

_DID = {
    SeatState.APPROVED: "approved",
    SeatState.REJECTED: "rejected",
    SeatState.CHANGES: "asked for changes of",
}
_ENDED = {
    RequestStatus.APPROVED: "approved",
    RequestStatus.REJECTED: "rejected",
    RequestStatus.WITHDRAWN: "withdrawn",
    RequestStatus.EXPIRED: "expired",
    RequestStatus.VOID: "made void, since its facts changed",
}


async def too_late(
    session: AsyncSession, case: Case, step: Approval, seat: ApprovalSeat, choice: Choice
) -> Verdict | None:
    """None while the seat is still to be decided, or was taken from its holder."""
    if seat.state is SEAT_AFTER[choice]:
        return Result.RECORDED, "Your decision is recorded."
    if seat.state in _DID:
        when = moment(seat.decided_at, await _zone_of(session, seat))
        return Result.TOO_LATE, f"You have {_DID[seat.state]} this already{when}."
    if case.request.status is RequestStatus.CHANGES_REQUESTED:
        who = await queries.name_of(session, case.request.questioned_by_id)
        asker = await queries.name_of(session, case.request.asked_by_id)
        text = f"{who} asked for changes: it can be decided once {asker} has answered."
        return Result.TOO_LATE, text
    if case.request.status is RequestStatus.PENDING and seat.state is not SeatState.VOID:
        return None
    zone = await _zone_of(session, seat)
    return Result.TOO_LATE, await _who_did(session, case, step, zone)


async def _who_did(session: AsyncSession, case: Case, step: Approval, zone: str) -> str:
    decided = [each for each in await seats.list_seats(session, case, step) if each.state in _DID]
    if decided and step.status in (ApprovalStatus.APPROVED, ApprovalStatus.REJECTED):
        last = max(decided, key=lambda each: (each.decided_at or utc_now(), each.id))
        name = await queries.name_of(session, last.user_id)
        return f"{name} {_DID[last.state]} this already{moment(last.decided_at, zone)}."
    if case.request.status in _ENDED:
        what, when = _ENDED[case.request.status], moment(case.request.ended_at, zone)
        who = case.request.ended_by_id
        by = f" by {await queries.name_of(session, who)}" if who else ""
        return f"This was {what}{by}{when}." if what != "expired" else f"This has expired{when}."
    return "Somebody else decided this in your place."


def done(case: Case, choice: Choice) -> str:
    request = case.request
    amount = money(request.amount, request.currency)
    if choice is Choice.ASK_CHANGES:
        return f"You asked for changes of {amount} for {case.ticket.key}."
    did = "approved" if choice is Choice.APPROVE else "rejected"
    return f"You {did} {amount} for {case.ticket.key}."


def moment(at: datetime | None, zone: str) -> str:
    """“ at 14:02”, with the day unless it is today."""
    if at is None:
        return ""
    place = _place(zone)
    local, today = at.astimezone(place), utc_now().astimezone(place).date()
    clock = f" at {local:%H:%M}"
    return clock if local.date() == today else f" on {local.day} {local:%B}{clock}"


async def _zone_of(session: AsyncSession, seat: ApprovalSeat) -> str:
    statement = with_deleted(select(User.time_zone).where(User.id == seat.user_id))
    return await session.scalar(statement) or "UTC"


def _place(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
