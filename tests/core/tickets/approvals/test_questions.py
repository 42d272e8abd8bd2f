"""Asking for changes: it waits for an answer, and goes on or begins again."""

from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.approvals import service as approvals
from core.tickets.approvals.forms import Result
from core.tickets.approvals.states import (
    Choice,
    RequestStatus,
    SeatState,
)
from core.tickets.states import ApprovalStatus, Status
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import (
    ask,
    decide,
    finance_ticket,
    form,
    get_request,
    hire,
    list_steps,
    seats_of,
    told,
)

QUESTION = Choice.ASK_CHANGES
PENDING, APPROVED = RequestStatus.PENDING, RequestStatus.APPROVED


class TestChanges:
    async def test_a_question_stops_the_clock_and_the_answer_returns_to_the_step(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket, "9000")
        await decide(session, desks, fred, asked.request_id)
        question = await decide(session, desks, desks.cleo, asked.request_id, QUESTION)
        assert question.status is RequestStatus.CHANGES_REQUESTED
        request = await get_request(session, asked.request_id)
        assert (request.question, request.questioned_by_id) == ("Why not Dell?", desks.cleo.id)
        step = (await list_steps(session, asked.request_id))[-1]
        assert (step.status, step.next_at) == (ApprovalStatus.CHANGES_REQUESTED, None)
        assert ticket.status is Status.WAITING_APPROVAL
        assert await told(session, desks.finn) == ["question"]
        turn = desks.turn(desks.finn)
        await approvals.answer(session, turn, asked.request_id, "It is the only one.")
        steps = await list_steps(session, asked.request_id)
        assert [each.status for each in steps] == [ApprovalStatus.APPROVED, ApprovalStatus.PENDING]
        assert steps[-1].next_at is not None
        assert (await seats_of(session, asked.request_id))[desks.cleo.id].state is SeatState.PENDING
        assert await told(session, desks.cleo) == ["answered"]
        final = await decide(session, desks, desks.cleo, asked.request_id)
        assert final.status is APPROVED

    async def test_while_it_waits_for_the_answer_nobody_decides(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred, nora = [await hire(session, each) for each in ("fred", "nora")]
        asked = await ask(session, desks, await finance_ticket(session, desks))
        await decide(session, desks, fred, asked.request_id, QUESTION)
        late = await decide(session, desks, nora, asked.request_id)
        assert late.result is Result.TOO_LATE
        expected = "Fred asked for changes: it can be decided once Finn has answered."
        assert late.text == expected

    async def test_with_other_facts_it_begins_again_and_nothing_earlier_counts(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket, "9000")
        before = await get_request(session, asked.request_id)
        old_hash = before.facts_hash
        await decide(session, desks, fred, asked.request_id)
        await decide(session, desks, desks.cleo, asked.request_id, QUESTION)
        turn = desks.turn(desks.finn)
        await approvals.answer(session, turn, asked.request_id, "Cheaper.", form("8999.99"))
        request = await get_request(session, asked.request_id)
        assert request.facts_hash != old_hash
        assert request.difference == {"amount": ["9000.00", "8999.99"]}
        statuses = [each.status for each in await list_steps(session, asked.request_id)]
        void, pending, waiting = (
            ApprovalStatus.VOID,
            ApprovalStatus.PENDING,
            ApprovalStatus.WAITING,
        )
        assert statuses == [void, void, pending, waiting]
        assert set(await seats_of(session, asked.request_id)) == {fred.id}
        stale = await decide(session, desks, fred, asked.request_id, facts_hash=old_hash)
        assert stale.result is Result.STALE
        assert (await decide(session, desks, fred, asked.request_id)).status is PENDING

    async def test_the_same_facts_in_another_form_change_nothing(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        await decide(session, desks, fred, asked.request_id, QUESTION)
        turn = desks.turn(desks.finn)
        await approvals.answer(session, turn, asked.request_id, "As it is.", form("900.00"))
        assert len(await list_steps(session, asked.request_id)) == 1

    async def test_below_every_step_it_is_approved_at_once(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        await decide(session, desks, fred, asked.request_id, QUESTION)
        turn = desks.turn(desks.finn)
        answered = await approvals.answer(session, turn, asked.request_id, "Used.", form("100"))
        assert answered.status is APPROVED
        assert ticket.status is Status.IN_PROGRESS
