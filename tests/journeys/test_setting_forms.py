"""Calendars, split templates and the desk's own settings by point and click."""

from typing import Any

import pytest

from tests.journeys.company import Company
from tests.journeys.test_settings import chosen, saved, seen, settings, trail

WORDS_OF_IT = (
    "SELECT status_labels, needs_resolution_note, time_zone FROM departments WHERE name = 'IT'"
)
TEMPLATES = "SELECT value FROM preferences WHERE name = 'split_templates'"


async def new(company: Company, section: str) -> None:
    await settings(company, section)
    assert (await company.ada.click_view("Add…")).ok


async def stored(company: Company) -> dict[str, Any]:
    return {row[0]: row[1] for row in await company.rows("SELECT name, value FROM preferences")}


async def test_a_calendar_is_added_and_a_department_keeps_by_it(company: Company) -> None:
    await new(company, "Calendars")
    form = await seen(company)
    assert (form.title, form.values["Monday"]) == ("New calendar", "09:00-17:00")
    after = await saved(
        company,
        **{
            "Name": "shop",
            "Time zone": "Europe/Vienna",
            "Friday": "09:00–12:00, 13:00-16:00",
            "Saturday": "10:00-14:00",
            "Public holidays of": "Austria",
            "In its part": "9",
            "Further free days": "2026-12-24\n2026-12-31",
        },
    )
    assert "*shop*" in str(after.blocks), after.errors
    row = (
        await company.rows(
            "SELECT time_zone, hours, country, subdivision, dates, ics FROM calendars"
            " WHERE name = 'shop'"
        )
    )[0]
    assert tuple(row) == (
        "Europe/Vienna",
        {
            "mon-thu": ["09:00-17:00"],
            "fri": ["09:00-12:00", "13:00-16:00"],
            "sat": ["10:00-14:00"],
        },
        "AT",
        "9",
        ["2026-12-24", "2026-12-31"],
        None,
    )
    await chosen(company, "Departments", "HR", "Edit…")
    assert (await saved(company, Calendar="shop")).title == "Settings"
    assert await company.value("SELECT calendar FROM departments WHERE name = 'HR'") == "shop"
    await chosen(company, "Calendars", "shop", "Delete…")
    refused = await saved(company, Reason="Closed.")
    assert "in use by the department “HR”" in refused.errors["Reason"]
    assert [each[:3] for each in await trail(company)] == [
        ("configuration.add", "calendar shop", "U0ADA"),
        ("configuration.change", "department HR", "U0ADA"),
    ]


async def test_a_day_is_changed_and_a_calendar_that_nobody_uses_is_deleted(
    company: Company,
) -> None:
    await new(company, "Calendars")
    await saved(company, Name="shop")
    form = await chosen(company, "Calendars", "shop", "Edit…")
    assert form.values["Saturday"] in (None, "")
    await saved(company, Saturday="10:00-14:00", Monday=None)
    expected = {"tue-fri": ["09:00-17:00"], "sat": ["10:00-14:00"]}
    assert await company.value("SELECT hours FROM calendars WHERE name = 'shop'") == expected
    await chosen(company, "Calendars", "shop", "Delete…")
    assert "*shop*" not in str((await saved(company, Reason="Closed.")).blocks)
    assert (await trail(company))[-1][:2] == ("configuration.delete", "calendar shop")


WRONG: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("Calendars", "office", {"Tuesday": "9 to 5"}, "Tuesday", "write 09:00-17:00"),
    ("Calendars", "office", {"Friday": "17:00-09:00"}, "Friday", "ends before it begins"),
    ("Calendars", "office", {"Time zone": "Mars"}, "Time zone", "“Mars” is no time zone"),
    ("Calendars", "office", {"In its part": "BY"}, "In its part", "Write the country as well."),
    (
        "Calendars",
        "office",
        {"Public holidays of": "Germany", "In its part": "XX"},
        "In its part",
        "“XX” is no part of DE",
    ),
    ("Calendars", "office", {"Further free days": "Xmas"}, "Further free days", "“Xmas” is no day"),
    (
        "Calendars",
        "office",
        {"Free days as an iCalendar file": "/etc/passwd"},
        "Free days as an iCalendar file",
        "begins with BEGIN:VCALENDAR",
    ),
    (
        "Calendars",
        "office",
        dict.fromkeys(
            ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        ),
        "Monday",
        "A calendar needs hours",
    ),
    ("Calendars", "office", {"Name": "always"}, "Name", "“always” is built in"),
    (
        "For the whole desk",
        "For the whole desk",
        {"A reply can be called back for": "soon"},
        "A reply can be called back for",
        "“soon” is no length of time",
    ),
    (
        "For the whole desk",
        "For the whole desk",
        {"A resolved ticket can be reopened for": "9000"},
        "A resolved ticket can be reopened for",
        "too few open hours",
    ),
    (
        "For the whole desk",
        "For the whole desk",
        {"“Deliveries” shows what was sent for": "9999"},
        "“Deliveries” shows what was sent for",
        "at most 3650d",
    ),
    (
        "For the whole desk",
        "For the whole desk",
        {"Quiet from": "20:00"},
        "Quiet until",
        "Choose both times, or neither.",
    ),
    (
        "Departments",
        "IT",
        {"Files of at most so many MB": "0"},
        "Files of at most so many MB",
        "from 1 to 1000",
    ),
    (
        "Departments",
        "IT",
        {"Files of these types": "pdf, a b"},
        "Files of these types",
        "is not the end of a file's name",
    ),
]


@pytest.mark.parametrize(("section", "label", "values", "field", "words"), WRONG)
async def test_what_is_wrong_is_said_beside_its_input(
    company: Company, section: str, label: str, values: dict[str, Any], field: str, words: str
) -> None:
    await chosen(company, section, label, "Edit…")
    form = await saved(company, **values)
    assert words in form.errors.get(field, ""), form.errors
    assert await trail(company) == []


async def test_the_desk_is_set_by_point_and_click(company: Company) -> None:
    form = await chosen(company, "For the whole desk", "For the whole desk", "Edit…")
    assert form.values["The morning's digest comes at"] == "09:00"
    after = await saved(
        company,
        **{
            "A requester who does not answer is asked again after": "2",
            "A resolved ticket is closed by itself after": "0",
            "Habits": ["Guests of the workspace may file tickets for themselves"],
            "What is overdue and untouched goes one step up after": "1d",
            "The morning's digest comes at": "Never",
            "Quiet from": "20:00",
            "Quiet until": "07:00",
            "A reply can be called back for": "30s",
            "When a message is edited or deleted in Slack": "Erase what it said",
        },
    )
    assert after.title == "Settings", after.errors
    found = await stored(company)
    expected = {
        "nudge_requester_days": 2,
        "auto_close_days": 0,
        "guests_may_file": True,
        "escalate_after": 8 * 3600,
        "digest_at": None,
        "quiet_hours": "20:00-07:00",
        "reply_hold": 30,
        "old_texts": "erase",
    }
    assert {name: found[name] for name in expected} == expected
    # What was left as it is keeps its default.
    assert "keep_deliveries_days" not in found
    audited = {each[1] for each in await trail(company)}
    assert audited == {f"setting {name}" for name in expected}
    await chosen(company, "For the whole desk", "For the whole desk", "Edit…")
    await saved(company, **{"Quiet from": "08:00", "Quiet until": "08:00"})
    assert (await stored(company))["quiet_hours"] is None


async def test_a_template_is_made_part_by_part_and_used(company: Company) -> None:
    await new(company, "Split templates")
    await company.ada.fill({"Name": "Starter", "Department": "HR", "Summary": "Contract"})
    assert (await company.ada.click_view("Add a part")).ok
    form = await seen(company)
    assert (form.values["Name"], form.values["Summary"]) == ("Starter", "Contract")
    await company.ada.fill({"Department (part 2)": "IT", "Summary (part 2)": "Laptop"})
    assert (await company.ada.click_view("Add a part")).ok
    after = await saved(
        company,
        **{
            "What to pass on (part 2)": "A laptop\nand a bag",
            "Due after (part 2)": "2d",
            "Options (part 2)": [],
        },
    )
    assert "*Starter*" in str(after.blocks), after.errors
    contract = {"department": "HR", "summary": "Contract", "passed_on": "", "required": True}
    laptop = {
        "department": "IT",
        "summary": "Laptop",
        "passed_on": "A laptop\nand a bag",
        "required": False,
        "due_after": 16 * 3600,
    }
    assert await company.value(TEMPLATES) == [
        {"name": "Starter", "department": None, "parts": [contract | {"due_after": None}, laptop]}
    ]
    card = await company.filed()
    assert (await company.hugo.click(card, "Split…")).ok
    assert (await company.hugo.choose_view("Starter")).ok
    view = await company.hugo.view()
    assert view is not None
    assert view.values["Summary (part 2)"] == "Laptop"


async def test_a_part_is_left_out_and_the_last_one_is_not(company: Company) -> None:
    await new(company, "Split templates")
    await company.ada.fill({"Name": "Starter", "Department": "HR", "Summary": "Contract"})
    assert (await company.ada.click_view("Add a part")).ok
    await saved(company, **{"Department (part 2)": "IT", "Summary (part 2)": "Laptop"})
    out = ["Leave this part out"]
    await chosen(company, "Split templates", "Starter", "Edit…")
    form = await saved(company, **{"Options": out, "Options (part 2)": out})
    assert form.errors == {"Department": "A template has at least one part."}
    await saved(company, **{"Options (part 2)": []})
    [template] = await company.value(TEMPLATES)
    assert [part["summary"] for part in template["parts"]] == ["Laptop"]
    await chosen(company, "Split templates", "Starter", "Edit…")
    form = await saved(company, **{"Due after": "soon"})
    assert "is no length of time" in form.errors["Due after"]
    await company.ada.close_view()
    await chosen(company, "Split templates", "Starter", "Delete…")
    assert "There is nothing here yet." in (await saved(company, Reason="Gone.")).text
    assert await company.value(TEMPLATES) == []
    assert (await trail(company))[-2][:2] == ("configuration.delete", "split template Starter")


async def test_a_template_has_at_most_five_parts(company: Company) -> None:
    await new(company, "Split templates")
    for _ in range(4):
        assert (await company.ada.click_view("Add a part")).ok
    form = await seen(company)
    assert "Summary (part 5)" in form.labels
    assert "Add a part" not in form.buttons
    await saved(company, Name="One", Department="IT", Summary="Only this")
    [template] = await company.value(TEMPLATES)
    assert len(template["parts"]) == 1


async def test_a_template_that_is_stale_keeps_the_words_and_both_parts(company: Company) -> None:
    await new(company, "Split templates")
    await saved(company, Name="Starter", Department="HR", Summary="Contract")
    await chosen(company, "Split templates", "Starter", "Edit…")
    assert (await company.ada.click_view("Add a part")).ok
    await company.ada.fill({"Department (part 2)": "IT", "Summary (part 2)": "Laptop"})
    await company.change(
        "UPDATE preferences SET value = jsonb_set(value, '{0,parts,0,summary}', '\"Papers\"')"
        " WHERE name = 'split_templates'"
    )
    form = await saved(company)
    assert "Summary: Papers" in form.text
    assert (form.values["Summary"], form.values["Summary (part 2)"]) == ("Papers", "Laptop")
    await saved(company)
    [template] = await company.value(TEMPLATES)
    assert [part["summary"] for part in template["parts"]] == ["Papers", "Laptop"]


async def test_a_department_has_words_of_its_own(company: Company) -> None:
    form = await chosen(company, "Departments", "IT", "Words for statuses…")
    assert form.title == "Words for statuses"
    after = await saved(company, **{"New": "Just in", "On hold": "With the vendor"})
    assert after.title == "Settings", after.errors
    labels = "SELECT status_labels FROM departments WHERE name = 'IT'"
    assert await company.value(labels) == {"new": "Just in", "on_hold": "With the vendor"}
    assert "Just in" in (await company.filed()).plain
    form = await chosen(company, "Departments", "IT", "Words for statuses…")
    form = await saved(company, New="a\u200bb")
    assert form.errors == {"New": "Write one line of 1 to 24 characters."}
    await saved(company, New=None)
    assert await company.value(labels) == {"on_hold": "With the vendor"}
    # And the department's other form leaves them.
    await chosen(company, "Departments", "IT", "Edit…")
    await saved(company, **{"To resolve a ticket": "A reason is enough"})
    [row] = await company.rows(WORDS_OF_IT)
    assert tuple(row)[:2] == ({"on_hold": "With the vendor"}, False)


async def test_words_that_are_stale_are_kept(company: Company) -> None:
    await chosen(company, "Departments", "IT", "Words for statuses…")
    await company.change("UPDATE departments SET time_zone = 'Asia/Tokyo' WHERE name = 'IT'")
    form = await saved(company, New="Just in")
    assert "Somebody changed this while you were writing" in form.text
    assert (form.title, form.values["New"]) == ("Words for statuses", "Just in")
    await saved(company)
    [row] = await company.rows(WORDS_OF_IT)
    assert tuple(row) == ({"new": "Just in"}, True, "Asia/Tokyo")


async def test_forms_that_nobody_touched_change_nothing(company: Company) -> None:
    await company.change(
        "UPDATE calendars SET ics = :ics, hours = :hours, dates = '[\"2026-12-24\"]'",
        ics="BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260102\r\nSUMMARY:"
        + "x" * 4000
        + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        hours='{"sun": [], "mon-sun": ["00:00-12:00", "12:00-24:00"]}',
    )
    await company.change(
        "INSERT INTO preferences (name, value) VALUES ('quiet_hours', '\"20:00 - 07:00\"'),"
        " ('digest_at', '\"09:17\"'), ('split_templates', :templates)",
        templates='[{"name": "Old", "department": null, "parts": [{"department": "HR",'
        ' "summary": "Papers", "passed_on": "A\\nblock\\n", "required": false,'
        ' "due_after": 5400.0}]}]',
    )
    await company.change("UPDATE sla_templates SET calendar = NULL, next_reply_target = '2 hours'")
    for section, label, verb in (
        ("SLA templates", "rest", "Edit…"),
        ("Calendars", "office", "Edit…"),
        ("Split templates", "Old", "Edit…"),
        ("For the whole desk", "For the whole desk", "Edit…"),
        ("Departments", "IT", "Edit…"),
        ("Departments", "HR", "Words for statuses…"),
    ):
        await chosen(company, section, label, verb)
        after = await saved(company)
        assert after.title == "Settings", (section, after.errors)
    assert await trail(company) == []


async def test_who_is_no_administrator_any_more_adds_no_part(company: Company) -> None:
    await new(company, "Split templates")
    await company.change("UPDATE users SET role = 'employee' WHERE slack_user_id = 'U0ADA'")
    await company.ada.click_view("Add a part")
    assert "Only an administrator" in (await seen(company)).text
    await company.ada.close_view()
    form = await saved(company, Name="Mine", Department="IT", Summary="Words")
    assert any("Only an administrator" in each for each in form.errors.values())
    assert await company.value("SELECT count(*) FROM preferences WHERE name LIKE 'split%'") == 0
