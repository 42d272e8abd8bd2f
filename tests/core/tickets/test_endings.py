"""Tickets that end by themselves: after silence, or when a requester does not answer."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.tickets import service as tickets
from core.tickets.changes import Turn, by_itself
from core.tickets.endings import unanswered
from core.tickets.endings.closing import close_silent, silent_since
from core.tickets.endings.unanswered import (
    ask_again,
    given_up_since,
    resolve_unanswered,
    unanswered_since,
)
from core.tickets.models import AuditLog, Ticket
from core.tickets.states import Status
from core.users.models import Department
from tests.core.desks import Desks, dump
from tests.core.plans import plan_of
from tests.factories import make_sub_ticket

#: Wednesday, 10:00 in Berlin.
WEDNESDAY_AT_TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def with_preferences(desks: Desks, **chosen: Any) -> Turn:
    preferences = replace(desks.policy.preferences, **chosen)
    return by_itself(replace(desks.policy, preferences=preferences))


async def resolved(session: AsyncSession, desks: Desks, days: int, **columns: Any) -> Ticket:
    at = utc_now() - days * DAY
    given = {"assignee": desks.ann, "status": Status.RESOLVED, "resolved_at": at, **columns}
    return await desks.ticket(session, **given)


def test_silence_is_counted_in_business_days(desks: Desks) -> None:
    turn = with_preferences(desks, auto_close_days=5)
    found = silent_since(turn.policy, desks.it, WEDNESDAY_AT_TEN)
    # A week ago at the same hour: five days of work, and a weekend.
    assert found == WEDNESDAY_AT_TEN - 7 * DAY
    at_night = WEDNESDAY_AT_TEN + timedelta(hours=12)
    assert silent_since(turn.policy, desks.it, at_night) is None
    never = with_preferences(desks, auto_close_days=0)
    assert silent_since(never.policy, desks.it, WEDNESDAY_AT_TEN) is None


async def test_what_nobody_answers_about_is_closed_by_nobody(
    session: AsyncSession, desks: Desks
) -> None:
    old, young = await resolved(session, desks, 10), await resolved(session, desks, 1)
    await resolved(session, desks, 10, is_deleted=True)
    await resolved(session, desks, 10, desk=desks.hr)
    open_one = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
    turn, since = with_preferences(desks), utc_now() - 7 * DAY
    assert await close_silent(session, turn, desks.it, since) == 1
    assert await close_silent(session, turn, desks.it, since) == 0
    states = [each.status for each in (old, young, open_one)]
    assert states == [Status.CLOSED, Status.RESOLVED, Status.IN_PROGRESS]
    assert old.closed_at is not None
    line = await session.scalar(select(AuditLog).where(AuditLog.ticket_id == old.id))
    assert line is not None
    assert (line.user_id, line.source, line.action) == (None, "job", "ticket.close")
    assert "5 business days" in line.details["reason"]


async def test_optional_parts_go_with_it(session: AsyncSession, desks: Desks) -> None:
    ticket = await resolved(session, desks, 10)
    hr = await session.get_one(type(ticket).department.property.entity.class_, desks.hr.id)
    part = await make_sub_ticket(session, parent=ticket, department=hr, is_required=False)
    await close_silent(session, with_preferences(desks), desks.it, utc_now())
    await session.refresh(part)
    assert part.status == "cancelled"


async def test_two_sweeps_at_once_close_each_once(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    async with unit_of_work(fresh_sessions) as session:
        for _ in range(12):
            await resolved(session, fresh_desks, 10)

    async def sweep() -> int:
        async with unit_of_work(fresh_sessions) as session:
            turn = with_preferences(fresh_desks)
            return await close_silent(session, turn, fresh_desks.it, utc_now())

    assert sum(await asyncio.gather(*(sweep() for _ in range(4)))) == 12
    async with fresh_sessions() as session:
        rows = await dump(session, "audit_logs")
    assert len(rows["audit_logs"]) == 12


async def waiting(session: AsyncSession, desks: Desks, days: float, **columns: Any) -> Ticket:
    given = {"assignee": desks.ann, "status": Status.WAITING_REQUESTER, **columns}
    ticket = await desks.ticket(session, **given)
    ticket.waiting_since = utc_now() - days * DAY
    await session.flush()
    return ticket


async def asked(session: AsyncSession) -> list[str]:
    rows = (await dump(session, "outbox_messages"))["outbox_messages"]
    return [each["lane"] for each in rows if each["topic"] == "ticket.asked_again"]


async def test_a_requester_is_asked_once_in_each_wait(session: AsyncSession, desks: Desks) -> None:
    ticket = await waiting(session, desks, 5)
    await waiting(session, desks, 1)
    version = ticket.version
    for _ in range(2):
        await ask_again(session, desks.it, utc_now() - 3 * DAY)
    assert await asked(session) == [f"requester:{ticket.id}"]
    await session.refresh(ticket)
    assert ticket.version == version
    await tickets.start(session, desks.turn(desks.ann), ticket.id)
    assert (ticket.waiting_since, ticket.asked_again_at) == (None, None)
    await tickets.wait(session, desks.turn(desks.ann), ticket.id)
    assert ticket.waiting_since is not None
    await ask_again(session, desks.it, utc_now() - 3 * DAY)
    assert len(await asked(session)) == 1
    await ask_again(session, desks.it, utc_now())
    # The young one as well.
    assert len(await asked(session)) == 3


async def test_nobody_is_given_up_unless_the_desk_wants_it(
    session: AsyncSession, desks: Desks
) -> None:
    now = WEDNESDAY_AT_TEN
    assert given_up_since(with_preferences(desks).policy, desks.it, now) is None
    turn = with_preferences(desks, resolve_unanswered=True, nudge_requester_days=5)
    assert unanswered_since(turn.policy, desks.it, now) == now - 7 * DAY
    assert given_up_since(turn.policy, desks.it, now) == now - 14 * DAY


async def test_only_who_was_asked_again_is_given_up(session: AsyncSession, desks: Desks) -> None:
    turn = with_preferences(desks, resolve_unanswered=True)
    ticket = await waiting(session, desks, 20)
    held_up = await waiting(session, desks, 20)
    hr = await session.get_one(type(ticket).department.property.entity.class_, desks.hr.id)
    await make_sub_ticket(session, parent=held_up, department=hr)
    assert await resolve_unanswered(session, turn, desks.it, utc_now()) == 0
    await ask_again(session, desks.it, utc_now())
    session.expire_all()
    assert await resolve_unanswered(session, turn, desks.it, utc_now()) == 1
    for each in (ticket, held_up):
        await session.refresh(each)
    assert (ticket.status, held_up.status) == (Status.RESOLVED, Status.WAITING_REQUESTER)
    assert ticket.resolution is not None
    assert "no answer" in ticket.resolution


async def test_what_is_held_up_keeps_none_behind_it_from_being_given_up(
    session: AsyncSession, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered, "BATCH", 1)
    turn = with_preferences(desks, resolve_unanswered=True)
    held_up, ticket = await waiting(session, desks, 30), await waiting(session, desks, 20)
    hr = await session.get_one(Department, desks.hr.id)
    await make_sub_ticket(session, parent=held_up, department=hr)
    for _ in range(2):
        await ask_again(session, desks.it, utc_now())
    session.expire_all()
    assert await resolve_unanswered(session, turn, desks.it, utc_now()) == 1
    await session.refresh(ticket)
    assert ticket.status is Status.RESOLVED
    assert await resolve_unanswered(session, turn, desks.it, utc_now()) == 0


@pytest.mark.parametrize("index", ["ix_tickets_resolved", "ix_tickets_unanswered"])
async def test_the_sweeps_read_their_small_indexes_among_many_tickets(
    session: AsyncSession, desks: Desks, index: str
) -> None:
    many = text(
        "INSERT INTO tickets (id, summary, description, status, priority, is_private,"
        " requestor_id, department_id, resolved_at)"
        " SELECT gen_random_uuid(), 'x', '', CASE WHEN n % 4 = 0 THEN 'new' ELSE 'closed' END,"
        " 'low', false, :requester, :department, now() FROM generate_series(1, 4000) AS n"
    )
    await session.execute(many, {"requester": desks.bea.id, "department": desks.it.id})
    await session.execute(text("ANALYZE tickets"))
    turn = with_preferences(desks)
    sweeps = {
        "ix_tickets_resolved": close_silent(session, turn, desks.it, utc_now()),
        "ix_tickets_unanswered": ask_again(session, desks.it, utc_now()),
    }
    plan = await plan_of(session, sweeps.pop(index))
    for each in sweeps.values():
        each.close()
    assert index in plan
