"""Templates for splitting in the configuration file: read, applied, written back."""

from textwrap import dedent

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.export import export
from core.configuration.reading import read
from core.configuration.seed import apply
from core.configuration.yaml_lines import WrongConfiguration
from core.preferences import Preference
from core.tickets.parts.templates import NAME, read_templates

FILE = """
team_id: T0ACME
departments: [{name: IT}, {name: HR}]
split_templates:
  - name: New starter
    parts:
      - {department: IT, summary: Laptop, passed_on: A light one., due_after: 2d}
      - {department: HR, summary: Badge, required: false}
  - {name: Leaver, department: HR, parts: [{department: IT, summary: Take it back}]}
"""


async def test_they_are_offered_as_the_file_has_them(session: AsyncSession) -> None:
    lines = await apply(session, read(FILE))
    assert "setting split_templates: added" in lines
    assert await apply(session, read(FILE)) == []
    assert [each.name for each in await read_templates(session, "IT")] == ["New starter"]
    starter, leaver = await read_templates(session, "HR")
    laptop, badge = starter.parts
    assert laptop.due_after is not None
    # Two business days of eight hours.
    assert (laptop.due_after.total_seconds(), laptop.is_required) == (16 * 3600, True)
    assert (badge.due_after, badge.is_required) == (None, False)
    assert leaver.department == "HR"


async def test_what_is_written_back_changes_nothing(session: AsyncSession) -> None:
    await apply(session, read(FILE))
    written = await export(session)
    lines = await apply(session, read(written))
    assert not [line for line in lines if "split_templates" in line]
    assert await export(session) == written


async def test_a_file_that_does_not_name_them_leaves_them_and_an_empty_list_takes_them_away(
    session: AsyncSession,
) -> None:
    await apply(session, read(FILE))
    await apply(session, read("team_id: T0ACME"))
    assert len(await read_templates(session, "HR")) == 2
    await apply(session, read("{team_id: T0ACME, split_templates: []}"))
    assert await session.scalar(select(Preference.value).where(Preference.name == NAME)) == []


WRONG = {
    "{name: A, parts: []}": "write at least 1 of them",
    "{name: A, parts: [{department: IT}]}": "“summary” is missing",
    "{name: A, parts: [{department: IT, summary: x, due: 2d}]}": "“due” is not known here",
    "{name: A, parts: [{department: IT, summary: x, due_after: 0h}]}": "a promise needs time",
    f"{{name: A, parts: [{{department: IT, summary: {'x' * 151}}}]}}": "at most 150 characters",
    "{name: A, parts: [" + "{department: IT, summary: x}, " * 6 + "]}": "write at most 5 of them",
}


@pytest.mark.parametrize("template", sorted(WRONG))
def test_what_is_wrong_is_said_with_its_line(template: str) -> None:
    file = f"team_id: T0ACME\nsplit_templates:\n  - {template}"
    with pytest.raises(WrongConfiguration) as refusal:
        read(file)
    assert WRONG[template] in str(refusal.value)
    assert str(refusal.value).startswith("line 3")


def test_no_two_have_one_name() -> None:
    part = "parts: [{department: IT, summary: x}]"
    file = f"{{team_id: T0ACME, split_templates: [{{name: A, {part}}}, {{name: A, {part}}}]}}"
    with pytest.raises(WrongConfiguration, match="the name “A” is in split_templates a second"):
        read(file)


async def test_a_part_for_a_department_that_is_nowhere_is_refused(session: AsyncSession) -> None:
    file = dedent(
        """
        team_id: T0ACME
        split_templates:
          - {name: A, parts: [{department: Legal, summary: x}]}
        """
    )
    with pytest.raises(WrongConfiguration, match="there is no department “Legal”"):
        await apply(session, read(file))
