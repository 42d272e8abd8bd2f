"""New tickets are given to people: in turn, by what each has open, never twice."""

import asyncio
import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.tickets import service as tickets
from core.tickets.approvals.policy_models import Absence
from core.tickets.calendars import Calendar
from core.tickets.models import AuditLog, Source, Ticket
from core.tickets.policy import read_policy
from core.tickets.states import Status
from core.tickets.triage.auto_assign import assign_automatically
from core.tickets.triage.workload import list_by_load
from core.users.models import AutoAssign, Department, User
from core.users.permissions import Actor
from tests.core.desks import Desks, dump

FOLD = timedelta(0)


async def want(session: AsyncSession, desks: Desks, how: AutoAssign) -> None:
    await session.execute(
        update(Department).where(Department.id == desks.it.id).values(auto_assign=how)
    )


async def give(session: AsyncSession, ticket: Ticket, wanted: Actor | None = None) -> str | None:
    """The name of who got it."""
    given = await assign_automatically(session, ticket.id, FOLD, wanted.id if wanted else None)
    if given is None:
        return None
    return (await session.get_one(User, given.assignee_id)).name


async def test_round_robin_gives_to_one_agent_after_another(
    session: AsyncSession, desks: Desks
) -> None:
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    got = [await give(session, await desks.ticket(session)) for _ in range(5)]
    assert got == ["Ann", "Carl", "Ann", "Carl", "Ann"]


async def test_least_loaded_gives_to_who_has_the_least_open(
    session: AsyncSession, desks: Desks
) -> None:
    await want(session, desks, AutoAssign.LEAST_LOADED)
    for status in (Status.ASSIGNED, Status.IN_PROGRESS):
        await desks.ticket(session, assignee=desks.ann, status=status)
    for _ in range(3):
        await desks.ticket(session, assignee=desks.carl, status=Status.CLOSED)
    got = [await give(session, await desks.ticket(session)) for _ in range(3)]
    assert got == ["Carl", "Carl", "Ann"]


async def test_it_says_so_as_the_help_desk(session: AsyncSession, desks: Desks) -> None:
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    ticket = await desks.ticket(session)
    await give(session, ticket)
    assert ticket.status is Status.ASSIGNED
    line = await session.scalar(select(AuditLog))
    assert line is not None
    assert (line.user_id, line.source, line.action) == (None, Source.JOB, "ticket.assign")
    rows = await dump(session)
    [told] = rows["notifications"]
    assert (told["user_id"], told["details"]["by"]) == (str(desks.ann.id), "The help desk")
    assert [row["topic"] for row in rows["outbox_messages"]] == [
        "ticket.happened",
        "ticket.card_changed",
        "ticket.receipt_changed",
        "person.told",
    ]


async def test_heads_get_them_only_where_there_are_no_agents(
    session: AsyncSession, desks: Desks
) -> None:
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    await session.execute(update(User).where(User.id == desks.ann.id).values(is_active=False))
    await session.execute(update(User).where(User.id == desks.carl.id).values(is_guest=True))
    assert await give(session, await desks.ticket(session)) == "Hugo"


def away(person: Actor) -> Absence:
    found = Absence(user_id=person.id, stand_in_id=person.id)
    found.starts_at = utc_now() - timedelta(hours=1)
    return found


async def test_who_is_at_work_gets_it_before_who_is_off(
    session: AsyncSession, desks: Desks
) -> None:
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    now = utc_now().astimezone(ZoneInfo("Europe/Berlin"))
    hours = {f"{now:%a}".lower(): [f"{now:%H}:00-24:00"]}
    session.add(Calendar(name="office", hours=hours))
    await session.execute(update(Department).values(time_zone="Europe/Berlin"))
    await session.execute(update(User).values(time_zone="UTC"))
    await session.flush()
    got = [await give(session, await desks.ticket(session)) for _ in range(2)]
    assert got == ["Ann", "Carl"]
    # It is the day before there.
    await session.execute(
        update(User).where(User.id == desks.ann.id).values(time_zone="Pacific/Pago_Pago")
    )
    got = [await give(session, await desks.ticket(session)) for _ in range(2)]
    assert got == ["Carl", "Carl"]


async def test_while_the_desk_is_closed_all_who_come_back_get_it_in_turn(
    session: AsyncSession, desks: Desks
) -> None:
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    session.add(Calendar(name="office", hours={}))
    await session.flush()
    got = [await give(session, await desks.ticket(session)) for _ in range(3)]
    assert got == ["Ann", "Carl", "Ann"]


async def test_where_all_agents_are_away_the_head_gets_it_and_then_nobody(
    session: AsyncSession, desks: Desks
) -> None:
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    session.add_all([away(desks.ann), away(desks.carl)])
    await session.flush()
    assert await give(session, await desks.ticket(session)) == "Hugo"
    session.add(away(desks.hugo))
    await session.flush()
    assert await give(session, await desks.ticket(session)) is None


async def test_nobody_gets_what_they_filed_and_where_nobody_is_it_stays(
    session: AsyncSession, desks: Desks
) -> None:
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    own = await desks.ticket(session, requester=desks.ann)
    assert await give(session, own) == "Carl"
    await session.execute(
        update(User).where(User.department_id == desks.it.id).values(is_active=False)
    )
    lonely = await desks.ticket(session)
    assert await give(session, lonely) is None
    assert (lonely.status, lonely.assignee_id) == (Status.NEW, None)


async def test_what_somebody_has_or_is_over_is_left_alone(
    session: AsyncSession, desks: Desks
) -> None:
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    taken = await desks.ticket(session, assignee=desks.carl, status=Status.ASSIGNED)
    closed = await desks.ticket(session, status=Status.CLOSED)
    assert [await give(session, each) for each in (taken, closed)] == [None, None]
    assert await assign_automatically(session, uuid.uuid4(), FOLD) is None


async def test_a_rules_person_gets_it_if_they_work_there(
    session: AsyncSession, desks: Desks
) -> None:
    assert await give(session, await desks.ticket(session), desks.carl) == "Carl"
    assert await give(session, await desks.ticket(session), desks.hana) is None
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    assert await give(session, await desks.ticket(session), desks.hana) == "Ann"


async def test_opening_asks_for_it_only_where_the_department_wants_it(
    session: AsyncSession, desks: Desks
) -> None:
    async def opened() -> list[str]:
        policy = await read_policy(session)
        await tickets.open_ticket(
            session, desks.form(), author=desks.bea, requester=desks.bea, policy=policy
        )
        rows = (await dump(session, "outbox_messages"))["outbox_messages"]
        return [row["topic"] for row in rows]

    assert await opened() == ["ticket.receipt", "ticket.card"]
    await want(session, desks, AutoAssign.ROUND_ROBIN)
    session.expire_all()
    assert (await opened())[2:] == ["ticket.receipt", "ticket.card", "ticket.auto_assign"]


async def test_many_workers_give_each_ticket_once_and_evenly(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        await want(session, desks, AutoAssign.LEAST_LOADED)
        made = [await desks.ticket(session) for _ in range(6)]

    async def work(ticket: Ticket) -> bool:
        async with unit_of_work(fresh_sessions) as session:
            return await assign_automatically(session, ticket.id, FOLD) is not None

    done = await asyncio.gather(*(work(ticket) for ticket in made * 2))
    assert done.count(True) == 6
    async with fresh_sessions() as session:
        counts = await session.execute(
            select(Ticket.assignee_id, func.count()).group_by(Ticket.assignee_id)
        )
        assert {tuple(row) for row in counts} == {(desks.ann.id, 3), (desks.carl.id, 3)}
        assert await session.scalar(select(func.count()).select_from(AuditLog)) == 6


async def test_people_are_listed_by_what_they_have_open(
    session: AsyncSession, desks: Desks
) -> None:
    await desks.ticket(session, assignee=desks.ann, status=Status.ON_HOLD)
    await desks.ticket(session, assignee=desks.carl, status=Status.ASSIGNED)
    await desks.ticket(session, assignee=desks.carl, status=Status.WAITING_REQUESTER)
    await desks.ticket(session, assignee=desks.hugo, status=Status.RESOLVED)
    found = await list_by_load(session, desks.it.id)
    assert [(each.name, each.open) for each in found] == [("Hugo", 0), ("Ann", 1), ("Carl", 2)]
