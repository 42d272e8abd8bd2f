"""A request with its ticket and its steps: locked in one order, sent, ended."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience
from core.db import utc_now
from core.errors import NotFound
from core.notices import Place
from core.outbox import Row
from core.tickets.approvals import chain, gate, seats
from core.tickets.approvals import notices as approval_notices
from core.tickets.approvals.chain import By
from core.tickets.approvals.drafts import Draft
from core.tickets.approvals.models import Approval, ApprovalRequest
from core.tickets.approvals.seats import Case
from core.tickets.approvals.settings import read_settings
from core.tickets.approvals.states import IS_LIVE, RequestStatus
from core.tickets.followers import follower_places
from core.tickets.models import AuditLog, Ticket
from core.tickets.parts import notices as part_notices
from core.tickets.sla.part_clocks import hold_part
from core.tickets.states import Action, ApprovalStatus, Status, check

_ASKED = frozenset({ApprovalStatus.PENDING, ApprovalStatus.CHANGES_REQUESTED})
_GONE = "This request for approval does not exist any more."


async def find_ground(session: AsyncSession, request_id: int) -> tuple[uuid.UUID, int | None]:
    """The ticket, and the part from which it was asked."""
    row = (
        await session.execute(
            select(ApprovalRequest.ticket_id, ApprovalRequest.part_id).where(
                ApprovalRequest.id == request_id
            )
        )
    ).one_or_none()
    if row is None:
        raise NotFound(_GONE)
    return row[0], row[1]


async def open_case(session: AsyncSession, by: By, ticket: Ticket, request_id: int) -> Case:
    """`ticket` is locked: first the ticket, then its requests, for everybody."""
    statement = select(ApprovalRequest).where(ApprovalRequest.id == request_id).with_for_update()
    request = await session.scalar(statement.execution_options(populate_existing=True))
    if request is None or request.ticket_id != ticket.id:
        raise NotFound(_GONE)
    settings = await read_settings(session)
    return Case(by, settings, ticket, request, await list_steps(session, request_id))


async def list_steps(session: AsyncSession, request_id: int) -> list[Approval]:
    """Those that hold, in order."""
    rows = await session.scalars(
        select(Approval)
        .where(Approval.request_id == request_id, Approval.status != ApprovalStatus.VOID)
        .order_by(Approval.position)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def send(
    session: AsyncSession, by: By, ticket: Ticket, draft: Draft, columns: Mapping[str, Any]
) -> Case:
    """A new request, with its first step asked. Without steps it is approved at once."""
    before = await _state_before(session, ticket)
    number = select(func.count()).where(ApprovalRequest.ticket_id == ticket.id)
    request = ApprovalRequest(
        ticket_id=ticket.id,
        number=(await session.scalar(number) or 0) + 1,
        requester_id=ticket.requestor_id,
        ticket_status=before,
        asked_at=utc_now(),
        **draft.columns,
        **columns,
    )
    session.add(request)
    await session.flush()
    case = Case(by, draft.settings, ticket, request)
    changes = await begin(session, case, draft)
    row = await chain.record(session, by, ticket, "ask", changes, **await _told(session, case))
    await say(session, case, row, Audience.REQUESTER, Audience.DESK)
    return case


async def _state_before(session: AsyncSession, ticket: Ticket) -> Status:
    if ticket.status is not Status.WAITING_APPROVAL:
        return ticket.status
    live = await gate.lock_live(session, ticket.id)
    return live[0].ticket_status if live else Status.IN_PROGRESS


async def begin(session: AsyncSession, case: Case, draft: Draft) -> dict[str, Any]:
    """Make the steps, ask the first, and let the ticket wait. Says what changed of the ticket."""
    request = case.request
    if not draft.steps:
        request.status, request.ended_at = RequestStatus.APPROVED, utc_now()
        return await leave(session, case)
    case.steps = [
        Approval(
            request_id=request.id,
            position=position,
            kind=step.kind,
            quorum=step.quorum,
            needed=step.needed,
            deadline=draft.settings.deadline,
            ticket_id=case.ticket.id,
            requested_by_id=request.asked_by_id,
            amount=request.amount,
            currency=request.currency,
            purpose=request.purpose,
        )
        for position, step in enumerate(draft.steps, start=1)
    ]
    session.add_all(case.steps)
    await session.flush()
    await seats.open_step(session, case, case.steps[0], draft.people[0])
    await _hold_part(session, case)
    return enter(case.ticket)


def enter(ticket: Ticket) -> dict[str, Any]:
    before = ticket.status
    ticket.status = check(Action.REQUEST_APPROVAL, before, ticket.key)
    is_moved = before is not ticket.status
    return {"status": [before.value, ticket.status.value]} if is_moved else {}


async def leave(session: AsyncSession, case: Case) -> dict[str, Any]:
    """Back to where the ticket was, once nothing waits for approval any more."""
    ticket = case.ticket
    await session.flush()
    await _hold_part(session, case)
    if ticket.status is not Status.WAITING_APPROVAL or await gate.lock_live(session, ticket.id):
        return {}
    check(Action.END_APPROVAL, ticket.status, ticket.key)
    ticket.status = case.request.ticket_status
    return {"status": [Status.WAITING_APPROVAL.value, ticket.status.value]}


async def _hold_part(session: AsyncSession, case: Case) -> None:
    """The clock of the part that money is asked for from."""
    part_id, by = case.request.part_id, case.by
    if part_id is not None:
        waits = await gate.is_live_at(session, part_id)
        await hold_part(session, case.ticket, part_id, by.policy, by.actor, is_waiting=waits)


async def end(
    session: AsyncSession, case: Case, status: RequestStatus, reason: str | None = None
) -> dict[str, Any]:
    """With all that is open of it. Says what changed of the ticket."""
    request, now = case.request, utc_now()
    assert request.status in IS_LIVE, "an end never changes"
    request.status, request.ended_at, request.end_reason = status, now, reason
    request.ended_by_id = case.by.actor.id if case.by.actor else None
    request.question = None
    for step in case.steps:
        await seats.close_seats(session, case, step)
        if step.status is ApprovalStatus.WAITING:
            step.status = ApprovalStatus.VOID
        elif step.status in _ASKED:
            step.status, step.next_at, step.decided_at = ApprovalStatus(status.value), None, now
    return await leave(session, case)


async def _told(session: AsyncSession, case: Case) -> dict[str, Any]:
    """Of a request that is asked, for the trail."""
    request = case.request
    step = case.asked
    seated = await seats.list_seats(session, case, step) if step else []
    return {
        **about(case),
        "purpose": request.purpose,
        "payee": request.payee,
        "explanation": request.explanation,
        "facts": request.facts,
        "counted": f"{request.counted:.2f}",
        "previous_request_id": request.previous_request_id,
        "difference": request.difference or {},
        "step": step.kind.value if step else None,
        "seats": [str(each.user_id) for each in seated],
    }


def about(case: Case) -> dict[str, Any]:
    """What every row of the trail says of its request."""
    request = case.request
    return {
        "request_id": request.id,
        "number": request.number,
        "request_status": request.status.value,
        "amount": f"{request.amount:.2f}",
        "currency": request.currency,
        "facts_hash": request.facts_hash,
        "rule_version_id": request.rule_version_id,
    }


async def say(session: AsyncSession, case: Case, row: AuditLog, *audiences: Audience) -> None:
    """A line in the threads, fresh cards of the ticket, and every copy of the request's card."""
    ticket, fold = case.ticket, case.by.policy.preferences.card_fold
    followers = await follower_places(session, ticket.id)
    await outbox.add(
        session,
        *notices.happened(ticket.id, row.id, *audiences),
        *notices.refreshes(ticket.id, fold),
        *notices.followed_changed(followers, fold),
        *notices.source_marked(ticket.id, ticket.source_key, fold),
        *seats.refreshes(case, await seats.list_readers(session, case.request.id)),
        *_at_part(case, row, audiences),
    )


def _at_part(case: Case, row: AuditLog, audiences: Sequence[Audience]) -> list[Row]:
    """What the desk of the ticket hears, the desk that asked from a part of it hears as well."""
    part_id, ticket_id = case.request.part_id, case.ticket.id
    if part_id is None:
        return []
    place = Place(ticket_id, Audience.PART, part_id=part_id)
    lines = part_notices.happened(part_id, row.id, place) if Audience.DESK in audiences else []
    return [*lines, part_notices.refresh(place, case.by.policy.preferences.card_fold)]


async def tell_asker(session: AsyncSession, case: Case, topic: str, **details: Any) -> None:
    """Unless they did it themselves."""
    request = case.request
    if case.by.actor is None or case.by.actor.id != request.asked_by_id:
        details |= {"request_id": request.id, "by": case.by.actor.name if case.by.actor else None}
        await approval_notices.tell(
            session, request.asked_by_id, f"approval.{topic}", case.ticket.id, **details
        )
