"""Desks whose agents are whoever is in their channel."""

import pytest

from tests.journeys.company import GENERAL, IT_DESK, Company
from tests.journeys.test_settings import chosen, saved

ROLE = """SELECT u.role, d.name FROM users u LEFT JOIN departments d ON d.id = u.department_id
           WHERE u.slack_user_id = :who"""


@pytest.fixture(autouse=True)
async def from_channel(company: Company) -> None:
    await chosen(company, "Departments", "IT", "Edit…")
    habit = "Whoever joins the desk channel becomes an agent, until they leave it"
    await saved(company, Habits=[habit])


async def role(company: Company, who: str) -> tuple[str, str | None]:
    rows = await company.rows(ROLE, who=who)
    return tuple(rows[0]) if rows else ("nobody", None)


async def join(company: Company, who: str, channel: str = IT_DESK) -> None:
    await company.slack.join(channel, who)
    await company.deliver()


async def test_who_joins_works_there_until_they_leave(company: Company) -> None:
    await company.filed()
    await join(company, "U0FINN")
    assert await role(company, "U0FINN") == ("agent", "IT")
    assert (await company.finn.click(await company.card(), "Assign to me")).ok
    await company.deliver()
    await company.slack.leave(IT_DESK, "U0FINN")
    await company.deliver()
    assert await role(company, "U0FINN") == ("employee", None)
    told = (await company.hugo.dms())[-1]
    assert "Finn Berg left the desk" in told.plain
    assert "HD-1 · Printer is on fire" in told.plain
    assert "Assign…" in told.buttons
    actions = "SELECT action FROM audit_logs WHERE action LIKE 'person.%' ORDER BY id"
    found = [row[0] for row in await company.rows(actions)]
    assert found == ["person.join_desk", "person.leave_desk"]


async def test_other_roles_desks_and_channels_stay_as_they_are(company: Company) -> None:
    await join(company, "U0HANA")
    assert await role(company, "U0HANA") == ("agent", "HR")
    await company.slack.leave(IT_DESK, "U0HUGO")
    await company.deliver()
    assert await role(company, "U0HUGO") == ("department_head", "IT")
    await company.finn.command("/ticket", "mine", channel=GENERAL)
    await company.slack.leave(GENERAL, "U0FINN")
    await join(company, "U0FINN", GENERAL)
    await join(company, "U0FINN", "C0HRDESK")
    assert await role(company, "U0FINN") == ("employee", None)


@pytest.mark.parametrize(
    "about", [{"is_restricted": True}, {"is_bot": True}, {"team_id": "T0OTHER"}]
)
async def test_guests_apps_and_strangers_become_no_agents(
    company: Company, about: dict[str, object]
) -> None:
    await company.slack.person("U0ODD", "Odd One", **about)
    await join(company, "U0ODD")
    assert (await role(company, "U0ODD"))[0] in ("nobody", "employee")


async def test_what_slack_tells_twice_counts_once(company: Company) -> None:
    event = {"type": "member_joined_channel", "user": "U0FINN", "channel": IT_DESK}
    await company.slack.send_event(event, times=3)
    joined = "SELECT count(*) FROM audit_logs WHERE action = 'person.join_desk'"
    assert await company.value(joined) == 1
