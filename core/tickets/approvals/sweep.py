"""What time does to requests: reminders, the alternate, the end of those nobody decided."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience
from core.db import utc_now
from core.tickets.approvals import cases, chain, clock, seats, steering
from core.tickets.approvals.absences import look_again
from core.tickets.approvals.chain import By
from core.tickets.approvals.models import Approval
from core.tickets.approvals.seats import Case
from core.tickets.approvals.settings import Mark
from core.tickets.approvals.states import RequestStatus
from core.tickets.models import Source, Ticket
from core.tickets.policy import Policy
from core.tickets.states import ApprovalStatus

# The statuses are literals, so that the partial index serves a prepared statement too. The ticket
# is locked, as for every change of its requests: another sweep passes it by.
_DUE = text(
    """
    SELECT approvals.request_id, approvals.ticket_id
      FROM approvals JOIN tickets ON tickets.id = approvals.ticket_id
     WHERE approvals.status = 'pending' AND approvals.is_deleted IS false
       AND approvals.next_at <= now() AND tickets.is_deleted IS false
       AND NOT approvals.request_id = ANY (CAST(:passed_by AS bigint[]))
     ORDER BY approvals.next_at
     LIMIT 1
       FOR UPDATE OF tickets SKIP LOCKED
    """
).columns(Approval.request_id, Approval.ticket_id)


@dataclass(frozen=True, slots=True)
class _Due:
    case: Case
    step: Approval
    percent: int
    mark: Mark


async def tick(session: AsyncSession, policy: Policy, passed_by: set[int] | None = None) -> bool:
    """Does what is due for one step, once ever; False when there is none. Requests in `passed_by`
    are left for another time; the one that is looked at is among them until all went well."""
    left = set() if passed_by is None else passed_by
    row = (await session.execute(_DUE, {"passed_by": list(left)})).one_or_none()
    if row is None:
        return False
    left.add(row.request_id)
    await _look_at(session, policy, row)
    left.discard(row.request_id)
    return True


async def _look_at(session: AsyncSession, policy: Policy, row: Any) -> None:
    ticket = await session.scalar(
        select(Ticket).where(Ticket.id == row.ticket_id).execution_options(populate_existing=True)
    )
    assert ticket is not None, "it is locked"
    case = await cases.open_case(session, By(None, Source.JOB, policy), ticket, row.request_id)
    due = await _pass_mark(session, case)
    if due is not None:
        await _do(session, due)


async def _pass_mark(session: AsyncSession, case: Case) -> _Due | None:
    """None when somebody was faster. Of reminders that came due in a pause, the last is sent."""
    step, now, marks = case.asked, utc_now(), case.settings.marks
    if step is None or step.status is not ApprovalStatus.PENDING:
        return None
    if step.next_at is None or step.next_at > now:
        return None
    hours = await case.hours(session)
    percent, mark = marks[min(step.marks, len(marks) - 1)]
    step.marks += 1
    clock.set_next(step, case.settings, hours)
    while mark is Mark.REMIND and step.next_at is not None and step.next_at <= now:
        percent, mark = marks[step.marks]
        step.marks += 1
        clock.set_next(step, case.settings, hours)
    await session.flush()
    return _Due(case, step, percent, mark)


async def _do(session: AsyncSession, due: _Due) -> None:
    case, step = due.case, due.step
    if due.mark is Mark.EXPIRE:
        changes = await cases.end(session, case, RequestStatus.EXPIRED)
        row = await chain.record(
            session, case.by, case.ticket, "expire", changes, **cases.about(case)
        )
        await cases.say(session, case, row, Audience.REQUESTER, Audience.DESK)
        await cases.tell_asker(session, case, "expired")
        return
    await look_again(session, case)
    if step.status is not ApprovalStatus.PENDING:
        return
    if due.mark is Mark.ESCALATE:
        await _escalate(session, case, step)
        return
    people = await steering.remind(session, case, step.id, "reminder", percent=due.percent)
    details = {**cases.about(case), "percent": due.percent, "people": people}
    await chain.record(session, case.by, case.ticket, "remind", {}, **details)


async def _escalate(session: AsyncSession, case: Case, step: Approval) -> None:
    new = await seats.add_alternates(session, case, step)
    names = [each.name for each in new]
    waiting = [name for _, name in await seats.list_waiting(session, step.id)]
    row = await chain.record(
        session,
        case.by,
        case.ticket,
        "escalate",
        {},
        **cases.about(case),
        people=names,
        seats=[str(each.id) for each in new],
    )
    await cases.say(session, case, row, Audience.DESK)
    late = [name for name in waiting if name not in names]
    await cases.tell_asker(session, case, "escalated", people=names, late=late)
