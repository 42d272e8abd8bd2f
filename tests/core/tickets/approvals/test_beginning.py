"""Departments whose work begins with an approval."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Refused
from core.tickets import service as tickets
from core.tickets.approvals.states import Choice
from core.tickets.changes import Turn
from core.tickets.policy import read_policy
from core.tickets.states import Status
from core.users.models import Department
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import ask, decide, finance_ticket, hire


async def approval_first(session: AsyncSession, desks: Desks) -> Turn:
    """Finn's turn, where work begins with an approval."""
    await session.execute(update(Department).values(approval_first=True))
    return replace(desks.turn(desks.finn), policy=await read_policy(session))


async def test_work_begins_once_an_approval_was_given(session: AsyncSession, desks: Desks) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks, status=Status.ASSIGNED)
    turn = await approval_first(session, desks)
    with pytest.raises(Refused, match="begins once an approval was given"):
        await tickets.start(session, turn, ticket.id)
    assert ticket.status is Status.ASSIGNED
    asked = await ask(session, desks, ticket)
    await decide(session, desks, fred, asked.request_id)
    await tickets.start(session, turn, ticket.id)
    assert ticket.status is Status.IN_PROGRESS


async def test_a_rejection_begins_nothing(session: AsyncSession, desks: Desks) -> None:
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks, status=Status.ASSIGNED)
    turn = await approval_first(session, desks)
    asked = await ask(session, desks, ticket)
    await decide(session, desks, fred, asked.request_id, Choice.REJECT)
    with pytest.raises(Refused, match="begins once an approval was given"):
        await tickets.start(session, turn, ticket.id)


async def test_elsewhere_work_begins_without_one(session: AsyncSession, desks: Desks) -> None:
    ticket = await finance_ticket(session, desks, status=Status.ASSIGNED)
    await tickets.start(session, desks.turn(desks.finn), ticket.id)
    assert ticket.status is Status.IN_PROGRESS
