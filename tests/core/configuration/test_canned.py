"""Canned replies in the configuration file."""

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import CannedReply
from core.configuration.export import export
from core.configuration.reading import read
from core.configuration.seed import apply
from core.configuration.yaml_lines import WrongConfiguration
from core.db import utc_now

COMPANY = """
team_id: T0ACME
departments: [{name: IT}]
canned_replies:
  - {title: Restart it, department: IT, body: "Hello {requester}."}
  - {title: Restart it, body: "Please restart it."}
"""


async def test_they_are_applied_once_and_written_back(session: AsyncSession) -> None:
    lines = await apply(session, read(COMPANY))
    assert lines[-2:] == ["canned reply Restart it: added"] * 2
    assert await apply(session, read(COMPANY)) == []
    written = yaml.safe_load(await export(session))["canned_replies"]
    assert written == [
        {"title": "Restart it", "department": "IT", "body": "Hello {requester}."},
        {"title": "Restart it", "department": None, "body": "Please restart it."},
    ]
    again = await apply(session, read(await export(session)))
    assert [line for line in again if "canned" in line] == []


async def test_what_differs_changes_and_what_was_removed_stays_so(session: AsyncSession) -> None:
    await apply(session, read(COMPANY))
    changed = COMPANY.replace("Please restart", "Do restart")
    [line] = await apply(session, read(changed))
    assert line == "canned reply Restart it: body is now Do restart it., was Please restart it."
    for row in await session.scalars(select(CannedReply)):
        row.delete_softly(utc_now())
    await session.flush()
    assert (
        await apply(session, read(COMPANY))
        == ["canned reply Restart it: is deleted and stays so"] * 2
    )


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{title: A, body: 'Hello {name}'}", "“{name}” is no variable: there are {requester}"),
        ("{title: A, body: x, department: Nowhere}", "there is no department “Nowhere”"),
        ("{title: A}", "body"),
        ("{title: '', body: x}", "title"),
    ],
)
async def test_a_wrong_one_is_refused_with_its_line(
    session: AsyncSession, entry: str, words: str
) -> None:
    with pytest.raises(WrongConfiguration) as refused:
        await apply(session, read(f"team_id: T0ACME\ncanned_replies:\n  - {entry}\n"))
    assert str(refused.value).startswith("line 3: ")
    assert words in str(refused.value)


def test_the_same_title_twice_is_refused() -> None:
    doubled = COMPANY + '  - {title: Restart it, department: IT, body: "Again."}\n'
    with pytest.raises(WrongConfiguration, match="“Restart it” of “IT” is in canned_replies"):
        read(doubled)
