"""A decision: one for each seat, in one transaction with its evidence and everything it causes."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience
from core.db import utc_now
from core.errors import InvalidField
from core.tickets import queries
from core.tickets.approvals import cases, chain, clock, facts, rights, seats, verdicts
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
from core.tickets.approvals.quorum import verdict
from core.tickets.approvals.seats import Case
from core.tickets.approvals.states import SEAT_AFTER, Choice, RequestStatus, SeatState
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.tickets.standing import lock
from core.tickets.states import ApprovalStatus
from core.users.permissions import Actor

DESK, REQUESTER = Audience.DESK, Audience.REQUESTER


async def decide(session: AsyncSession, turn: Turn, request_id: int, decision: Decision) -> Outcome:
    """Raises InvalidField(“words”) and NotFound; everything else is an Outcome to commit."""
    words = _check_words(decision)
    ticket_id = await cases.find_ticket_id(session, request_id)
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
    await _release_others(session, case, step, seat)
    if decision.choice is Choice.ASK_CHANGES:
        changes = await _question(session, case, step, words)
    else:
        changes = await settle(session, case, step, seat, words)
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
    return _outcome(case, Result.DECIDED, verdicts.done(case, decision.choice))


async def _release_others(
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


async def _question(
    session: AsyncSession, case: Case, step: Approval, words: str
) -> dict[str, Any]:
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


_UNREACHABLE = "Too few of those who were asked can still approve it."


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
