"""Stand-ins: both may decide, the first one does; no chains, no circles, no own money."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, NotAllowed
from core.tickets.approvals import absences, queries
from core.tickets.approvals import service as approvals
from core.tickets.approvals.forms import NewAbsence, Result
from core.tickets.approvals.models import ApprovalSeat
from core.tickets.approvals.policy_models import Absence
from core.tickets.approvals.states import RequestStatus, SeatReason, SeatState
from core.tickets.models import AuditLog, Part, Ticket
from core.users.models import User
from core.users.permissions import Actor
from core.users.roles import Role
from tests.core.desks import Desks, add_part
from tests.core.tickets.approvals.money import (
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

DAY = timedelta(days=1)


def away(person: Actor, stand_in: Actor, **fields: Any) -> NewAbsence:
    given = {"starts_at": utc_now() - timedelta(seconds=1), **fields}
    return NewAbsence(person.id, stand_in.id, **given)


async def leave(session: AsyncSession, desks: Desks, who: Actor, to: Actor, **more: Any) -> int:
    return await approvals.set_absence(session, desks.turn(who), away(who, to, **more))


async def come_back(session: AsyncSession, desks: Desks, absence_id: int, at: datetime) -> None:
    """Its end is now, and the sweep looks."""
    absence = await session.get_one(Absence, absence_id)
    absence.ends_at = at
    await session.flush()
    while await absences.turn_one(session, desks.policy):
        pass


#: Whoever stands in for whose money it is does not decide either, and hears that.
OWN = ("requester", "payee", "author")


async def forbid(
    session: AsyncSession, ticket: Ticket, who: Actor, request_id: int, what: str
) -> None:
    """After the seats were made."""
    request = await get_request(session, request_id)
    match what:
        case "requester":
            ticket.requestor_id = who.id
        case "payee":
            request.payee_id = who.id
        case "author":
            await add_part(session, ticket, who, Part.AUTHOR)
        case "role":
            (await session.get_one(User, who.id)).role = Role.EMPLOYEE
        case "deactivated":
            (await session.get_one(User, who.id)).is_active = False
        case _:
            first = (await list_steps(session, request_id))[0]
            seat = ApprovalSeat(approval_id=first.id, ticket_id=ticket.id, user_id=who.id)
            seat.why, seat.state = SeatReason.ALTERNATE, SeatState.APPROVED
            session.add(seat)
    await session.flush()


class TestSeats:
    async def test_a_new_seat_goes_to_both_and_the_first_decision_wins(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        await leave(session, desks, fred, desks.eve)
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        seats = await seats_of(session, asked.request_id)
        assert {(each.user_id, each.why, each.stands_in_for_id) for each in seats.values()} == {
            (fred.id, SeatReason.ROLE, None),
            (desks.eve.id, SeatReason.STAND_IN, fred.id),
        }
        done = await decide(session, desks, desks.eve, asked.request_id)
        assert done.status is RequestStatus.APPROVED
        late = await decide(session, desks, fred, asked.request_id)
        assert late.result is Result.TOO_LATE
        assert late.text.startswith("Eve approved this already at ")
        row = await session.scalar(select(AuditLog).where(AuditLog.action == "approval.approve"))
        assert row is not None
        assert (row.user_id, row.details["on_behalf_of"]) == (desks.eve.id, fred.name)
        assert row.details["on_behalf_of_id"] == str(fred.id)

    async def test_an_open_seat_moves_when_the_absence_begins_and_returns_when_it_ends(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket)
        absence_id = await leave(session, desks, fred, desks.eve)
        assert set(await seats_of(session, asked.request_id)) == {fred.id, desks.eve.id}
        assert str(desks.eve.id) in await carded(session, asked.request_id, "approval.asked")
        assert await told(session, desks.eve) == ["stand_in"]
        await approvals.end_absence(session, desks.turn(fred), absence_id)
        seats = await seats_of(session, asked.request_id)
        assert seats[desks.eve.id].state is SeatState.MOVED
        assert seats[fred.id].state is SeatState.PENDING
        refused = await decide(session, desks, desks.eve, asked.request_id)
        assert refused.result is Result.REFUSED
        assert refused.text == "You do not stand in for Fred any more."
        assert await queries.find_card(session, asked.request_id, desks.eve.id) is None
        expected = ["ask", "reseat", "reseat", "refused"]
        assert await actions(session, ticket) == expected

    async def test_one_that_comes_and_goes_by_time_is_seen_by_the_sweep(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        absence_id = await leave(
            session, desks, fred, desks.eve, starts_at=utc_now() + DAY, ends_at=utc_now() + 2 * DAY
        )
        assert not await absences.turn_one(session, desks.policy)
        absence = await session.get_one(Absence, absence_id)
        absence.starts_at = utc_now() - timedelta(hours=1)
        await session.flush()
        assert await absences.turn_one(session, desks.policy)
        assert not await absences.turn_one(session, desks.policy)
        assert set(await seats_of(session, asked.request_id)) == {fred.id, desks.eve.id}
        await come_back(session, desks, absence_id, utc_now())
        seats = await seats_of(session, asked.request_id)
        assert seats[desks.eve.id].state is SeatState.MOVED

    async def test_the_time_is_asked_at_the_click_too(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        """Before any sweep has looked."""
        fred = await hire(session, "fred")
        absence_id = await leave(session, desks, fred, desks.eve)
        asked = await ask(session, desks, await finance_ticket(session, desks))
        (await session.get_one(Absence, absence_id)).ends_at = utc_now()
        await session.flush()
        late = await decide(session, desks, desks.eve, asked.request_id)
        assert late.result is Result.REFUSED

    @pytest.mark.parametrize(("limit", "is_asked"), [("899.99", False), ("900", True), ("", True)])
    async def test_above_the_limit_the_stand_in_is_not_asked(
        self, session: AsyncSession, desks: Desks, limit: str, is_asked: bool
    ) -> None:
        fred = await hire(session, "fred")
        await leave(session, desks, fred, desks.eve, amount_limit=limit)
        asked = await ask(session, desks, await finance_ticket(session, desks))
        assert (desks.eve.id in await seats_of(session, asked.request_id)) is is_asked

    async def test_nor_is_one_whose_money_it_is(self, session: AsyncSession, desks: Desks) -> None:
        fred = await hire(session, "fred")
        await leave(session, desks, fred, desks.bea)
        asked = await ask(session, desks, await finance_ticket(session, desks))
        assert set(await seats_of(session, asked.request_id)) == {fred.id}

    async def test_nor_one_who_stands_in_for_whose_money_it_is(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred, nora = [await hire(session, each) for each in ("fred", "nora")]
        await leave(session, desks, desks.bea, nora)
        asked = await ask(session, desks, await finance_ticket(session, desks))
        assert set(await seats_of(session, asked.request_id)) == {fred.id}

    @pytest.mark.parametrize(
        "what", ["requester", "payee", "author", "role", "deactivated", "earlier step"]
    )
    async def test_what_the_absent_person_may_not_decide_the_stand_in_may_not_either(
        self, session: AsyncSession, desks: Desks, what: str
    ) -> None:
        fred = await hire(session, "fred")
        await leave(session, desks, desks.cleo, desks.eve)
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket, "6000")
        await decide(session, desks, fred, asked.request_id)
        assert desks.eve.id in await seats_of(session, asked.request_id)
        await forbid(session, ticket, desks.cleo, asked.request_id, what)
        refused = await decide(session, desks, desks.eve, asked.request_id)
        assert refused.result is Result.REFUSED
        words = "Nobody decides about their own money" if what in OWN else "Cleo may not decide"
        assert refused.text.startswith(words)
        request = await get_request(session, asked.request_id)
        assert request.status is RequestStatus.PENDING

    async def test_the_limit_is_asked_at_the_click_too(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        absence_id = await leave(session, desks, fred, desks.eve, amount_limit="900")
        asked = await ask(session, desks, await finance_ticket(session, desks), "900")
        absence = await session.get_one(Absence, absence_id)
        absence.amount_limit = Decimal("899.99")
        await session.flush()
        refused = await decide(session, desks, desks.eve, asked.request_id)
        assert refused.text == "This is above the amount up to which you stand in for Fred."

    async def test_a_seat_is_for_the_step_of_the_absent_person_alone(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        await leave(session, desks, fred, desks.eve)
        asked = await ask(session, desks, await finance_ticket(session, desks), "6000")
        await decide(session, desks, desks.eve, asked.request_id)
        refused = await decide(session, desks, desks.eve, asked.request_id)
        assert refused.result is not Result.DECIDED
        assert set(await seats_of(session, asked.request_id)) == {desks.cleo.id}

    async def test_nor_at_the_click(self, session: AsyncSession, desks: Desks) -> None:
        fred, nora = [await hire(session, each) for each in ("fred", "nora")]
        asked = await ask(session, desks, await finance_ticket(session, desks))
        assert nora.id in await seats_of(session, asked.request_id)
        await leave(session, desks, desks.bea, nora)
        outcome = await decide(session, desks, nora, asked.request_id)
        assert outcome.result is Result.REFUSED
        assert (await decide(session, desks, fred, asked.request_id)).is_done


class TestWhoMaySetOne:
    async def test_oneself_an_administrator_and_the_head_of_the_department(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        for setter, person in ((desks.ann, desks.ann), (desks.ada, desks.bea)):
            form = away(person, desks.eve)
            assert await approvals.set_absence(session, desks.turn(setter), form)
        await approvals.set_absence(session, desks.turn(desks.hugo), away(desks.carl, desks.finn))
        trail = await session.scalars(
            select(AuditLog.user_id).where(AuditLog.action == "absence.set").order_by(AuditLog.id)
        )
        assert list(trail) == [desks.ann.id, desks.ada.id, desks.hugo.id]
        assert await told(session, desks.carl) == ["stand_in"]

    @pytest.mark.parametrize("name", ["hugo", "carl", "bea", "finn", "cleo"])
    async def test_nobody_else(self, session: AsyncSession, desks: Desks, name: str) -> None:
        turn = desks.turn(desks.people[name])
        with pytest.raises(NotAllowed):
            await approvals.set_absence(session, turn, away(desks.hana, desks.eve))

    async def test_nobody_ends_one_of_a_stranger(self, session: AsyncSession, desks: Desks) -> None:
        absence_id = await leave(session, desks, desks.ann, desks.carl)
        for person in (desks.carl, desks.bea, desks.hana):
            with pytest.raises(NotAllowed):
                await approvals.end_absence(session, desks.turn(person), absence_id)
        await approvals.end_absence(session, desks.turn(desks.hugo), absence_id)
        with pytest.raises(AlreadyDone):
            await approvals.end_absence(session, desks.turn(desks.ann), absence_id)

    async def test_everybody_sees_those_they_may_end(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await leave(session, desks, desks.ann, desks.carl)
        await leave(session, desks, desks.hana, desks.eve, starts_at=utc_now() + DAY)
        seen = {
            name: [(each.person.name, each.is_now) for each in found]
            for name in ("ann", "carl", "hugo", "ada", "bea")
            for found in [await queries.list_absences(session, desks.people[name])]
        }
        ann, hana = ("Ann", True), ("Hana", False)
        expected = {"ann": [ann], "carl": [ann], "hugo": [ann], "ada": [ann, hana], "bea": []}
        assert seen == expected


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"ends_at": utc_now() - 2 * DAY}, "ends_at"),
            ({"starts_at": utc_now() - 3 * DAY, "ends_at": utc_now() - DAY}, "ends_at"),
            ({"amount_limit": "lots"}, "amount_limit"),
            ({"amount_limit": "0"}, "amount_limit"),
        ],
    )
    async def test_times_and_amounts_that_make_no_sense(
        self, session: AsyncSession, desks: Desks, fields: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(InvalidField) as refusal:
            await leave(session, desks, desks.ann, desks.carl, **fields)
        assert refusal.value.field == field

    async def test_oneself_and_who_cannot_use_the_help_desk(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        with pytest.raises(InvalidField, match="nobody stands in for themselves"):
            await leave(session, desks, desks.ann, desks.ann)

    async def test_chains_circles_and_two_at_once(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await leave(session, desks, desks.ann, desks.carl, ends_at=utc_now() + 2 * DAY)
        with pytest.raises(InvalidField, match="Ann is away then already"):
            await leave(session, desks, desks.ann, desks.eve, starts_at=utc_now() + DAY)
        with pytest.raises(InvalidField, match="Ann is away then, too"):
            await leave(session, desks, desks.hugo, desks.ann)
        with pytest.raises(InvalidField, match="Carl stands in for somebody else then"):
            await leave(session, desks, desks.carl, desks.eve)
        # One after the other is fine.
        assert await leave(session, desks, desks.carl, desks.ann, starts_at=utc_now() + 3 * DAY)

    async def test_one_person_may_stand_in_for_many(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred, nora = [await hire(session, each) for each in ("fred", "nora")]
        for each in (fred, nora):
            await leave(session, desks, each, desks.eve)
        asked = await ask(session, desks, await finance_ticket(session, desks))
        assert set(await seats_of(session, asked.request_id)) == {fred.id, nora.id, desks.eve.id}


async def test_a_head_of_no_department_speaks_for_nobody(
    session: AsyncSession, desks: Desks
) -> None:
    lost = await hire(session, "lost", Role.DEPARTMENT_HEAD)
    with pytest.raises(NotAllowed):
        await approvals.set_absence(session, desks.turn(lost), away(desks.bea, desks.eve))
