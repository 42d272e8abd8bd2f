"""Settings from Slack: an administrator finds them, changes them, and is told what is wrong."""

from typing import Any

import pytest

from bot.sandbox.slack.seen import OpenView
from tests.journeys.company import GENERAL, Company

TRAIL = """
    SELECT a.action, a.details->>'what', u.slack_user_id, a.source FROM audit_logs a
      JOIN users u ON u.id = a.user_id WHERE a.action LIKE 'configuration.%' ORDER BY a.id"""


async def settings(company: Company, title: str = "Departments") -> OpenView:
    """Ada's window with this section."""
    await company.ada.command("/ticket", "help", channel=GENERAL)
    answer = (await company.ada.ephemerals())[-1]
    assert (await company.ada.click(answer, "Settings…")).ok
    assert (await company.ada.choose_view(title)).ok
    return await seen(company)


async def seen(company: Company) -> OpenView:
    view = await company.ada.view()
    assert view is not None
    return view


async def chosen(company: Company, section: str, label: str, verb: str) -> OpenView:
    """What opens from the menu at an entry."""
    window = await settings(company, section)
    [row] = [
        block
        for block in window.blocks
        if block["type"] == "section" and block["text"]["text"].startswith(f"*{label}*")
    ]
    [option] = [o for o in row["accessory"]["options"] if o["text"]["text"] == verb]
    assert (await company.ada.choose_view(option["value"])).ok
    return await seen(company)


async def saved(company: Company, **values: Any) -> OpenView:
    await company.ada.fill(values, submit=True)
    return await seen(company)


async def trail(company: Company) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await company.rows(TRAIL)]


async def test_only_administrators_are_offered_settings(company: Company) -> None:
    for person in (company.bea, company.hugo):
        await person.command("/ticket", "help", channel=GENERAL)
        assert "Settings…" not in (await person.ephemerals())[-1].buttons
    window = await settings(company)
    for words in ("*IT*", "*HR*", "Desk channel", "Head"):
        assert words in str(window.blocks)


async def test_a_department_is_changed_in_its_form(company: Company) -> None:
    form = await chosen(company, "Departments", "IT", "Edit…")
    assert form.values["Name"] == "IT"
    assert form.values["Time zone"] == "Europe/Berlin"
    after = await saved(
        company,
        **{
            "Name": "IT Service",
            "Time zone": "Europe/Oslo",
            "Head": ["Ann Visser"],
            "New tickets are assigned": "In turn",
            "Habits": ["Every reply in a card's thread goes to the requester"],
            "Who takes a ticket with 👀": "Nobody",
            "Who makes one urgent with 🚨": "Only its head",
        },
    )
    assert after.title == "Settings"
    assert "*IT Service*" in str(after.blocks)
    rows = await company.rows(
        "SELECT name, time_zone, auto_assign, open_threads, reactions FROM departments"
        " WHERE desk_channel_id = 'C0ITDESK'"
    )
    assert [tuple(row) for row in rows] == [
        ("IT Service", "Europe/Oslo", "round_robin", True, False)
    ]
    who = "SELECT eyes_for, check_mark_for, siren_for FROM departments WHERE name = 'IT Service'"
    assert [tuple(row) for row in await company.rows(who)] == [("nobody", "desk", "head")]
    roles = await company.rows("SELECT name, role FROM users WHERE role <> 'employee'")
    assert {("Ann Visser", "department_head"), ("Hugo Kern", "agent")} <= {
        tuple(row) for row in roles
    }
    assert {row[2:] for row in await trail(company)} == {("U0ADA", "form")}
    # And it holds at once for who files now.
    assert (await company.file(company.bea, "Printer", Department="IT Service")).ok


async def test_a_new_department_can_take_tickets(company: Company) -> None:
    await settings(company)
    assert (await company.ada.click_view("Add…")).ok
    after = await saved(company, **{"Name": "Facilities", "Desk channel": "general"})
    assert "*Facilities*" in str(after.blocks)
    assert (await company.file(company.bea, "The lamp is broken", Department="Facilities")).ok
    await company.deliver()
    assert "HD-1 · The lamp is broken" in (await company.card(GENERAL)).plain
    assert ("configuration.add", "department Facilities", "U0ADA", "form") in await trail(company)


WRONG: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("Departments", "IT", {"Name": "HR"}, "Name", "There is a department HR already."),
    ("Departments", "IT", {"Time zone": "Mars"}, "Time zone", "is no time zone"),
    (
        "Departments",
        "IT",
        {"The desk hears of a ticket that nobody took after": "soon"},
        "The desk hears of a ticket that nobody took after",
        "is no length of time",
    ),
    ("Departments", "IT", {"Head": ["Ada Admin"]}, "Head", "a person has one role"),
    (
        "Departments",
        "IT",
        {"Channel for requests": "hr-desk"},
        "Channel for requests",
        "HR has its cards in this channel",
    ),
    (
        "Departments",
        "IT",
        {"Further inputs of the form for new tickets": "Laptop\n"},
        "Further inputs of the form for new tickets",
        "line 1: write it like",
    ),
    (
        "Departments",
        "IT",
        {"Further inputs of the form for new tickets": "A: select"},
        "Further inputs of the form for new tickets",
        "a select has options",
    ),
    ("People", "Ann Visser", {"Department": "None"}, "Department", "Choose the department"),
    ("People", "Ann Visser", {"Employee code": "U0CARL"}, "Employee code", "belongs to U0CARL"),
    ("SLA templates", "rest", {"Resolution within": "0h"}, "Resolution within", "needs time"),
    ("SLA templates", "rest", {"Name": "urgent"}, "Name", "There is an SLA template urgent"),
]


@pytest.mark.parametrize(("section", "label", "values", "field", "words"), WRONG)
async def test_what_is_wrong_is_said_beside_its_input_and_nothing_changes(
    company: Company, section: str, label: str, values: dict[str, Any], field: str, words: str
) -> None:
    # Ada has come once, so that her name is known.
    await company.ada.command("/ticket", "mine", channel=GENERAL)
    await chosen(company, section, label, "Edit…")
    form = await saved(company, **values)
    assert words in form.errors[field]
    assert await trail(company) == []


async def test_a_name_that_is_missing_or_too_long(company: Company) -> None:
    await settings(company)
    assert (await company.ada.click_view("Add…")).ok
    form = await saved(company, Name="  ")
    assert form.errors == {"Name": "Please complete this required field."}
    form = await saved(company, Name="\u200b")
    assert form.errors == {"Name": "Write a name that can be read."}
    assert await company.value("SELECT count(*) FROM departments") == 2


async def test_a_person_gets_a_role(company: Company) -> None:
    await settings(company, "People")
    assert (await company.ada.click_view("Add…")).ok
    assert (await company.ada.fill({"Person": "Finn Berg"})).ok
    form = await seen(company)
    assert form.values["Role"] == "Employee"
    after = await saved(company, Role="Agent", Department="HR", **{"Employee code": "E-7"})
    assert after.title == "Settings"
    row = (
        await company.rows(
            "SELECT u.role, d.name, u.employee_code FROM users u"
            " JOIN departments d ON d.id = u.department_id WHERE u.slack_user_id = 'U0FINN'"
        )
    )[0]
    assert tuple(row) == ("agent", "HR", "E-7")
    assert "HD" not in (await company.finn.command("/ticket", "queue", channel=GENERAL)).body


@pytest.mark.parametrize("kind", ["bot", "external", "guest"])
async def test_who_cannot_act_gets_no_desk(company: Company, kind: str) -> None:
    about: dict[str, Any] = {
        "bot": {"is_bot": True},
        "external": {"team_id": "T0OTHER"},
        "guest": {"is_restricted": True},
    }[kind]
    await company.slack.person("U0ODD", "Odd One", **about)
    await chosen(company, "Departments", "HR", "Edit…")
    form = await saved(company, Head=["U0ODD"])
    assert form.errors["Head"]
    assert await company.value("SELECT count(*) FROM users WHERE role <> 'employee'") == 5


async def test_a_form_that_is_stale_saves_nothing_keeps_the_words_and_tells(
    company: Company,
) -> None:
    await chosen(company, "Departments", "IT", "Edit…")
    await company.change("UPDATE departments SET time_zone = 'Asia/Tokyo' WHERE name = 'IT'")
    form = await saved(company, Name="IT Service")
    assert "Somebody changed this while you were writing" in form.text
    assert "Time zone: Asia/Tokyo" in form.text
    assert form.values["Name"] == "IT Service"
    assert form.values["Time zone"] == "Asia/Tokyo"
    assert await company.value("SELECT count(*) FROM departments WHERE name = 'IT'") == 1
    after = await saved(company)
    assert "*IT Service*" in str(after.blocks)
    zone = "SELECT time_zone FROM departments WHERE name = 'IT Service'"
    assert await company.value(zone) == "Asia/Tokyo"


async def test_a_calendar_is_edited_as_text_with_the_lines_of_what_is_wrong(
    company: Company,
) -> None:
    form = await chosen(company, "Calendars", "office", "Edit as text…")
    assert "hours:" in form.values["Text"]
    wrong = "name: office\nhours: {mon-fri: ['17:00-09:00']}\nholiday: {}"
    form = await saved(company, Text=wrong)
    assert "line 2:" in form.errors["Text"]
    assert "line 3: “holiday” is not known here" in form.errors["Text"]
    await saved(company, Text="name: office\nhours: {mon-sun: ['08:00-20:00']}")
    assert await company.value("SELECT hours FROM calendars") == {"mon-sun": ["08:00-20:00"]}


async def test_a_text_that_is_stale_is_kept_beside_what_is_there_now(company: Company) -> None:
    await chosen(company, "Calendars", "office", "Edit as text…")
    await company.change("UPDATE calendars SET country = 'DE'")
    hours = await company.value("SELECT hours FROM calendars")
    form = await saved(company, Text="name: office\nhours: {mon: ['08:00-20:00']}")
    assert "country: DE" in form.text
    assert "08:00-20:00" in form.values["Text"]
    assert await company.value("SELECT hours FROM calendars") == hours


async def test_rules_are_added_moved_and_deleted_with_a_reason(company: Company) -> None:
    for name, words in (("first", "vpn"), ("second", "wifi\nout of office")):
        await settings(company, "Routing rules")
        assert (await company.ada.click_view("Add…")).ok
        await saved(company, Name=name, Words=words, **{"Goes to": "HR"})
    names = "SELECT name FROM routing_rules ORDER BY position"
    assert [row[0] for row in await company.rows(names)] == ["first", "second"]
    await chosen(company, "Routing rules", "second", "Move up")
    assert [row[0] for row in await company.rows(names)] == ["second", "first"]
    assert (await company.file(company.bea, "No wifi here")).ok
    await company.deliver()
    assert "HD-1 · No wifi here" in (await company.card("C0HRDESK")).plain
    form = await chosen(company, "Routing rules", "second", "Delete…")
    assert form.labels == ["Reason"]
    after = await saved(company, Reason="Wifi is everywhere now.")
    assert "*second*" not in str(after.blocks)
    reason = "SELECT details->>'reason' FROM audit_logs WHERE action = 'configuration.delete'"
    assert await company.value(reason) == "Wifi is everywhere now."


async def test_what_is_in_use_says_where_and_stays(company: Company) -> None:
    await company.filed()
    for section, label, words in (
        ("Departments", "IT", "in use by 1 ticket and 3 people"),
        ("SLA templates", "rest", "in use by 1 open ticket"),
        ("Calendars", "office", "in use by the SLA template “rest”"),
    ):
        await chosen(company, section, label, "Delete…")
        form = await saved(company, Reason="Not needed.")
        assert words in form.errors["Reason"]
    assert await trail(company) == []


async def test_a_form_that_nobody_touched_changes_nothing(company: Company) -> None:
    await company.change(
        "INSERT INTO preferences (name, value) VALUES ('approval_rules',"
        ' \'[{"currency": "EUR", "from": "0", "to": "499.50", "steps": []}]\')'
    )
    for section, label, verb in (
        ("Departments", "IT", "Edit…"),
        ("Departments", "HR", "Edit as text…"),
        ("People", "Ann Visser", "Edit…"),
        ("SLA templates", "rest", "Edit…"),
        ("Approval rules", "EUR from 0", "Edit…"),
        ("Calendars", "office", "Edit as text…"),
        ("Calendars", "office", "Edit…"),
        ("Approvals", "", "Edit as text…"),
        ("Approvals", "", "Edit…"),
        ("For the whole desk", "", "Edit as text…"),
        ("For the whole desk", "", "Edit…"),
    ):
        await chosen(company, section, label or section, verb)
        assert (await saved(company)).title == "Settings"
    assert await trail(company) == []


async def test_a_list_that_is_stale_is_shown_anew(company: Company) -> None:
    window = await settings(company, "SLA templates")
    row = next(each for each in window.blocks if "*rest*" in str(each))
    edit = row["accessory"]["options"][0]["value"]
    await company.change("UPDATE sla_templates SET resolution_target = '1 hour'")
    assert (await company.ada.choose_view(edit)).ok
    assert "Somebody changed this meanwhile" in (await seen(company)).text
    await company.ada.close_view()
    assert "Resolution: 1h" in str((await seen(company)).blocks)


async def test_who_lost_the_role_meanwhile_changes_nothing(company: Company) -> None:
    await chosen(company, "Departments", "IT", "Edit…")
    await company.change("UPDATE users SET role = 'employee' WHERE slack_user_id = 'U0ADA'")
    form = await saved(company, Name="Mine")
    assert "Only an administrator can change the settings." in form.errors.values()
    refused = "SELECT details->>'action' FROM audit_logs WHERE action = 'refused'"
    assert await company.value(refused) == "settings.entry"


async def test_tickets_that_are_open_keep_their_promise(company: Company) -> None:
    await company.filed()
    due = await company.value("SELECT due_at FROM tickets")
    await chosen(company, "SLA templates", "rest", "Edit…")
    await saved(company, **{"Resolution within": "1h"})
    await company.file(company.bea, "Another one")
    rows = await company.rows("SELECT due_at FROM tickets ORDER BY number")
    assert rows[0][0] == due
    assert rows[1][0] < due
