"""Whether somebody may decide now: asked at the click, not when the card was sent."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.tickets.approvals import people
from core.tickets.approvals.models import Approval, ApprovalSeat
from core.tickets.approvals.people import Owners
from core.tickets.approvals.policy_models import Absence
from core.tickets.approvals.seats import Case
from core.tickets.approvals.states import SeatReason, StepKind
from core.users import queries as users
from core.users.permissions import Actor


async def refusal(
    session: AsyncSession, case: Case, step: Approval, seat: ApprovalSeat, actor: Actor
) -> str | None:
    """Why the holder of the seat may not decide; None when they may."""
    if not actor.is_active or actor.is_guest:
        return "Your account is deactivated or a guest's, so you cannot decide any more."
    owners = await people.find_owners(session, case.money, utc_now())
    if owners.include(actor.id, actor.name):
        return (
            "Nobody decides about their own money: you filed this, asked for it, are paid by it, "
            "or stand in for somebody who does."
        )
    if actor.id in owners.approvers:
        return "You approved an earlier step of this already: the next one is for somebody else."
    if seat.why is SeatReason.STAND_IN:
        return await _as_stand_in(session, case, step, seat, owners)
    if seat.why is SeatReason.ROLE and actor.role is not people.ROLES[step.kind]:
        return f"You do not decide for {_who(step)} any more, since your role has changed."
    return None


async def _as_stand_in(
    session: AsyncSession, case: Case, step: Approval, seat: ApprovalSeat, owners: Owners
) -> str | None:
    absence = await session.scalar(
        select(Absence)
        .where(Absence.user_id == seat.stands_in_for_id, Absence.stand_in_id == seat.user_id)
        .where(people.IS_OPEN, people.covers(utc_now()))
        .limit(1)
    )
    assert seat.stands_in_for_id is not None, "a stand-in stands in for somebody"
    absent = await users.get_actor(session, seat.stands_in_for_id)
    if absence is None:
        return f"You do not stand in for {absent.name} any more."
    if absence.amount_limit is not None and absence.amount_limit < case.request.counted:
        return f"This is above the amount up to which you stand in for {absent.name}."
    has_role = absent.role is people.ROLES[step.kind] and absent.is_active
    if has_role and not owners.rule_out(absent.id, absent.name):
        return None
    return f"{absent.name} may not decide this, and so neither may whoever stands in for them."


def _who(step: Approval) -> str:
    return "the CEO" if step.kind is StepKind.CEO else "finance"
