"""What whoever asked can do afterwards: withdraw, remind, send again, change what was approved."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, InvalidTransition, NotAllowed, NotFound, Refused
from core.preferences import Preference
from core.tickets import deletion
from core.tickets import service as tickets
from core.tickets.approvals import queries, rulebooks
from core.tickets.approvals import service as approvals
from core.tickets.approvals.forms import Decision, Result
from core.tickets.approvals.rules import Range, RuleBook
from core.tickets.approvals.states import Choice, RequestStatus, SeatState
from core.tickets.merging.duplicates import merge
from core.tickets.models import Source
from core.tickets.states import ApprovalStatus, Status
from core.users.roles import Role
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import (
    actions,
    ask,
    carded,
    decide,
    finance_ticket,
    form,
    get_request,
    hire,
    list_steps,
    seats_of,
    told,
)

WITHDRAWN, APPROVED, VOID = RequestStatus.WITHDRAWN, RequestStatus.APPROVED, RequestStatus.VOID


class TestWithdrawing:
    async def test_ends_it_and_every_card_hears_of_it(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred, nora = [await hire(session, each) for each in ("fred", "nora")]
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        turn = desks.turn(desks.finn)
        done = await approvals.withdraw(session, turn, asked.request_id, " Not needed. ")
        assert done.status is WITHDRAWN
        request = await get_request(session, asked.request_id)
        assert (request.end_reason, request.ended_by_id) == ("Not needed.", desks.finn.id)
        assert ticket.status is Status.IN_PROGRESS
        [step] = await list_steps(session, asked.request_id)
        assert (step.status, step.next_at) == (ApprovalStatus.WITHDRAWN, None)
        states = {each.state for each in (await seats_of(session, asked.request_id)).values()}
        assert states == {SeatState.VOID}
        changed = await carded(session, asked.request_id, "approval.changed")
        assert set(changed) == {str(fred.id), str(nora.id)}

    @pytest.mark.parametrize("reason", ["", " \n", "x" * 1001])
    async def test_needs_a_reason(self, session: AsyncSession, desks: Desks, reason: str) -> None:
        await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        with pytest.raises(InvalidField) as refusal:
            await approvals.withdraw(session, desks.turn(desks.finn), asked.request_id, reason)
        assert refusal.value.field == "reason"

    async def test_is_for_those_who_may_ask(self, session: AsyncSession, desks: Desks) -> None:
        await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        for person in (desks.ann, desks.bea, desks.cleo, desks.ada):
            with pytest.raises(NotAllowed):
                await approvals.withdraw(session, desks.turn(person), asked.request_id, "No.")

    async def test_of_what_has_ended_is_refused(self, session: AsyncSession, desks: Desks) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        await decide(session, desks, fred, asked.request_id)
        with pytest.raises(AlreadyDone, match="approved"):
            await approvals.withdraw(session, desks.turn(desks.finn), asked.request_id, "No.")
        assert (await get_request(session, asked.request_id)).status is APPROVED

    async def test_of_what_never_was_is_not_found(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        with pytest.raises(NotFound):
            await approvals.withdraw(session, desks.turn(desks.finn), 4711, "No.")


async def test_deleting_the_ticket_withdraws_it_and_restoring_brings_it_back_as_ended(
    session: AsyncSession, desks: Desks
) -> None:
    await hire(session, "fred")
    head = await hire(session, "hilda", Role.DEPARTMENT_HEAD)
    ticket = await desks.ticket(session, assignee=desks.finn, status=Status.ASSIGNED)
    asked = await ask(session, desks, ticket)
    await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason="twice")
    await deletion.restore_ticket(session, desks.turn(desks.ada), ticket.id, reason="Needed.")
    request = await get_request(session, asked.request_id)
    assert (request.status, request.end_reason) == (WITHDRAWN, f"{ticket.key} was deleted.")
    assert ticket.status is Status.ASSIGNED
    assert head.id not in await seats_of(session, asked.request_id)


async def test_merging_the_ticket_withdraws_it(session: AsyncSession, desks: Desks) -> None:
    await hire(session, "fred")
    ticket, winner = [await finance_ticket(session, desks) for _ in range(2)]
    asked = await ask(session, desks, ticket)
    await merge(session, desks.turn(desks.finn), ticket.id, winner_id=winner.id)
    request = await get_request(session, asked.request_id)
    assert (request.status, ticket.status) == (WITHDRAWN, Status.CLOSED)


class TestReminding:
    async def test_reaches_who_has_not_decided_and_only_once_in_a_while(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        turn = desks.turn(desks.finn)
        assert await approvals.nudge(session, turn, asked.request_id) == ["Fred"]
        assert await told(session, fred) == ["nudge"]
        with pytest.raises(Refused, match="You can do so again in 4 h 0 min"):
            await approvals.nudge(session, turn, asked.request_id)
        request = await get_request(session, asked.request_id)
        request.nudged_at = utc_now() - timedelta(hours=4)
        assert await approvals.nudge(session, turn, asked.request_id) == ["Fred"]
        assert await actions(session, ticket) == ["ask", "nudge", "nudge"]

    async def test_is_refused_while_it_waits_for_an_answer_or_has_ended(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        await decide(session, desks, fred, asked.request_id, Choice.ASK_CHANGES)
        turn = desks.turn(desks.finn)
        with pytest.raises(Refused, match="waits for your answer"):
            await approvals.nudge(session, turn, asked.request_id)
        await approvals.withdraw(session, turn, asked.request_id, "No.")
        with pytest.raises(AlreadyDone):
            await approvals.nudge(session, turn, asked.request_id)


class TestSendingAgain:
    async def test_makes_one_new_request_that_points_to_the_old(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        turn = desks.turn(desks.finn)
        await approvals.withdraw(session, turn, asked.request_id, "Later.")
        again = await approvals.ask_again(session, turn, asked.request_id)
        twice = await approvals.ask_again(session, turn, asked.request_id)
        assert (again.is_new, twice.is_new) == (True, False)
        assert again.request_id == twice.request_id != asked.request_id
        request = await get_request(session, again.request_id)
        assert (request.previous_request_id, request.number) == (asked.request_id, 2)
        assert (await get_request(session, asked.request_id)).status is WITHDRAWN
        old = await decide(session, desks, fred, asked.request_id)
        assert old.result is Result.TOO_LATE
        assert (await decide(session, desks, fred, again.request_id)).status is APPROVED

    async def test_is_refused_for_what_is_pending_approved_or_rejected(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket, turn = await finance_ticket(session, desks), desks.turn(desks.finn)
        for choice in (None, Choice.APPROVE, Choice.REJECT):
            asked = await ask(session, desks, ticket, purpose=f"A {choice}")
            if choice is not None:
                await decide(session, desks, fred, asked.request_id, choice)
            with pytest.raises(Refused, match="cannot be sent again"):
                await approvals.ask_again(session, turn, asked.request_id)

    async def test_an_answer_when_nobody_asked_is_refused(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        with pytest.raises(AlreadyDone, match="Nobody waits for an answer"):
            await approvals.answer(session, desks.turn(desks.finn), asked.request_id, "Yes.")


class TestChangingWhatWasApproved:
    @pytest.mark.parametrize(
        ("fields", "difference"),
        [
            ({"amount": "900.01"}, {"amount": ["900.00", "900.01"]}),
            ({"payee": "Dell"}, {"payee": ["Lenovo", "Dell"]}),
            ({"purpose": "Two"}, {"purpose": ["A laptop for Bea", "Two"]}),
        ],
    )
    async def test_makes_it_void_and_asks_the_chain_again(
        self,
        session: AsyncSession,
        desks: Desks,
        fields: dict[str, str],
        difference: dict[str, list[str]],
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        await decide(session, desks, fred, asked.request_id)
        new = form(**({"amount": "900"} | fields))
        turn = desks.turn(desks.finn)
        changed = await approvals.change(session, turn, asked.request_id, new)
        assert (await get_request(session, asked.request_id)).status is VOID
        request = await get_request(session, changed.request_id)
        assert (request.previous_request_id, request.difference) == (asked.request_id, difference)
        assert request.status is RequestStatus.PENDING
        assert ticket.status is Status.WAITING_APPROVAL
        assert await actions(session, ticket) == ["ask", "approve", "void", "ask"]
        with pytest.raises(Refused):
            await tickets.resolve(session, turn, ticket.id, resolution="Bought.")

    async def test_is_refused_without_a_difference_and_while_it_is_decided(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        turn = desks.turn(desks.finn)
        with pytest.raises(Refused, match="withdraw it"):
            await approvals.change(session, turn, asked.request_id, form("901"))
        await decide(session, desks, fred, asked.request_id)
        with pytest.raises(Refused, match="Nothing is different"):
            await approvals.change(session, turn, asked.request_id, form("900.00"))
        assert (await get_request(session, asked.request_id)).status is APPROVED

    async def test_of_a_resolved_ticket_it_has_to_be_reopened_first(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket, turn = await finance_ticket(session, desks), desks.turn(desks.finn)
        asked = await ask(session, desks, ticket)
        await decide(session, desks, fred, asked.request_id)
        await tickets.resolve(session, turn, ticket.id, resolution="Bought.")
        with pytest.raises(InvalidTransition, match="reopen it first"):
            await approvals.change(session, turn, asked.request_id, form("901"))


async def test_new_rules_hold_for_what_is_asked_from_now_on(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    free = RuleBook("EUR", (Range(Decimal(0), None, ()),))
    with pytest.raises(NotAllowed):
        await rulebooks.publish(session, desks.finn, Source.FORM, free)
    published = await rulebooks.publish(session, desks.ada, Source.FORM, free)
    assert published.version == 2
    assert (await ask(session, desks, ticket, "9999", purpose="A desk")).status is APPROVED
    pending = await queries.get_card(session, fred, asked.request_id)
    assert (pending.rule_version, pending.can_decide) == (1, True)


async def test_several_at_once_are_separate_decisions_and_one_that_fails_is_told(
    session: AsyncSession, sessions: object, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    session.add(Preference(name="approvals", value={"select_below": "1000"}))
    requests = [await ask(session, desks, ticket, purpose=f"Bag {n}") for n in range(3)]
    requests.append(await ask(session, desks, ticket, "1000", purpose="A box"))
    await approvals.withdraw(session, desks.turn(desks.finn), requests[1].request_id, "No.")
    await session.commit()
    decisions = [(each.request_id, Decision(Choice.APPROVE)) for each in requests]
    decisions.append((4711, Decision(Choice.APPROVE)))
    found = await approvals.decide_many(sessions, desks.turn(fred), decisions)  # type: ignore[arg-type]
    assert [(number, is_done) for number, _, is_done in found] == [
        (requests[0].request_id, True),
        (requests[1].request_id, False),
        (requests[2].request_id, True),
        (requests[3].request_id, False),
        (4711, False),
    ]
    assert found[3][1] == "What is not under €1,000.00 is decided one by one."
    assert found[1][1].startswith("This was withdrawn by Finn at ")
    assert (await actions(session, ticket)).count("approve") == 2
