"""What is known of who can read a desk channel: told once, and never of another channel."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Notification
from core.configuration.reading import read
from core.configuration.seed import apply
from core.db import unit_of_work
from core.engine import Sessions
from core.notices import Topic
from core.tickets.models import AuditLog
from core.tickets.parts.models import SubTicket
from core.tickets.triage import desk_privacy
from core.users.models import Department
from tests.core.desks import Desks, dump

CHANNEL = "C0DESK"
FILE = "team_id: T0ACME\ndepartments:\n  - {{name: IT, desk_channel: {channel}}}\n"


async def settle_in(session: AsyncSession, desks: Desks, channel: str = CHANNEL) -> Department:
    department = await session.get_one(Department, desks.it.id)
    department.desk_channel_id = channel
    await session.flush()
    return department


async def told(session: AsyncSession) -> list[str]:
    rows = await session.scalars(
        select(Notification.topic).where(Notification.topic.startswith("desk."))
    )
    return list(rows)


async def test_two_who_look_at_once_tell_it_once(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    async with unit_of_work(fresh_sessions) as session:
        await settle_in(session, fresh_desks)

    async def look() -> bool:
        async with unit_of_work(fresh_sessions) as session:
            return await desk_privacy.note(session, fresh_desks.it.id, CHANNEL, is_public=True)

    assert sorted(await asyncio.gather(*(look() for _ in range(4)))) == [False, False, False, True]
    async with unit_of_work(fresh_sessions) as session:
        assert await told(session) == [desk_privacy.PUBLIC]
        rows = await session.scalars(select(AuditLog.changes))
        assert list(rows) == [{"desk_is_public": [False, True]}]


async def test_what_is_said_of_a_channel_that_it_has_no_more_is_nothing(
    session: AsyncSession, desks: Desks
) -> None:
    department = await settle_in(session, desks)
    assert not await desk_privacy.note(session, desks.it.id, "C0OTHER", is_public=True)
    await session.refresh(department)
    assert not department.desk_is_public
    assert await told(session) == []


async def test_its_private_tickets_and_parts_are_shown_anew_and_no_others(
    session: AsyncSession, desks: Desks
) -> None:
    await settle_in(session, desks)
    private = await desks.ticket(session, is_private=True)
    await desks.ticket(session)
    elsewhere = await desks.ticket(session, is_private=True, desk=desks.hr)
    part = SubTicket(
        parent_ticket_id=elsewhere.id, department_id=desks.it.id, position=1, summary="A laptop"
    )
    session.add(part)
    await session.flush()
    assert await desk_privacy.note(session, desks.it.id, CHANNEL, is_public=True)
    rows = (await dump(session, "outbox_messages"))["outbox_messages"]
    changed = [row["payload"] for row in rows if row["topic"] == Topic.CARD_CHANGED]
    assert changed == [{"ticket_id": str(private.id)}]
    changed = [row["payload"] for row in rows if row["topic"] == Topic.PART_CARD_CHANGED]
    assert [each["part_id"] for each in changed] == [part.id]
    assert await desk_privacy.note(session, desks.it.id, CHANNEL, is_public=False)
    assert await told(session) == [desk_privacy.PUBLIC]


async def test_another_channel_is_unknown_and_asked_about_once(
    session: AsyncSession, desks: Desks
) -> None:
    department = await settle_in(session, desks)
    await desk_privacy.note(session, desks.it.id, CHANNEL, is_public=True)
    for _ in range(2):
        await apply(session, read(FILE.format(channel="C0NEW")))
    await session.refresh(department)
    assert (department.desk_channel_id, department.desk_is_public) == ("C0NEW", False)
    asked = [
        row["payload"]
        for row in (await dump(session, "outbox_messages"))["outbox_messages"]
        if row["topic"] == "desk.chosen"
    ]
    assert asked == [{"department_id": str(desks.it.id), "channel_id": "C0NEW"}]
    await apply(session, read(FILE.format(channel="null")))
    await session.refresh(department)
    assert department.desk_channel_id is None
