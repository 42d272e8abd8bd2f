"""Asking for approval: whom the amount asks, what is refused, what is written."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import add_business
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, InvalidTransition, NotAllowed, Refused
from core.files.models import Attachment
from core.tickets import service as tickets
from core.tickets.approvals import rulebooks
from core.tickets.approvals import service as approvals
from core.tickets.approvals.facts import hash_of
from core.tickets.approvals.settings import ApprovalSettings
from core.tickets.approvals.states import RequestStatus, SeatReason, StepKind
from core.tickets.models import Part, Ticket
from core.tickets.states import ApprovalStatus, Status
from core.users.models import User
from core.users.roles import Role
from tests.core.desks import Desks, add_part
from tests.core.tickets.approvals.money import (
    actions,
    ask,
    carded,
    finance_ticket,
    form,
    get_request,
    hire,
    keep,
    list_steps,
    seats_of,
    told,
)
from tests.factories import make_user

FINANCE, CEO = StepKind.FINANCE, StepKind.CEO


@pytest.mark.parametrize(
    ("amount", "kinds"),
    [
        ("0.01", []),
        ("499.99", []),
        ("500", [FINANCE]),
        ("500.00", [FINANCE]),
        ("4,999.99", [FINANCE]),
        ("5000", [FINANCE, CEO]),
        ("5 000.01", [FINANCE, CEO]),
        ("999,999,999,999.99", [FINANCE, CEO]),
    ],
)
async def test_the_amount_decides_the_chain(
    session: AsyncSession, desks: Desks, amount: str, kinds: list[StepKind]
) -> None:
    await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket, amount)
    steps = await list_steps(session, asked.request_id)
    assert [each.kind for each in steps] == kinds
    waiting = [ApprovalStatus.PENDING, *[ApprovalStatus.WAITING] * len(kinds)][: len(kinds)]
    assert [each.status for each in steps] == waiting
    is_automatic = not kinds
    assert asked.status is (RequestStatus.APPROVED if is_automatic else RequestStatus.PENDING)
    expected = Status.IN_PROGRESS if is_automatic else Status.WAITING_APPROVAL
    assert ticket.status is expected
    assert await actions(session, ticket) == ["ask"]


@pytest.mark.parametrize(
    ("field", "fields", "text"),
    [
        ("amount", {"amount": "0"}, "The amount has to be more than zero."),
        ("amount", {"amount": "0.00"}, "The amount has to be more than zero."),
        ("amount", {"amount": "-5"}, "The amount has to be more than zero."),
        ("amount", {"amount": "1.234"}, "Write at most two digits after the point."),
        ("amount", {"amount": ""}, "Write the amount as a number, like 1234.50."),
        ("amount", {"amount": "1.234,50"}, "Write the amount as a number, like 1234.50."),
        ("amount", {"amount": "1,23"}, "Write the amount as a number, like 1234.50."),
        ("amount", {"amount": "NaN"}, "Write the amount as a number, like 1234.50."),
        ("amount", {"amount": "1e9"}, "Write the amount as a number, like 1234.50."),
        ("amount", {"amount": "٥٠٠"}, "Write the amount as a number, like 1234.50."),
        ("amount", {"amount": "9" * 13}, "The amount can be at most 999,999,999,999.99."),
        ("currency", {"currency": "Euro"}, "Write the currency's three letters, like EUR."),
        ("payee", {"payee": "  "}, "Say who gets the money."),
        ("payee", {"payee": "x" * 151}, "Keep it under 150 characters."),
        ("purpose", {"purpose": "\n"}, "Say what it is for."),
        ("purpose", {"purpose": "x" * 501}, "Keep it under 500 characters."),
        ("files", {"attachment_ids": (999,)}, "One of these files is not there any more."),
    ],
)
async def test_a_wrong_input_is_refused_beside_it(
    session: AsyncSession, desks: Desks, field: str, fields: dict[str, object], text: str
) -> None:
    await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    given = {"amount": "900", **fields}
    with pytest.raises(InvalidField) as refusal:
        await approvals.ask(session, desks.turn(desks.finn), ticket.id, form(**given))
    assert refusal.value.field == field
    assert refusal.value.text.startswith(text)
    assert ticket.status is Status.IN_PROGRESS


async def test_a_day_that_is_over_is_refused(session: AsyncSession, desks: Desks) -> None:
    await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    yesterday = utc_now().date() - timedelta(days=3)
    with pytest.raises(InvalidField) as refusal:
        await ask(session, desks, ticket, needed_by=yesterday)
    assert refusal.value.field == "needed_by"


class TestOtherCurrencies:
    async def test_without_a_rate_it_says_what_is_missing(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await finance_ticket(session, desks)
        with pytest.raises(InvalidField, match="no exchange rate from USD to EUR") as refusal:
            await ask(session, desks, ticket, "900", currency="USD")
        assert refusal.value.field == "currency"

    @pytest.mark.parametrize(
        ("amount", "rate", "in_base", "steps"),
        [
            ("555.55", "0.9", "500.00", 1),
            ("555.54", "0.9", "499.99", 0),
            # Up to the next cent: rounding spares no step.
            ("1000", "0.4999901", "500.00", 1),
            ("10000", "0.4999999999", "5000.00", 2),
        ],
    )
    async def test_the_newest_rate_decides_and_is_kept(
        self,
        session: AsyncSession,
        desks: Desks,
        amount: str,
        rate: str,
        in_base: str,
        steps: int,
    ) -> None:
        await hire(session, "fred")
        today = utc_now().date()
        for days, each in ((9, "7"), (1, rate), (-1, "8")):
            day = today - timedelta(days=days)
            assert await rulebooks.set_rate(session, "USD", "EUR", day, Decimal(each))
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket, amount, currency="usd")
        request = await get_request(session, asked.request_id)
        assert (request.amount, request.currency) == (Decimal(amount), "USD")
        assert (request.amount_in_base, request.base_currency) == (Decimal(in_base), "EUR")
        assert (request.rate, request.rate_on) == (Decimal(rate), today - timedelta(days=1))
        assert len(await list_steps(session, request.id)) == steps

    async def test_what_the_rules_currency_cannot_hold_is_refused(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        today = utc_now().date()
        await rulebooks.set_rate(session, "KWD", "EUR", today, Decimal(3))
        ticket = await finance_ticket(session, desks)
        with pytest.raises(InvalidField) as refusal:
            await ask(session, desks, ticket, "999999999999", currency="KWD")
        assert refusal.value.field == "amount"


class TestTheRequest:
    async def test_everything_it_says_is_kept_and_hashed(
        self, session: AsyncSession, desks: Desks
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
        day = utc_now().date() + timedelta(days=9)
        asked = await ask(session, desks, ticket, needed_by=day, attachment_ids=(file.id,))
        request = await get_request(session, asked.request_id)
        assert request.facts == {
            "amount": "900.00",
            "currency": "EUR",
            "payee": "Lenovo",
            "payee_id": None,
            "purpose": "A laptop for Bea",
            "needed_by": day.isoformat(),
            "files": [{"id": file.id, "name": "offer.pdf", "sha256": "a" * 64}],
            "rule_version": 1,
        }
        assert request.facts_hash == hash_of(request.facts)
        assert asked.explanation == "€500.00 up to under €5,000.00: finance."
        [seat] = (await seats_of(session, request.id)).values()
        assert (seat.user_id, seat.why) == (fred.id, SeatReason.ROLE)
        assert await carded(session, request.id, "approval.asked") == [str(fred.id)]

    async def test_its_clock_runs_in_the_office_hours_of_finance(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        [step] = await list_steps(session, asked.request_id)
        hours = desks.policy.business_hours(desks.finance)
        now = step.started_at
        assert now is not None
        expected = [add_business(now, timedelta(hours=each), hours) for each in (8, 16, 32)]
        assert [step.next_at, step.due_at, step.expires_at] == expected

    async def test_the_same_form_twice_is_one_request(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        first, second = [await ask(session, desks, ticket, source_key="view:V1") for _ in "12"]
        assert (first.is_new, second.is_new) == (True, False)
        assert first.request_id == second.request_id
        assert await actions(session, ticket) == ["ask"]

    async def test_of_one_purpose_one_waits_and_another_may_beside_it(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        await ask(session, desks, ticket)
        with pytest.raises(AlreadyDone):
            await ask(session, desks, ticket, "700", purpose=" a LAPTOP for  Bea ")
        other = await ask(session, desks, ticket, purpose="A bag")
        request = await get_request(session, other.request_id)
        assert (request.number, request.ticket_status) == (2, Status.IN_PROGRESS)


class TestWhoMayAsk:
    async def test_finance_at_its_desk_and_as_assignee_elsewhere(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        elsewhere = await desks.ticket(session, assignee=desks.finn, status=Status.ASSIGNED)
        assert (await ask(session, desks, elsewhere)).is_new

    @pytest.mark.parametrize("name", ["ann", "hugo", "bea", "eve", "cleo", "ada"])
    async def test_nobody_else(self, session: AsyncSession, desks: Desks, name: str) -> None:
        await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        turn = desks.turn(desks.people[name])
        with pytest.raises(NotAllowed):
            await approvals.ask(session, turn, ticket.id, form())

    @pytest.mark.parametrize("status", [Status.NEW, Status.RESOLVED, Status.CLOSED])
    async def test_not_while_nobody_works_on_it(
        self, session: AsyncSession, desks: Desks, status: Status
    ) -> None:
        ticket = await finance_ticket(session, desks, status=status)
        with pytest.raises(InvalidTransition) as refusal:
            await ask(session, desks, ticket)
        assert refusal.value.text.startswith(f"{ticket.key} is {status.words.lower()}: ")


class TestNobodyDecidesAboutTheirOwnMoney:
    async def test_asker_requester_author_and_payee_get_no_seat(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        names = ("fred", "rita", "alma", "paul", "nora")
        fred, rita, alma, paul, nora = [await hire(session, each) for each in names]
        ticket = await finance_ticket(session, desks, requester=rita)
        await add_part(session, ticket, alma, Part.AUTHOR)
        asked = await ask(session, desks, ticket, payee="", payee_id=paul.id)
        assert set(await seats_of(session, asked.request_id)) == {fred.id, nora.id}

    async def test_a_payee_who_was_typed_is_the_same_person(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred, paul = [await hire(session, each) for each in ("fred", "paul")]
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket, payee=f" {paul.name.upper()} ")
        assert set(await seats_of(session, asked.request_id)) == {fred.id}

    async def test_without_anybody_it_cannot_be_sent_and_says_so(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await finance_ticket(session, desks)
        with pytest.raises(Refused, match="name an alternate for finance") as refusal:
            await ask(session, desks, ticket)
        assert refusal.value.text.startswith("Nobody may decide about this for finance")
        assert ticket.status is Status.IN_PROGRESS

    async def test_without_anybody_in_the_role_it_says_that(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        await session.execute(update(User).where(User.id == desks.cleo.id).values(is_active=False))
        with pytest.raises(Refused, match="for the CEO: there is nobody in this role"):
            await ask(session, desks, await finance_ticket(session, desks), "9000")

    async def test_a_later_step_that_nobody_could_decide_stops_it_as_well(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        ticket = await finance_ticket(session, desks, requester=desks.cleo)
        with pytest.raises(Refused, match="name an alternate for the CEO"):
            await ask(session, desks, ticket, "9000")

    async def test_the_alternate_takes_an_empty_step(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await keep(session, ApprovalSettings(alternates={FINANCE: ("U0EVE", "U0BEA")}))
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        [seat] = (await seats_of(session, asked.request_id)).values()
        # Bea is the requester.
        assert (seat.user_id, seat.why) == (desks.eve.id, SeatReason.ALTERNATE)


class TestTheSameInPieces:
    async def test_together_they_ask_the_higher_chain_and_it_says_why(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        for turn, expected in enumerate((0, 1, 1), start=1):
            ticket = await finance_ticket(session, desks)
            asked = await ask(session, desks, ticket, "300")
            assert len(await list_steps(session, asked.request_id)) == expected, turn
        assert asked.explanation == (
            "With 2 other requests for the same within 30 days it is €900.00. "
            "€500.00 up to under €5,000.00: finance."
        )

    @pytest.mark.parametrize(
        "fields", [{"payee": "Dell"}, {"purpose": "A bag"}], ids=["payee", "purpose"]
    )
    async def test_another_purpose_or_payee_is_not_the_same(
        self, session: AsyncSession, desks: Desks, fields: dict[str, str]
    ) -> None:
        await ask(session, desks, await finance_ticket(session, desks), "300")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket, "300", **fields)
        assert asked.status is RequestStatus.APPROVED

    async def test_nor_is_what_somebody_else_wants_or_what_was_long_ago(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await ask(session, desks, await finance_ticket(session, desks, requester=desks.eve), "300")
        old = await ask(session, desks, await finance_ticket(session, desks), "300")
        (await get_request(session, old.request_id)).asked_at = utc_now() - timedelta(days=31)
        await session.flush()
        asked = await ask(session, desks, await finance_ticket(session, desks), "300")
        assert asked.status is RequestStatus.APPROVED


async def test_a_preview_names_people_and_asks_nobody(session: AsyncSession, desks: Desks) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    plan = await approvals.preview(session, desks.turn(desks.finn), ticket.id, form("9000"))
    assert [(each.kind, each.people) for each in plan.steps] == [
        (FINANCE, (fred.name,)),
        (CEO, (desks.cleo.name,)),
    ]
    assert await actions(session, ticket) == []


class TestTheTicketWaits:
    async def test_it_cannot_be_resolved_and_the_refusal_lists_what_waits(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        await ask(session, desks, ticket)
        with pytest.raises(Refused) as refusal:
            await tickets.resolve(session, desks.turn(desks.finn), ticket.id, resolution="Done.")
        assert refusal.value.text == (
            f"{ticket.key} cannot be resolved yet: the approval of €900.00 for A laptop for Bea "
            "is pending."
        )

    @pytest.mark.parametrize("verb", [tickets.start, tickets.hold, tickets.wait, tickets.release])
    async def test_nor_moved_by_anything_but_the_approval(
        self, session: AsyncSession, desks: Desks, verb: object
    ) -> None:
        await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        await ask(session, desks, ticket)
        with pytest.raises((InvalidTransition, NotAllowed)):
            await verb(session, desks.turn(desks.finn), ticket.id)  # type: ignore[operator]
        assert ticket.status is Status.WAITING_APPROVAL

    async def test_cancelling_it_withdraws_the_request(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket: Ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        await tickets.cancel(session, desks.turn(desks.bea), ticket.id)
        request = await get_request(session, asked.request_id)
        assert (request.status, request.end_reason) == (
            RequestStatus.WITHDRAWN,
            f"{ticket.key} was cancelled.",
        )
        assert ticket.status is Status.CANCELLED
        assert await actions(session, ticket) == ["ask", "withdraw"]
        assert await carded(session, request.id, "approval.changed") == [str(fred.id)]
        assert await told(session, desks.finn) == ["withdrawn"]


async def test_only_active_people_of_the_role_have_a_seat(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    for name, columns in (("gone", {"is_active": False}), ("gina", {"is_guest": True})):
        await make_user(session, f"U0{name.upper()}", role=Role.FINANCE, **columns)
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    assert set(await seats_of(session, asked.request_id)) == {fred.id}
