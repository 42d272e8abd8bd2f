"""The Home tab's rows: who gets it anew, how often, and what of it they chose."""

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.home import service
from core.home.models import HomeVisit
from core.home.page import HomePage, read_home
from core.home.state import HomeState
from core.notices import Topic
from core.outbox import OutboxMessage
from core.preferences import Preference
from core.tickets.lists import Filters, ListName
from core.tickets.states import Status
from core.tickets.triage.transfers import transfer
from core.users.models import User
from core.users.permissions import Actor
from tests.core.desks import Desks, add_part


async def visit(session: AsyncSession, *people: Actor) -> None:
    for person in people:
        session.add(HomeVisit(user_id=person.id, opened_at=utc_now(), shown={}))
    await session.flush()


async def told(session: AsyncSession, desks: Desks) -> list[str]:
    """Whose Home tab is on its way."""
    names = {str(person.id): name for name, person in desks.people.items()}
    rows = await session.scalars(select(OutboxMessage).where(OutboxMessage.topic == Topic.HOME))
    return sorted(names[row.payload["reader_id"]] for row in rows)


async def test_a_ticket_is_news_for_its_people_and_its_desk(
    session: AsyncSession, desks: Desks
) -> None:
    await visit(session, *desks.people.values())
    ticket = await desks.ticket(session, assignee=desks.hana, status=Status.ASSIGNED)
    await add_part(session, ticket, desks.eve)
    await service.refresh_around(session, [ticket.id])
    await service.refresh_around(session, [ticket.id])
    assert await told(session, desks) == ["ann", "bea", "carl", "eve", "hana", "hugo", "vera"]


async def test_the_desk_it_left_hears_of_it_too(session: AsyncSession, desks: Desks) -> None:
    await visit(session, desks.carl, desks.hana, desks.finn)
    ticket = await desks.ticket(session)
    await transfer(
        session, desks.turn(desks.ann), ticket.id, department_id=desks.hr.id, reason="Theirs"
    )
    await session.flush()
    await service.refresh_around(session, [ticket.id])
    assert await told(session, desks) == ["carl", "hana"]


async def test_who_looked_long_ago_is_left_alone(session: AsyncSession, desks: Desks) -> None:
    await visit(session, desks.ann, desks.bea)
    earlier = utc_now() - service.LATELY - timedelta(minutes=1)
    left = update(HomeVisit).where(HomeVisit.user_id == desks.ann.id)
    await session.execute(left.values(opened_at=earlier))
    ticket = await desks.ticket(session)
    await service.refresh_around(session, [ticket.id])
    await service.refresh_people(session, [desks.ann.id, desks.eve.id, desks.bea.id])
    assert await told(session, desks) == ["bea"]


@pytest.mark.parametrize(("stored", "seconds"), [(None, 20), (7.5, 7.5)])
async def test_what_others_do_is_collected_for_a_while(
    session: AsyncSession, desks: Desks, stored: float | None, seconds: float
) -> None:
    if stored is not None:
        session.add(Preference(name="home_fold", value=stored))
    await visit(session, desks.bea)
    await service.refresh_people(session, [desks.bea.id])
    now = await session.scalar(select(text("now()")))
    [row] = await session.scalars(select(OutboxMessage))
    assert row.available_at - now == timedelta(seconds=seconds)


async def test_who_opens_it_waits_for_nothing_that_is_collected(
    session: AsyncSession, desks: Desks
) -> None:
    await visit(session, desks.bea)
    await service.refresh_people(session, [desks.bea.id])
    await service.opened(session, desks.bea)
    await service.opened(session, desks.bea)
    collected, at_once = await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    assert collected.lane != at_once.lane
    assert at_once.available_at < collected.available_at


async def test_many_at_once_wait_for_nobody_and_fold(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    people = list(fresh_desks.people.values())
    async with unit_of_work(fresh_sessions) as session:
        await visit(session, *people[1:])
    ids = [person.id for person in people[1:]]

    async def refresh(order: list[uuid.UUID]) -> None:
        async with unit_of_work(fresh_sessions) as session:
            await service.refresh_people(session, order)

    async def open_it() -> None:
        async with unit_of_work(fresh_sessions) as session:
            await service.opened(session, people[0])

    orders = (ids, ids[::-1], ids[::2])
    await asyncio.gather(*(refresh(each) for each in orders), open_it(), open_it())
    async with unit_of_work(fresh_sessions) as session:
        rows = list(await session.scalars(select(OutboxMessage)))
        assert len(rows) == len(people)
        assert len({row.payload["reader_id"] for row in rows}) == len(people)


async def test_what_somebody_chose_is_kept_until_they_choose_again(
    session: AsyncSession, desks: Desks
) -> None:
    async def shown() -> HomePage:
        page = await read_home(session, desks.ann.id)
        assert page is not None
        return page

    await service.opened(session, desks.ann)
    assert (await shown()).state == HomeState()
    for n in range(10):
        await desks.ticket(session, requester=desks.ann, number=100 + n)
    await service.turn_to(session, desks.ann, lambda state: state.listing(ListName.MINE))
    first = await shown()
    assert first.page is not None
    edge = first.page.on
    assert edge is not None
    await service.turn_to(session, desks.ann, lambda state: state.turned(edge))
    assert [row.number for row in (await shown()).page.rows] == [101, 100]
    await service.turn_to(session, desks.ann, lambda state: state.filtered(status=Status.NEW))
    assert (await shown()).state == HomeState(ListName.MINE, Filters(Status.NEW))
    # Whoever comes back begins at the first page.
    await service.turn_to(session, desks.ann, lambda state: state.turned(edge))
    await service.opened(session, desks.ann)
    assert (await shown()).state == HomeState(ListName.MINE, Filters(Status.NEW))


async def test_a_list_of_a_desk_goes_with_the_role(session: AsyncSession, desks: Desks) -> None:
    await service.turn_to(session, desks.ann, lambda state: state.listing(ListName.UNASSIGNED))
    await desks.ticket(session, summary="Secret")
    page = await read_home(session, desks.ann.id)
    assert page is not None
    assert page.page is not None
    assert [row.summary for row in page.page.rows] == ["Secret"]
    changed = update(User).where(User.id == desks.ann.id).values(role="employee")
    await session.execute(changed)
    session.expire_all()
    page = await read_home(session, desks.ann.id)
    assert page is not None
    assert (page.page, page.state, set(page.counts)) == (
        None,
        HomeState(),
        {ListName.FOR_ME, ListName.MINE},
    )


async def test_each_role_has_its_own_lists(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
    pages = {}
    for name in ("bea", "ann", "hugo", "cleo", "ada", "hana"):
        await service.opened(session, desks.people[name])
        pages[name] = await read_home(session, desks.people[name].id)
    assert pages["bea"].counts == {ListName.FOR_ME: 0, ListName.MINE: 1}
    assert pages["ann"].counts[ListName.ASSIGNED] == 1
    assert [row.id for row in pages["ann"].previews[ListName.ASSIGNED]] == [ticket.id]
    assert pages["ann"].overview is None
    assert pages["hugo"].overview.by_status == {Status.ASSIGNED: 1}
    assert {load.name: load.open for load in pages["hugo"].overview.loads} == {
        "Ann": 1,
        "Carl": 0,
        "Hugo": 0,
    }
    for name in ("cleo", "ada"):
        assert set(pages[name].counts.values()) == {0}
    assert pages["hana"].counts[ListName.DEPARTMENT] == 0
    assert [name for _, name in pages["bea"].departments] == ["Finance", "HR", "IT"]


async def test_whom_the_desk_turns_away_sees_nothing(session: AsyncSession, desks: Desks) -> None:
    await desks.ticket(session)
    await service.opened(session, desks.bea)
    await session.execute(update(User).where(User.id == desks.bea.id).values(is_guest=True))
    session.expire_all()
    page = await read_home(session, desks.bea.id)
    assert page is not None
    assert not page.is_welcome
    assert (page.counts, page.departments) == ({}, ())
    assert await read_home(session, uuid.uuid4()) is None
    assert replace(page, actor=desks.bea).is_welcome
