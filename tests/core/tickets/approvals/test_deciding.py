"""Deciding: who may, what it leads to, what whoever comes late is told."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import service as communication
from core.communication.models import Audience, Thread
from core.communication.service import Words
from core.errors import InvalidField, NotAllowed, NotFound, Refused
from core.files.models import Attachment
from core.tickets import queries
from core.tickets import service as tickets
from core.tickets.approvals import rulebooks
from core.tickets.approvals import service as approvals
from core.tickets.approvals.forms import Result
from core.tickets.approvals.rules import Range, RuleBook, Step
from core.tickets.approvals.states import (
    Choice,
    Quorum,
    RequestStatus,
    SeatState,
    StepKind,
)
from core.tickets.models import AuditLog, Source, Ticket
from core.tickets.states import ApprovalStatus, Status
from core.users.models import User
from core.users.roles import Role
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import (
    WHY_NOT,
    actions,
    ask,
    carded,
    decide,
    finance_ticket,
    get_request,
    hire,
    list_steps,
    seats_of,
    told,
)

APPROVE, REJECT, QUESTION = Choice.APPROVE, Choice.REJECT, Choice.ASK_CHANGES
PENDING, APPROVED, REJECTED = (
    RequestStatus.PENDING,
    RequestStatus.APPROVED,
    RequestStatus.REJECTED,
)


async def status(session: AsyncSession, request_id: int) -> RequestStatus:
    return (await get_request(session, request_id)).status


async def last_row(session: AsyncSession, ticket: Ticket) -> AuditLog:
    statement = select(AuditLog).where(AuditLog.ticket_id == ticket.id)
    return (await session.scalars(statement.order_by(AuditLog.id.desc()).limit(1))).one()


async def test_finance_then_the_ceo_and_never_the_other_way(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket, "5000")
    early = await decide(session, desks, desks.cleo, asked.request_id)
    assert early.result is Result.REFUSED
    first = await decide(session, desks, fred, asked.request_id)
    assert (first.result, first.status) == (Result.DECIDED, PENDING)
    assert first.text == f"You approved €5,000.00 for {ticket.key}."
    assert set(await seats_of(session, asked.request_id)) == {desks.cleo.id}
    assert ticket.status is Status.WAITING_APPROVAL
    second = await decide(session, desks, desks.cleo, asked.request_id)
    assert (second.result, second.status) == (Result.DECIDED, APPROVED)
    assert ticket.status is Status.IN_PROGRESS
    steps = await list_steps(session, asked.request_id)
    assert [(each.status, each.approved_by_id) for each in steps] == [
        (ApprovalStatus.APPROVED, fred.id),
        (ApprovalStatus.APPROVED, desks.cleo.id),
    ]
    assert await actions(session, ticket) == ["ask", "refused", "approve", "approve"]
    assert await told(session, desks.finn) == ["approved"]


@pytest.mark.parametrize("before", [Status.ASSIGNED, Status.ON_HOLD, Status.WAITING_REQUESTER])
@pytest.mark.parametrize("choice", [APPROVE, REJECT])
async def test_the_ticket_goes_back_to_where_it_was(
    session: AsyncSession, desks: Desks, before: Status, choice: Choice
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks, status=before)
    asked = await ask(session, desks, ticket)
    await decide(session, desks, fred, asked.request_id, choice)
    assert ticket.status is before
    assert (await last_row(session, ticket)).changes == {"status": ["waiting_approval", before]}


async def test_a_step_whose_people_are_gone_by_then_sends_it_back_to_whoever_asked(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket, "9000")
    await session.execute(update(User).where(User.id == desks.cleo.id).values(is_active=False))
    outcome = await decide(session, desks, fred, asked.request_id)
    assert (outcome.result, outcome.status) == (Result.DECIDED, RequestStatus.WITHDRAWN)
    request = await get_request(session, asked.request_id)
    assert request.end_reason is not None
    assert request.end_reason == (
        "Nobody may decide about this for the CEO: there is nobody in this role. "
        "Ask an administrator to name an alternate for the CEO."
    )
    assert request.ended_by_id is None
    assert ticket.status is Status.IN_PROGRESS
    assert await actions(session, ticket) == ["ask", "approve", "withdraw"]
    assert await told(session, desks.finn) == ["withdrawn"]


async def test_who_answered_meanwhile_is_not_waited_for_any_more(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks, status=Status.WAITING_REQUESTER)
    asked = await ask(session, desks, ticket)
    thread = Thread(
        ticket_id=ticket.id,
        audience=Audience.REQUESTER,
        channel_id="D0BEA",
        root_ts="1.0",
        card_ts="1.0",
    )
    await communication.hear(session, desks.turn(desks.bea), thread, Words("Black, please."))
    assert ticket.status is Status.WAITING_APPROVAL
    await decide(session, desks, fred, asked.request_id)
    assert ticket.status is Status.IN_PROGRESS


async def test_it_waits_on_for_another_request(session: AsyncSession, desks: Desks) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    laptop = await ask(session, desks, ticket)
    bag = await ask(session, desks, ticket, purpose="A bag")
    await decide(session, desks, fred, laptop.request_id)
    assert ticket.status is Status.WAITING_APPROVAL
    await decide(session, desks, fred, bag.request_id, REJECT)
    assert ticket.status is Status.IN_PROGRESS


async def test_a_rejection_ends_it_with_its_reason_word_for_word(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket, "9000")
    outcome = await decide(session, desks, fred, asked.request_id, REJECT, f"  {WHY_NOT}\n")
    assert (outcome.result, outcome.status) == (Result.DECIDED, REJECTED)
    request = await get_request(session, asked.request_id)
    assert (request.end_reason, request.ended_by_id) == (WHY_NOT, fred.id)
    steps = [each.status for each in await list_steps(session, asked.request_id)]
    assert steps == [ApprovalStatus.REJECTED, ApprovalStatus.VOID]
    assert await told(session, desks.finn) == ["rejected"]
    assert desks.cleo.id not in await seats_of(session, asked.request_id)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (REJECT, ""),
        (REJECT, "too much"),
        (REJECT, "         x"),
        (REJECT, "x" * 1001),
        (QUESTION, " \n"),
        (QUESTION, "x" * 1001),
        (APPROVE, "x" * 1001),
    ],
)
async def test_words_that_are_missing_or_too_many_are_refused_beside_the_input(
    session: AsyncSession, desks: Desks, choice: Choice, words: str
) -> None:
    fred = await hire(session, "fred")
    asked = await ask(session, desks, await finance_ticket(session, desks))
    with pytest.raises(InvalidField) as refusal:
        await decide(session, desks, fred, asked.request_id, choice, words)
    assert refusal.value.field == "words"
    assert await status(session, asked.request_id) is PENDING


@pytest.mark.parametrize("words", ["x" * 10, "x" * 1000])
async def test_words_at_the_bounds_are_taken(
    session: AsyncSession, desks: Desks, words: str
) -> None:
    fred = await hire(session, "fred")
    asked = await ask(session, desks, await finance_ticket(session, desks))
    outcome = await decide(session, desks, fred, asked.request_id, REJECT, words)
    assert outcome.status is REJECTED


class TestASecondClick:
    @pytest.mark.parametrize("choice", Choice)
    async def test_of_the_same_kind_is_recorded_and_changes_nothing(
        self, session: AsyncSession, desks: Desks, choice: Choice
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        await decide(session, desks, fred, asked.request_id, choice)
        before = await actions(session, ticket)
        again = await decide(session, desks, fred, asked.request_id, choice)
        assert (again.result, again.text) == (Result.RECORDED, "Your decision is recorded.")
        assert await actions(session, ticket) == before

    async def test_of_another_kind_hears_what_was_done(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        await decide(session, desks, fred, asked.request_id)
        late = await decide(session, desks, fred, asked.request_id, REJECT)
        assert late.result is Result.TOO_LATE
        assert late.text.startswith("You have approved this already at ")
        assert late.status is APPROVED

    async def test_of_somebody_else_hears_who_it_was_and_when(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred, nora = [await hire(session, each) for each in ("fred", "nora")]
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        await decide(session, desks, fred, asked.request_id, REJECT)
        late = await decide(session, desks, nora, asked.request_id)
        assert late.result is Result.TOO_LATE
        assert late.text.startswith("Fred rejected this already at ")
        assert (await seats_of(session, asked.request_id))[nora.id].state is SeatState.VOID
        changed = await carded(session, asked.request_id, "approval.changed")
        assert set(changed) == {str(fred.id), str(nora.id)}

    async def test_after_a_withdrawal_hears_of_it(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        await approvals.withdraw(session, desks.turn(desks.finn), asked.request_id, "Too dear.")
        late = await decide(session, desks, fred, asked.request_id)
        assert late.result is Result.TOO_LATE
        assert late.text.startswith("This was withdrawn by Finn at ")


class TestRightsAtTheClick:
    @pytest.mark.parametrize(
        ("columns", "text"),
        [
            ({"is_active": False}, "Your account is deactivated"),
            ({"is_guest": True}, "Your account is deactivated or a guest's"),
            ({"role": Role.AGENT}, "You do not decide for finance any more"),
        ],
        ids=["deactivated", "guest", "moved"],
    )
    async def test_who_lost_them_is_told_why_and_it_is_noted(
        self, session: AsyncSession, desks: Desks, columns: dict[str, object], text: str
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        await session.execute(update(User).where(User.id == fred.id).values(**columns))
        outcome = await decide(session, desks, replace(fred, **columns), asked.request_id)
        assert outcome.result is Result.REFUSED
        assert outcome.text.startswith(text)
        assert await status(session, asked.request_id) is PENDING
        row = await last_row(session, ticket)
        assert (row.action, row.user_id) == ("approval.refused", fred.id)
        assert (row.details["why"], row.details["choice"]) == (outcome.text, "approve")

    @pytest.mark.parametrize("name", ["ann", "bea", "finn", "ada", "cleo"])
    async def test_who_was_never_asked_is_refused(
        self, session: AsyncSession, desks: Desks, name: str
    ) -> None:
        await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        outcome = await decide(session, desks, desks.people[name], asked.request_id)
        text = "You are not asked to decide about this."
        assert (outcome.result, outcome.text) == (Result.REFUSED, text)
        assert await actions(session, ticket) == ["ask", "refused"]

    async def test_who_became_the_requester_meanwhile_is_refused(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        ticket.requestor_id = fred.id
        await session.flush()
        outcome = await decide(session, desks, fred, asked.request_id)
        assert outcome.result is Result.REFUSED
        assert outcome.text.startswith("Nobody decides about their own money")


class TestWhatWasShown:
    async def test_a_card_with_other_facts_decides_nothing(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        for shown in ("0" * 12, ""):
            stale = await decide(session, desks, fred, asked.request_id, facts_hash=shown)
            assert stale.result is Result.STALE
        assert await actions(session, ticket) == ["ask", "refused", "refused"]
        right = (await get_request(session, asked.request_id)).facts_hash[:12]
        fresh = await decide(session, desks, fred, asked.request_id, facts_hash=right)
        assert fresh.result is Result.DECIDED

    @pytest.mark.parametrize("change", [{"sha256": "b" * 64}, {"is_deleted": True}])
    async def test_a_file_that_changed_or_is_gone_stops_it(
        self, session: AsyncSession, desks: Desks, change: dict[str, object]
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        file = Attachment(
            ticket_id=ticket.id,
            uploaded_by_id=desks.bea.id,
            name="offer.pdf",
            media_type="application/pdf",
            size_bytes=1,
            sha256="a" * 64,
            storage_key="aa/offer",
        )
        session.add(file)
        await session.flush()
        asked = await ask(session, desks, ticket, attachment_ids=(file.id,))
        await session.execute(update(Attachment).values(**change))
        outcome = await decide(session, desks, fred, asked.request_id)
        assert outcome.result is Result.STALE
        assert await status(session, asked.request_id) is PENDING

    async def test_the_evidence_names_the_click(self, session: AsyncSession, desks: Desks) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        request = await get_request(session, asked.request_id)
        click = {
            "facts_hash": request.facts_hash,
            "team_id": "T0ACME",
            "channel_id": "D0FRED",
            "message_ts": "1.2",
            "action_id": "approval.approve",
        }
        await decide(session, desks, fred, asked.request_id, words="Fine.", **click)
        details = (await last_row(session, ticket)).details
        expected = {
            **{name: value for name, value in click.items() if name != "facts_hash"},
            "shown_hash": request.facts_hash,
            "facts_hash": request.facts_hash,
            "request_id": request.id,
            "rule_version_id": request.rule_version_id,
            "step": "finance",
            "step_status": "approved",
            "request_status": "approved",
            "choice": "approve",
            "words": "Fine.",
            "on_behalf_of": None,
            "actor": str(fred.id),
        }
        assert {name: details[name] for name in expected} == expected


class TestQuorum:
    async def publish(self, session: AsyncSession, quorum: Quorum, needed: int | None) -> None:
        step = Step(StepKind.FINANCE, quorum, needed)
        book = RuleBook("EUR", (Range(Decimal(0), None, (step,)),))
        await rulebooks.publish(session, None, Source.CONFIGURATION, book)

    @pytest.mark.parametrize(
        ("quorum", "needed", "choices", "expected"),
        [
            (Quorum.ANY, None, "a", APPROVED),
            (Quorum.ANY, None, "r", REJECTED),
            (Quorum.ALL, None, "aa", PENDING),
            (Quorum.ALL, None, "aaa", APPROVED),
            (Quorum.ALL, None, "ar", REJECTED),
            (Quorum.MAJORITY, None, "a", PENDING),
            (Quorum.MAJORITY, None, "ara", APPROVED),
            (Quorum.MAJORITY, None, "r", PENDING),
            (Quorum.MAJORITY, None, "rr", REJECTED),
            (Quorum.NUMBER, 2, "a", PENDING),
            (Quorum.NUMBER, 2, "aa", APPROVED),
            (Quorum.NUMBER, 2, "r", REJECTED),
        ],
    )
    async def test_of_three_people(
        self,
        session: AsyncSession,
        desks: Desks,
        quorum: Quorum,
        needed: int | None,
        choices: str,
        expected: RequestStatus,
    ) -> None:
        people = [await hire(session, each) for each in ("fred", "nora", "olaf")]
        await self.publish(session, quorum, needed)
        asked = await ask(session, desks, await finance_ticket(session, desks))
        for person, choice in zip(people, choices, strict=False):
            verb = APPROVE if choice == "a" else REJECT
            await decide(session, desks, person, asked.request_id, verb)
        assert await status(session, asked.request_id) is expected

    async def test_more_people_than_there_are_cannot_be_asked(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        await self.publish(session, Quorum.NUMBER, 2)
        ticket = await finance_ticket(session, desks)
        with pytest.raises(Refused, match="Only 1 of the 2 people needed for finance"):
            await ask(session, desks, ticket)


async def test_an_approver_reads_the_ticket_and_does_nothing_else_there(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await desks.ticket(session, assignee=desks.finn, status=Status.ASSIGNED)
    with pytest.raises(NotFound):
        await queries.get_view(session, fred, ticket.id)
    await ask(session, desks, ticket)
    assert (await queries.get_view(session, fred, ticket.id)).id == ticket.id
    with pytest.raises(NotAllowed):
        await tickets.start(session, desks.turn(fred), ticket.id)
