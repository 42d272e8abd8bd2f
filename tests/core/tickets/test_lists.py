"""Lists of tickets: page by page and back, filtered, from small indexes however many there are."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import NotAllowed
from core.tickets import lists
from core.tickets.lists import OF_A_DESK, PAGE, Edge, Filters, ListName, read_list
from core.tickets.models import Ticket
from core.tickets.search import Query, search
from core.tickets.states import Priority, SlaState, Status
from core.users.permissions import Actor
from tests.benchmarks.many_tickets import COMMON, PEOPLE, RARE, fill
from tests.core.desks import Desks, add_part
from tests.core.plans import buffers_of, plan_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def many(session: AsyncSession, desks: Desks, number: int) -> None:
    # Three at each moment, so that moments alone would not tell where a page ends.
    for n in range(number):
        moment = NOON + timedelta(minutes=n // 3)
        at = {"created_at": moment, "due_at": moment, "sla_state": SlaState.BREACHED}
        await desks.ticket(session, requester=desks.ann, number=100 + n, **at)


async def walk(
    session: AsyncSession, actor: Actor, name: ListName, *, back: bool = False
) -> list[list[int]]:
    """The numbers on each page, as somebody sees them who always turns on, or back."""
    edge = None
    if back:
        end = datetime(9999, 1, 1, tzinfo=UTC) if name is ListName.AT_RISK else NOON
        edge = Edge(end, uuid.UUID(int=0), is_back=True)
    pages: list[list[int]] = []
    while True:
        page = await read_list(session, actor, name, edge=edge)
        pages.append([row.number for row in page.rows])
        edge = page.back if back else page.on
        if edge is None:
            return pages


@pytest.mark.parametrize("name", sorted(set(ListName) - {ListName.FOR_ME, ListName.ASSIGNED}))
async def test_pages_show_every_ticket_once_there_and_back(
    session: AsyncSession, desks: Desks, name: ListName
) -> None:
    await many(session, desks, 20)
    pages = await walk(session, desks.ann, name)
    assert [len(page) for page in pages] == [8, 8, 4]
    seen = [number for page in pages for number in page]
    assert sorted(seen) == list(range(100, 120))
    moments = [(number - 100) // 3 for number in seen]
    assert moments == sorted(moments, reverse=name is not ListName.AT_RISK)
    back = await walk(session, desks.ann, name, back=True)
    assert [number for page in reversed(back) for number in page] == seen


async def test_a_ticket_filed_meanwhile_moves_nothing_to_the_next_page(
    session: AsyncSession, desks: Desks
) -> None:
    await many(session, desks, 10)
    first = await read_list(session, desks.ann, ListName.MINE)
    assert first.back is None
    await desks.ticket(session, requester=desks.ann, number=200)
    second = await read_list(session, desks.ann, ListName.MINE, edge=first.on)
    assert {row.number for row in second.rows} == {100, 101}
    assert second.on is None
    again = await read_list(session, desks.ann, ListName.MINE, edge=second.back)
    assert [row.number for row in again.rows] == [row.number for row in first.rows]


async def test_a_page_that_is_not_there_any_more_is_the_first_one(
    session: AsyncSession, desks: Desks
) -> None:
    await many(session, desks, 3)
    nowhere = Edge(NOON - timedelta(days=1), uuid.uuid4())
    page = await read_list(session, desks.ann, ListName.MINE, edge=nowhere)
    assert len(page.rows) == 3
    assert (page.back, page.on) == (None, None)


async def test_each_list_holds_what_it_says(session: AsyncSession, desks: Desks) -> None:
    def ticket(summary: str, **columns: object) -> object:
        return desks.ticket(session, summary=summary, **columns)

    later = utc_now() + timedelta(days=9)
    await ticket("filed", requester=desks.ann)
    held = {"assignee": desks.ann, "status": Status.ASSIGNED}
    soon = {"due_at": utc_now() + timedelta(hours=1), "sla_state": SlaState.AT_RISK}
    await ticket("has", **held, **soon)
    await ticket("both", requester=desks.ann, **(held | {"status": Status.WAITING_REQUESTER}))
    await ticket("late", due_at=utc_now() - timedelta(days=9), sla_state=SlaState.BREACHED)
    await ticket("unanswered", due_at=later, sla_state=SlaState.ANSWER_OVERDUE)
    await ticket("not yet", due_at=utc_now() + timedelta(hours=2), sla_state=SlaState.ON_TRACK)
    await ticket("elsewhere", desk=desks.hr)
    await ticket("over", requester=desks.ann, assignee=desks.ann, status=Status.CLOSED)
    followed: Ticket = await ticket("followed", desk=desks.hr, requester=desks.eve)
    await add_part(session, followed, desks.ann)
    at_desk = {"filed", "has", "both", "late", "not yet", "unanswered"}
    wanted = {
        ListName.MINE: {"filed", "both"},
        ListName.FOR_ME: {"both"},
        ListName.INVOLVED: {"filed", "has", "both"},
        ListName.ASSIGNED: {"has", "both"},
        ListName.UNASSIGNED: {"filed", "late", "not yet", "unanswered"},
        ListName.AT_RISK: {"late", "has", "unanswered"},
        ListName.DEPARTMENT: at_desk,
    }
    for name, summaries in wanted.items():
        page = await read_list(session, desks.ann, name)
        assert {row.summary for row in page.rows} == summaries, name
    counts = await lists.count_lists(session, desks.ann, list(ListName))
    assert counts == {name: len(summaries) for name, summaries in wanted.items()}
    risky = await read_list(session, desks.ann, ListName.AT_RISK)
    assert [row.summary for row in risky.rows] == ["late", "has", "unanswered"]


async def test_the_other_side_is_named(session: AsyncSession, desks: Desks) -> None:
    await desks.ticket(session, requester=desks.ann, assignee=desks.carl, status=Status.ASSIGNED)
    [filed] = (await read_list(session, desks.ann, ListName.MINE)).rows
    [has] = (await read_list(session, desks.carl, ListName.ASSIGNED)).rows
    assert (filed.who, has.who, has.department) == ("Carl", "Ann", "IT")


async def test_filters_leave_only_what_fits(session: AsyncSession, desks: Desks) -> None:
    urgent = await desks.ticket(session, priority=Priority.URGENT)
    over = await desks.ticket(session, status=Status.RESOLVED)
    for_hr = await desks.ticket(session, desk=desks.hr)
    asked = {
        Filters(): {urgent.id, for_hr.id},
        Filters(priority=Priority.URGENT): {urgent.id},
        Filters(status=Status.RESOLVED): {over.id},
        Filters(status=Status.NEW, department_id=desks.hr.id): {for_hr.id},
        Filters(status=Status.ON_HOLD): set(),
    }
    for filters, ids in asked.items():
        page = await read_list(session, desks.bea, ListName.MINE, filters)
        assert {row.id for row in page.rows} == ids, filters
    page = await read_list(session, desks.ann, ListName.DEPARTMENT, Filters(Status.RESOLVED))
    assert page.rows == []


@pytest.mark.parametrize("name", ["bea", "cleo", "ada"])
async def test_only_a_desk_has_the_lists_of_a_desk(
    session: AsyncSession, desks: Desks, name: str
) -> None:
    for listed in OF_A_DESK:
        with pytest.raises(NotAllowed, match="have a queue"):
            await read_list(session, desks.people[name], listed)
    with pytest.raises(NotAllowed, match="have a queue"):
        await lists.count_by_status(session, desks.people[name])


async def test_counts_stop_where_nobody_needs_to_know_more(
    session: AsyncSession, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many(session, desks, 5)
    monkeypatch.setattr(lists, "COUNTED_MOST", 3)
    counts = await lists.count_lists(session, desks.ann, [ListName.MINE, ListName.ASSIGNED])
    assert counts == {ListName.MINE: 4, ListName.ASSIGNED: 0}
    assert await lists.count_by_status(session, desks.ann) == {Status.NEW: 5}


@pytest.fixture
async def years(database_url: str) -> None:
    plain = make_url(database_url).set(drivername="postgresql")
    connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
    await fill(connection, 12_000)
    await connection.close()


async def test_no_list_reads_more_than_a_few_pages_even_when_prepared(
    years: None, fresh_sessions: Sessions
) -> None:
    """First page and last, and filtered where there is much to filter: never the table."""
    last = Edge(datetime(1970, 1, 1, tzinfo=UTC), uuid.UUID(int=0), is_back=True)
    latest = replace(last, at=datetime(9999, 1, 1, tzinfo=UTC))
    narrow = [Filters(status=Status.ASSIGNED), Filters(priority=Priority.HIGH)]
    async with unit_of_work(fresh_sessions) as session:
        for name in ListName:
            person = PEOPLE.requester if name in (ListName.MINE, ListName.FOR_ME) else PEOPLE.agent
            end = latest if name is ListName.AT_RISK else last
            ways = [(Filters(), None), (Filters(), end)]
            ways += [(each, None) for each in narrow if name is ListName.DEPARTMENT]
            for filters, edge in ways:
                asked = (session, person, name, filters, edge)
                page = await read_list(*asked)
                assert name is ListName.FOR_ME or len(page.rows) == PAGE, name
                plan = await plan_of(session, read_list(*asked))
                assert "Seq Scan on tickets" not in plan, plan
                # What fits is so little here that all of it is read and sorted.
                most = 60 if filters == Filters() else 80
                read = await buffers_of(session, read_list(*asked))
                assert read <= most, f"{name} {filters} {edge}\n{plan}"


async def test_a_search_never_reads_the_table_whatever_is_asked(
    years: None, fresh_sessions: Sessions
) -> None:
    """Nor more of it than the newest tickets of each way, and what is rare by its index."""
    for person in (PEOPLE.agent, PEOPLE.requester):
        for words in (COMMON, f"{COMMON} w1", "w400", RARE, "w1", "nowhere", "pritner", "12", ""):
            asked = Query(words, priority=Priority.HIGH if not words else None)
            async with unit_of_work(fresh_sessions) as session:
                plan = await plan_of(session, search(session, person, asked))
                assert "Seq Scan on tickets" not in plan, plan
                assert "Seq Scan on ticket_participants" not in plan, plan
                read = await buffers_of(session, search(session, person, asked))
                assert read <= 8000, (words, plan)
