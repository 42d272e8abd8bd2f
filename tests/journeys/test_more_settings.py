"""What a department promises and by which hours, and what approvals go by, set in Slack."""

from typing import Any

from tests.journeys.company import Company
from tests.journeys.test_settings import chosen, saved, seen, settings


async def row(company: Company, sql: str) -> tuple[Any, ...]:
    return tuple((await company.rows(sql))[0])


async def test_later_answers_are_promised_in_the_form_of_a_template(company: Company) -> None:
    template = "SELECT next_reply_target::text, calendar FROM sla_templates WHERE name = 'rest'"
    form = await chosen(company, "SLA templates", "rest", "Edit…")
    assert form.values["Each later answer within"] is None
    wrong = await saved(company, **{"Each later answer within": "soon"})
    assert "is no length of time" in wrong.errors["Each later answer within"]
    own = {"Counted by the calendar": "The department's own"}
    await saved(company, **{"Each later answer within": "2h", "For people of": "HR"}, **own)
    assert await row(company, template) == ("02:00:00", None)
    people = (
        "SELECT d.name FROM sla_templates t JOIN departments d"
        " ON d.id = t.requester_department_id WHERE t.name = 'rest'"
    )
    assert await row(company, people) == ("HR",)
    form = await chosen(company, "SLA templates", "rest", "Edit…")
    assert form.values["Each later answer within"] == "2h"
    assert form.values["Counted by the calendar"] == "The department's own"
    await saved(company, **{"Each later answer within": ""})
    assert await row(company, template) == (None, None)


async def test_a_new_template_counts_by_its_departments_hours(company: Company) -> None:
    await settings(company, "SLA templates")
    assert (await company.ada.click_view("Add…")).ok
    times = {"First response within": "1h", "Resolution within": "4h"}
    await saved(company, Name="papers", **times)
    sql = "SELECT calendar FROM sla_templates WHERE name = 'papers'"
    assert await row(company, sql) == (None,)


async def test_a_department_gets_its_business_hours_and_habits_in_its_form(
    company: Company,
) -> None:
    form = await chosen(company, "Departments", "HR", "Edit…")
    assert form.values["Business hours"] == "office"
    assert form.values["Words about how it was solved"] == "“Resolve…” asks for them"
    await saved(
        company,
        **{
            "Business hours": "always",
            "Words about how it was solved": "They may be left out",
            "Habits": ["Every Monday the week's report appears in the desk channel"],
        },
    )
    sql = (
        "SELECT calendar, needs_resolution_note, report_at_desk, reactions FROM departments"
        " WHERE name = 'HR'"
    )
    assert await row(company, sql) == ("always", False, True, False)


async def test_exchange_rates_are_kept_by_administrators(company: Company) -> None:
    await settings(company, "Exchange rates")
    assert "There is nothing here yet." in (await seen(company)).text
    assert (await company.ada.click_view("Add…")).ok
    await saved(company, Currency="USD", Rate="much", **{"Holds from": "2026-01-01"})
    assert (await seen(company)).errors == {"Rate": "Write a number."}
    after = await saved(company, Rate="0.92")
    assert "*USD from 2026-01-01*" in str(after.blocks)
    rate = "SELECT currency, base_currency, rate::float FROM exchange_rates"
    assert await row(company, rate) == ("USD", "EUR", 0.92)
    await chosen(company, "Exchange rates", "USD from 2026-01-01", "Edit…")
    await saved(company, Rate="0.9")
    assert await row(company, rate) == ("USD", "EUR", 0.9)
    await chosen(company, "Exchange rates", "USD from 2026-01-01", "Delete…")
    await saved(company, Reason="Nobody pays in it.")
    assert await company.value("SELECT count(*) FROM exchange_rates") == 0


async def test_the_times_of_approvals_are_edited_as_text(company: Company) -> None:
    title = "Times and limits of approvals"
    form = await chosen(company, title, title, "Edit as text…")
    text = form.values["Text"]
    wrong = await saved(company, Text=text.replace("expire_at: 200", "expire_at: 60"))
    assert "reminders come before escalate_at" in wrong.errors["Text"]
    after = await saved(company, Text=text.replace("deadline: 16h", "deadline: 8h"))
    assert "Deadline: 8h" in str(after.blocks)
    sql = "SELECT value->>'deadline' FROM preferences WHERE name = 'approvals'"
    assert await company.value(sql) is not None


ROW = "SELECT hours, time_zone, country, subdivision, dates, ics IS NULL FROM calendars"


async def test_a_calendar_is_made_and_changed_in_its_form(company: Company) -> None:
    await settings(company, "Calendars")
    assert (await company.ada.click_view("Add…")).ok
    assert (await seen(company)).values["Open"] == "mon-fri: 09:00-17:00"
    hours = "mon-thu: 09:00-12:00, 13:00-17:00\nfri: 09:00-15:00"
    days = "2026-12-24\n2026-12-31"
    given = {"Open": hours, "Public holidays of": "DE", "Region": "BY", "Further days off": days}
    sent = await company.ada.fill({"Name": "works", **given}, submit=True)
    assert sent.ok, sent
    after = await seen(company)
    assert "*works*" in str(after.blocks)
    assert await row(company, f"{ROW} WHERE name = 'works'") == (
        {"mon-thu": ["09:00-12:00", "13:00-17:00"], "fri": ["09:00-15:00"]},
        None,
        "DE",
        "BY",
        ["2026-12-24", "2026-12-31"],
        True,
    )
    ics = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261231\nEND:VEVENT\nEND:VCALENDAR"
    await company.change("UPDATE calendars SET ics = :ics WHERE name = 'works'", ics=ics)
    form = await chosen(company, "Calendars", "works", "Edit…")
    assert form.values["Open"] == hours
    assert form.values["Further days off"] == days
    await saved(company, **{"Time zone": "Asia/Tokyo", "Region": "", "Further days off": ""})
    assert (await row(company, f"{ROW} WHERE name = 'works'"))[1:] == (
        "Asia/Tokyo",
        "DE",
        None,
        [],
        False,
    )


async def test_a_wrong_calendar_is_said_beside_its_input(company: Company) -> None:
    before = await row(company, ROW)
    await chosen(company, "Calendars", "office", "Edit…")
    form = await saved(company, Open="always")
    assert "line 1: write it like" in form.errors["Open"]
    form = await saved(company, Open="mon-fri: 17:00-09:00")
    assert "ends before it begins" in form.errors["Open"]
    country = {"Public holidays of": "DE", "Region": "XX"}
    form = await saved(company, Open="mon-fri: 09:00-17:00", **country)
    assert "is no part of DE" in form.errors["Region"]
    form = await saved(company, **{"Region": "", "Further days off": "2026-12-24\nsoon"})
    assert "Write a day like 2026-12-24" in form.errors["Further days off"]
    assert await row(company, ROW) == before
