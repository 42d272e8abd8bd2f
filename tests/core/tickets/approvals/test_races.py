"""Two people, two clicks, two devices at the same moment: one decision, and the other is told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import ALWAYS
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import HelpDeskError
from core.tickets import service as tickets
from core.tickets.approvals import service as approvals
from core.tickets.approvals import sweep
from core.tickets.approvals.forms import NewAbsence, Outcome, Result
from core.tickets.approvals.models import ApprovalRequest, ApprovalSeat
from core.tickets.approvals.policy_models import Absence
from core.tickets.approvals.states import IS_LIVE, Choice, RequestStatus, SeatState
from core.tickets.models import AuditLog, Ticket
from core.tickets.states import Status
from core.users.permissions import Actor
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import (
    ask,
    decide,
    finance_ticket,
    form,
    get_request,
    hire,
    seats_of,
)

APPROVED, REJECTED = RequestStatus.APPROVED, RequestStatus.REJECTED
Act = Callable[[AsyncSession], Awaitable[Any]]


class Stage:
    """A request that waits for Fred and Nora, and what happens to it at once."""

    def __init__(self, sessions: Sessions, desks: Desks) -> None:
        self.sessions = sessions
        hours = {("office", "Europe/Berlin"): ALWAYS}
        self.desks = replace(desks, policy=replace(desks.policy, hours=hours))
        self.request_id = 0
        self.ticket: Ticket
        self.fred: Actor
        self.nora: Actor

    async def set(self, amount: str = "900") -> None:
        async with unit_of_work(self.sessions) as session:
            self.fred, self.nora = [await hire(session, each) for each in ("fred", "nora")]
            self.ticket = await finance_ticket(session, self.desks)
            asked = await ask(session, self.desks, self.ticket, amount)
            self.request_id = asked.request_id

    def click(self, who: Actor, choice: Choice = Choice.APPROVE, **click: str) -> Act:
        return lambda session: decide(session, self.desks, who, self.request_id, choice, **click)

    def withdraw(self) -> Act:
        turn = self.desks.turn(self.desks.finn)
        return lambda session: approvals.withdraw(session, turn, self.request_id, "Not needed.")

    async def at_once(self, *acts: Act) -> list[Any]:
        """What each gave back, or how it was refused. Anything else fails the test."""
        start = asyncio.Barrier(len(acts))

        async def go(act: Act) -> Any:
            try:
                async with unit_of_work(self.sessions) as session:
                    await session.execute(text("SELECT 1"))
                    await start.wait()
                    return await act(session)
            except HelpDeskError as refusal:
                return refusal

        return list(await asyncio.gather(*map(go, acts)))

    async def status(self) -> RequestStatus:
        async with self.sessions() as session:
            return (await get_request(session, self.request_id)).status

    async def trail(self) -> list[str]:
        async with self.sessions() as session:
            rows = await session.scalars(
                select(AuditLog.action)
                .where(AuditLog.ticket_id == self.ticket.id)
                .order_by(AuditLog.id)
            )
            return list(rows)


@pytest.fixture
async def stage(fresh_sessions: Sessions, fresh_desks: Desks) -> Stage:
    found = Stage(fresh_sessions, fresh_desks)
    await found.set()
    return found


def results(outcomes: list[Any]) -> list[Result]:
    return [each.result for each in outcomes if isinstance(each, Outcome)]


async def test_a_double_click_is_one_decision_and_no_error(stage: Stage) -> None:
    outcomes = await stage.at_once(*[stage.click(stage.fred)] * 4)
    assert sorted(results(outcomes)) == [Result.DECIDED, *[Result.RECORDED] * 3]
    assert await stage.status() is APPROVED
    assert (await stage.trail()).count("approval.approve") == 1


@pytest.mark.parametrize("turn", range(4))
async def test_one_approves_and_one_rejects_and_the_first_is_the_one(
    stage: Stage, turn: int
) -> None:
    people = [(stage.fred, Choice.APPROVE), (stage.nora, Choice.REJECT)]
    outcomes = await stage.at_once(*(stage.click(*each) for each in people))
    assert sorted(results(outcomes)) == [Result.DECIDED, Result.TOO_LATE]
    winner = results(outcomes).index(Result.DECIDED)
    expected = (APPROVED, REJECTED)[winner]
    assert await stage.status() is expected
    name, did = people[winner][0].name, ("approved", "rejected")[winner]
    assert outcomes[1 - winner].text.startswith(f"{name} {did} this already at ")
    async with stage.sessions() as session:
        states = [each.state for each in (await seats_of(session, stage.request_id)).values()]
    decided = SeatState.APPROVED if winner == 0 else SeatState.REJECTED
    assert sorted(states) == sorted([decided, SeatState.VOID])


@pytest.mark.parametrize("turn", range(4))
async def test_approving_and_withdrawing_happen_one_after_the_other(
    stage: Stage, turn: int
) -> None:
    clicked, withdrawn = await stage.at_once(stage.click(stage.fred), stage.withdraw())
    if clicked.result is Result.DECIDED:
        assert isinstance(withdrawn, HelpDeskError)
        assert await stage.status() is APPROVED
    else:
        assert clicked.text.startswith("This was withdrawn by Finn at ")
        assert await stage.status() is RequestStatus.WITHDRAWN


@pytest.mark.parametrize("turn", range(4))
async def test_approving_and_expiring_happen_one_after_the_other(stage: Stage, turn: int) -> None:
    async with unit_of_work(stage.sessions) as session:
        long_ago = "UPDATE approvals SET marks = 3, next_at = now() - interval '1 minute'"
        await session.execute(text(long_ago))
    policy = stage.desks.policy
    clicked, swept = await stage.at_once(
        stage.click(stage.fred), lambda session: sweep.tick(session, policy)
    )
    async with unit_of_work(stage.sessions) as session:
        swept = await sweep.tick(session, policy) or swept
    if clicked.result is Result.DECIDED:
        assert await stage.status() is APPROVED
    else:
        assert clicked.text.startswith("This has expired")
        assert swept is True
        assert await stage.status() is RequestStatus.EXPIRED
    ends = {"approval.approve", "approval.expire"}
    assert len([each for each in await stage.trail() if each in ends]) == 1


async def test_two_sweeps_remind_once(stage: Stage) -> None:
    async with unit_of_work(stage.sessions) as session:
        await session.execute(text("UPDATE approvals SET next_at = now() - interval '1 minute'"))
    policy = stage.desks.policy
    await stage.at_once(*[lambda session: sweep.tick(session, policy)] * 3)
    assert (await stage.trail()).count("approval.remind") == 1


@pytest.mark.parametrize("turn", range(4))
async def test_facts_that_change_at_the_click_are_not_what_was_approved(
    stage: Stage, turn: int
) -> None:
    async with unit_of_work(stage.sessions) as session:
        shown = (await get_request(session, stage.request_id)).facts_hash
    await stage.at_once(stage.click(stage.fred, Choice.ASK_CHANGES))
    finn = stage.desks.turn(stage.desks.finn)
    answered, clicked = await stage.at_once(
        lambda session: approvals.answer(session, finn, stage.request_id, "Dearer.", form("901")),
        stage.click(stage.nora, facts_hash=shown),
    )
    assert not isinstance(answered, HelpDeskError)
    assert clicked.result in {Result.STALE, Result.TOO_LATE}
    assert await stage.status() is RequestStatus.PENDING


@pytest.mark.parametrize("turn", range(4))
async def test_of_somebody_and_their_stand_in_one_decides(stage: Stage, turn: int) -> None:
    eve = stage.desks.eve
    async with unit_of_work(stage.sessions) as session:
        absence = NewAbsence(stage.fred.id, eve.id, utc_now())
        await approvals.set_absence(session, stage.desks.turn(stage.fred), absence)
    people = [(stage.fred, Choice.APPROVE), (eve, Choice.REJECT)]
    outcomes = await stage.at_once(*(stage.click(*each) for each in people))
    assert sorted(results(outcomes)) == [Result.DECIDED, Result.TOO_LATE]
    assert await stage.status() is (APPROVED, REJECTED)[results(outcomes).index(Result.DECIDED)]


async def test_the_card_of_a_request_that_was_followed_by_another_decides_nothing(
    stage: Stage,
) -> None:
    await stage.at_once(stage.withdraw())
    finn = stage.desks.turn(stage.desks.finn)
    again, late, _ = await stage.at_once(
        lambda session: approvals.ask_again(session, finn, stage.request_id),
        stage.click(stage.fred),
        stage.click(stage.nora, Choice.REJECT),
    )
    assert late.result is Result.TOO_LATE
    assert await stage.status() is RequestStatus.WITHDRAWN
    stage.request_id = again.request_id
    assert await stage.status() is RequestStatus.PENDING


async def test_the_same_asked_twice_at_once_is_one_request(stage: Stage) -> None:
    finn, ticket_id = stage.desks.turn(stage.desks.finn), stage.ticket.id
    forms = [form(purpose="A bag", source_key="view:V1")] * 2 + [form(purpose="a  BAG")]
    await stage.at_once(
        *(
            lambda session, each=each: approvals.ask(session, finn, ticket_id, each)
            for each in forms
        )
    )
    async with stage.sessions() as session:
        bags = select(func.count()).where(ApprovalRequest.purpose.ilike("a%bag"))
        assert await session.scalar(bags) == 1


async def test_pieces_that_are_sent_at_once_on_two_tickets_see_each_other(stage: Stage) -> None:
    async with unit_of_work(stage.sessions) as session:
        others = [await finance_ticket(session, stage.desks) for _ in range(2)]
    finn, piece = stage.desks.turn(stage.desks.finn), form("300", purpose="A bag")
    asked = await stage.at_once(
        *(
            lambda session, each=each: approvals.ask(session, finn, each.id, piece)
            for each in others
        )
    )
    assert sorted(each.status for each in asked) == [APPROVED, RequestStatus.PENDING]


@pytest.mark.parametrize("turn", range(4))
async def test_a_ticket_is_never_cancelled_and_approved(stage: Stage, turn: int) -> None:
    bea = stage.desks.turn(stage.desks.bea)
    clicked, cancelled = await stage.at_once(
        stage.click(stage.fred), lambda session: tickets.cancel(session, bea, stage.ticket.id)
    )
    async with stage.sessions() as session:
        ticket = await session.get_one(Ticket, stage.ticket.id)
    assert ticket.status is Status.CANCELLED
    assert not isinstance(cancelled, HelpDeskError)
    expected = APPROVED if clicked.result is Result.DECIDED else RequestStatus.WITHDRAWN
    assert await stage.status() is expected


async def test_two_who_name_each_other_at_once_make_no_circle(stage: Stage) -> None:
    pair = [(stage.fred, stage.nora), (stage.nora, stage.fred)]
    outcomes = await stage.at_once(
        *(
            lambda session, one=one, other=other: approvals.set_absence(
                session,
                stage.desks.turn(one),
                NewAbsence(one.id, other.id, utc_now() + timedelta(days=1)),
            )
            for one, other in pair
        )
    )
    assert sum(isinstance(each, HelpDeskError) for each in outcomes) == 1
    async with stage.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Absence)) == 1


async def test_a_seat_that_was_taken_by_another_way_is_not_taken_again(stage: Stage) -> None:
    """Even without the lock of the request: the seat itself says so."""
    async with unit_of_work(stage.sessions) as session:
        await session.execute(
            update(ApprovalSeat)
            .where(ApprovalSeat.user_id == stage.fred.id)
            .values(state=SeatState.REJECTED, decided_at=utc_now())
        )
    [late] = await stage.at_once(stage.click(stage.fred))
    assert late.result is Result.TOO_LATE
    assert await stage.status() in IS_LIVE


async def test_what_has_to_be_shown_waits_in_the_outbox_with_the_decision(stage: Stage) -> None:
    """A worker that is killed before it tells Slack loses nothing: the rows are there."""
    await stage.at_once(stage.click(stage.fred))
    async with stage.sessions() as session:
        rows = await session.execute(
            text(
                "SELECT payload ->> 'reader_id' FROM outbox_messages"
                " WHERE topic = 'approval.changed' AND settled_at IS NULL"
            )
        )
        assert {row[0] for row in rows} == {str(stage.fred.id), str(stage.nora.id)}
