"""Departments that are deleted while somebody files a ticket with them: one of both happens."""

import asyncio

from sqlalchemy import update

from core.configuration.editing import remove
from core.configuration.sections import Section, list_entries
from core.configuration.typed import Shown
from core.db import unit_of_work
from core.engine import Sessions
from core.errors import NotAllowed, Refused
from core.tickets.changes import Turn
from core.tickets.opening import open_ticket
from core.users.models import User
from core.users.roles import Role
from tests.core.desks import Desks, refusal_of


async def shown(sessions: Sessions, turn: Turn, name: str) -> Shown:
    async with unit_of_work(sessions) as session:
        found = await list_entries(session, turn.actor, Section.DEPARTMENTS)
    return next(Shown(each.key, each.print) for each in found if each.key == name)


async def empty_hr(sessions: Sessions, desks: Desks) -> None:
    """Nobody works there any more."""
    async with unit_of_work(sessions) as session:
        everybody = update(User).where(User.department_id == desks.hr.id)
        await session.execute(everybody.values(department_id=None, role=Role.EMPLOYEE))


async def test_a_ticket_that_is_being_filed_keeps_its_department(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    desks, turn = fresh_desks, fresh_desks.turn(fresh_desks.ada)
    await empty_hr(fresh_sessions, desks)
    at = await shown(fresh_sessions, turn, "HR")
    filed, may_commit = asyncio.Event(), asyncio.Event()

    async def file() -> None:
        async with unit_of_work(fresh_sessions) as session:
            form = desks.form(department_id=desks.hr.id)
            people = {"author": desks.bea, "requester": desks.bea}
            await open_ticket(session, form, policy=desks.policy, **people)
            filed.set()
            await may_commit.wait()

    async def delete() -> None:
        await filed.wait()
        async with unit_of_work(fresh_sessions) as session:
            asyncio.get_running_loop().call_later(0.2, may_commit.set)
            await remove(session, turn, Section.DEPARTMENTS, at, reason="Nobody is there.")

    _, refusal = await asyncio.gather(file(), refusal_of(delete()))
    assert isinstance(refusal, Refused)
    assert "in use by 1 ticket" in refusal.text


async def test_a_ticket_that_comes_too_late_is_not_filed(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    desks, turn = fresh_desks, fresh_desks.turn(fresh_desks.ada)
    await empty_hr(fresh_sessions, desks)
    at = await shown(fresh_sessions, turn, "HR")
    deleted, may_commit = asyncio.Event(), asyncio.Event()

    async def delete() -> None:
        async with unit_of_work(fresh_sessions) as session:
            await remove(session, turn, Section.DEPARTMENTS, at, reason="Nobody is there.")
            await session.flush()
            deleted.set()
            await may_commit.wait()

    async def file() -> None:
        await deleted.wait()
        async with unit_of_work(fresh_sessions) as session:
            asyncio.get_running_loop().call_later(0.2, may_commit.set)
            form = desks.form(department_id=desks.hr.id)
            people = {"author": desks.bea, "requester": desks.bea}
            await open_ticket(session, form, policy=desks.policy, **people)

    _, refusal = await asyncio.gather(delete(), refusal_of(file()))
    assert isinstance(refusal, NotAllowed)
    assert "the department changed meanwhile" in refusal.text
