"""Requests with their steps and seats, read in three statements for any number of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.tickets.approvals.models import Approval, ApprovalRequest, ApprovalSeat
from core.tickets.approvals.policy_models import ApprovalRuleVersion
from core.tickets.approvals.settings import ApprovalSettings, read_settings
from core.tickets.approvals.states import RequestStatus, SeatState
from core.tickets.approvals.views import CardView, FileFact, SeatView, StepView
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.queries import Person
from core.tickets.states import ApprovalStatus
from core.users.models import Department, User
from core.users.permissions import Actor, Permission, Standing, may


class _Row(NamedTuple):
    request: ApprovalRequest
    ticket: Ticket
    part: SubTicket | None
    department: str
    rule_version: int
    previous_number: int | None
    next_request_id: int | None
    requester: Person
    asked_by: Person
    payee: Person | None
    ended_by: Person | None
    questioned_by: Person | None


async def read_cards(
    session: AsyncSession, actor: Actor, which: ColumnElement[bool]
) -> list[CardView]:
    """`which` says of requests joined to their Ticket; it holds what the actor may see. Newest
    first."""
    rows = await _read_rows(session, which)
    if not rows:
        return []
    settings = await read_settings(session)
    steps = await _read_steps(session, [each.request.id for each in rows])
    return [_card(each, steps.get(each.request.id, []), actor, settings) for each in rows]


async def _read_rows(session: AsyncSession, which: ColumnElement[bool]) -> list[_Row]:
    people = [aliased(User) for _ in range(5)]
    keys = (
        ApprovalRequest.requester_id,
        ApprovalRequest.asked_by_id,
        ApprovalRequest.payee_id,
        ApprovalRequest.ended_by_id,
        ApprovalRequest.questioned_by_id,
    )
    department, earlier, later = aliased(Department), aliased(ApprovalRequest), _later()
    statement = (
        select(
            ApprovalRequest,
            Ticket,
            SubTicket,
            department.name,
            ApprovalRuleVersion.version,
            earlier.number,
            later,
            *(column for each in people for column in _columns_of(each)),
        )
        .join(Ticket, Ticket.id == ApprovalRequest.ticket_id)
        .join(department, department.id == Ticket.department_id)
        .join(ApprovalRuleVersion, ApprovalRuleVersion.id == ApprovalRequest.rule_version_id)
        .outerjoin(SubTicket, SubTicket.id == ApprovalRequest.part_id)
        .outerjoin(earlier, earlier.id == ApprovalRequest.previous_request_id)
    )
    for person, key in zip(people, keys, strict=True):
        statement = statement.outerjoin(person, person.id == key)
    statement = statement.where(which).order_by(ApprovalRequest.id.desc())
    rows = await session.execute(statement.execution_options(populate_existing=True))
    return [_row(row) for row in rows]


def _later() -> ColumnElement[Any]:
    later = aliased(ApprovalRequest)
    return (
        select(later.id)
        .where(later.previous_request_id == ApprovalRequest.id)
        .order_by(later.id.desc())
        .limit(1)
        .correlate(ApprovalRequest)
        .scalar_subquery()
    )


def _columns_of(person: Any) -> tuple[Any, ...]:
    return person.slack_user_id, person.name, person.image_url


def _row(row: Sequence[Any]) -> _Row:
    request, ticket, part, department, version, previous, following = row[:7]
    people = [Person(*row[at : at + 3]) if row[at] else None for at in range(7, 22, 3)]
    requester, asked_by, payee, ended_by, questioned_by = people
    nobody = Person("", "someone")
    return _Row(
        request=request,
        ticket=ticket,
        part=part,
        department=department,
        rule_version=version,
        previous_number=previous,
        next_request_id=following,
        requester=requester or nobody,
        asked_by=asked_by or nobody,
        payee=payee,
        ended_by=ended_by,
        questioned_by=questioned_by,
    )


async def _read_steps(
    session: AsyncSession, request_ids: Sequence[int]
) -> dict[int, list[StepView]]:
    seats = await _read_seats(session, request_ids)
    rows = await session.scalars(
        select(Approval)
        .where(Approval.request_id.in_(request_ids), Approval.status != ApprovalStatus.VOID)
        .order_by(Approval.position)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[StepView]] = {}
    for each in rows:
        found.setdefault(each.request_id, []).append(_step(each, seats.get(each.id, [])))
    return found


def _step(row: Approval, seats: Sequence[SeatView]) -> StepView:
    return StepView(
        id=row.id,
        position=row.position,
        kind=row.kind,
        quorum=row.quorum,
        needed=row.needed,
        status=row.status,
        started_at=row.started_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        decided_at=row.decided_at,
        seats=tuple(seats),
    )


async def _read_seats(
    session: AsyncSession, request_ids: Sequence[int]
) -> dict[int, list[SeatView]]:
    holder, absent = aliased(User), aliased(User)
    rows = await session.execute(
        select(ApprovalSeat, *_columns_of(holder), *_columns_of(absent))
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .join(holder, holder.id == ApprovalSeat.user_id)
        .outerjoin(absent, absent.id == ApprovalSeat.stands_in_for_id)
        .where(Approval.request_id.in_(request_ids))
        .order_by(ApprovalSeat.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[SeatView]] = {}
    for row in rows:
        seat: ApprovalSeat = row[0]
        view = SeatView(
            user_id=seat.user_id,
            person=Person(*row[1:4]),
            why=seat.why,
            stands_in_for=Person(*row[4:7]) if row[4] else None,
            state=seat.state,
            reason=seat.reason,
            decided_at=seat.decided_at,
            version=seat.version,
        )
        found.setdefault(seat.approval_id, []).append(view)
    return found


def _card(
    row: _Row, steps: Sequence[StepView], actor: Actor, settings: ApprovalSettings
) -> CardView:
    request, ticket = row.request, row.ticket
    card = CardView(
        id=request.id,
        ticket_id=ticket.id,
        ticket_number=ticket.number,
        ticket_summary=ticket.summary,
        department=row.department,
        number=request.number,
        status=request.status,
        version=request.version,
        amount=request.amount,
        currency=request.currency,
        amount_in_base=request.amount_in_base,
        base_currency=request.base_currency,
        rate=request.rate,
        rate_on=request.rate_on,
        counted=request.counted,
        payee=request.payee,
        payee_person=row.payee,
        purpose=request.purpose,
        needed_by=request.needed_by,
        note=request.note,
        files=tuple(FileFact(**each) for each in request.facts.get("files", [])),
        facts_hash=request.facts_hash,
        rule_version=row.rule_version,
        explanation=request.explanation,
        difference=request.difference,
        requester=row.requester,
        asked_by=row.asked_by,
        asked_by_id=request.asked_by_id,
        asked_at=request.asked_at,
        ended_at=request.ended_at,
        ended_by=row.ended_by,
        end_reason=request.end_reason,
        question=request.question,
        questioned_by=row.questioned_by,
        answer=request.answer,
        nudged_at=request.nudged_at,
        previous_request_id=request.previous_request_id,
        previous_number=row.previous_number,
        next_request_id=row.next_request_id,
        steps=tuple(steps),
        is_large=request.amount_in_base >= settings.confirm_from,
    )
    return _as_seen_by(card, row, actor)


def _as_seen_by(card: CardView, row: _Row, actor: Actor) -> CardView:
    step = card.step
    seats = [each for one in card.steps for each in one.seats if each.user_id == actor.id]
    now = [each for each in (step.seats if step else ()) if each.user_id == actor.id]
    mine = (now or seats)[-1] if seats else None
    ticket, part = row.ticket, row.part
    on = Standing(
        key=ticket.key,
        department_id=ticket.department_id,
        requester_id=ticket.requestor_id,
        assignee_id=ticket.assignee_id,
        receiver_id=part.department_id if part else None,
        part_assignee_id=part.assignee_id if part else None,
    )
    waits = card.status is RequestStatus.PENDING and bool(now)
    return replace(
        card,
        my_seat=mine,
        can_decide=waits and mine is not None and mine.state is SeatState.PENDING,
        can_steer=may(actor, Permission.REQUEST_APPROVAL, on),
    )
