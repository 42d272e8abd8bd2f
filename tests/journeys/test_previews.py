"""What a change of the settings does to tickets that are open is shown before it is saved."""

from tests.journeys.company import Company
from tests.journeys.test_settings import TRAIL, chosen, saved, seen, settings

SHORT = "name: office\nhours: {mon-fri: ['09:00-10:00']}"
DUE = "SELECT due_at FROM tickets"
HOURS = "SELECT hours FROM calendars WHERE name = 'office'"


async def test_a_calendar_says_first_what_becomes_due_when(company: Company) -> None:
    await company.filed()
    before, hours = await company.value(DUE), await company.value(HOURS)
    await chosen(company, "Calendars", "office", "Edit as text…")
    shown = await saved(company, Text=SHORT)
    assert shown.title == "Calendar"
    assert "Nothing was saved yet. 2 promises are due at another time then:" in shown.text
    assert "HD-1, first answer:" in shown.text
    assert "HD-1, resolution:" in shown.text
    assert shown.values["Text"] == SHORT
    assert (await company.value(DUE), await company.value(HOURS)) == (before, hours)
    # Something else was typed, so that something else would happen.
    other = SHORT.replace("10:00", "11:00")
    shown = await saved(company, Text=other)
    assert shown.text.count("Nothing was saved yet.") == 1
    assert await company.value(HOURS) == hours
    after = await saved(company)
    assert after.title == "Settings"
    assert await company.value(HOURS) == {"mon-fri": ["09:00-11:00"]}
    assert await company.value(DUE) > before
    assert [row[1] for row in await company.rows(TRAIL)] == ["calendar office"]


async def test_who_thinks_better_of_it_leaves_everything_as_it_is(company: Company) -> None:
    await company.filed()
    hours = await company.value(HOURS)
    await chosen(company, "Calendars", "office", "Edit as text…")
    await saved(company, Text=SHORT)
    await company.ada.close_view()
    assert await company.value(HOURS) == hours
    assert await company.rows(TRAIL) == []


async def test_what_is_due_as_before_is_saved_at_once(company: Company) -> None:
    await company.filed(Priority="Urgent")
    await chosen(company, "Calendars", "office", "Edit as text…")
    assert (await saved(company, Text=SHORT)).title == "Settings"


async def test_a_desk_that_takes_other_hours_says_it_too(company: Company) -> None:
    await company.change("UPDATE sla_templates SET calendar = NULL")
    await settings(company, "Calendars")
    assert (await company.ada.click_view("Add as text…")).ok
    assert (await saved(company, Text=SHORT.replace("office", "short"))).title == "Settings"
    await company.filed()
    await chosen(company, "Departments", "IT", "Edit…")
    shown = await saved(company, Calendar="short")
    assert "2 promises are due at another time" in shown.text
    assert shown.values["Calendar"] == "short"
    assert await company.value("SELECT calendar FROM departments WHERE name = 'IT'") == "office"
    await saved(company)
    assert await company.value("SELECT calendar FROM departments WHERE name = 'IT'") == "short"


async def test_a_new_target_reaches_open_tickets_when_that_is_said(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    before = await company.value(DUE)
    await chosen(company, "SLA templates", "rest", "Edit…")
    assert (await saved(company, **{"Resolution within": "2d"})).title == "Settings"
    assert await company.value(DUE) == before
    form = await chosen(company, "SLA templates", "rest", "Edit…")
    too = {"Tickets that are open": ["They get these times too, from now on"]}
    shown = await saved(company, **{"Resolution within": "1d"}, **too)
    assert "1 promise is due at another time" in shown.text
    assert await company.value(DUE) == before
    assert (await saved(company)).title == "Settings"
    assert await company.value(DUE) < before
    form = await chosen(company, "SLA templates", "rest", "Edit…")
    assert form.values["Tickets that are open"] == []
    await company.ada.close_view()
    await company.deliver()
    assert (await company.ann.choose(await company.card(), "Why this due time?")).ok
    why = await company.ann.view()
    assert why is not None
    assert "Its SLA template changed" in why.text
    # As the file names her in this company.
    assert "by U0ADA" in why.text
    assert (await seen(company)).title == "Settings"
