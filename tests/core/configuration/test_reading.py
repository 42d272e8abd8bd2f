"""The file: what it may say, what it means when it says nothing, and how faults are told."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from core.configuration import durations
from core.configuration.file import NO_TEAM, CalendarEntry, SettingsEntry
from core.configuration.reading import DEFAULT_FILE, read, read_file
from core.configuration.yaml_lines import WrongConfiguration
from core.tickets.states import Priority
from core.users.models import AutoAssign
from core.users.roles import Role

DOCUMENTED = """
team_id: T0ACME
admin: U0ADA
departments:
  - {name: IT, desk_channel: C0ITDESK, head: U0HUGO, time_zone: Europe/Berlin, open_threads: false, auto_assign: none}
people:                      # further people appear on first contact as employees
  - {slack_user_id: U0ANN, name: Ann Visser, email: ann@example.com, role: agent, department: IT, employee_code: E-104}
calendars:
  - {name: office, time_zone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}, holidays: {country: DE, dates: []}}
sla_templates:               # ordered, first match wins; durations as 45s, 30m, 4h, 2d of business time
  - {name: urgent, priority: urgent, department: null, first_response: 30m, resolution: 4h, calendar: office}
approval_rules:              # from, to: lower included, upper excluded
  - {currency: EUR, from: 0, to: 500, steps: []}
  - {currency: EUR, from: 500, to: 5000, steps: [finance]}
  - {currency: EUR, from: 5000, to: null, steps: [finance, ceo]}
settings: {reply_hold: 10s, reopen_grace: 5d, card_fold: 2s}
"""  # noqa: E501 - as the architecture page has it


def test_the_documented_example_is_read_as_it_says() -> None:
    file = read(DOCUMENTED)
    assert (file.team_id, file.admin) == ("T0ACME", "U0ADA")
    assert file.departments[0].head == "U0HUGO"
    assert file.departments[0].auto_assign is AutoAssign.NONE
    assert file.people[0].role is Role.AGENT
    assert file.calendars[0].holidays.country == "DE"
    assert file.sla_templates[0].priority is Priority.URGENT
    assert file.sla_templates[0].first_response == timedelta(minutes=30)
    assert [rule.upper for rule in file.approval_rules] == [Decimal(500), Decimal(5000), None]
    assert file.settings == SettingsEntry()


def test_every_key_but_three_has_a_default() -> None:
    file = read(
        dedent(
            """
            team_id: T0ACME
            departments: [{name: IT}]
            people: [{slack_user_id: U0ANN}]
            calendars: [{}]
            sla_templates: [{}]
            approval_rules: [{}]
            settings: {}
            """
        )
    )
    assert file.people[0].role is Role.EMPLOYEE
    assert file.calendars[0] == CalendarEntry(name="office")
    assert file.sla_templates[0].calendar is None
    assert read("team_id: T0ACME").departments == []


def test_the_shipped_file_holds_the_promises_of_the_product() -> None:
    file = read_file(DEFAULT_FILE)
    assert file.team_id == NO_TEAM
    assert [each.name for each in file.departments] == ["IT", "HR", "Facilities", "Finance"]
    promises = [
        (each.priority, durations.write(each.first_response), durations.write(each.resolution))
        for each in file.sla_templates
    ]
    assert promises == [
        ("urgent", "30m", "4h"),
        ("high", "1h", "8h"),
        ("medium", "4h", "24h"),
        ("low", "8h", "40h"),
    ]
    assert {each.calendar for each in file.sla_templates} == {None}
    assert {each.calendar for each in file.departments} == {"office"}
    assert file.calendars == [CalendarEntry()]
    assert [[*each.steps] for each in file.approval_rules] == [[], ["finance"], ["finance", "ceo"]]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(hours=16)),
        ("0s", timedelta()),
    ],
)
def test_lengths_are_read_with_days_of_eight_hours(text: str, length: timedelta) -> None:
    assert durations.read(text) == length
    assert durations.read(durations.write(length)) == length


@pytest.mark.parametrize("text", ["", "4", "h", "-4h", "4 weeks", "1.5h", "4h30m"])
def test_other_lengths_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write 45s, 30m, 4h or 2d"):
        durations.read(text)


def test_what_yaml_likes_to_guess_stays_text() -> None:
    file = read(
        dedent(
            """
            team_id: T0ACME
            calendars:
              - {name: "on", holidays: {country: NO, dates: [2026-12-24]}}
              - {name: no}
            """
        )
    )
    assert [each.name for each in file.calendars] == ["on", "no"]
    assert file.calendars[0].holidays.country == "NO"
    assert file.calendars[0].holidays.dates == [date(2026, 12, 24)]


IT = "departments:\n  - {name: IT}\n"

FAULTS = {
    "desk: []": "line 2: “desk” is not known here; known are team_id, admin,",
    "departments:\n  - name: IT\n    desk_chanel: C0IT": (
        "line 4: “desk_chanel” is not known here; did you mean “desk_channel”?"
    ),
    "calendars:\n  - holidays:\n      land: DE": (
        "line 4: “land” is not known here; known are country, subdivision, ics, dates"
    ),
    "approval_rules: [{lower: 3}]": "line 2: “lower” is not known here",
    "departments:\n  - {open_threads: true}": "line 3: “name” is missing",
    "people: [{name: Ann}]": "line 2: “slack_user_id” is missing",
    "people:\n  - slack_user_id: Ann": (
        "line 3: slack_user_id: “Ann” is not a person's id, like U0ADA"
    ),
    "people:\n  - {slack_user_id: U0ANN, role: boss}": (
        "line 3: role: “boss” is not one of employee, agent,"
    ),
    "departments:\n  - name: IT\n    open_threads: maybe": (
        "line 4: open_threads: write true or false"
    ),
    "departments:\n  - name: IT\n    time_zone: Berlin": (
        "line 4: time_zone: “Berlin” is no time zone: write one like Europe/Berlin"
    ),
    "departments:\n  - name: IT\n    status_labels:\n      stuck: Waits": (
        "line 4: status_labels: “stuck” is no status: write one of new, assigned,"
    ),
    f"departments: [{{name: IT, status_labels: {{new: {'x' * 25}}}}}]": (
        "line 2: status_labels: write new in one line of 1 to 24 characters"
    ),
    "departments: [{name: IT, status_labels: {new: ''}}]": "write new in one line of 1 to 24",
    "departments: [{name: IT, status_labels: {new: ' '}}]": "write new in one line of 1 to 24",
    'departments: [{name: IT, status_labels: {new: "two\\nlines"}}]': "write new in one line",
    "departments: [{name: IT, status_labels: {new: 5}}]": "line 2: new: write text",
    "departments: [{name: IT, resolution_note: never}]": (
        "line 2: resolution_note: “never” is not one of required or optional"
    ),
    "departments: IT": "line 2: departments: write a list",
    "departments: [IT]": "line 2: departments: write keys and values",
    "departments: [{name: ''}]": "line 2: name: write at least one character",
    "departments: [{name: IT, desk_channel: '#it'}]": (
        "line 2: desk_channel: “#it” is not a channel's id, like C0ITDESK"
    ),
    "sla_templates:\n  - name: urgent\n    resolution: soon": (
        "line 4: resolution: “soon” is no length of time: write 45s, 30m, 4h or 2d"
    ),
    "sla_templates: [{resolution: 0h}]": "line 2: resolution: a promise needs time",
    "settings:\n  reopen_grace: 12h": "line 3: reopen_grace: write whole business days, like 5d",
    "calendars:\n  - name: late\n    hours: {mon-fri: ['9-17']}": (
        "line 4: hours: “9-17” is no window: write 09:00-17:00"
    ),
    "calendars: [{hours: {monday: ['09:00-17:00']}}]": "line 2: hours: “monday” is no day",
    "calendars: [{hours: {fri-mon: ['09:00-17:00']}}]": "line 2: hours: “fri-mon” goes backwards",
    "calendars: [{hours: {mon: ['09:00-12:00', '11:00-17:00']}}]": (
        "line 2: hours: the windows of “mon” overlap"
    ),
    "calendars: [{hours: {mon: []}}]": "line 2: hours: a calendar needs hours",
    "calendars: [{holidays: {country: ZZ}}]": "line 2: country: “ZZ” is no country",
    "calendars: [{holidays: {dates: [Christmas]}}]": ("line 2: dates: write a day like 2026-12-24"),
    "calendars: [{hours: {mon: ['22:00-06:00']}}]": (
        "line 2: hours: “22:00-06:00” ends before it begins: over midnight, write 22:00-24:00, "
        "and 00:00-06:00 for the day after"
    ),
    "calendars: [{holidays: {country: DE, subdivision: XX}}]": (
        "line 2: “XX” is no part of DE with holidays of its own; known are BB, BE"
    ),
    "calendars: [{holidays: {subdivision: BY}}]": "line 2: write the country as well",
    # Typed in Slack, beside no file: ours are out of reach.
    "calendars: [{holidays: {ics: /etc/passwd}}]": (
        "line 2: ics: write the text of the file, which begins with BEGIN:VCALENDAR"
    ),
    "calendars: [{hours: {mon: ['09:00+02:00-17:00']}}]": "line 2: hours: “09:00+02:00-17:00” is",
    "calendars: [{hours: {mon: ['09:00Z-17:00Z']}}]": "write 09:00-17:00, without a zone",
    "settings: {quiet_hours: '20:00Z-07:00'}": "line 2: quiet_hours: “20:00Z-07:00” are no quiet",
    "settings: {keep_deliveries: 3651d}": "line 2: keep_deliveries: write at most 3650d",
    "calendars: [{holidays: {ics: 'BEGIN:VCALENDAR'}}]": "line 2: ics: the",
    "calendars: [{name: always}]": "line 2: the calendar “always” is built in",
    f"{IT}  - {{name: IT}}": "line 4: the name “IT” is in departments a second time",
    "approval_rules: [{from: 5, to: 5}]": "line 2: “to” must be more than “from”, which is 5",
    "approval_rules:\n  - {to: 500}\n  - {from: 499}": (
        "line 4: another rule for EUR already covers some of these amounts"
    ),
    "approval_rules: [{from: -1}]": "line 2: from: write a number that is not below zero",
    "approval_rules: [{steps: [cfo]}]": "line 2: steps: “cfo” is not one of finance or ceo",
    "approval_rules: [{steps: [ceo, ceo]}]": "line 2: a step is here a second time",
    "approval_rules: [{steps: [ceo]}]": "line 2: the CEO is never asked before finance",
    "approval_rules: [{from: 5}]": "line 2: the first rule has to begin at 0",
    "approval_rules: [{to: 5}]": "line 2: the last rule has to be open: leave out its end",
    "approval_rules:\n  - {to: 500}\n  - {from: 500.01}": (
        "line 4: no rule covers amounts from 500 to 500.01"
    ),
    "approval_rules:\n  - {to: 5}\n  - {from: 5, currency: USD}": (
        "line 4: all rules are in one currency, which is EUR"
    ),
    "approval_rules: [{steps: [finance], quorum: {finance: some}}]": (
        "line 2: finance: “some” is not any, all, majority or a number of people"
    ),
    "approval_rules: [{steps: [finance], quorum: {finance: 0}}]": "line 2: finance: “0” is not any",
    "exchange_rates: [{currency: USD, rate: 0, from: 2026-01-01}]": (
        "line 2: rate: write a number above zero"
    ),
    "exchange_rates: [{currency: USD, rate: 2}]": "line 2: “from” is missing",
    "approvals: {deadline: 0h}": "line 2: deadline: a promise needs time",
    "approvals: {expire_at: 90}": "line 2: reminders come before escalate_at",
    "approvals: {escalate_at: 0}": "line 2: escalate_at: write a part of the deadline",
    "approvals: {same_purpose_days: 400}": "line 2: same_purpose_days: write a number of days",
    "approvals: {alternates: {ceo: [Ada]}}": "line 2: ceo: “Ada” is not a person's id, like U0ADA",
    "departments: [{name: IT, head: U0HUGO}]\npeople: [{slack_user_id: U0HUGO, role: agent}]": (
        "line 3: U0HUGO is the head of IT: write role: department_head, or leave it out"
    ),
    "departments: [{name: IT, head: U0HUGO}]\npeople: [{slack_user_id: U0HUGO, department: HR}]": (
        "line 3: U0HUGO is the head of IT, and belongs to one department"
    ),
    "admin: U0ADA\npeople: [{slack_user_id: U0ADA, role: ceo}]": (
        "line 3: U0ADA is named as admin: write role: admin, or leave it out"
    ),
    "admin: U0ADA\ndepartments: [{name: IT, head: U0ADA}]": (
        "line 3: U0ADA is the admin, and a person has one role"
    ),
    "admin: U0ADA\nadmin: U0BEN": "line 3: “admin” is here a second time",
    "departments: [": "line 3: this is no YAML",
    "settings: *missing": "line 2: this is no YAML: found undefined alias",
    "settings: &again\n  reply_hold: *again": "this is nested too deeply",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_with_its_line(text: str) -> None:
    with pytest.raises(WrongConfiguration) as refused:
        read(f"team_id: T0ACME\n{text}\n")
    assert FAULTS[text] in str(refused.value)


@pytest.mark.parametrize("name", ["nowhere.ics", "no\\0file"])
def test_a_file_beside_the_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    file = tmp_path / "company.yml"
    file.write_text(f'team_id: T0ACME\ncalendars: [{{holidays: {{ics: "{name}"}}}}]')
    with pytest.raises(WrongConfiguration, match=r"line 2: ics: the file “.*” cannot be read"):
        read_file(file)


def test_all_faults_are_told_at_once_in_the_order_of_the_lines() -> None:
    with pytest.raises(WrongConfiguration) as refused:
        read("people:\n  - {role: boss}\nteam_id: acme\nmore: 1\n")
    lines = [line.partition(":")[0] for line in str(refused.value).splitlines()]
    assert lines == ["line 2", "line 2", "line 3", "line 4"]


def test_an_empty_file_lacks_its_team() -> None:
    with pytest.raises(WrongConfiguration, match="line 1: “team_id” is missing"):
        read("# nothing yet\n")


def test_a_list_is_no_configuration() -> None:
    with pytest.raises(WrongConfiguration, match="line 1: the file: write keys and values"):
        read("- team_id: T0ACME\n")


def test_people_need_a_real_workspace() -> None:
    with pytest.raises(WrongConfiguration, match="line 1: people are named, so write the id"):
        read(f"team_id: {NO_TEAM}\nadmin: U0ADA\n")


def test_an_admin_from_elsewhere_is_taken_when_the_file_names_none() -> None:
    assert read("team_id: T0ACME", admin="U0BEN").admin == "U0BEN"
    assert read("team_id: T0ACME\nadmin: U0ADA", admin="U0BEN").admin == "U0ADA"
    assert read(f"team_id: {NO_TEAM}", admin="U0BEN").admin is None
    with pytest.raises(WrongConfiguration, match="admin: “ben” is not a person's id"):
        read("team_id: T0ACME", admin="ben")


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(WrongConfiguration, match=r"desk\.yml cannot be read: No such file"):
        read_file(tmp_path / "desk.yml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "desk.yml"
    file.write_bytes(b"team_id: \xff")
    with pytest.raises(WrongConfiguration, match="not written in UTF-8"):
        read_file(file)
