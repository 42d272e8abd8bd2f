"""A step's time: business time of the office of finance, with marks along it."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import BusinessHours, add_business, business_between
from core.tickets.approvals.models import Approval
from core.tickets.approvals.settings import ApprovalSettings
from core.tickets.policy import Policy
from core.users.models import Department, User
from core.users.roles import Role


async def hours_of(
    session: AsyncSession, policy: Policy, department_id: uuid.UUID
) -> BusinessHours:
    """The office hours where finance sits; of the ticket's department when it sits nowhere."""
    finance = await session.scalar(
        select(Department.id)
        .join(User, User.department_id == Department.id)
        .where(User.role == Role.FINANCE, User.is_active.is_(True), User.is_deleted.is_(False))
        .order_by(Department.name)
        .limit(1)
    )
    desk = policy.desks.get(finance or department_id) or policy.desk(department_id)
    return policy.business_hours(desk)


def start(step: Approval, settings: ApprovalSettings, hours: BusinessHours, now: datetime) -> None:
    """Or let it run on after it stood still."""
    step.started_at = step.started_at or now
    step.runs_since = now
    step.due_at = _moment(step, 100, hours)
    step.expires_at = _moment(step, settings.expire_at, hours)
    set_next(step, settings, hours)


def set_next(step: Approval, settings: ApprovalSettings, hours: BusinessHours) -> None:
    marks = settings.marks
    is_left = step.marks < len(marks)
    step.next_at = _moment(step, marks[step.marks][0], hours) if is_left else None


def stop(step: Approval, hours: BusinessHours, now: datetime) -> None:
    step.used = used(step, hours, now)
    step.runs_since, step.next_at = None, None


def used(step: Approval, hours: BusinessHours, now: datetime) -> timedelta:
    if step.runs_since is None:
        return step.used
    return step.used + business_between(step.runs_since, now, hours)


def _moment(step: Approval, percent: int, hours: BusinessHours) -> datetime:
    since = step.runs_since or step.created_at
    length = max(step.deadline * percent / 100 - step.used, timedelta())
    try:
        return add_business(since, length, hours)
    except ValueError:
        # An office that is never open would keep the request for ever.
        return since + length
