"""Calendars that open tickets are counted by: under another name, and when they are in the way."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.editing import remove, save
from core.configuration.reading import read
from core.configuration.sections import Entry, Section, list_entries
from core.configuration.seed import apply
from core.configuration.typed import Shown, Typed
from core.errors import Refused
from core.tickets import service as tickets
from core.tickets.changes import Turn
from core.tickets.models import Source, Ticket
from core.tickets.policy import read_policy
from core.tickets.sla.explaining import explain
from core.tickets.sla.models import SlaClock
from tests.core.desks import Desks

SHIFTS = """
team_id: T0ACME
calendars: [{name: office}, {name: shifts, hours: {mon-sun: ["06:00-14:00"]}}]
sla_templates: [{name: rest, calendar: shifts}]
"""


@pytest.fixture
async def turn(session: AsyncSession, desks: Desks) -> Turn:
    await apply(session, read(SHIFTS))
    return Turn(desks.ada, Source.FORM, await read_policy(session))


@pytest.fixture
async def ticket(session: AsyncSession, desks: Desks, turn: Turn) -> Ticket:
    opened = await tickets.open_ticket(
        session, desks.form(), author=desks.bea, requester=desks.bea, policy=turn.policy
    )
    return await session.get_one(Ticket, opened.id)


async def entry(session: AsyncSession, turn: Turn, section: Section, key: str) -> Entry:
    found = await list_entries(session, turn.actor, section)
    return next(each for each in found if each.key == key)


async def changed(
    session: AsyncSession, turn: Turn, section: Section, key: str, **values: object
) -> None:
    found = await entry(session, turn, section, key)
    typed = Typed({**found.values, **values})
    await save(session, turn, section, Shown(found.key, found.print), typed)


async def test_what_counts_by_it_goes_on_by_the_same_hours(
    session: AsyncSession, desks: Desks, turn: Turn, ticket: Ticket
) -> None:
    before = ticket.due_at
    await changed(session, turn, Section.CALENDARS, "shifts", name="two shifts")
    session.expire_all()
    policy = await read_policy(session)
    for clock in await session.scalars(select(SlaClock)):
        assert (clock.calendar, clock.calendar_version) == (
            "two shifts",
            policy.versions["two shifts"],
        )
        assert "two shifts" in {name for name, _ in policy.hours}
    await session.refresh(ticket)
    assert ticket.due_at == before
    why = await explain(session, desks.bea, ticket.id, policy)
    assert {each.calendar for each in why.clocks} == {"two shifts"}
    # And it can be changed further on: what is open follows.
    await changed(session, turn, Section.CALENDARS, "two shifts", hours={"sun": ["06:00-07:00"]})
    session.expire_all()
    await session.refresh(ticket)
    assert before is not None
    assert ticket.due_at is not None
    assert ticket.due_at > before


async def test_open_tickets_keep_it_from_being_deleted(
    session: AsyncSession, turn: Turn, ticket: Ticket
) -> None:
    await changed(session, turn, Section.SLA_TEMPLATES, "rest", calendar="always")
    found = await entry(session, turn, Section.CALENDARS, "shifts")
    shown = Shown(found.key, found.print)
    with pytest.raises(Refused, match="in use by 1 open ticket, so it cannot be deleted"):
        await remove(session, turn, Section.CALENDARS, shown, reason="Not needed.")
    await session.execute(text("UPDATE sla_clocks SET state = 'met'"))
    await remove(session, turn, Section.CALENDARS, shown, reason="Not needed.")
