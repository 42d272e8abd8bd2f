"""The seats of the step that is being asked: made, moved to stand-ins, given back."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.calendar import BusinessHours
from core.db import utc_now
from core.outbox import Row
from core.tickets.approvals import clock, notices, people
from core.tickets.approvals.chain import By
from core.tickets.approvals.models import Approval, ApprovalRequest, ApprovalSeat
from core.tickets.approvals.people import Candidate, Money
from core.tickets.approvals.quorum import Vote
from core.tickets.approvals.rules import Step
from core.tickets.approvals.settings import ApprovalSettings
from core.tickets.approvals.states import SeatReason, SeatState
from core.tickets.models import Ticket
from core.tickets.states import ApprovalStatus
from core.users.models import User


@dataclass(slots=True)
class Case:
    """A request with its ticket, both locked, and its steps in order."""

    by: By
    settings: ApprovalSettings
    ticket: Ticket
    request: ApprovalRequest
    steps: list[Approval] = field(default_factory=list)
    #: Of the steps that were looked at, by the step's id.
    seats: dict[int, list[ApprovalSeat]] = field(default_factory=dict)
    office: BusinessHours | None = None

    async def hours(self, session: AsyncSession) -> BusinessHours:
        """By which its time is counted."""
        if self.office is None:
            place = self.ticket.department_id
            self.office = await clock.hours_of(session, self.by.policy, place)
        return self.office

    @property
    def money(self) -> Money:
        return Money.of(self.request, self.ticket.requestor_id)

    @property
    def asked(self) -> Approval | None:
        """The step that is being asked, or waits for an answer."""
        live = (ApprovalStatus.PENDING, ApprovalStatus.CHANGES_REQUESTED)
        return next((each for each in self.steps if each.status in live), None)


async def open_step(
    session: AsyncSession,
    case: Case,
    step: Approval,
    wanted: Sequence[Candidate] | None = None,
) -> list[Candidate]:
    """Ask the people of a step that waited; `wanted`, where they are known already."""
    hours = await case.hours(session)
    step.status = ApprovalStatus.PENDING
    clock.start(step, case.settings, hours, utc_now())
    if wanted is None:
        return await fill(session, case, step)
    return await _settle(session, case, step, wanted)


async def fill(session: AsyncSession, case: Case, step: Approval) -> list[Candidate]:
    """Give a seat to everybody who is to have one now, and take it from whoever is not any more
    and has not decided. Says who is new."""
    rule = Step(step.kind, step.quorum, step.needed)
    wanted = await people.list_candidates(session, rule, case.money, case.settings, utc_now())
    return await _settle(session, case, step, wanted)


async def add_alternates(session: AsyncSession, case: Case, step: Approval) -> list[Candidate]:
    alternates = await people.list_alternates(
        session, step.kind, case.money, case.settings, utc_now()
    )
    known = {each.user_id for each in await list_seats(session, case, step) if is_held(each)}
    new = [each for each in alternates if each.id not in known]
    await _seat(session, case, step, new)
    return new


def is_held(seat: ApprovalSeat) -> bool:
    return seat.state is not SeatState.MOVED


async def _settle(
    session: AsyncSession, case: Case, step: Approval, wanted: Sequence[Candidate]
) -> list[Candidate]:
    seats = {each.user_id: each for each in await list_seats(session, case, step)}
    keep = {each.id for each in wanted}
    undecided = [
        seat
        for seat in seats.values()
        if seat.user_id not in keep and seat.state in (SeatState.PENDING, SeatState.CHANGES)
    ]
    # Who was asked since nobody decided in time stays asked.
    alternates = [each.user_id for each in undecided if each.why is SeatReason.ALTERNATE]
    staying = await people.list_able(session, alternates)
    gone = [each for each in undecided if each.user_id not in staying]
    for seat in gone:
        seat.state = SeatState.MOVED
    await session.flush()
    if gone:
        await outbox.add(session, *refreshes(case, [seat.user_id for seat in gone]))
    new = [each for each in wanted if each.id not in seats or not is_held(seats[each.id])]
    await _seat(session, case, step, new)
    return new


async def _seat(
    session: AsyncSession, case: Case, step: Approval, new: Sequence[Candidate]
) -> None:
    former = {each.user_id: each for each in await list_seats(session, case, step)}
    for each in new:
        seat = former.get(each.id) or ApprovalSeat(approval_id=step.id, user_id=each.id)
        seat.ticket_id = step.ticket_id
        seat.why, seat.stands_in_for_id = each.why, each.stands_in_for_id
        seat.state = SeatState.PENDING
        session.add(seat)
        if each.id not in former:
            case.seats[step.id].append(seat)
    await session.flush()
    rows = [notices.asked(case.request.id, each.id) for each in new]
    if rows:
        await outbox.add(session, *rows)


async def list_seats(session: AsyncSession, case: Case, step: Approval) -> list[ApprovalSeat]:
    """Read once: while the request is locked nobody else changes them."""
    if step.id not in case.seats:
        case.seats[step.id] = await _read_seats(session, step)
    return list(case.seats[step.id])


async def _read_seats(session: AsyncSession, step: Approval) -> list[ApprovalSeat]:
    rows = await session.scalars(
        select(ApprovalSeat)
        .where(ApprovalSeat.approval_id == step.id)
        .order_by(ApprovalSeat.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def close_seats(session: AsyncSession, case: Case, step: Approval) -> None:
    """The step has ended: whoever has not decided has nothing to decide any more."""
    for seat in await list_seats(session, case, step):
        if seat.state in (SeatState.PENDING, SeatState.CHANGES):
            seat.state = SeatState.VOID
    await session.flush()


def votes(seats: Iterable[ApprovalSeat]) -> list[Vote]:
    return [Vote(each.user_id, each.why, each.state, each.stands_in_for_id) for each in seats]


async def list_readers(session: AsyncSession, request_id: int) -> list[uuid.UUID]:
    """Everybody who has or had a seat, and so a card."""
    rows = await session.scalars(
        select(ApprovalSeat.user_id)
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .where(Approval.request_id == request_id)
        .group_by(ApprovalSeat.user_id)
        .order_by(ApprovalSeat.user_id)
        .execution_options(deleted="with")
    )
    return list(rows)


def refreshes(case: Case, readers: Sequence[uuid.UUID]) -> list[Row]:
    """Copies of the card, brought up to date."""
    return [notices.changed(case.request.id, each) for each in readers]


async def list_waiting(session: AsyncSession, step_id: int) -> list[tuple[uuid.UUID, str]]:
    """Who has not decided: id and name, by name."""
    rows = await session.execute(
        select(User.id, User.name)
        .join(ApprovalSeat, ApprovalSeat.user_id == User.id)
        .where(ApprovalSeat.approval_id == step_id, ApprovalSeat.state == SeatState.PENDING)
        .order_by(User.name, User.id)
    )
    return [(row[0], row[1]) for row in rows]
