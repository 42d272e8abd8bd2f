"""Nobody decides two steps of one request, whatever they are and whomever they stand in for."""

from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.approvals.forms import Result
from core.tickets.approvals.models import ApprovalSeat
from core.tickets.approvals.settings import ApprovalSettings
from core.tickets.approvals.states import RequestStatus, SeatReason, SeatState, StepKind
from core.users.roles import Role
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import (
    ask,
    decide,
    finance_ticket,
    get_request,
    hire,
    keep,
    list_steps,
    seats_of,
)
from tests.core.tickets.approvals.test_absences import leave

LARGE = "6000"


async def test_who_approved_for_finance_gets_no_seat_as_the_ceos_stand_in(
    session: AsyncSession, desks: Desks
) -> None:
    fred, fay = await hire(session, "fred"), await hire(session, "fay")
    await leave(session, desks, desks.cleo, fred)
    for who, seated in ((fred, {desks.cleo.id}), (fay, {desks.cleo.id, fred.id})):
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket, LARGE, purpose=f"For {who.name}")
        assert (await decide(session, desks, who, asked.request_id)).result is Result.DECIDED
        assert set(await seats_of(session, asked.request_id)) == seated


async def test_a_seat_that_they_have_all_the_same_is_refused_at_the_click(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket, LARGE)
    await decide(session, desks, fred, asked.request_id)
    await leave(session, desks, desks.cleo, fred)
    assert set(await seats_of(session, asked.request_id)) == {desks.cleo.id}
    ceo = (await list_steps(session, asked.request_id))[-1]
    seat = ApprovalSeat(approval_id=ceo.id, ticket_id=ticket.id, user_id=fred.id)
    seat.why, seat.stands_in_for_id = SeatReason.STAND_IN, desks.cleo.id
    session.add(seat)
    await session.flush()
    refused = await decide(session, desks, fred, asked.request_id)
    assert refused.result is Result.REFUSED
    assert refused.text.startswith("You approved an earlier step of this already")
    assert (await seats_of(session, asked.request_id))[fred.id].state is SeatState.PENDING
    assert (await get_request(session, asked.request_id)).status is RequestStatus.PENDING
    done = await decide(session, desks, desks.cleo, asked.request_id)
    assert done.status is RequestStatus.APPROVED


async def test_without_anybody_else_it_goes_back_and_says_why(
    session: AsyncSession, desks: Desks
) -> None:
    alternates = {StepKind.FINANCE: ("U0CLEO",)}
    await keep(session, ApprovalSettings(alternates=alternates))
    asked = await ask(session, desks, await finance_ticket(session, desks), LARGE)
    await decide(session, desks, desks.cleo, asked.request_id)
    request = await get_request(session, asked.request_id)
    assert request.status is RequestStatus.WITHDRAWN
    assert request.end_reason == (
        "Nobody may decide about this for the CEO: whoever approved an earlier step leaves the "
        "next one to somebody else. Ask an administrator to name an alternate for the CEO."
    )


async def test_an_alternate_takes_the_step_that_they_may_not_decide_any_more(
    session: AsyncSession, desks: Desks
) -> None:
    """The CEO decided for finance, where there is nobody else."""
    await keep(
        session,
        ApprovalSettings(alternates={StepKind.FINANCE: ("U0CLEO",), StepKind.CEO: ("U0EVE",)}),
    )
    assert desks.cleo.role is Role.CEO
    asked = await ask(session, desks, await finance_ticket(session, desks), LARGE)
    assert set(await seats_of(session, asked.request_id)) == {desks.cleo.id}
    await decide(session, desks, desks.cleo, asked.request_id)
    assert set(await seats_of(session, asked.request_id)) == {desks.eve.id}
