"""Why nobody may decide a step, in a sentence that whoever asked can do something about."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.approvals.people import ROLES, Money, Owners, find_owners, may_act, name_of
from core.tickets.approvals.settings import ApprovalSettings
from core.tickets.approvals.states import StepKind
from core.users.models import User


async def why_nobody(
    session: AsyncSession,
    kind: StepKind,
    money: Money,
    settings: ApprovalSettings,
    now: datetime,
) -> str:
    is_named = User.slack_user_id.in_(settings.alternates.get(kind, ()))
    found = await session.scalars(
        select(User).where(or_(User.role == ROLES[kind], is_named), may_act())
    )
    reasons = " and ".join(_reasons(list(found), await find_owners(session, money, now)))
    return (
        f"Nobody may decide about this for {name_of(kind)}: {reasons}. "
        f"Ask an administrator to name an alternate for {name_of(kind)}."
    )


def _reasons(people: list[User], owners: Owners) -> list[str]:
    """Of everybody who otherwise could."""
    if not people:
        return ["there is nobody in this role"]
    reasons = []
    if any(owners.include(each.id, each.name) for each in people):
        reasons.append("nobody decides about their own money")
    if any(each.id in owners.approvers for each in people):
        reasons.append("whoever approved an earlier step leaves the next one to somebody else")
    return reasons or ["whoever could was not there when it was asked"]
