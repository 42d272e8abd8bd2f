"""Applying a file: adds and changes what differs, deletes nothing, and tells what it did."""

from datetime import UTC, datetime, time, timedelta
from textwrap import dedent

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.export import export
from core.configuration.reading import DEFAULT_FILE, read, read_file
from core.configuration.seed import apply
from core.configuration.yaml_lines import WrongConfiguration
from core.preferences import OldTexts, Preference, Preferences, read_preferences
from core.tickets.approvals import rulebooks
from core.tickets.approvals.settings import read_settings
from core.tickets.calendars import Calendar
from core.tickets.models import AuditLog, SlaTemplate, Source
from core.users.models import Department, User
from core.users.roles import Role
from tests.factories import make_department, make_user

COMPANY = """
team_id: T0ACME
admin: U0ADA
departments:
  - {name: IT, desk_channel: C0ITDESK, head: U0HUGO, time_zone: Europe/Berlin}
  - {name: Finance, open_threads: true, waits_after_reply: false, auto_assign: least_loaded, status_labels: {waiting_requester: Waiting for you, on_hold: "With <b>SAP</b>"}, resolution_note: optional}
people:
  - {slack_user_id: U0ANN, name: Ann Visser, email: ann@example.com, role: agent, department: IT, employee_code: E-104}
  - {slack_user_id: U0CLEO, name: Cleo, role: ceo}
  - {slack_user_id: U0HUGO, name: Hugo}
calendars:
  - {name: office, time_zone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}, holidays: {country: DE, dates: [2026-12-24]}}
  - {name: shifts, hours: {mon-sun: ["06:00-14:00", "14:00-24:00"]}}
sla_templates:
  - {name: it-urgent, priority: urgent, department: IT, first_response: 10m, resolution: 2d, calendar: shifts}
  - {name: rest, first_response: 90s, resolution: 40h, calendar: always}
approval_rules:
  - {currency: EUR, from: 0, to: 499.50, steps: []}
  - {currency: EUR, from: 499.50, to: null, steps: [finance, ceo]}
settings:
  {reply_hold: 15s, reopen_grace: 3d, card_fold: 1s, home_fold: 9s, old_texts: erase, escalate_after: 2h, digest_at: "10:30", quiet_hours: 21:00-06:00,
   auto_close: 2d, nudge_requester: 0d, resolve_unanswered: true, keep_deliveries: 30d, guests_may_file: true}
"""  # noqa: E501 - one entry, one line


async def find(session: AsyncSession, slack_user_id: str) -> User:
    found = await session.scalar(select(User).where(User.slack_user_id == slack_user_id))
    assert found is not None
    return found


async def test_an_empty_database_gets_all_of_it(session: AsyncSession) -> None:
    lines = await apply(session, read(COMPANY))
    assert lines == [
        "department IT: added",
        "department Finance: added",
        "person U0ANN: added",
        "person U0CLEO: added",
        "person U0HUGO: added",
        "person U0ADA: added",
        "calendar office: added",
        "calendar shifts: added",
        "SLA template it-urgent: added",
        "SLA template rest: added",
        "setting reply_hold: added",
        "setting card_fold: added",
        "setting home_fold: added",
        "setting escalate_after: added",
        "setting reopen_grace_days: added",
        "setting old_texts: added",
        "setting guests_may_file: added",
        "setting auto_close_days: added",
        "setting nudge_requester_days: added",
        "setting keep_deliveries_days: added",
        "setting digest_at: added",
        "setting quiet_hours: added",
        "setting resolve_unanswered: added",
        "setting team_id: added",
        "approval rules: version 2",
    ]
    departments = {each.name: each for each in await session.scalars(select(Department))}
    ann, hugo, ada = [await find(session, who) for who in ("U0ANN", "U0HUGO", "U0ADA")]
    assert (ann.role, ann.department_id) == (Role.AGENT, departments["IT"].id)
    assert (ann.employee_code, ann.name) == ("E-104", "Ann Visser")
    assert (hugo.role, hugo.department_id) == (Role.DEPARTMENT_HEAD, departments["IT"].id)
    assert (ada.role, ada.employee_code, ada.name) == (Role.ADMIN, "U0ADA", "U0ADA")
    finance = departments["Finance"]
    assert finance.open_threads
    assert finance.status_labels == {
        "waiting_requester": "Waiting for you",
        "on_hold": "With <b>SAP</b>",
    }
    assert (finance.needs_resolution_note, departments["IT"].needs_resolution_note) == (False, True)
    template = await session.scalar(select(SlaTemplate).order_by(SlaTemplate.position))
    assert template is not None
    assert template.department_id == departments["IT"].id
    assert template.resolution_target == timedelta(hours=16)
    assert await read_preferences(session) == Preferences(
        reply_hold=timedelta(seconds=15),
        reopen_grace_days=3,
        card_fold=timedelta(seconds=1),
        home_fold=timedelta(seconds=9),
        old_texts=OldTexts.ERASE,
        digest_at=time(10, 30),
        quiet_hours="21:00-06:00",
        auto_close_days=2,
        nudge_requester_days=0,
        resolve_unanswered=True,
        keep_deliveries_days=30,
        guests_may_file=True,
        escalate_after=timedelta(hours=2),
    )


async def test_applying_it_again_changes_nothing(session: AsyncSession) -> None:
    await apply(session, read(COMPANY))
    session.expunge_all()
    assert await apply(session, read(COMPANY)) == []
    assert {each.version for each in await session.scalars(select(Department))} == {1}


async def test_only_what_differs_changes_and_is_told(session: AsyncSession) -> None:
    await apply(session, read(COMPANY))
    changed = dedent(
        """
        team_id: T0ACME
        departments: [{name: IT, open_threads: true}]
        people: [{slack_user_id: U0ANN, role: department_head, department: Finance}]
        calendars: [{name: office, hours: {mon-thu: ["09:00-17:00"]}}]
        sla_templates: [{name: rest, resolution: 24h}, {name: it-urgent}]
        settings: {reply_hold: 20s}
        """
    )
    assert await apply(session, read(changed)) == [
        "department IT: open threads is now true, was false",
        "person U0ANN: role is now department_head, was agent, department is now Finance, was IT",
        "calendar office: hours changed",
        "SLA template rest: resolution target is now 86400 s, was 144000 s,"
        " position is now 0, was 1",
        "SLA template it-urgent: position is now 1, was 0",
        "setting reply_hold: value is now 20 s, was 15 s",
    ]
    office = await session.scalar(select(Calendar).where(Calendar.name == "office"))
    assert office is not None
    assert (office.country, office.dates) == ("DE", ["2026-12-24"])


async def test_each_change_has_its_audit_row(session: AsyncSession) -> None:
    await apply(session, read("team_id: T0ACME\ndepartments: [{name: IT}]"))
    await apply(session, read("team_id: T0ACME\ndepartments: [{name: IT, desk_channel: C0IT}]"))
    rows = list(await session.scalars(select(AuditLog).order_by(AuditLog.id)))
    told = [(row.action, row.details["what"], row.changes) for row in rows]
    assert {row.source for row in rows} == {Source.CONFIGURATION}
    assert {row.user_id for row in rows} == {None}
    assert told[0] == ("configuration.add", "department IT", {"name": [None, "IT"]})
    assert told[-1] == (
        "configuration.change",
        "department IT",
        {"desk_channel_id": [None, "C0IT"]},
    )


async def test_labels_are_replaced_as_a_whole_and_the_note_is_told_in_words(
    session: AsyncSession,
) -> None:
    await apply(session, read(COMPANY))
    changed = "{name: Finance, status_labels: {on_hold: Parked}, resolution_note: required}"
    assert await apply(session, read(f"team_id: T0ACME\ndepartments: [{changed}]")) == [
        "department Finance: status labels changed, needs resolution note is now true, was false"
    ]
    finance = await session.scalar(select(Department).where(Department.name == "Finance"))
    assert finance is not None
    assert finance.status_labels == {"on_hold": "Parked"}


async def test_what_the_file_does_not_name_stays(session: AsyncSession) -> None:
    department = await make_department(session, "IT", open_threads=True)
    await make_user(session, "U0ANN", role=Role.AGENT, department=department)
    assert await apply(
        session,
        read("team_id: T0ACME\ndepartments: [{name: IT}]\npeople: [{slack_user_id: U0ANN}]"),
    ) == ["setting team_id: added"]
    assert department.open_threads
    assert (await find(session, "U0ANN")).role is Role.AGENT


async def test_a_new_head_takes_the_role_from_nobody(session: AsyncSession) -> None:
    department = await make_department(session, "IT")
    await make_user(session, "U0OLGA", role=Role.DEPARTMENT_HEAD, department=department)
    await make_user(session, "U0HUGO", role=Role.ADMIN)
    lines = await apply(session, read("team_id: T0ACME\ndepartments: [{name: IT, head: U0HUGO}]"))
    assert lines == [
        "person U0HUGO: role is now department_head, was admin, department is now IT, was nothing",
        "person U0OLGA: is a head of IT too, and stays it",
        "setting team_id: added",
    ]
    assert (await find(session, "U0OLGA")).role is Role.DEPARTMENT_HEAD


async def test_what_was_deleted_is_not_brought_back(session: AsyncSession) -> None:
    department = await make_department(session, "IT")
    department.delete_softly(datetime(2026, 3, 2, tzinfo=UTC))
    await session.flush()
    lines = await apply(session, read("team_id: T0ACME\ndepartments: [{name: IT}]"))
    assert lines[0] == "department IT: is deleted and stays so"
    assert department.is_deleted


async def test_people_of_another_workspace_are_other_people(session: AsyncSession) -> None:
    await make_user(session, "U0ANN", team_id="T0OTHER", employee_code="E-1")
    lines = await apply(session, read("team_id: T0ACME\npeople: [{slack_user_id: U0ANN}]"))
    assert lines[0] == "person U0ANN: added"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "people:\n  - {slack_user_id: U0BEN, department: IT}",
            "line 3: there is no department “IT”",
        ),
        ("sla_templates:\n  - {department: IT}", "line 3: there is no department “IT”"),
        ("sla_templates:\n  - {calendar: ofice}", "line 3: there is no calendar “ofice”"),
        (
            "people:\n  - {slack_user_id: U0BEN, employee_code: E-1}",
            "line 3: the employee_code “E-1” belongs to U0ANN",
        ),
    ],
)
async def test_what_is_nowhere_is_refused_with_its_line(
    session: AsyncSession, text: str, fault: str
) -> None:
    await make_user(session, "U0ANN", employee_code="E-1")
    with pytest.raises(WrongConfiguration, match=fault):
        await apply(session, read(f"team_id: T0ACME\n{text}"))


async def test_the_shipped_file_can_be_applied(session: AsyncSession) -> None:
    lines = await apply(session, read_file(DEFAULT_FILE))
    assert "department Facilities: added" in lines
    assert await session.get(Preference, "team_id") is None
    assert await read_preferences(session) == Preferences()


@pytest.mark.parametrize("text", [COMPANY, DEFAULT_FILE.read_text()], ids=["company", "shipped"])
async def test_what_is_exported_can_be_applied_and_changes_nothing(
    session: AsyncSession, text: str
) -> None:
    await apply(session, read(text))
    session.expunge_all()
    written = await export(session)
    assert await apply(session, read(written)) == []
    session.expunge_all()
    assert await export(session) == written


async def test_an_export_brings_another_database_to_the_same_state(session: AsyncSession) -> None:
    await apply(session, read(COMPANY))
    written = await export(session)
    before, after = read(COMPANY), read(written)
    assert [each.name for each in after.departments] == ["Finance", "IT"]
    assert {each.slack_user_id for each in after.people} == {"U0ADA", "U0ANN", "U0CLEO", "U0HUGO"}
    assert after.sla_templates == before.sla_templates
    assert after.calendars == before.calendars
    assert after.approval_rules == before.approval_rules
    assert after.settings == before.settings
    assert after.departments[1].head == "U0HUGO"
    finance = [each.departments[at] for each, at in ((before, 1), (after, 0))]
    assert finance[0].status_labels == finance[1].status_labels != {}
    assert finance[0].resolution_note is finance[1].resolution_note
    assert after.admin == "U0ADA"


async def test_employees_of_no_department_are_not_exported(session: AsyncSession) -> None:
    await make_user(session, "U0ANN")
    await make_user(session, "U0GONE", role=Role.AGENT, is_active=False)
    assert read(await export(session)).people == []


MONEY = """
team_id: T0ACME
people: [{slack_user_id: U0ADA, role: admin}, {slack_user_id: U0EVE}]
approval_rules:
  - {currency: CHF, to: 100}
  - {currency: CHF, from: 100, steps: [finance, ceo], quorum: {finance: 2, ceo: all}}
exchange_rates:
  - {currency: EUR, rate: 0.94, from: 2026-01-01}
  - {currency: USD, rate: 0.8, from: 2026-03-01}
approvals: {deadline: 8h, remind_at: [25], alternates: {finance: [U0EVE], ceo: [U0ADA]}}
"""


class TestMoney:
    async def test_rules_rates_and_settings_are_applied_and_told(
        self, session: AsyncSession
    ) -> None:
        lines = await apply(session, read(MONEY))
        assert lines[-4:] == [
            "approval rules: version 2",
            "exchange rate EUR from 2026-01-01: 0.94 CHF",
            "exchange rate USD from 2026-03-01: 0.8 CHF",
            "setting approvals: added",
        ]
        rules = await rulebooks.read_rules(session)
        steps = [[(s.kind, s.words) for s in each.steps] for each in rules.book.ranges]
        assert (rules.version, rules.book.currency) == (2, "CHF")
        assert steps == [[], [("finance", "2"), ("ceo", "all")]]
        settings = await read_settings(session)
        assert (settings.deadline, settings.remind_at) == (timedelta(hours=8), (25,))
        assert settings.escalate_at == 100
        assert settings.alternates == {"finance": ("U0EVE",), "ceo": ("U0ADA",)}

    async def test_again_they_change_nothing_and_make_no_version(
        self, session: AsyncSession
    ) -> None:
        await apply(session, read(MONEY))
        assert await apply(session, read(MONEY)) == []
        assert (await rulebooks.read_rules(session)).version == 2

    async def test_what_is_exported_says_the_same(self, session: AsyncSession) -> None:
        await apply(session, read(MONEY))
        written = await export(session)
        before, after = read(MONEY), read(written)
        assert after.approval_rules == before.approval_rules
        assert after.exchange_rates == before.exchange_rates
        assert after.approvals == before.approvals
        again = await apply(session, read(written))
        assert [line for line in again if not line.startswith("setting ")] == []

    async def test_a_key_that_is_not_named_keeps_its_value(self, session: AsyncSession) -> None:
        await apply(session, read(MONEY))
        await apply(session, read("team_id: T0ACME\napprovals: {escalate_at: 120}"))
        settings = await read_settings(session)
        assert (settings.escalate_at, settings.deadline) == (120, timedelta(hours=8))

    async def test_an_alternate_nobody_knows_is_refused(self, session: AsyncSession) -> None:
        text = "team_id: T0ACME\napprovals:\n  alternates: {ceo: [U0NOBODY]}"
        with pytest.raises(WrongConfiguration, match="line 3: there is no person U0NOBODY"):
            await apply(session, read(text))
