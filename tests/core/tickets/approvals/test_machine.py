"""Anything, in any order, at the same time: what has to hold of approvals after each step."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import ALWAYS
from core.db import unit_of_work, utc_now
from core.engine import Sessions, make_engine, make_sessions
from core.errors import HelpDeskError
from core.tickets import service as tickets
from core.tickets.approvals import absences, sweep
from core.tickets.approvals import service as approvals
from core.tickets.approvals.forms import NewAbsence
from core.tickets.approvals.models import Approval, ApprovalRequest, ApprovalSeat
from core.tickets.approvals.policy_models import Absence
from core.tickets.approvals.states import IS_LIVE, Choice, RequestStatus, SeatState, StepKind
from core.tickets.approvals.verifying import verify
from core.tickets.models import AuditLog, Ticket
from core.tickets.states import IS_OVER, ApprovalStatus, Status
from core.users.permissions import Actor
from tests.core.desks import Desks, move_in
from tests.core.tickets.approvals.money import decide, finance_ticket, form, hire

#: HDMS_TEST_EXAMPLES=200 walks for some minutes.
EXAMPLES = int(os.environ.get("HDMS_TEST_EXAMPLES", "6"))
DECIDED = (SeatState.APPROVED, SeatState.REJECTED)

people = st.sampled_from(["fred", "nora", "cleo", "eve", "finn", "bea"])
amounts = st.sampled_from(["100", "900", "6000"])
choices = st.sampled_from([Choice.APPROVE, Choice.APPROVE, Choice.REJECT, Choice.ASK_CHANGES])
Act = tuple[str, Any, Any]
acts = st.one_of(
    st.tuples(st.just("decide"), people, choices),
    st.tuples(st.just("decide"), people, choices),
    st.tuples(st.just("ask"), amounts, st.none()),
    st.tuples(st.just("answer"), st.none() | amounts, st.none()),
    st.tuples(st.just("change"), amounts, st.none()),
    st.tuples(
        st.sampled_from(["withdraw", "again", "expire", "away", "back", "resolve", "reopen"]),
        st.none(),
        st.none(),
    ),
)


@dataclass
class World:
    """One database for all walks; each has a ticket of its own there."""

    runner: asyncio.Runner
    sessions: Sessions
    desks: Desks
    people: dict[str, Actor]


class Walk(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[int, RequestStatus] = {}
        self.ticket_id = self.run(self._open())

    def run(self, doing: Any) -> Any:
        return self.world.runner.run(doing)

    async def _open(self) -> Any:
        async with unit_of_work(self.world.sessions) as session:
            await session.execute(text("DELETE FROM absences"))
            return (await finance_ticket(session, self.world.desks)).id

    @rule(chosen=st.lists(acts, min_size=1, max_size=3))
    def happen_at_once(self, chosen: list[Act]) -> None:
        self.run(self._happen(chosen))

    async def _happen(self, chosen: list[Act]) -> None:
        await asyncio.gather(*(self._one(*each) for each in chosen))

    async def _one(self, verb: str, first: Any, second: Any) -> None:
        """Refusals are fine; anything else is not."""
        with suppress(HelpDeskError):
            async with unit_of_work(self.world.sessions) as session:
                await self._verbs()[verb](session, first, second)

    def _verbs(self) -> dict[str, Callable[[AsyncSession, Any, Any], Awaitable[Any]]]:
        finn = self.world.desks.turn(self.world.desks.finn)
        same, purpose = "x", f"Laptop of {self.ticket_id}"

        async def newest(session: AsyncSession) -> int:
            found = select(func.max(ApprovalRequest.id))
            mine = found.where(ApprovalRequest.ticket_id == self.ticket_id)
            return await session.scalar(mine) or 0

        async def act(session: AsyncSession, name: str, choice: Choice) -> Any:
            who = self.world.people[name]
            return await decide(session, self.world.desks, who, await newest(session), choice)

        async def answer(session: AsyncSession, amount: str | None, _: Any) -> Any:
            new = form(amount, purpose=purpose) if amount else None
            return await approvals.answer(session, finn, await newest(session), same, new)

        async def change(session: AsyncSession, amount: str, _: Any) -> Any:
            new = form(amount, purpose=purpose)
            return await approvals.change(session, finn, await newest(session), new)

        async def withdraw(session: AsyncSession, *_: Any) -> Any:
            return await approvals.withdraw(session, finn, await newest(session), "No.")

        async def again(session: AsyncSession, *_: Any) -> Any:
            return await approvals.ask_again(session, finn, await newest(session))

        return {
            "decide": act,
            "ask": lambda s, amount, _: approvals.ask(
                s, finn, self.ticket_id, form(amount, purpose=purpose)
            ),
            "answer": answer,
            "change": change,
            "withdraw": withdraw,
            "again": again,
            "expire": self._expire,
            "away": self._leave,
            "back": self._come_back,
            "resolve": lambda s, *_: tickets.resolve(s, finn, self.ticket_id, resolution="Done."),
            "reopen": lambda s, *_: tickets.reopen(s, finn, self.ticket_id),
        }

    async def _expire(self, session: AsyncSession, *_: Any) -> None:
        """Nobody has decided in all that time."""
        await session.execute(
            text(
                "UPDATE approvals SET marks = 3, next_at = now() - interval '1 minute'"
                " WHERE ticket_id = :id AND status = 'pending'"
                " AND EXISTS (SELECT FROM tickets WHERE id = :id FOR UPDATE)"
            ),
            {"id": self.ticket_id},
        )
        await sweep.tick(session, self.world.desks.policy)

    async def _leave(self, session: AsyncSession, *_: Any) -> None:
        fred, eve = self.world.people["fred"], self.world.people["eve"]
        absence = NewAbsence(fred.id, eve.id, utc_now(), utc_now() + timedelta(days=1))
        await approvals.set_absence(session, self.world.desks.turn(fred), absence)

    async def _come_back(self, session: AsyncSession, *_: Any) -> None:
        number = await session.scalar(select(func.max(Absence.id)).where(~Absence.is_over))
        turn = self.world.desks.turn(self.world.people["fred"])
        await approvals.end_absence(session, turn, number or 0)
        await absences.turn_one(session, self.world.desks.policy)

    @invariant()
    def holds(self) -> None:
        self.run(self._check())

    async def _check(self) -> None:
        async with self.world.sessions() as session:
            ticket = await session.get_one(Ticket, self.ticket_id)
            requests = await self._all(session, ApprovalRequest)
            steps = await self._all(session, Approval)
            seats = await self._all(session, ApprovalSeat)
            trail = await self._all(session, AuditLog)
            report = await verify(session, self.ticket_id)
        assert report.broken is None, report.broken
        self._check_ends(requests)
        check_ticket(ticket, requests)
        check_steps(requests, steps)
        check_seats(self.world, steps, seats, trail)

    async def _all(self, session: AsyncSession, kind: Any) -> list[Any]:
        rows = select(kind).where(kind.ticket_id == self.ticket_id).order_by(kind.id)
        return list(await session.scalars(rows))

    def _check_ends(self, requests: list[ApprovalRequest]) -> None:
        """Ends never change, but that an approval becomes void."""
        for each in requests:
            before = self.ends.get(each.id)
            became_void = before is RequestStatus.APPROVED and each.status is RequestStatus.VOID
            assert before in (None, each.status) or became_void
            if each.status not in IS_LIVE:
                self.ends[each.id] = each.status
                assert each.ended_at is not None


def check_ticket(ticket: Ticket, requests: list[ApprovalRequest]) -> None:
    live = [each for each in requests if each.status in IS_LIVE]
    assert len(live) <= 1
    assert (ticket.status is Status.WAITING_APPROVAL) is bool(live)
    assert not live or ticket.status not in IS_OVER


def check_steps(requests: list[ApprovalRequest], steps: list[Approval]) -> None:
    """The CEO never before finance; a request is approved when all its steps are."""
    for request in requests:
        mine = [
            each
            for each in steps
            if each.request_id == request.id and each.status is not ApprovalStatus.VOID
        ]
        done = [each.status is ApprovalStatus.APPROVED for each in mine]
        asked = [each.started_at is not None for each in mine]
        for ceo, finance_done, is_asked in zip(mine[1:], done, asked[1:], strict=False):
            assert ceo.kind is StepKind.CEO
            assert finance_done or not is_asked
        if request.status is RequestStatus.APPROVED:
            assert all(done)
            assert bool(mine) is (request.counted >= 500)
        if request.status is RequestStatus.PENDING:
            assert [each.status for each in mine].count(ApprovalStatus.PENDING) == 1
        ended = request.status not in IS_LIVE
        assert not ended or all(each.next_at is None for each in mine)


def check_seats(
    world: World, steps: list[Approval], seats: list[ApprovalSeat], trail: list[AuditLog]
) -> None:
    """Nobody about their own money; one decision of each seat, and one for each voice."""
    own = {world.people["bea"].id, world.people["finn"].id}
    assert not any(each.user_id in own for each in seats)
    rows = [each for each in trail if each.action in ("approval.approve", "approval.reject")]
    by_seat = sorted(each.details["seat_id"] for each in rows)
    assert by_seat == sorted(each.id for each in seats if each.state in DECIDED)
    for step in steps:
        voices = [
            each.stands_in_for_id or each.user_id
            for each in seats
            if each.approval_id == step.id and each.state in DECIDED
        ]
        assert len(voices) == len(set(voices)) <= 1
        if step.status in (ApprovalStatus.APPROVED, ApprovalStatus.REJECTED):
            assert voices


def test_nothing_that_happens_breaks_what_has_to_hold(database_url: str) -> None:
    with asyncio.Runner() as runner:
        engine = make_engine(database_url)
        sessions = make_sessions(engine)

        async def build() -> World:
            async with unit_of_work(sessions) as session:
                desks = await move_in(session)
                hired = {name: await hire(session, name) for name in ("fred", "nora")}
            hours = {("office", "Europe/Berlin"): ALWAYS}
            desks = replace(desks, policy=replace(desks.policy, hours=hours))
            return World(runner, sessions, desks, desks.people | hired)

        Walk.world = runner.run(build())
        run_state_machine_as_test(
            Walk,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        runner.run(engine.dispose())
    assert Walk.world.people
