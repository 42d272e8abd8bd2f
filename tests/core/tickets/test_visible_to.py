"""What people see in SQL is what the permission table says, for any company we can think of."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.timeline import read_timeline
from core.communication.transcripts import read_transcript
from core.db import new_id, utc_now, with_deleted
from core.engine import Sessions
from core.errors import NotAllowed, NotFound
from core.tickets import queries
from core.tickets.approvals.states import SeatState
from core.tickets.links import read_linked
from core.tickets.lists import OF_A_DESK, ListName, count_lists, read_list
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.queries import visible_to, visible_to_each
from core.tickets.search import Query, read_found, search
from core.tickets.states import IS_OPEN, Status
from core.users.models import User
from core.users.permissions import Actor, Permission, Standing, may
from core.users.roles import Role
from tests.core.desks import AGAINST_THE_DATABASE, Desks, refusal_of, undone
from tests.factories import TEAM, make_seat

MEMBERS = 4


@dataclass(frozen=True)
class Filed:
    """A ticket, its people given by their place in the company."""

    requester: int
    assignee: int | None
    desk: int
    followers: frozenset[int]
    author: int | None
    #: Who wrote at its desk, or had it once.
    worked: tuple[int, Part] | None
    left: int | None
    #: Who was asked to approve something, and what became of their seat.
    asked: tuple[int, SeatState] | None
    status: Status
    is_private: bool
    is_deleted: bool


members = st.integers(0, MEMBERS - 1)
people = st.fixed_dictionaries(
    {
        "role": st.sampled_from(Role),
        "department": st.sampled_from([0, 1, None]),
        "is_active": st.sampled_from([True, True, True, False]),
        "is_guest": st.sampled_from([False, False, False, True]),
    }
)
filed = st.builds(
    Filed,
    requester=members,
    assignee=st.none() | members,
    desk=st.integers(0, 1),
    followers=st.frozensets(members, max_size=1),
    author=st.none() | members,
    worked=st.none() | st.tuples(members, st.sampled_from([Part.AGENT, Part.ASSIGNEE])),
    left=st.none() | members,
    asked=st.none() | st.tuples(members, st.sampled_from(SeatState)),
    status=st.sampled_from(Status),
    is_private=st.booleans(),
    is_deleted=st.sampled_from([False, False, False, True]),
)
companies = st.tuples(
    st.lists(people, min_size=MEMBERS, max_size=MEMBERS),
    st.lists(filed, min_size=1, max_size=5),
)


async def hire(session: AsyncSession, desks: Desks, company: list[dict[str, Any]]) -> list[Actor]:
    departments = (desks.it.id, desks.hr.id)
    rows = []
    for number, person in enumerate(company):
        place = person["department"]
        rows.append(
            {
                "id": new_id(),
                "team_id": TEAM,
                "slack_user_id": f"U1{number}",
                "employee_code": f"E-{number}",
                "name": f"Person {number}",
                "role": person["role"],
                "department_id": departments[place] if place is not None else None,
                "is_active": person["is_active"],
                "is_guest": person["is_guest"],
            }
        )
    await session.execute(insert(User), rows)
    keys = ("employee_code",)
    return [Actor(**{k: v for k, v in row.items() if k not in keys}) for row in rows]


async def fill(
    session: AsyncSession, desks: Desks, hired: list[Actor], tickets: list[Filed]
) -> list[uuid.UUID]:
    ids = [new_id() for _ in tickets]
    await session.execute(
        insert(Ticket),
        [
            {
                "id": ticket_id,
                "summary": "x",
                "requestor_id": hired[each.requester].id,
                "assignee_id": hired[each.assignee].id if each.assignee is not None else None,
                "department_id": (desks.it.id, desks.hr.id)[each.desk],
                "status": each.status,
                "is_private": each.is_private,
                "is_deleted": each.is_deleted,
                "deleted_at": utc_now() if each.is_deleted else None,
            }
            for ticket_id, each in zip(ids, tickets, strict=True)
        ],
    )
    rows = [row for i, each in zip(ids, tickets, strict=True) for row in parts(i, each, hired)]
    if rows:
        await session.execute(insert(TicketParticipant), rows)
    asked = [(i, *each.asked) for i, each in zip(ids, tickets, strict=True) if each.asked]
    for ticket_id, member, state in asked:
        ticket = await session.get_one(Ticket, ticket_id, execution_options={"deleted": "with"})
        await make_seat(session, ticket, hired[member], state=state)
    return ids


def parts(ticket_id: uuid.UUID, ticket: Filed, hired: list[Actor]) -> list[dict[str, Any]]:
    """Who left is a participant whose row is deleted: they are not on the ticket."""
    on_it: dict[int, tuple[Part, bool]] = {}
    if ticket.left is not None:
        on_it[ticket.left] = (Part.FOLLOWER, True)
    on_it |= dict.fromkeys(ticket.followers, (Part.FOLLOWER, False))
    if ticket.worked is not None:
        on_it[ticket.worked[0]] = (ticket.worked[1], False)
    if ticket.author is not None:
        on_it[ticket.author] = (Part.AUTHOR, False)
    return [
        {"ticket_id": ticket_id, "user_id": hired[n].id, "part": part, "is_deleted": is_gone}
        for n, (part, is_gone) in on_it.items()
    ]


def standing(desks: Desks, ticket: Filed, hired: list[Actor]) -> Standing:
    authors = {ticket.author} - {None}
    workers = {ticket.worked[0]} if ticket.worked else set()
    keeps_seat = ticket.asked and ticket.asked[1] is not SeatState.MOVED
    approvers = {ticket.asked[0]} if ticket.asked and keeps_seat else set()
    return Standing(
        key="HD-1",
        department_id=(desks.it.id, desks.hr.id)[ticket.desk],
        requester_id=hired[ticket.requester].id,
        assignee_id=hired[ticket.assignee].id if ticket.assignee is not None else None,
        author_ids=frozenset(hired[n].id for n in authors),
        follower_ids=frozenset(hired[n].id for n in authors | workers | ticket.followers),
        approver_ids=frozenset(hired[n].id for n in approvers),
    )


@settings(AGAINST_THE_DATABASE, max_examples=80)
@given(company=companies, viewer=members)
async def test_everything_seen_is_what_the_table_lets_read(
    sessions: Sessions,
    desks: Desks,
    company: tuple[list[dict[str, Any]], list[Filed]],
    viewer: int,
) -> None:
    described, tickets = company
    async with undone(sessions) as session:
        hired = await hire(session, desks, described)
        ids = await fill(session, desks, hired, tickets)
        actor = hired[viewer]
        by_table = {
            ticket_id
            for ticket_id, each in zip(ids, tickets, strict=True)
            if not each.is_deleted and may(actor, Permission.READ, standing(desks, each, hired))
        }
        seen = await session.scalars(select(Ticket.id).where(visible_to(actor)))
        assert set(seen) == by_table
        beside = select(Ticket.id).join(User, User.id == actor.id).where(visible_to_each())
        assert set(await session.scalars(with_deleted(beside))) == by_table
        await expect_direct_look_ups(session, actor, ids, by_table)
        open_ones = {
            i: each for i, each in zip(ids, tickets, strict=True) if each.status in IS_OPEN
        }
        await expect_lists(session, actor, by_table, open_ones, about(desks, ids, tickets, hired))


def about(
    desks: Desks, ids: list[uuid.UUID], tickets: list[Filed], hired: list[Actor]
) -> dict[uuid.UUID, Standing]:
    listed = zip(ids, tickets, strict=True)
    return {ticket_id: standing(desks, each, hired) for ticket_id, each in listed}


async def expect_lists(
    session: AsyncSession,
    actor: Actor,
    by_table: set[uuid.UUID],
    open_ones: dict[uuid.UUID, Filed],
    people: dict[uuid.UUID, Standing],
) -> None:
    """Each holds just what it says, of what the person may read."""
    found = await search(session, actor, Query())
    assert set(found.ids) == by_table
    assert {row.id for row in await read_found(session, actor, list(people))} == by_table
    for name in ListName:
        if name in OF_A_DESK and not may(actor, Permission.SEE_QUEUE):
            assert type(await refusal_of(read_list(session, actor, name))) is NotAllowed
            continue
        page = await read_list(session, actor, name)
        assert {row.id for row in page.rows} == {
            ticket_id
            for ticket_id, each in open_ones.items()
            if ticket_id in by_table and _belongs(name, each, people[ticket_id], actor)
        }, name
        counted = await count_lists(session, actor, [name])
        assert counted == {name: len(page.rows)}


def _belongs(name: ListName, ticket: Filed, on: Standing, actor: Actor) -> bool:
    filed, has = on.requester_id == actor.id, on.assignee_id == actor.id
    at_desk = on.department_id == actor.desk_id
    return {
        ListName.MINE: filed,
        ListName.FOR_ME: filed and ticket.status is Status.WAITING_REQUESTER,
        ListName.INVOLVED: filed or has,
        ListName.ASSIGNED: has,
        # What nobody holds is new: releasing makes it so again.
        ListName.UNASSIGNED: at_desk and ticket.assignee is None and ticket.status is Status.NEW,
        ListName.AT_RISK: False,
        ListName.DEPARTMENT: at_desk,
    }[name]


async def expect_direct_look_ups(
    session: AsyncSession, actor: Actor, ids: list[uuid.UUID], by_table: set[uuid.UUID]
) -> None:
    rows = list(
        await session.execute(
            select(Ticket.id, Ticket.number, Ticket.is_deleted).execution_options(deleted="with")
        )
    )
    number = {row[0]: row[1] for row in rows}
    gone = {row[0] for row in rows if row[2]}
    for ticket_id in ids:
        looks = (
            lambda i=ticket_id: queries.get_view(session, actor, i),
            lambda i=ticket_id: queries.get_view_by_number(session, actor, number[i]),
        )
        for look in looks:
            refusal = await refusal_of(look())
            assert (refusal is None) is (ticket_id in by_table)
            if refusal:
                assert type(refusal) is NotFound
                assert "does not exist, or you are not on it" in refusal.text
                assert refusal.unseen == (None if ticket_id in gone else f"HD-{number[ticket_id]}")
        refusal = await refusal_of(read_timeline(session, actor, ticket_id))
        assert (refusal is None) is (ticket_id in by_table)
        if refusal:
            assert type(refusal) is NotFound
            # Of a deleted one they hear what they would of one that never was.
            known = "This ticket does not exist, or you are not on it."
            never = (await refusal_of(read_timeline(session, actor, uuid.uuid4()))).text
            assert refusal.text == (never if ticket_id in gone else known)
        refusal = await refusal_of(read_transcript(session, actor.id, ticket_id))
        assert (refusal is None) is (ticket_id in by_table)
        linked = await read_linked(session, actor, [number[ticket_id]])
        assert ({each.id for each in linked.values()} == {ticket_id}) is (ticket_id in by_table)
        by_number = await search(session, actor, Query(f"HD-{number[ticket_id]}"))
        assert (ticket_id in by_number.ids) is (ticket_id in by_table)


async def test_a_form_opens_only_for_who_could_submit_it(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    view = await queries.get_view_to(session, desks.hugo, ticket.id, Permission.ASSIGN)
    assert view.id == ticket.id
    for person, kind in ((desks.ann, NotAllowed), (desks.eve, NotFound)):
        with pytest.raises(kind):
            await queries.get_view_to(session, person, ticket.id, Permission.ASSIGN)


async def test_a_deactivated_head_sees_nothing_of_their_department(
    session: AsyncSession, desks: Desks
) -> None:
    await desks.ticket(session)
    statement = select(Ticket.id)
    gone = replace(desks.hugo, is_active=False)
    assert len(list(await session.scalars(statement.where(visible_to(desks.hugo))))) == 1
    assert list(await session.scalars(statement.where(visible_to(gone)))) == []
