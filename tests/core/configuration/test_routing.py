"""Routing rules and the habits of a desk in the configuration file."""

from datetime import timedelta

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.export import export
from core.configuration.reading import read
from core.configuration.seed import apply
from core.configuration.yaml_lines import WrongConfiguration
from core.tickets.states import Priority
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department, User

COMPANY = """
team_id: T0ACME
departments:
  - {name: IT, reactions: false, nudge_after: 45m}
  - {name: HR}
people: [{slack_user_id: U0HANA, role: agent, department: HR}]
routing:
  - {name: payroll, words: [salary, out of office], department: IT, priority: low, requester_department: HR,
     to: HR, set_priority: high, assignee: U0HANA}
  - {name: rest, to: IT}
"""  # noqa: E501 - one entry, one line


async def rules(session: AsyncSession) -> list[RoutingRule]:
    statement = select(RoutingRule).order_by(RoutingRule.position)
    return list(await session.scalars(statement))


async def test_rules_are_kept_in_the_order_of_the_file(session: AsyncSession) -> None:
    lines = await apply(session, read(COMPANY))
    assert lines[-2:] == ["routing rule payroll: added", "routing rule rest: added"]
    payroll, rest = await rules(session)
    it, hr = [
        await session.scalar(select(Department).where(Department.name == name))
        for name in ("IT", "HR")
    ]
    hana = await session.scalar(select(User))
    assert None not in (it, hr, hana)
    assert payroll.words == ["salary", "out of office"]
    assert (payroll.department_id, payroll.requester_department_id) == (it.id, hr.id)
    assert (payroll.priority, payroll.to_priority) == (Priority.LOW, Priority.HIGH)
    assert (payroll.to_department_id, payroll.assignee_id) == (hr.id, hana.id)
    assert (rest.position, rest.to_department_id, rest.words) == (1, it.id, [])
    assert (it.reactions, it.nudge_after) == (False, timedelta(minutes=45))
    assert (hr.reactions, hr.nudge_after) == (True, timedelta(minutes=30))


async def test_only_what_differs_changes(session: AsyncSession) -> None:
    await apply(session, read(COMPANY))
    assert await apply(session, read(COMPANY)) == []
    changed = "team_id: T0ACME\nrouting: [{name: rest, set_priority: low, to: HR}]"
    [line] = await apply(session, read(changed))
    assert line.startswith("routing rule rest: ")
    assert "to priority is now low, was nothing" in line
    assert "to department is now HR, was IT" in line
    assert "position is now 0, was 1" in line
    payroll = next(each for each in await rules(session) if each.name == "payroll")
    assert payroll.to_priority is Priority.HIGH


async def test_what_is_exported_can_be_applied(session: AsyncSession) -> None:
    await apply(session, read(COMPANY))
    written = await export(session)
    lines = await apply(session, read(written))
    assert [line for line in lines if not line.startswith("setting ")] == []
    assert yaml.safe_load(written)["routing"][0] == {
        "name": "payroll",
        "words": ["salary", "out of office"],
        "department": "IT",
        "priority": "low",
        "requester_department": "HR",
        "to": "HR",
        "set_priority": "high",
        "assignee": "U0HANA",
    }


@pytest.mark.parametrize(
    ("routing", "said"),
    [
        ("[{name: a, words: [x]}]", "line 2: this rule does nothing"),
        ("[{name: a, to: IT}, {name: a, to: IT}]", "is in routing a second time"),
        ("[{name: a, to: IT, words: [' ']}]", "write a word that a ticket may say"),
        ("[{name: a, to: IT, wordz: [x]}]", "did you mean “words”?"),
        ("[{name: a, set_priority: soon}]", "is not one of low, medium, high or urgent"),
        ("[{to: IT}]", "“name” is missing"),
    ],
)
def test_what_makes_no_rule_is_refused_with_its_line(routing: str, said: str) -> None:
    with pytest.raises(WrongConfiguration) as refusal:
        read(f"team_id: T0ACME\nrouting: {routing}")
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{name: a, to: Nowhere}", "there is no department “Nowhere”"),
        ("{name: a, to: IT, assignee: U0NOBODY}", "there is no person U0NOBODY"),
    ],
)
async def test_what_it_names_has_to_be_there(session: AsyncSession, rule: str, said: str) -> None:
    with pytest.raises(WrongConfiguration, match=said):
        await apply(
            session, read(f"team_id: T0ACME\ndepartments: [{{name: IT}}]\nrouting: [{rule}]")
        )
