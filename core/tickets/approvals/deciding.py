"""A decision: one for each seat, in one transaction with its evidence and everything it causes."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience
from core.db import utc_now
from core.errors import InvalidField
from core.tickets import queries
from core.tickets.approvals import cases, chain, facts, rights, settling, steering, verdicts
from core.tickets.approvals.asking import by_turn
from core.tickets.approvals.forms import (
    NOTE_MAX,
    REASON_MAX,
    REASON_MIN,
    Decision,
    Outcome,
    Result,
)
from core.tickets.approvals.models import Approval, ApprovalSeat
from core.tickets.approvals.seats import Case
from core.tickets.approvals.states import SEAT_AFTER, Choice, RequestStatus, SeatState
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.tickets.standing import lock
from core.users.permissions import Actor

DESK, REQUESTER = Audience.DESK, Audience.REQUESTER


async def decide(session: AsyncSession, turn: Turn, request_id: int, decision: Decision) -> Outcome:
    """Raises InvalidField(“words”) and NotFound; everything else is an Outcome to commit."""
    words = _check_words(decision)
    ticket_id, _ = await cases.find_ground(session, request_id)
    ticket, _ = await lock(session, turn.actor, ticket_id)
    case = await cases.open_case(session, by_turn(turn), ticket, request_id)
    step, seat = await _find_seat(session, case, turn.actor)
    if step is None or seat is None:
        text = "You are not asked to decide about this."
        return await _refuse(session, case, decision, Result.REFUSED, text)
    too_late = await verdicts.too_late(session, case, step, seat, decision.choice)
    if too_late is not None:
        return _outcome(case, *too_late)
    if (why := await _not_now(session, case, step, seat, turn.actor)) is not None:
        return await _refuse(session, case, decision, Result.REFUSED, why)
    if not await _is_current(session, case, decision):
        text = "What you looked at is not what is asked any more. Look at the new card first."
        return await _refuse(session, case, decision, Result.STALE, text)
    if not await _take_seat(session, seat, decision.choice, words):
        await session.refresh(seat)
        late = await verdicts.too_late(session, case, step, seat, decision.choice)
        return _outcome(case, *(late or (Result.TOO_LATE, "Somebody was faster. Look again.")))
    return await _carry_out(session, case, step, seat, decision, words)


def _check_words(decision: Decision) -> str:
    words = decision.words.strip()
    match decision.choice:
        case Choice.APPROVE:
            if len(words) > NOTE_MAX:
                raise InvalidField("words", f"Keep it under {NOTE_MAX} characters.")
        case Choice.REJECT:
            if not REASON_MIN <= len(words) <= REASON_MAX:
                raise InvalidField(
                    "words",
                    f"Say why in {REASON_MIN} to {REASON_MAX} characters: the requester reads it.",
                )
        case Choice.ASK_CHANGES:
            if not words:
                raise InvalidField("words", "Say what should be changed, or what you want to know.")
            if len(words) > REASON_MAX:
                raise InvalidField("words", f"Keep it under {REASON_MAX} characters.")
    return words


async def _find_seat(
    session: AsyncSession, case: Case, actor: Actor
) -> tuple[Approval | None, ApprovalSeat | None]:
    """The one in the step that is asked; else in the last step they had one in."""
    rows = await session.execute(
        select(Approval, ApprovalSeat)
        .join(ApprovalSeat, ApprovalSeat.approval_id == Approval.id)
        .where(Approval.request_id == case.request.id, ApprovalSeat.user_id == actor.id)
        .order_by(Approval.id)
        .execution_options(populate_existing=True)
    )
    found = [(row[0], row[1]) for row in rows]
    asked = case.asked
    now = [pair for pair in found if asked is not None and pair[0].id == asked.id]
    return (now or found)[-1] if found else (None, None)


async def _not_now(
    session: AsyncSession, case: Case, step: Approval, seat: ApprovalSeat, actor: Actor
) -> str | None:
    if seat.state is SeatState.MOVED:
        why = await rights.refusal(session, case, step, seat, actor)
        return why or "Somebody else decides about this by now, in your place."
    return await rights.refusal(session, case, step, seat, actor)


async def _is_current(session: AsyncSession, case: Case, decision: Decision) -> bool:
    shown, request = decision.click.facts_hash, case.request
    if shown is not None and not (shown and request.facts_hash.startswith(shown)):
        return False
    return await facts.are_files_unchanged(session, request.ticket_id, request.facts)


async def _take_seat(session: AsyncSession, seat: ApprovalSeat, choice: Choice, words: str) -> bool:
    """False when another click was faster."""
    taken = await session.scalar(
        update(ApprovalSeat)
        .where(
            ApprovalSeat.id == seat.id,
            ApprovalSeat.state == SeatState.PENDING,
            ApprovalSeat.version == seat.version,
        )
        .values(
            state=SEAT_AFTER[choice],
            reason=words or None,
            decided_at=utc_now(),
            version=seat.version + 1,
        )
        .returning(ApprovalSeat.id)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(seat)
    return taken is not None


async def _carry_out(
    session: AsyncSession,
    case: Case,
    step: Approval,
    seat: ApprovalSeat,
    decision: Decision,
    words: str,
) -> Outcome:
    await settling.release_others(session, case, step, seat)
    if decision.choice is Choice.ASK_CHANGES:
        changes = await settling.question(session, case, step, words)
    else:
        changes = await settling.settle(session, case, step, seat, words)
    row = await chain.record(
        session,
        case.by,
        case.ticket,
        decision.choice.value,
        changes,
        **await evidence(session, case, step, seat, decision),
        words=words,
    )
    ended = case.request.status not in (RequestStatus.PENDING, RequestStatus.CHANGES_REQUESTED)
    audiences = (REQUESTER, DESK) if ended else (DESK,)
    await cases.say(session, case, row, *audiences)
    await _tell(session, case, decision.choice, words)
    outcome = _outcome(case, Result.DECIDED, verdicts.done(case, decision.choice))
    await steering.withdraw_deserted(session, case)
    return replace(outcome, status=case.request.status)


async def evidence(
    session: AsyncSession,
    case: Case,
    step: Approval,
    seat: ApprovalSeat | None,
    decision: Decision,
) -> dict[str, Any]:
    """Of a decision, or of one that was refused."""
    click = decision.click
    absent = seat.stands_in_for_id if seat else None
    return {
        **cases.about(case),
        "step": step.kind.value,
        "position": step.position,
        "step_status": step.status.value,
        "seat_id": seat.id if seat else None,
        "choice": decision.choice.value,
        "on_behalf_of_id": str(absent) if absent else None,
        "on_behalf_of": await queries.name_of(session, absent) if absent else None,
        "shown_hash": click.facts_hash,
        "team_id": click.team_id,
        "channel_id": click.channel_id,
        "message_ts": click.message_ts,
        "action_id": click.action_id,
    }


async def _refuse(
    session: AsyncSession, case: Case, decision: Decision, result: Result, why: str
) -> Outcome:
    """The refusal leaves a line, which commits with it."""
    step = case.asked
    about = (
        await evidence(session, case, step, None, decision)
        if step
        else {**cases.about(case), "choice": decision.choice.value}
    )
    await chain.record(session, case.by, case.ticket, "refused", {}, **about, why=why)
    return _outcome(case, result, why)


async def _tell(session: AsyncSession, case: Case, choice: Choice, words: str) -> None:
    if case.request.status is RequestStatus.APPROVED:
        await cases.tell_asker(session, case, "approved", words=words)
    elif case.request.status is RequestStatus.REJECTED:
        await cases.tell_asker(session, case, "rejected", words=case.request.end_reason)
    elif choice is Choice.ASK_CHANGES:
        await cases.tell_asker(session, case, "question", words=words)


def _outcome(case: Case, result: Result, text: str) -> Outcome:
    ticket: Ticket = case.ticket
    return Outcome(result, text, case.request.id, ticket.id, case.request.status)
