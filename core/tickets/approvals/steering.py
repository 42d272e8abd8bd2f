"""What whoever asked for approval can do while it is not decided: answer, remind, withdraw."""

from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, Refused
from core.tickets.approvals import cases, chain, clock, facts, notices, seats, settling
from core.tickets.approvals.asking import asked_of, by_turn, refuse_second, steer
from core.tickets.approvals.chain import By
from core.tickets.approvals.deserted import why_nobody
from core.tickets.approvals.drafts import Draft, make_draft
from core.tickets.approvals.forms import NOTE_MAX, Ask, Asked
from core.tickets.approvals.models import ApprovalRequest
from core.tickets.approvals.seats import Case
from core.tickets.approvals.states import IS_LIVE, RequestStatus, SeatState
from core.tickets.changes import Turn
from core.tickets.models import Source, Ticket
from core.tickets.parts.standing import Piece
from core.tickets.states import ApprovalStatus

REQUESTER, DESK = Audience.REQUESTER, Audience.DESK


async def withdraw(session: AsyncSession, turn: Turn, request_id: int, reason: str) -> Asked:
    _, case = await steer(session, turn, request_id)
    why = _check_words("reason", reason, "Say why: its approvers read it.")
    _check_live(case)
    await withdraw_case(session, case, why)
    return asked_of(case.request)


async def withdraw_case(session: AsyncSession, case: Case, reason: str) -> None:
    changes = await cases.end(session, case, RequestStatus.WITHDRAWN, reason)
    row = await chain.record(
        session, case.by, case.ticket, "withdraw", changes, **cases.about(case), reason=reason
    )
    await cases.say(session, case, row, REQUESTER, DESK)
    await cases.tell_asker(session, case, "withdrawn", reason=reason)


async def withdraw_deserted(session: AsyncSession, case: Case, because: str = "") -> None:
    """Nobody is left to decide the step that is asked."""
    step = case.asked
    if step is None or any(map(seats.is_held, await seats.list_seats(session, case, step))):
        return
    case.by = By(None, Source.JOB, case.by.policy)
    why = await why_nobody(session, step.kind, case.money, case.settings, utc_now())
    await withdraw_case(session, case, f"{because} {why}".strip())


async def withdraw_all(session: AsyncSession, turn: Turn, ticket: Ticket, reason: str) -> None:
    """Before the ticket itself ends; `ticket` is locked, and the actor may end it."""
    await _withdraw_each(session, turn, ticket, true(), reason)


async def withdraw_of_part(session: AsyncSession, turn: Turn, piece: Piece, reason: str) -> None:
    """Before its desk gives the part up; `piece` is locked, and the actor may end it."""
    of_part = ApprovalRequest.part_id == piece.part.id
    await _withdraw_each(session, turn, piece.ticket, of_part, reason)


async def _withdraw_each(
    session: AsyncSession, turn: Turn, ticket: Ticket, which: ColumnElement[bool], reason: str
) -> None:
    rows = await session.scalars(
        select(ApprovalRequest.id)
        .where(ApprovalRequest.ticket_id == ticket.id, ApprovalRequest.status.in_(IS_LIVE), which)
        .order_by(ApprovalRequest.id)
    )
    for request_id in list(rows):
        case = await cases.open_case(session, by_turn(turn), ticket, request_id)
        await withdraw_case(session, case, reason)


def _check_live(case: Case) -> None:
    if case.request.status not in IS_LIVE:
        words = case.request.status.words.lower()
        raise AlreadyDone(f"This request has ended: {words}. It does not change any more.")


def _check_words(field: str, text: str, missing: str) -> str:
    found = text.strip()
    if not found:
        raise InvalidField(field, missing)
    if len(found) > NOTE_MAX:
        raise InvalidField(field, f"Keep it under {NOTE_MAX} characters.")
    return found


async def answer(
    session: AsyncSession, turn: Turn, request_id: int, words: str, form: Ask | None = None
) -> Asked:
    """What an approver asked. It goes back to their step, and what was approved before stays;
    with other facts it begins again, and nothing that was approved before counts."""
    _, case = await steer(session, turn, request_id)
    said = _check_words("words", words, "Answer the question: the approver reads it.")
    _check_live(case)
    if case.request.status is not RequestStatus.CHANGES_REQUESTED:
        raise AlreadyDone("Nobody waits for an answer: the question was answered already.")
    changed, draft = await _draft_again(session, case, form)
    questioner, case.request.answer = case.request.questioned_by_id, said
    case.request.status, case.request.question = RequestStatus.PENDING, None
    changes: dict[str, Any] = {}
    if draft is not None and changed:
        changes = await _begin_again(session, case, draft, changed)
    else:
        changes = await _go_on(session, case)
    details = {**cases.about(case), "answer": said, "difference": changed}
    details |= {"facts": case.request.facts} if changed else {}
    row = await chain.record(session, case.by, case.ticket, "answer", changes, **details)
    await cases.say(session, case, row, DESK)
    if questioner is not None:
        told = {"request_id": request_id, "by": turn.actor.name, "answer": said}
        await notices.tell(session, questioner, "approval.answered", case.ticket.id, **told)
    await withdraw_deserted(session, case)
    return asked_of(case.request)


async def _draft_again(
    session: AsyncSession, case: Case, form: Ask | None
) -> tuple[dict[str, list[Any]], Draft | None]:
    if form is None:
        return {}, None
    request = case.request
    draft = await make_draft(session, case.ticket, form, request.asked_by_id, [request.id])
    await refuse_second(session, case.ticket, draft.columns["purpose_key"], but=request.id)
    return facts.difference(request.facts, draft.facts), draft


async def _go_on(session: AsyncSession, case: Case) -> dict[str, Any]:
    """Whoever asked may be gone by now, and everybody else may have decided."""
    step = case.asked
    assert step is not None, "a question comes from a step"
    step.status = ApprovalStatus.PENDING
    hours = await case.hours(session)
    clock.start(step, case.settings, hours, utc_now())
    for seat in await seats.list_seats(session, case, step):
        if seat.state is SeatState.CHANGES:
            seat.state, seat.decided_at = SeatState.PENDING, None
    await session.flush()
    await seats.fill(session, case, step)
    return await settling.settle(session, case, step)


async def _begin_again(
    session: AsyncSession, case: Case, draft: Draft, changed: dict[str, list[Any]]
) -> dict[str, Any]:
    for step in case.steps:
        await seats.close_seats(session, case, step)
        step.status, step.next_at = ApprovalStatus.VOID, None
    for name, value in draft.columns.items():
        setattr(case.request, name, value)
    case.request.difference = changed
    await session.flush()
    return await cases.begin(session, case, draft)


async def nudge(session: AsyncSession, turn: Turn, request_id: int) -> list[str]:
    """The names of whom it reminded."""
    _, case = await steer(session, turn, request_id)
    _check_live(case)
    step, now = case.asked, utc_now()
    if step is None or step.status is not ApprovalStatus.PENDING:
        raise Refused("It waits for your answer, not for a decision.")
    last = case.request.nudged_at
    if last is not None and now < last + case.settings.nudge_every:
        minutes = -(-(last + case.settings.nudge_every - now).total_seconds() // 60)
        raise Refused(
            f"They were reminded a while ago. You can do so again in {_minutes(int(minutes))}."
        )
    case.request.nudged_at = now
    names = await remind(session, case, step.id, "nudge", by=turn.actor.name)
    row = await chain.record(
        session, case.by, case.ticket, "nudge", {}, **cases.about(case), people=names
    )
    await cases.say(session, case, row)
    return names


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


async def remind(
    session: AsyncSession, case: Case, step_id: int, topic: str, **details: Any
) -> list[str]:
    """Everybody who has not decided, by a direct message; says whom."""
    waiting = await seats.list_waiting(session, step_id)
    for user_id, _ in waiting:
        told = {"request_id": case.request.id, **details}
        await notices.tell(session, user_id, f"approval.{topic}", case.ticket.id, **told)
    return [name for _, name in waiting]
