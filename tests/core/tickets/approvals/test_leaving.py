"""Whoever is deactivated decides no more: others are asked, or it goes back to whoever asked."""

from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Notification
from core.tickets.approvals import rulebooks
from core.tickets.approvals import service as approvals
from core.tickets.approvals.rules import Range, RuleBook, Step
from core.tickets.approvals.settings import ApprovalSettings
from core.tickets.approvals.states import (
    Choice,
    Quorum,
    RequestStatus,
    SeatReason,
    SeatState,
    StepKind,
)
from core.tickets.leaving import LEFT_WORK, hand_on
from core.tickets.models import Source
from core.tickets.states import Status
from core.users.models import User
from core.users.permissions import Actor
from core.users.roles import Role
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import (
    actions,
    ask,
    decide,
    finance_ticket,
    get_request,
    hire,
    keep,
    seats_of,
    told,
)
from tests.core.tickets.approvals.test_absences import leave


async def deactivate(session: AsyncSession, who: Actor) -> None:
    await session.execute(update(User).where(User.id == who.id).values(is_active=False))
    await hand_on(session, who.id)


async def alternates(session: AsyncSession, desks: Desks, *people: Actor) -> None:
    named = tuple(each.slack_user_id for each in people)
    await keep(session, ApprovalSettings(alternates={StepKind.FINANCE: named}))


async def test_their_seat_goes_to_the_alternate_and_the_head_reads_of_it(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    await alternates(session, desks, desks.eve)
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    assert set(await seats_of(session, asked.request_id)) == {fred.id}
    for _ in range(2):
        await deactivate(session, fred)
    seats = await seats_of(session, asked.request_id)
    assert {who: (seat.state, seat.why) for who, seat in seats.items()} == {
        fred.id: (SeatState.MOVED, SeatReason.ROLE),
        desks.eve.id: (SeatState.PENDING, SeatReason.ALTERNATE),
    }
    assert await actions(session, ticket) == ["ask", "reseat"]
    # Finance has no head: the administrator hears of it.
    assert await told_of(session, desks.ada) == [str(ticket.id)]
    done = await decide(session, desks, desks.eve, asked.request_id)
    assert done.status is RequestStatus.APPROVED


async def test_where_nobody_is_left_it_goes_back_to_whoever_asked(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    await deactivate(session, fred)
    request = await get_request(session, asked.request_id)
    assert request.status is RequestStatus.WITHDRAWN
    assert request.end_reason is not None
    assert request.end_reason == (
        "Fred, who was asked, was deactivated in Slack. Nobody may decide about this for finance: "
        "nobody decides about their own money. Ask an administrator to name an alternate for "
        "finance."
    )
    await session.refresh(ticket)
    assert ticket.status is Status.IN_PROGRESS
    assert await told(session, desks.finn) == ["withdrawn"]


async def test_a_colleague_who_is_asked_too_goes_on(session: AsyncSession, desks: Desks) -> None:
    fred, fay = await hire(session, "fred"), await hire(session, "fay")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    await deactivate(session, fred)
    seats = await seats_of(session, asked.request_id)
    assert (seats[fred.id].state, seats[fay.id].state) == (SeatState.MOVED, SeatState.PENDING)
    assert (await get_request(session, asked.request_id)).status is RequestStatus.PENDING


async def test_an_alternate_and_a_stand_in_give_theirs_up_as_well(
    session: AsyncSession, desks: Desks
) -> None:
    await alternates(session, desks, desks.eve, desks.hugo)
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket)
    await deactivate(session, desks.eve)
    seats = await seats_of(session, asked.request_id)
    assert (seats[desks.eve.id].state, seats[desks.hugo.id].state) == (
        SeatState.MOVED,
        SeatState.PENDING,
    )
    fred = await hire(session, "fred")
    await leave(session, desks, fred, desks.carl)
    other = await ask(session, desks, await finance_ticket(session, desks), purpose="Chairs")
    await deactivate(session, desks.carl)
    seats = await seats_of(session, other.request_id)
    assert (seats[desks.carl.id].state, seats[fred.id].state) == (
        SeatState.MOVED,
        SeatState.PENDING,
    )


class TestWhoAskedForChanges:
    async def test_is_named_to_the_head_and_a_colleague_decides_after_the_answer(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred, fay = await hire(session, "fred"), await hire(session, "fay")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        await decide(session, desks, fred, asked.request_id, Choice.ASK_CHANGES)
        await deactivate(session, fred)
        assert await told_of(session, desks.ada) == [str(ticket.id)]
        seats = await seats_of(session, asked.request_id)
        assert (seats[fred.id].state, seats[fay.id].state) == (SeatState.MOVED, SeatState.PENDING)
        request = await get_request(session, asked.request_id)
        assert request.status is RequestStatus.CHANGES_REQUESTED
        await approvals.answer(session, desks.turn(desks.finn), asked.request_id, "Dell is dearer.")
        done = await decide(session, desks, fay, asked.request_id)
        assert done.status is RequestStatus.APPROVED

    async def test_and_was_the_only_one_it_goes_back(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        await decide(session, desks, fred, asked.request_id, Choice.ASK_CHANGES)
        await deactivate(session, fred)
        request = await get_request(session, asked.request_id)
        assert request.status is RequestStatus.WITHDRAWN
        assert request.end_reason is not None
        assert request.end_reason.startswith("Fred, who was asked, was deactivated in Slack.")

    async def test_and_everybody_else_had_approved_the_answer_settles_it(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await all_of_finance(session)
        fred, fay = await hire(session, "fred"), await hire(session, "fay")
        asked = await ask(session, desks, await finance_ticket(session, desks), "6000")
        await decide(session, desks, fay, asked.request_id)
        await decide(session, desks, fred, asked.request_id, Choice.ASK_CHANGES)
        await deactivate(session, fred)
        request = await get_request(session, asked.request_id)
        assert request.status is RequestStatus.CHANGES_REQUESTED
        await approvals.answer(session, desks.turn(desks.finn), asked.request_id, "It is needed.")
        assert (await get_request(session, asked.request_id)).status is RequestStatus.PENDING
        assert set(await seats_of(session, asked.request_id)) == {desks.cleo.id}

    async def test_and_has_another_role_by_the_answer_it_goes_back(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        await decide(session, desks, fred, asked.request_id, Choice.ASK_CHANGES)
        await session.execute(update(User).where(User.id == fred.id).values(role=Role.EMPLOYEE))
        answer = await approvals.answer(
            session, desks.turn(desks.finn), asked.request_id, "Dell is dearer."
        )
        assert answer.status is RequestStatus.WITHDRAWN


async def all_of_finance(session: AsyncSession) -> None:
    steps = (Step(StepKind.FINANCE, Quorum.ALL, None), Step(StepKind.CEO, Quorum.ANY, None))
    book = RuleBook("EUR", (Range(Decimal(0), None, steps),))
    await rulebooks.publish(session, None, Source.CONFIGURATION, book)


async def told_of(session: AsyncSession, reader: Actor) -> list[str]:
    """Tickets in which somebody who left was to decide about money."""
    details = await session.scalars(
        select(Notification.details).where(
            Notification.topic == LEFT_WORK, Notification.user_id == reader.id
        )
    )
    return [each for row in details for each in row["deciding"]]


async def test_what_they_decided_stays(session: AsyncSession, desks: Desks) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    asked = await ask(session, desks, ticket, "6000")
    await decide(session, desks, fred, asked.request_id)
    await deactivate(session, fred)
    assert (await get_request(session, asked.request_id)).status is RequestStatus.PENDING
    assert await actions(session, ticket) == ["ask", "approve"]
