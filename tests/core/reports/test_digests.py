"""Whose morning it is: once a day, by each person's own clock, on working days."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.choices import QuietHours
from core.communication.models import Notification
from core.communication.ways import Way
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.reports.digests import forget_digests, send_due
from core.reports.morning import MOST, read_morning
from core.tickets.parts.models import SubTicket
from core.tickets.policy import Policy
from core.tickets.states import Priority, SlaState, Status, SubTicketStatus
from core.users.models import User
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import ask, decide, finance_ticket, hire

#: Wednesday, 10:00 in Berlin, where everybody lives.
WEDNESDAY_AT_TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
MONDAY_AT_TEN = WEDNESDAY_AT_TEN - timedelta(days=2)
DESK = {"hugo", "ann", "carl", "hana", "finn"}


async def begun(session: AsyncSession, desks: Desks, topic: str = "digest.morning") -> set[str]:
    names = {str(each.id): name for name, each in desks.people.items()}
    rows = await session.scalars(
        text("SELECT payload ->> 'reader_id' FROM outbox_messages WHERE topic = :topic"),
        {"topic": topic},
    )
    listed = [names[each] for each in rows]
    assert len(listed) == len(set(listed))
    return set(listed)


async def test_the_people_of_the_desks_get_one_each_day(
    session: AsyncSession, desks: Desks
) -> None:
    before = WEDNESDAY_AT_TEN - timedelta(minutes=61)
    await send_due(session, desks.policy, before)
    assert await begun(session, desks) == set()
    for minutes in (-60, 0, 5, 600):
        await send_due(session, desks.policy, WEDNESDAY_AT_TEN + timedelta(minutes=minutes))
    assert await begun(session, desks) == DESK
    # Wednesday is over: that of Thursday is not there yet.
    await send_due(session, desks.policy, WEDNESDAY_AT_TEN + timedelta(hours=15))
    assert await begun(session, desks) == DESK


async def test_each_has_their_own_morning(session: AsyncSession, desks: Desks) -> None:
    await session.execute(
        update(User).where(User.id == desks.carl.id).values(time_zone="America/New_York")
    )
    await session.execute(update(User).where(User.id == desks.hana.id).values(time_zone="?"))
    await send_due(session, desks.policy, WEDNESDAY_AT_TEN - timedelta(minutes=30))
    assert await begun(session, desks) == DESK - {"carl", "hana"}
    await send_due(session, desks.policy, WEDNESDAY_AT_TEN + timedelta(hours=5))
    assert await begun(session, desks) == DESK


async def test_days_off_have_no_morning(session: AsyncSession, desks: Desks) -> None:
    saturday = WEDNESDAY_AT_TEN + timedelta(days=3)
    assert await send_due(session, desks.policy, saturday) == 0
    closed = frozenset({WEDNESDAY_AT_TEN.date()})
    office = replace(desks.policy.business_hours(desks.it), holidays=closed)
    policy = replace(desks.policy, hours={("office", "Europe/Berlin"): office})
    assert await send_due(session, policy, WEDNESDAY_AT_TEN) == 0


def with_preferences(desks: Desks, **chosen: Any) -> Policy:
    return replace(desks.policy, preferences=replace(desks.policy.preferences, **chosen))


async def test_the_hour_is_the_desks_and_may_be_never(session: AsyncSession, desks: Desks) -> None:
    later = with_preferences(desks, digest_at=time(11))
    assert await send_due(session, later, WEDNESDAY_AT_TEN) == 0
    never = with_preferences(desks, digest_at=None)
    assert await send_due(session, never, WEDNESDAY_AT_TEN) == 0
    assert await send_due(session, desks.policy, WEDNESDAY_AT_TEN) == len(DESK)


async def test_others_get_one_when_they_want_their_news_in_the_morning(
    session: AsyncSession, desks: Desks
) -> None:
    for who in (desks.eve, desks.bea):
        way = Way.DIGEST if who is desks.eve else Way.DM
        session.add(Notification(user_id=who.id, topic="x", way=way))
    await session.flush()
    await send_due(session, desks.policy, WEDNESDAY_AT_TEN)
    assert await begun(session, desks) == DESK | {"eve"}


async def test_it_waits_for_the_end_of_quiet_hours(session: AsyncSession, desks: Desks) -> None:
    session.add(QuietHours(user_id=desks.ann.id, starts="22:00", ends="12:00"))
    await session.flush()
    await send_due(session, desks.policy, WEDNESDAY_AT_TEN)
    late = await session.scalars(
        text(
            "SELECT payload ->> 'reader_id' FROM outbox_messages"
            " WHERE available_at - created_at > interval '119 minutes'"
        )
    )
    assert list(late) == [str(desks.ann.id)]


async def test_on_mondays_heads_get_the_week_and_desks_that_want_it(
    session: AsyncSession, desks: Desks
) -> None:
    wanting = replace(desks.it, report_at_desk=True)
    policy = replace(desks.policy, desks={**desks.policy.desks, desks.it.id: wanting})
    for _ in range(2):
        await send_due(session, policy, MONDAY_AT_TEN)
    await send_due(session, policy, WEDNESDAY_AT_TEN)
    assert await begun(session, desks, "report.asked") == {"hugo"}
    posted = await session.scalars(
        text("SELECT payload ->> 'department_id' FROM outbox_messages WHERE topic = 'report.desk'")
    )
    assert list(posted) == [str(desks.it.id)]


async def test_two_clocks_begin_each_once(fresh_sessions: Sessions, fresh_desks: Desks) -> None:
    async def sweep() -> int:
        async with unit_of_work(fresh_sessions) as session:
            return await send_due(session, fresh_desks.policy, WEDNESDAY_AT_TEN)

    assert sum(await asyncio.gather(*(sweep() for _ in range(5)))) == len(DESK)
    async with fresh_sessions() as session:
        assert await begun(session, fresh_desks) == DESK


async def test_old_days_are_forgotten(session: AsyncSession, desks: Desks) -> None:
    await send_due(session, desks.policy, WEDNESDAY_AT_TEN)
    await forget_digests(session, WEDNESDAY_AT_TEN + timedelta(days=30))
    assert await session.scalar(text("SELECT count(*) FROM digests")) == len(DESK)
    await forget_digests(session, WEDNESDAY_AT_TEN + timedelta(days=90))
    assert await session.scalar(text("SELECT count(*) FROM digests")) == 0


async def test_each_ticket_stands_in_the_list_it_belongs_to(
    session: AsyncSession, desks: Desks
) -> None:
    await session.execute(update(User).where(User.id == desks.ann.id).values(time_zone="UTC"))
    now = utc_now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    soon = now + (midnight - now) / 2

    async def mine(summary: str, status: Status, due_at: datetime | None) -> None:
        given = {"assignee": desks.ann, "summary": summary, "status": status, "due_at": due_at}
        await desks.ticket(session, **given)

    await mine("late", Status.WAITING_REQUESTER, now - timedelta(hours=1))
    await mine("today", Status.ON_HOLD, soon)
    await mine("mine", Status.IN_PROGRESS, midnight + timedelta(hours=1))
    await mine("theirs", Status.WAITING_REQUESTER, None)
    await mine("over", Status.RESOLVED, now - timedelta(hours=1))
    await desks.ticket(session, summary="queued", priority=Priority.LOW)
    await desks.ticket(session, summary="elsewhere", desk=desks.hr)
    found = await read_morning(session, desks.ann.id)
    assert found is not None
    lists = (found.at_risk, found.due_today, found.my_move, found.unassigned)
    listed = [[each.summary for each in one.tickets] for one in lists]
    assert listed == [["late"], ["today"], ["mine"], ["queued"]]
    assert not found.is_empty


async def test_a_head_hears_of_all_that_is_late_or_due_at_the_desk(
    session: AsyncSession, desks: Desks
) -> None:
    # Where it is early, the day has time left.
    zone = {"time_zone": "Pacific/Honolulu" if utc_now().hour >= 12 else "UTC"}
    await session.execute(update(User).where(User.id == desks.hugo.id).values(zone))
    now = utc_now()
    soon = now + timedelta(minutes=30)
    late = {"due_at": now - timedelta(hours=1), "sla_state": SlaState.BREACHED}
    held = {"status": Status.IN_PROGRESS, "assignee": desks.ann}
    await desks.ticket(session, summary="late", **late, **held)
    await desks.ticket(session, summary="queued and late", **late)
    await desks.ticket(session, summary="today", due_at=soon, **held)
    await desks.ticket(session, summary="queued")
    await desks.ticket(session, summary="elsewhere", desk=desks.hr, **late)
    found = await read_morning(session, desks.hugo.id)
    assert found is not None
    lists = (found.at_risk, found.due_today, found.my_move, found.unassigned)
    listed = [sorted(each.summary for each in one.tickets) for one in lists]
    assert listed == [["late", "queued and late"], ["today"], [], ["queued"]]
    assert found.is_head
    agents = await read_morning(session, desks.carl.id)
    assert agents is not None
    assert (agents.at_risk.tickets, agents.due_today.tickets, agents.is_head) == ([], [], False)


async def test_a_long_list_is_cut_and_an_empty_morning_is_empty(
    session: AsyncSession, desks: Desks
) -> None:
    for _ in range(MOST + 2):
        await desks.ticket(session)
    found = await read_morning(session, desks.ann.id)
    assert found is not None
    assert (len(found.unassigned.tickets), found.unassigned.has_more) == (MOST, True)
    nothing = await read_morning(session, desks.finn.id)
    assert nothing is not None
    assert nothing.is_empty
    await session.execute(update(User).where(User.id == desks.finn.id).values(is_active=False))
    session.expire_all()
    assert await read_morning(session, desks.finn.id) is None


async def test_what_waits_for_their_decision_is_among_it(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    for amount in ("900", "950"):
        await ask(session, desks, await finance_ticket(session, desks), amount, purpose=amount)
    found = await read_morning(session, fred.id)
    assert found is not None
    assert [each.purpose for each in found.approvals] == ["900", "950"]
    assert not found.is_empty
    first, second = found.approvals
    await decide(session, desks, fred, first.request_id)
    found = await read_morning(session, fred.id)
    assert found is not None
    assert [each.request_id for each in found.approvals] == [second.request_id]
    # Whoever asked has nothing to decide.
    asker = await read_morning(session, desks.finn.id)
    assert asker is not None
    assert asker.approvals == []


async def test_parts_of_other_desks_tickets_stand_in_it(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    for position, holder, status in (
        (1, None, SubTicketStatus.NEW),
        (2, desks.hana, SubTicketStatus.ACCEPTED),
        (3, desks.hana, SubTicketStatus.DONE),
        (4, None, SubTicketStatus.SENT_BACK),
    ):
        part = SubTicket(parent_ticket_id=ticket.id, department_id=desks.hr.id, summary="A laptop")
        part.position, part.status = position, status
        part.assignee_id = holder.id if holder else None
        session.add(part)
    await session.flush()
    found = await read_morning(session, desks.hana.id)
    assert found is not None
    assert not found.is_empty
    assert [each.position for each in found.free_parts] == [1]
    assert [each.position for each in found.parts] == [2]
    for other in (desks.ann, desks.bea):
        elsewhere = await read_morning(session, other.id)
        assert elsewhere is not None
        assert (elsewhere.parts, elsewhere.free_parts) == ([], [])
