"""People whom a file names before they ever came: known by what Slack tells, not only next day."""

from core.configuration.reading import read
from core.configuration.seed import apply
from core.db import unit_of_work
from tests.journeys.company import Company

PEOPLE = """
team_id: T0ACME
people:
  - {slack_user_id: U0FINN, role: agent, department: IT}
  - {slack_user_id: U0NOBODY, role: agent, department: IT}
  - {slack_user_id: U0ODD, name: A robot, role: agent, department: IT}
  - {slack_user_id: U0ANN, name: Ann Visser}
"""
TOLD = (
    "SELECT name, time_zone, email, role FROM users WHERE slack_user_id IN"
    " ('U0FINN', 'U0NOBODY', 'U0ODD') ORDER BY slack_user_id"
)


async def seed(company: Company) -> None:
    async with unit_of_work(company.sessions) as session:
        await apply(session, read(PEOPLE))


async def test_they_have_name_zone_and_picture_at_once(company: Company) -> None:
    await company.slack.person("U0FINN", "Finn Berg", tz="Asia/Tokyo", email="finn@example.com")
    await company.slack.person("U0ODD", "Odd", is_bot=True)
    await seed(company)
    await company.deliver()
    assert [tuple(row) for row in await company.rows(TOLD)] == [
        ("Finn Berg", "Asia/Tokyo", "finn@example.com", "agent"),
        ("U0NOBODY", "UTC", None, "agent"),
        ("A robot", "UTC", None, "agent"),
    ]
    outcomes = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
    assert await company.value(outcomes) == 0
    # Those who are known are asked about by nobody.
    await company.slack.forget_calls()
    await seed(company)
    await company.deliver()
    assert await company.slack.calls("users.info") == []


async def test_while_slack_is_away_it_waits(company: Company) -> None:
    await company.slack.fault("users.info", kind="http_500", times=1)
    await seed(company)
    await company.deliver()
    await company.deliver_late()
    assert (await company.rows(TOLD))[0][0] == "Finn Berg"
