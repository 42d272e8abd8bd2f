"""Who held a ticket: each second of its age belongs to exactly one."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.tickets import service as tickets
from core.tickets.models import Ticket
from core.tickets.sla.ownership import Change, Held, Holder, Party, age_of, held_by, split_age
from core.tickets.states import Status
from core.tickets.triage.transfers import transfer
from tests.core.desks import Desks

START = datetime(2026, 3, 9, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
IT, HR = uuid.UUID(int=1), uuid.UUID(int=2)


def change(hours: float, **changes: Any) -> Change:
    return Change(START + hours * HOUR, changes)


def status(hours: float, before: str, after: str) -> Change:
    return change(hours, status=[before, after])


def held(until: float, *changes: Change, department: uuid.UUID = IT) -> dict[Holder, float]:
    found = split_age(START, START + until * HOUR, department, changes)
    return {each.holder: each.length / HOUR for each in found}


AT_IT, AT_HR = Holder(Party.DEPARTMENT, IT), Holder(Party.DEPARTMENT, HR)
REQUESTER, APPROVERS, NOBODY = (
    Holder(each) for each in (Party.REQUESTER, Party.APPROVERS, Party.NOBODY)
)


def test_a_ticket_is_its_departments_unless_it_waits_for_others() -> None:
    assert held(3) == {AT_IT: 3}
    assert held(
        8,
        status(1, "new", "assigned"),
        status(2, "assigned", "waiting_requester"),
        status(5, "waiting_requester", "in_progress"),
        status(6, "in_progress", "waiting_approval"),
    ) == {AT_IT: 3, REQUESTER: 3, APPROVERS: 2}


def test_on_hold_the_department_has_it() -> None:
    assert held(2, status(1, "assigned", "on_hold")) == {AT_IT: 2}


def test_moved_it_is_the_next_ones() -> None:
    moved = change(2, department_id=[str(HR), str(IT)], status=["assigned", "new"])
    assert held(3, moved) == {AT_HR: 2, AT_IT: 1}


def test_between_its_end_and_its_reopening_it_is_nobodys() -> None:
    assert held(6, status(2, "assigned", "resolved"), status(5, "resolved", "in_progress")) == {
        AT_IT: 3,
        NOBODY: 3,
    }


def test_while_it_is_deleted_it_is_nobodys() -> None:
    gone = [change(1, is_deleted=[False, True]), change(3, is_deleted=[True, False])]
    assert held(4, *gone) == {AT_IT: 2, NOBODY: 2}


@pytest.mark.parametrize("end", ["closed", "cancelled"])
def test_its_age_ends_with_it(end: str) -> None:
    assert held(9, status(2, "assigned", end)) == {AT_IT: 2}


def test_what_decides_about_it_has_words_of_its_own() -> None:
    assert held(2, status(1, "pending", "approved")) == {AT_IT: 2}


changes = st.builds(
    lambda hours, given: change(hours, **given),
    st.floats(-1, 40),
    st.one_of(
        st.tuples(st.sampled_from(Status), st.sampled_from(Status)).map(
            lambda pair: {"status": [each.value for each in pair]}
        ),
        st.tuples(st.sampled_from([IT, HR]), st.sampled_from([IT, HR])).map(
            lambda pair: {"department_id": [str(each) for each in pair]}
        ),
        st.booleans().map(lambda gone: {"is_deleted": [not gone, gone]}),
    ),
)


@given(trail=st.lists(changes, max_size=12), until=st.floats(0, 50))
def test_the_parts_add_up_to_the_age(trail: list[Change], until: float) -> None:
    end = START + until * HOUR
    found = split_age(START, end, IT, trail)
    assert sum((each.length for each in found), timedelta()) == age_of(START, end, trail)
    assert all(each.length > timedelta() for each in found)
    assert len({each.holder for each in found}) == len(found)


async def test_it_is_read_from_the_trail(session: AsyncSession, desks: Desks) -> None:
    opened = await tickets.open_ticket(
        session, desks.form(), author=desks.bea, requester=desks.bea, policy=desks.policy
    )
    ticket = await session.get_one(Ticket, opened.id)
    await tickets.claim(session, desks.turn(desks.ann), ticket.id)
    await tickets.wait(session, desks.turn(desks.ann), ticket.id)
    await transfer(session, desks.turn(desks.ann), ticket.id, department_id=desks.hr.id)
    until = utc_now() + HOUR
    found: list[Held] = await held_by(session, ticket, until)
    assert [each.holder for each in found] == [
        Holder(Party.DEPARTMENT, desks.it.id),
        Holder(Party.REQUESTER),
        Holder(Party.DEPARTMENT, desks.hr.id),
    ]
    assert sum((each.length for each in found), timedelta()) == until - ticket.created_at
