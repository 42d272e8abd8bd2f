"""What is promised beside the first answer and the solution, set in Slack."""

from typing import Any

from tests.journeys.company import Company
from tests.journeys.test_settings import chosen, saved, settings


async def row(company: Company, sql: str) -> tuple[Any, ...]:
    return tuple((await company.rows(sql))[0])


async def test_later_answers_are_promised_in_the_form_of_a_template(company: Company) -> None:
    template = "SELECT next_reply_target::text, calendar FROM sla_templates WHERE name = 'rest'"
    form = await chosen(company, "SLA templates", "rest", "Edit…")
    assert form.values["Each further reply within"] is None
    wrong = await saved(company, **{"Each further reply within": "soon"})
    assert "is no length of time" in wrong.errors["Each further reply within"]
    own = {"Counted by the calendar": "The department's"}
    await saved(company, **{"Each further reply within": "2h", "For people of": "HR"}, **own)
    assert await row(company, template) == ("02:00:00", None)
    people = (
        "SELECT d.name FROM sla_templates t JOIN departments d"
        " ON d.id = t.requester_department_id WHERE t.name = 'rest'"
    )
    assert await row(company, people) == ("HR",)
    form = await chosen(company, "SLA templates", "rest", "Edit…")
    assert form.values["Each further reply within"] == "2h"
    assert form.values["Counted by the calendar"] == "The department's"
    await saved(company, **{"Each further reply within": ""})
    assert await row(company, template) == (None, None)


async def test_a_new_template_counts_by_its_departments_hours(company: Company) -> None:
    await settings(company, "SLA templates")
    assert (await company.ada.click_view("Add…")).ok
    times = {"First response within": "1h", "Resolution within": "4h"}
    await saved(company, Name="papers", **times)
    sql = "SELECT calendar FROM sla_templates WHERE name = 'papers'"
    assert await row(company, sql) == (None,)
