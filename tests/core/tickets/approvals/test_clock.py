"""What time does: reminders, the alternate, the end of what nobody decided. Each once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import ALWAYS, office
from core.tickets.approvals import clock, queries, sweep
from core.tickets.approvals import service as approvals
from core.tickets.approvals.forms import Result
from core.tickets.approvals.models import Approval
from core.tickets.approvals.settings import ApprovalSettings
from core.tickets.approvals.states import Choice, RequestStatus, SeatState, StepKind
from core.tickets.policy import Policy
from core.tickets.states import ApprovalStatus, Status
from core.users.models import User
from core.users.roles import Role
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import (
    actions,
    ask,
    carded,
    decide,
    finance_ticket,
    get_request,
    hire,
    keep,
    list_steps,
    seats_of,
    told,
)

HOUR = timedelta(hours=1)
#: The database's clock stands still since before anything was asked.
MOMENT = timedelta(minutes=1)


@pytest.fixture
def desks(desks: Desks) -> Desks:
    """An office that is always open, so that the hour of the test makes no difference."""
    hours = {("office", "Europe/Berlin"): ALWAYS}
    return replace(desks, policy=replace(desks.policy, hours=hours))


async def later(session: AsyncSession, by: timedelta) -> None:
    """As if everything had been asked so much earlier."""
    await session.flush()
    await session.execute(
        text(
            "UPDATE approvals SET runs_since = runs_since - passed, next_at = next_at - passed,"
            " due_at = due_at - passed, expires_at = expires_at - passed"
            " FROM (SELECT CAST(:by AS interval) AS passed) AS time"
        ),
        {"by": by + MOMENT},
    )
    session.expire_all()


async def sweep_all(session: AsyncSession, policy: Policy) -> int:
    done = 0
    while await sweep.tick(session, policy):
        done += 1
    return done


async def test_reminders_come_at_half_and_near_the_end_once_each(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    await ask(session, desks, ticket)
    reminders = []
    for hours in (7, 2, 1, 4, 1):
        await later(session, hours * HOUR)
        await sweep_all(session, desks.policy)
        reminders.append(len(await told(session, fred)))
    assert reminders == [0, 1, 1, 1, 2]
    assert await actions(session, ticket) == ["ask", "remind", "remind"]


async def test_after_a_pause_only_the_last_reminder_is_sent(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    await ask(session, desks, await finance_ticket(session, desks))
    await later(session, 15 * HOUR)
    assert await sweep_all(session, desks.policy) == 1
    assert await told(session, fred) == ["reminder"]


async def test_then_the_alternate_is_asked_too_and_whoever_asked_hears_of_it(
    session: AsyncSession, desks: Desks
) -> None:
    await keep(session, ApprovalSettings(alternates={StepKind.FINANCE: ("U0EVE", "U0BEA")}))
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    await later(session, 16 * HOUR)
    await sweep_all(session, desks.policy)
    # Bea filed it.
    assert set(await seats_of(session, asked.request_id)) == {fred.id, desks.eve.id}
    assert str(desks.eve.id) in await carded(session, asked.request_id, "approval.asked")
    assert await told(session, desks.finn) == ["escalated"]
    assert (await decide(session, desks, desks.eve, asked.request_id)).status is (
        RequestStatus.APPROVED
    )


async def test_at_last_it_expires_which_is_no_rejection_and_is_sent_again_with_one_click(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    await later(session, 31 * HOUR)
    await sweep_all(session, desks.policy)
    assert (await get_request(session, asked.request_id)).status is RequestStatus.PENDING
    await later(session, HOUR)
    assert await sweep_all(session, desks.policy) == 1
    assert await sweep_all(session, desks.policy) == 0
    request = await get_request(session, asked.request_id)
    assert (request.status, request.ended_by_id) == (RequestStatus.EXPIRED, None)
    [step] = await list_steps(session, asked.request_id)
    assert (step.status, step.next_at) == (ApprovalStatus.EXPIRED, None)
    assert ticket.status is Status.IN_PROGRESS
    assert await told(session, desks.finn) == ["escalated", "expired"]
    late = await decide(session, desks, fred, asked.request_id)
    assert late.result is Result.TOO_LATE
    assert late.text.startswith("This has expired at ")
    again = await approvals.ask_again(session, desks.turn(desks.finn), asked.request_id)
    assert again.status is RequestStatus.PENDING


async def test_a_question_stops_it_and_after_the_answer_the_rest_runs(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    await later(session, 5 * HOUR)
    await decide(session, desks, fred, asked.request_id, Choice.ASK_CHANGES)
    await later(session, 100 * HOUR)
    assert await sweep_all(session, desks.policy) == 0
    await approvals.answer(session, desks.turn(desks.finn), asked.request_id, "It is.")
    [step] = await list_steps(session, asked.request_id)
    assert step.next_at is not None
    assert step.runs_since is not None
    left = step.next_at - step.runs_since
    assert 3 * HOUR - 2 * MOMENT < left <= 3 * HOUR
    [used] = await queries.approval_time(session, desks.policy, ticket.id)
    assert 5 * HOUR <= used.used < 5 * HOUR + 2 * MOMENT
    assert (used.kind, used.status) == (StepKind.FINANCE, ApprovalStatus.PENDING)


async def test_at_each_mark_it_looks_who_may_still_decide(
    session: AsyncSession, desks: Desks
) -> None:
    fred, nora = [await hire(session, each) for each in ("fred", "nora")]
    asked = await ask(session, desks, await finance_ticket(session, desks))
    olga = await hire(session, "olga")
    await session.execute(update(User).where(User.id == fred.id).values(role=Role.AGENT))
    await later(session, 8 * HOUR)
    await sweep_all(session, desks.policy)
    seats = {who: each.state for who, each in (await seats_of(session, asked.request_id)).items()}
    assert seats == {
        fred.id: SeatState.MOVED,
        nora.id: SeatState.PENDING,
        olga.id: SeatState.PENDING,
    }
    assert await told(session, fred) == []


async def test_a_deleted_ticket_is_left_alone(session: AsyncSession, desks: Desks) -> None:
    await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    ticket.is_deleted = True
    await later(session, 99 * HOUR)
    assert await sweep_all(session, desks.policy) == 0
    assert (await get_request(session, asked.request_id)).status is RequestStatus.PENDING


def test_nights_and_weekends_do_not_count() -> None:
    friday = datetime(2026, 1, 30, 15, tzinfo=UTC)
    step = Approval(deadline=16 * HOUR, used=timedelta(), marks=0)
    clock.start(step, ApprovalSettings(), office("UTC"), friday)
    monday, tuesday = friday + timedelta(days=3), friday + timedelta(days=4)
    assert step.next_at == monday
    assert step.due_at == tuesday
    assert clock.used(step, office("UTC"), monday) == 8 * HOUR
    clock.stop(step, office("UTC"), monday)
    assert (step.used, step.runs_since, step.next_at) == (8 * HOUR, None, None)
