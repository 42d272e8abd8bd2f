"""Five thousand people in three hundred departments: what Slack's limits leave no room for."""

from typing import Any

import pytest

from core.configuration.file import Configuration
from core.configuration.seed import apply
from core.db import unit_of_work
from tests.journeys.company import CONFIGURATION, GENERAL, Company
from tests.journeys.test_settings import chosen, saved, seen, settings

DEPARTMENTS = 300
LAST = f"Department {DEPARTMENTS}"
PEOPLE = """
    INSERT INTO users (id, team_id, slack_user_id, name, employee_code, email, role, department_id,
           time_zone, is_active, is_guest)
    SELECT gen_random_uuid(), 'T0ACME', 'U9' || lpad(n::text, 8, '0'), 'Person 👩🏽‍🚀 ' || n,
           'E' || n, 'p' || n || '@example.com', 'agent',
           (SELECT id FROM departments WHERE name = 'Department ' || (n % 300 + 1)),
           'UTC', true, false
      FROM generate_series(1, 5000) AS n
"""
UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"


@pytest.fixture
async def enormous(company: Company) -> Company:
    more = [{"name": f"Department {n}"} for n in range(1, DEPARTMENTS + 1)]
    given: dict[str, Any] = CONFIGURATION | {
        "departments": [*CONFIGURATION["departments"], *more],
        "routing": [{"name": "last", "words": ["vpn"], "to": LAST}],
    }
    async with unit_of_work(company.sessions) as session:
        await apply(session, Configuration.model_validate(given))
    await company.change(PEOPLE)
    return company


async def rejected(company: Company) -> list[str]:
    """Calls that Slack refused, but for a Home tab that was overtaken."""
    return [
        f"{call['method']}: {call['error']}"
        for call in await company.slack.calls()
        if not call["ok"] and call["error"] != "hash_conflict"
    ]


@pytest.mark.parametrize(("title", "pages"), [("Departments", 7), ("People", 3)])
async def test_the_settings_open_in_time_and_turn_their_pages(
    enormous: Company, title: str, pages: int
) -> None:
    window = await settings(enormous, title)
    for _ in range(pages):
        assert (await enormous.ada.click_view("Next")).ok
        window = await seen(enormous)
    assert ("Next" in window.buttons) is (title == "People")
    assert await rejected(enormous) == []


async def test_an_entry_keeps_a_department_far_down_the_list(enormous: Company) -> None:
    form = await chosen(enormous, "Routing rules", "last", "Edit…")
    assert form.values["Goes to"] == LAST
    await saved(enormous, **{"Words": "vpn\nwifi", "Filed with": "Department 299"})
    [row] = await enormous.rows(
        "SELECT words, a.name, b.name FROM routing_rules r"
        " JOIN departments a ON a.id = r.department_id"
        " JOIN departments b ON b.id = r.to_department_id"
    )
    assert tuple(row) == (["vpn", "wifi"], "Department 299", LAST)


async def test_somebody_among_thousands_gets_a_role(enormous: Company) -> None:
    window = await settings(enormous, "People")
    [menu] = [each for each in window.blocks if "Person" in str(each.get("text"))][:1]
    verbs = {each["text"]["text"]: each["value"] for each in menu["accessory"]["options"]}
    assert (await enormous.ada.choose_view(verbs["Edit…"])).ok
    form = await seen(enormous)
    assert form.values["Department"] == "Department 2"
    await saved(enormous, Role="Department head", Department=LAST)
    [head] = await enormous.rows(
        "SELECT u.slack_user_id, d.name FROM users u JOIN departments d ON d.id = u.department_id"
        " WHERE u.role = 'department_head' AND u.slack_user_id LIKE 'U9%'"
    )
    assert tuple(head) == ("U900000001", LAST)


async def test_a_department_of_hundreds_is_changed(enormous: Company) -> None:
    form = await chosen(enormous, "Departments", "Department 1", "Edit…")
    assert form.values["Name"] == "Department 1"
    await saved(enormous, **{"Name": "Facilities", "Time zone": "Europe/Oslo"})
    [row] = await enormous.rows("SELECT time_zone FROM departments WHERE name = 'Facilities'")
    assert row[0] == "Europe/Oslo"


async def test_every_door_opens(enormous: Company) -> None:
    filed = await enormous.file(
        enormous.bea, "👩🏽‍🚀" * 30, Department=LAST, Description="x😀" * 1400
    )
    assert filed.ok
    card = await enormous.filed("Printer 👨‍👩‍👧‍👦" * 10)
    for person in (enormous.bea, enormous.ada, enormous.hugo):
        assert (await person.open_home()).ok
        await enormous.deliver()
        home = await person.home()
        assert home is not None
        assert "Help desk" in home.text
    for name in ("Assign…", "Split…"):
        assert (await enormous.hugo.click(card, name)).ok
        assert await enormous.hugo.view() is not None
        await enormous.hugo.close_view()
    for words in ("report", "queue", "mine", "search printer"):
        assert (await enormous.hugo.command("/ticket", words, channel=GENERAL)).ok
    await enormous.deliver()
    assert await enormous.value(UNSETTLED) == 0
    assert await rejected(enormous) == []
