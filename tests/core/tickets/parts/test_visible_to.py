"""Who sees which parts, in SQL and by the permission table, for any company we can think of."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.engine import Sessions
from core.errors import NotFound
from core.tickets import queries
from core.tickets.models import Ticket
from core.tickets.parts import queries as sub_queries
from core.tickets.parts.models import SubTicket
from core.tickets.parts.queries import part_visible_to
from core.tickets.queries import visible_to
from core.users.permissions import Permission, Standing, may
from tests.core.desks import AGAINST_THE_DATABASE, Desks, refusal_of, undone
from tests.core.tickets.parts.test_service import make_part
from tests.core.tickets.test_visible_to import MEMBERS, Filed, companies, fill, hire, members


@dataclass(frozen=True)
class Passed:
    """A part: of which ticket, to which desk, and who has it."""

    ticket: int
    desk: int
    assignee: int | None
    is_deleted: bool


passed = st.builds(
    Passed,
    ticket=st.integers(0, 4),
    desk=st.integers(0, 1),
    assignee=st.none() | members,
    is_deleted=st.sampled_from([False, False, False, True]),
)


async def pass_on(
    session: AsyncSession, desks: Desks, people: list[Any], tickets: list[Any], parts: list[Passed]
) -> list[int]:
    rows = [
        {
            "parent_ticket_id": tickets[each.ticket % len(tickets)],
            "position": number,
            "department_id": (desks.it.id, desks.hr.id)[each.desk],
            "summary": "x",
            "assignee_id": people[each.assignee].id if each.assignee is not None else None,
            "is_deleted": each.is_deleted,
            "deleted_at": utc_now() if each.is_deleted else None,
        }
        for number, each in enumerate(parts, start=1)
    ]
    made = await session.scalars(
        insert(SubTicket).returning(SubTicket.id, sort_by_parameter_order=True), rows
    )
    return list(made)


def standing(desks: Desks, part: Passed, ticket: Filed, hired: list[Any]) -> Standing:
    departments = (desks.it.id, desks.hr.id)
    return Standing(
        key="HD-1/1",
        department_id=departments[ticket.desk],
        requester_id=hired[ticket.requester].id,
        assignee_id=hired[ticket.assignee].id if ticket.assignee is not None else None,
        receiver_id=departments[part.desk],
        part_assignee_id=hired[part.assignee].id if part.assignee is not None else None,
    )


@settings(AGAINST_THE_DATABASE, max_examples=80)
@given(company=companies, parts=st.lists(passed, min_size=1, max_size=6), viewer=members)
async def test_every_part_seen_is_what_the_table_lets_read(
    sessions: Sessions, desks: Desks, company: Any, parts: list[Passed], viewer: int
) -> None:
    described, tickets = company
    assert len(described) == MEMBERS
    async with undone(sessions) as session:
        hired = await hire(session, desks, described)
        ticket_ids = await fill(session, desks, hired, tickets)
        ids = await pass_on(session, desks, hired, ticket_ids, parts)
        actor = hired[viewer]
        by_table = set()
        for part_id, part in zip(ids, parts, strict=True):
            ticket = tickets[part.ticket % len(tickets)]
            on = standing(desks, part, ticket, hired)
            is_gone = part.is_deleted or ticket.is_deleted
            if not is_gone and may(actor, Permission.READ_PART, on):
                by_table.add(part_id)
        seen = await session.scalars(
            select(SubTicket.id).join(Ticket).where(part_visible_to(actor))
        )
        assert set(seen) == by_table
        await expect_direct_look_ups(session, actor, ids, by_table)


async def expect_direct_look_ups(
    session: AsyncSession, actor: Any, ids: list[int], by_table: set[int]
) -> None:
    rows = await session.execute(
        select(SubTicket.id, Ticket.number, SubTicket.position)
        .join(Ticket)
        .execution_options(deleted="with")
    )
    for part_id, number, position in rows.all():
        for looking in (
            sub_queries.get_part(session, actor, part_id),
            sub_queries.get_part_by_key(session, actor, number, position),
        ):
            refusal = await refusal_of(looking)
            assert (refusal is None) is (part_id in by_table)
            if refusal:
                assert type(refusal) is NotFound
                assert "does not exist, or you are not on it" in refusal.text


async def test_the_other_desk_sees_the_part_and_nothing_of_the_ticket(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, description="A secret.", is_private=True)
    part = await make_part(session, ticket, desks, passed_on="Order one.")
    view = await sub_queries.get_part(session, desks.hana, part.id)
    assert (view.key, view.passed_on, view.sender) == (f"{ticket.key}/1", "Order one.", "IT")
    assert "A secret." not in repr(view)
    assert ticket.summary not in repr(view)
    assert list(await session.scalars(select(Ticket.id).where(visible_to(desks.hana)))) == []


async def test_the_requester_sees_progress_and_no_part(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    part = await make_part(session, ticket, desks)
    view = await queries.get_view(session, desks.bea, ticket.id)
    assert (view.parts_done, view.parts) == (0, 1)
    for person in (desks.bea, desks.finn, desks.ada):
        with pytest.raises(NotFound):
            await sub_queries.get_part(session, person, part.id)


async def test_a_form_opens_only_for_who_could_submit_it(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    part = await make_part(session, ticket, desks)
    opened = sub_queries.get_part_to(session, desks.hana, part.id, Permission.WORK_PART)
    assert (await opened).id == part.id
    refusal = await refusal_of(
        sub_queries.get_part_to(session, desks.ann, part.id, Permission.WORK_PART)
    )
    assert refusal is not None
    assert refusal.text.startswith("Only the department it was passed on to can work on")
