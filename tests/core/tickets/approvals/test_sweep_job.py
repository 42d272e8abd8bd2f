"""The job that beat calls for: everything that is due, and nothing twice."""

import asyncio
from types import SimpleNamespace
from typing import Any

from sqlalchemy import text

from core.db import unit_of_work
from core.engine import Sessions
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import actions, ask, finance_ticket, hire, told
from workers import approvals


async def test_the_job_does_all_that_is_due_though_two_of_them_run(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        fred = await hire(session, "fred")
        waiting = [await finance_ticket(session, desks) for _ in range(3)]
        for ticket in waiting:
            await ask(session, desks, ticket, purpose=f"A laptop of {ticket.number}")
        await session.execute(
            text("UPDATE approvals SET marks = 1, next_at = now() - interval '1 minute'")
        )
    runtime: Any = SimpleNamespace(sessions=fresh_sessions)
    await asyncio.gather(*[approvals.sweep_approvals(runtime) for _ in range(2)])
    await approvals.sweep_approvals(runtime)
    async with fresh_sessions() as session:
        assert [await actions(session, each) for each in waiting] == [["ask", "remind"]] * 3
        assert await told(session, fred) == ["reminder"] * 3
