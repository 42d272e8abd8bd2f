"""Settings, whatever people called them: within Slack's limits, and nobody is pinged by a name."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.payloads.deleted import DeletedRef, RecordRef
from bot.payloads.settings import FormRef, SectionRef
from bot.setting_ids import Verb
from bot.views.deleted import delete_ticket, deleted, restore_form
from bot.views.entry_form import chosen_person, entry_changed, entry_form, with_part
from bot.views.leavers import Left, left_work
from bot.views.setting_elements import Offered
from bot.views.setting_forms import delete_form, text_form, together_form
from bot.views.setting_preview import before_saving
from bot.views.settings_home import PAGE, settings, settings_blocks
from bot.views.ticket_card import card, receipt, show
from bot.views.ticket_form import new_ticket
from bot.views.ticket_form_fields import Asked, with_fields
from core.configuration.deleted import PAGE as DELETED_PAGE
from core.configuration.deleted import DeletedRecord, Kind
from core.configuration.sections import Entry, Section
from core.configuration.together import Whole
from core.configuration.typed import Shown
from core.tickets.forms import Answer, FieldKind, FormField
from core.tickets.sla.models import Kind as Clock
from core.tickets.sla.rehours import Moved
from core.tickets.states import Status
from tests.bot.views.block_rules import live, problems_of_message, problems_of_view
from tests.bot.views.examples import TICKET_ID, make_ticket

NASTY = ["<!channel> & <@U0ANN>" * 3, "x" * 75, "*_`", "“a”\u2028b"]
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def entry(section: Section, name: str) -> Entry:
    fields = [{"label": name, "type": "select", "options": [name], "required": True}] * 10
    values: dict[Section, dict[str, Any]] = {
        Section.DEPARTMENTS: {
            "name": name,
            "desk_channel": "C0ITDESK",
            "head": "U0HUGO",
            "time_zone": "UTC",
            "open_threads": True,
            "auto_assign": "none",
            "nudge_after": "30m",
            "form_fields": fields,
            "calendar": name,
            "files": {"most_mb": 999999, "types": ["pdf"] * 20},
            "status_labels": dict.fromkeys(map(str, Status), name[:24]),
        },
        Section.PEOPLE: {"slack_user_id": "U0ANN", "name": name, "role": "agent"},
        Section.ROUTING: {"name": name, "words": [name] * 200, "to": name},
        Section.SLA_TEMPLATES: {"name": name, "first_response": "4h", "calendar": name},
        Section.CALENDARS: {
            "name": name,
            "hours": {"mon-fri": ["09:00-17:00"] * 20},
            "holidays": {"country": "ZZ", "dates": ["2026-12-24"] * 20, "ics": name * 9},
        },
        Section.APPROVAL_RULES: {"currency": "EUR", "from": 0, "to": None, "steps": ["finance"]},
        Section.APPROVALS: {
            "deadline": "16h",
            "remind_at": [50, 90],
            "escalate_at": 100,
            "alternates": {"ceo": ["U0ANN", "U0HUGO"]},
            "select_below": "500.50",
        },
        Section.EXCHANGE_RATES: {"currency": "USD", "rate": "0.92", "from": "2026-01-01"},
        Section.SPLIT_TEMPLATES: {
            "name": name,
            "department": name,
            "parts": [{"department": name, "summary": name, "passed_on": name * 30}] * 5,
        },
        Section.CANNED_REPLIES: {"title": name, "department": name, "body": name * 20},
        Section.SETTINGS: {
            "reply_hold": "10s",
            "guests_may_file": False,
            "digest_at": "09:17",
            "quiet_hours": "20:00 - 07:00",
            "auto_close": "999d",
            "old_texts": "erase",
        },
    }
    return Entry(section, values[section])


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("section", Section)
def test_lists_and_forms_hold_any_name(section: Section, name: str) -> None:
    offered = Offered([name, "Other"] * 60, [name])
    one = entry(section, name)
    whole = Whole(section, [one.values])
    views = [
        settings(SectionRef(section), [one] * (PAGE * 2)),
        settings(SectionRef(section, PAGE), [one] * (PAGE * 3)),
        settings(SectionRef(section), []),
        text_form(section, one),
        text_form(section, None),
        text_form(section, one, typed="name: " + name),
        delete_form(one),
        together_form(whole),
        together_form(whole, typed="- name: " + name),
    ]
    ref = FormRef(section, Shown(one.key, one.print))
    views += [
        entry_form(section, offered),
        entry_form(section, offered, one),
        entry_changed(one, offered, {"name": "Mine"}, ref),
    ]
    if section is Section.DEPARTMENTS:
        views.append(entry_form(section, offered, one, Verb.LABELS))
    if section is Section.SPLIT_TEMPLATES:
        started = {"name": name, "department_1": name, "summary_1": name}
        views.append(with_part(ref, started, offered))
    if section is Section.PEOPLE:
        views.append(chosen_person(one, offered, is_listed=False))
    for view in views:
        assert problems_of_view(view) == []
        assert len(view.get("private_metadata", "")) <= 3000
        # People and channels are named by their ids, in windows that notify nobody.
        known = {"<@U0HUGO>", "<@U0ANN>", "<#C0ITDESK>"}
        assert set(live(view)) <= known


def test_what_a_change_does_to_open_tickets_fits_above_the_form() -> None:
    moved = [Moved(f"HD-{n}", Clock.FIRST_RESPONSE, NOW, None if n % 2 else NOW) for n in range(90)]
    one = entry(Section.CALENDARS, "x" * 75)
    sent = text_form(Section.CALENDARS, one)
    first = before_saving(sent, FormRef(Section.CALENDARS, agreed="abc"), moved)
    again = before_saving(first, FormRef(Section.CALENDARS, agreed="def"), moved[:1])
    assert len(again["blocks"]) == len(first["blocks"]) == len(sent["blocks"]) + 2
    assert "… and 78 more" in first["blocks"][0]["text"]["text"]
    assert "1 promise is due at another time" in again["blocks"][0]["text"]["text"]
    for view in (first, again, before_saving({}, FormRef(Section.PEOPLE), moved)):
        assert set(live(view)) <= {each for each in live(view) if each.startswith("<!date^")}
    assert problems_of_view(first) == problems_of_view(again) == []


def test_a_menu_holds_many_names_and_whatever_an_entry_says() -> None:
    offered = Offered([f"Department {n}" for n in range(250)])
    one = Entry(Section.ROUTING, {"name": "a", "to": "Department 249", "department": "Gone"})
    view = entry_form(Section.ROUTING, offered, one)
    assert problems_of_view(view) == []
    chosen = {
        block["block_id"]: block["element"].get("initial_option", {}).get("value")
        for block in view["blocks"]
    }
    assert (chosen["to"], chosen["department"], chosen["set_priority"]) == (
        "Department 249",
        "Gone",
        "-",
    )


def test_what_somebody_else_changed_is_told_as_its_input_says_it() -> None:
    before = {"name": "IT", "auto_assign": "none", "reactions": True, "time_zone": "UTC"}
    now = before | {"auto_assign": "round_robin", "open_threads": True, "time_zone": None}
    shown = entry_form(Section.DEPARTMENTS, Offered(), Entry(Section.DEPARTMENTS, before))
    ref, typed = FormRef.load(shown), {"name": "IT Service"}
    view = entry_changed(Entry(Section.DEPARTMENTS, now), Offered(), typed, ref)
    told = view["blocks"][0]["elements"][0]["text"]
    for words in (
        "New tickets are assigned: In turn",
        "Time zone: nothing",
        "Habits: Every reply in a card's thread goes to the requester, 👀, ✅ and 🚨 on a card",
    ):
        assert words in told


def test_what_does_not_fit_has_no_input() -> None:
    calendar = {"name": "a", "hours": {"mon": ["09:00-17:00"]}, "holidays": {"ics": "x" * 3001}}
    view = entry_form(Section.CALENDARS, Offered(), Entry(Section.CALENDARS, calendar))
    assert "ics" not in {block.get("block_id") for block in view["blocks"]}
    assert "Free days as an iCalendar file: longer than a form can hold" in str(view["blocks"])


def test_alternates_are_named_and_a_rate_says_what_its_name_does_not() -> None:
    shown = [
        Entry(Section.APPROVALS, {"remind_at": [50], "alternates": {"ceo": ["U0ANN"]}}),
        Entry(Section.EXCHANGE_RATES, {"currency": "USD", "rate": "0.92", "from": "2026-01-01"}),
    ]
    blocks = settings(SectionRef(Section.APPROVALS), shown)["blocks"][2:4]
    assert [block["text"]["text"] for block in blocks] == [
        "*Approvals*\nRemind at: 50 · Alternates: <@U0ANN>",
        "*USD from 2026-01-01*\nRate: 0.92",
    ]


def test_the_way_into_settings_is_one_button() -> None:
    [block] = settings_blocks()
    assert block["accessory"]["text"]["text"] == "Settings…"


@pytest.mark.parametrize("name", NASTY)
def test_deleted_records_say_by_whom_and_why(name: str) -> None:
    record = DeletedRecord(Kind.TICKETS, str(TICKET_ID), "HD-12", name, NOW, name, name * 50)
    for found in ([], [record], [record] * (DELETED_PAGE + 1)):
        view = deleted(DeletedRef(Kind.TICKETS, record.edge), found)
        assert problems_of_view(view) == []
        assert [each for each in live(view) if not each.startswith("<!date^")] == []
    for form in (
        restore_form(RecordRef(Kind.TICKETS, str(TICKET_ID))),
        delete_ticket(make_ticket(summary=name)),
    ):
        assert problems_of_view(form) == []


@pytest.mark.parametrize("name", NASTY)
def test_what_somebody_leaves_behind_fits_a_message(name: str) -> None:
    tickets = [make_ticket(summary=name, department=name)] * 30
    left = Left(name, tickets, tickets, tickets, tickets, ["HD-1/1"] * 50, frozenset())
    message = left_work(left)
    assert problems_of_message(message) == []
    assert live(message) == []
    assert name not in str(message["blocks"][2:3]) or "HD-12 ·" in str(message)


@pytest.mark.parametrize("name", NASTY)
def test_forms_of_departments_and_their_answers(name: str) -> None:
    kinds = list(FieldKind) * 2
    fields = [FormField(name, kind, True, (name[:75],)) for kind in kinds]
    asked = Asked(TICKET_ID, fields, [name[:75]])
    form = with_fields(new_ticket("words"), asked, notice=name)
    assert problems_of_view(form) == []
    answers = tuple(Answer(name, kind, name * 20) for kind in kinds)
    for view in (card, receipt, show):
        message = view(make_ticket(answers=answers))
        assert problems_of_message(message) == []
