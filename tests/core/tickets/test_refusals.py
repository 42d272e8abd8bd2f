"""Refused tries: one row a minute for each person, ticket and action, however they come."""

import asyncio
import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work
from core.engine import Sessions
from core.tickets.models import Source
from core.tickets.parts.models import SubTicket
from core.tickets.refusals import Mentioned, Tried, write_refusal
from core.users.queries import Identity
from tests.core.desks import Desks
from tests.factories import TEAM

NOBODY = Identity("T0OTHER", "U0NOBODY")


def tried(who: Identity, about: Mentioned, **more: object) -> Tried:
    given = {"source": Source.BUTTON, "action": "ticket.claim", "reason": "Not yours."}
    return Tried(who=who, about=about, **(given | more))  # type: ignore[arg-type]


def of(slack_user_id: str) -> Identity:
    return Identity(TEAM, slack_user_id)


async def rows(session: AsyncSession) -> list[tuple[object, ...]]:
    found = await session.execute(
        text("SELECT user_id, ticket_id FROM audit_logs WHERE action = 'refused' ORDER BY id")
    )
    return [tuple(row) for row in found]


async def test_a_flood_at_once_is_one_row(fresh_sessions: Sessions, fresh_desks: Desks) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        ticket = await desks.ticket(session)
    # Whatever the clock shows, they are at most in two minutes.
    attempt = tried(of("U0EVE"), Mentioned(ticket_id=ticket.id))

    async def press() -> bool:
        async with unit_of_work(fresh_sessions) as session:
            return await write_refusal(session, attempt)

    written = await asyncio.gather(*(press() for _ in range(8)))
    async with unit_of_work(fresh_sessions) as session:
        found = await rows(session)
    assert set(found) == {(desks.eve.id, ticket.id)}
    assert len(found) == sum(written) <= 2


async def test_other_people_tickets_and_actions_have_rows_of_their_own(
    session: AsyncSession, desks: Desks
) -> None:
    one, other = await desks.ticket(session), await desks.ticket(session)
    for attempt in (
        tried(of("U0EVE"), Mentioned(ticket_id=one.id)),
        tried(of("U0EVE"), Mentioned(number=other.number)),
        tried(of("U0CLEO"), Mentioned(ticket_id=one.id)),
        tried(of("U0EVE"), Mentioned(ticket_id=one.id), action="ticket.start"),
    ):
        assert await write_refusal(session, attempt)
    assert await rows(session) == [
        (desks.eve.id, one.id),
        (desks.eve.id, other.id),
        (desks.cleo.id, one.id),
        (desks.eve.id, one.id),
    ]


async def test_a_stranger_leaves_a_row_without_a_person(session: AsyncSession) -> None:
    assert await write_refusal(session, tried(NOBODY, Mentioned()))
    assert await rows(session) == [(None, None)]


async def test_a_part_stands_for_its_ticket(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    part = SubTicket(
        parent_ticket_id=ticket.id, department_id=desks.hr.id, position=1, summary="Papers"
    )
    session.add(part)
    await session.flush()
    assert await write_refusal(session, tried(of("U0EVE"), Mentioned(part_id=part.id)))
    assert await rows(session) == [(desks.eve.id, ticket.id)]


@pytest.mark.parametrize(("who", "is_written"), [("U0EVE", True), ("U0ANN", False)])
async def test_what_does_not_show_is_a_try_only_for_whom_it_is_hidden(
    session: AsyncSession, desks: Desks, who: str, is_written: bool
) -> None:
    ticket = await desks.ticket(session)
    attempt = tried(of(who), Mentioned(number=ticket.number), is_hidden=True)
    assert await write_refusal(session, attempt) is is_written


@pytest.mark.parametrize(
    "about",
    [
        Mentioned(),
        Mentioned(ticket_id=uuid.uuid4()),
        Mentioned(number=2**70),
        Mentioned(number=-1),
        Mentioned(part_id=2**70),
    ],
)
async def test_what_is_nowhere_is_hidden_from_nobody(
    session: AsyncSession, desks: Desks, about: Mentioned
) -> None:
    assert not await write_refusal(session, tried(of("U0EVE"), about, is_hidden=True))
    assert await rows(session) == []
