"""Parts of one ticket, and two people at the same moment."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.db import unit_of_work
from core.engine import Sessions
from core.errors import AlreadyDone, HelpDeskError, InvalidTransition
from core.tickets.parts import service as sub_tickets
from core.tickets.parts.models import SubTicket
from core.tickets.states import Status, SubTicketStatus
from core.users.permissions import Actor
from tests.core.desks import Desks
from tests.core.tickets.parts.test_service import VERBS, SubAction, make_part

TOLD = """
SELECT (SELECT count(*) FROM notifications WHERE topic = 'parts.done')
     + (SELECT count(*) FROM outbox_messages WHERE topic = 'parts.done')
"""


async def at_once(*doing: Awaitable[None]) -> list[HelpDeskError | None]:
    results = await asyncio.gather(*doing, return_exceptions=True)
    for each in results:
        if each is not None and not isinstance(each, HelpDeskError):
            raise each
    return [each if isinstance(each, HelpDeskError) else None for each in results]


async def act(
    sessions: Sessions, desks: Desks, actor: Actor, action: SubAction, part_id: int
) -> None:
    async with unit_of_work(sessions) as session:
        await VERBS[action](session, desks.turn(actor), part_id)


async def status_of(sessions: Sessions, part_id: int) -> SubTicketStatus:
    async with sessions() as session:
        part = await session.get(SubTicket, part_id)
        assert part is not None
        return part.status


@pytest.mark.parametrize("turn", range(5))
async def test_of_two_who_accept_one_has_it_and_one_is_told(
    fresh_sessions: Sessions, fresh_desks: Desks, turn: int
) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        ticket = await desks.ticket(session, desk=desks.hr)
        part = await make_part(session, ticket, desks, department_id=desks.it.id)
    people = (desks.ann, desks.carl)
    results = await at_once(
        *(act(fresh_sessions, desks, each, SubAction.ACCEPT, part.id) for each in people)
    )
    [refused] = [each for each in results if each]
    winner = people[results.index(None)]
    assert type(refused) is AlreadyDone
    assert refused.text == f"{winner.name} has {ticket.key}/1 already."
    async with fresh_sessions() as session:
        found = await session.get(SubTicket, part.id)
        assert found is not None
        assert found.assignee_id == winner.id


@pytest.mark.parametrize("turn", range(5))
async def test_accepting_and_cancelling_happen_one_after_the_other(
    fresh_sessions: Sessions, fresh_desks: Desks, turn: int
) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        ticket = await desks.ticket(session)
        part = await make_part(session, ticket, desks)
    accepted, cancelled = await at_once(
        act(fresh_sessions, desks, desks.hana, SubAction.ACCEPT, part.id),
        act(fresh_sessions, desks, desks.hugo, SubAction.CANCEL, part.id),
    )
    # What is accepted can still be cancelled; what is cancelled is not accepted.
    assert cancelled is None
    assert await status_of(fresh_sessions, part.id) is SubTicketStatus.CANCELLED
    if accepted:
        assert type(accepted) is InvalidTransition
        assert "is cancelled: you cannot accept it now." in accepted.text


@pytest.mark.parametrize("has_assignee", [True, False])
@pytest.mark.parametrize("turn", range(4))
async def test_the_last_two_parts_done_at_once_say_so_once(
    fresh_sessions: Sessions, fresh_desks: Desks, turn: int, has_assignee: bool
) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        assignee = desks.ann if has_assignee else None
        status = Status.IN_PROGRESS if has_assignee else Status.NEW
        ticket = await desks.ticket(session, assignee=assignee, status=status)
        held = {"status": SubTicketStatus.IN_PROGRESS}
        parts = [await make_part(session, ticket, desks, position=n, **held) for n in (1, 2)]
    results = await at_once(
        *(act(fresh_sessions, desks, desks.hana, SubAction.FINISH, each.id) for each in parts)
    )
    assert results == [None, None]
    async with fresh_sessions() as session:
        assert await session.scalar(text(TOLD)) == 1


async def test_agreeing_and_keeping_at_once_have_one_answer(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        ticket = await desks.ticket(session)
        part = await make_part(session, ticket, desks, status=SubTicketStatus.ACCEPTED)
        wanted = ticket.created_at + timedelta(days=365)
        await sub_tickets.propose(session, desks.turn(desks.hana), part.id, due_at=wanted)

    async def answer(verb: object) -> None:
        async with unit_of_work(fresh_sessions) as session:
            await verb(session, desks.turn(desks.hugo), part.id, proposed=wanted)

    results = await at_once(answer(sub_tickets.agree), answer(sub_tickets.keep))
    [refused] = [each for each in results if each]
    assert type(refused) is AlreadyDone
