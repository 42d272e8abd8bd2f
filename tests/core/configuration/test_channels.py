"""Channels of departments: what goes together, and what is refused with its line."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.reading import read
from core.configuration.seed import apply
from core.configuration.yaml_lines import WrongConfiguration
from core.users.models import Department

BEFORE = """
team_id: T0ACME
departments:
  - {name: IT, desk_channel: C0ITDESK, intake_channel: C0ITHELP}
  - {name: HR, desk_channel: C0HRDESK}
"""


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (
            "{name: HR, intake_channel: C0ITHELP}",
            "line 3: what is written in this channel goes to IT",
        ),
        ("{name: HR, intake_channel: C0ITDESK}", "line 3: IT has its cards in this channel"),
        ("{name: HR, intake_channel: C0HRDESK}", "line 3: HR has its cards in this channel"),
        (
            "{name: HR, desk_channel: C0ITHELP}",
            "line 3: what is written in this channel becomes tickets of IT",
        ),
    ],
)
async def test_a_channel_is_for_one_thing(session: AsyncSession, entry: str, fault: str) -> None:
    await apply(session, read(BEFORE))
    with pytest.raises(WrongConfiguration, match=fault):
        await apply(session, read(f"team_id: T0ACME\ndepartments:\n  - {entry}\n"))


async def test_two_departments_may_change_places_with_one_file(session: AsyncSession) -> None:
    await apply(session, read(BEFORE))
    swapped = BEFORE.replace("C0ITDESK", "C0X").replace("C0HRDESK", "C0ITDESK")
    await apply(session, read(swapped))
    found = select(Department.name, Department.desk_channel_id, Department.intake_channel_id)
    rows = await session.execute(found.order_by(Department.name))
    assert [tuple(row) for row in rows] == [("HR", "C0ITDESK", None), ("IT", "C0X", "C0ITHELP")]


async def test_without_one_messages_are_no_tickets_any_more(session: AsyncSession) -> None:
    await apply(session, read(BEFORE))
    await apply(
        session, read("team_id: T0ACME\ndepartments:\n  - {name: IT, intake_channel: null}\n")
    )
    found = select(Department.intake_channel_id).where(Department.name == "IT")
    assert await session.scalar(found) is None
