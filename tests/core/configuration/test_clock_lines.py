"""What a new configuration says about the clocks that run."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.reading import read
from core.configuration.seed import apply
from core.configuration.yaml_lines import WrongConfiguration
from core.tickets import service as tickets
from core.tickets.calendars import CalendarVersion
from core.tickets.models import Ticket
from core.tickets.policy import read_policy
from tests.core.desks import Desks

OFFICE = 'calendars: [{name: office, hours: {mon-sun: ["00:00-24:00"]}}]'
SHORTER = 'calendars: [{name: office, hours: {mon: ["09:00-10:00"]}}]'


async def file_ticket(session: AsyncSession, desks: Desks) -> Ticket:
    opened = await tickets.open_ticket(
        session,
        desks.form(),
        author=desks.bea,
        requester=desks.bea,
        policy=await read_policy(session),
    )
    return await session.get_one(Ticket, opened.id)


async def test_clocks_that_are_due_at_another_time_are_named(
    session: AsyncSession, desks: Desks
) -> None:
    await apply(session, read(f"team_id: T0ACME\n{OFFICE}\n"))
    ticket = await file_ticket(session, desks)
    lines = await apply(session, read(f"team_id: T0ACME\n{SHORTER}\n"))
    assert lines[0] == "calendar office: hours changed"
    assert lines[1].startswith(f"{ticket.key}: first answer due ")
    assert lines[2].startswith(f"{ticket.key}: resolution due ")
    assert all(" UTC, was " in each for each in lines[1:])
    versions = await session.scalars(select(CalendarVersion.version))
    assert sorted(versions) == [1, 2]


async def test_many_are_counted(session: AsyncSession, desks: Desks) -> None:
    await apply(session, read(f"team_id: T0ACME\n{OFFICE}\n"))
    for _ in range(11):
        await file_ticket(session, desks)
    lines = await apply(session, read(f"team_id: T0ACME\n{SHORTER}\n"))
    assert lines[-1] == "clocks: 2 more are due at another time"


async def test_a_promise_that_its_calendar_cannot_keep_is_refused(
    session: AsyncSession, desks: Desks
) -> None:
    file = f"team_id: T0ACME\n{SHORTER}\nsla_templates:\n  - {{name: rest, resolution: 400h}}\n"
    with pytest.raises(WrongConfiguration) as refused:
        await apply(session, read(file))
    assert "line 4: the calendar has too few open hours" in str(refused.value)


async def test_a_calendar_that_is_nowhere_is_refused(session: AsyncSession) -> None:
    file = "team_id: T0ACME\ndepartments:\n  - {name: IT, calendar: shop}\n"
    with pytest.raises(WrongConfiguration, match="line 3: there is no calendar “shop”"):
        await apply(session, read(file))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("settings: {reopen_grace: 900d}", "line 2: the calendar has too few open hours"),
        ("settings: {nudge_requester: 900d}", "for nudge_requester at Finance"),
        ("settings: {auto_close: 900d}", "for auto_close at Finance"),
        ("settings: {escalate_after: 900000h}", "for escalate_after at Finance"),
        ("departments:\n  - {name: IT, nudge_after: 900000h}", "line 3: the calendar has too few"),
    ],
)
async def test_a_wait_that_no_calendar_reaches_is_refused(
    session: AsyncSession, desks: Desks, text: str, told: str
) -> None:
    """Of several desks, the first by name is named."""
    with pytest.raises(WrongConfiguration) as refused:
        await apply(session, read(f"team_id: T0ACME\n{text}\n"))
    assert told in str(refused.value)
