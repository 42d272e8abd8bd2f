"""Settings, whatever people called them: within Slack's limits, and nobody is pinged by a name."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.payloads.deleted import DeletedRef, RecordRef
from bot.payloads.settings import FormRef, SectionRef
from bot.views.deleted import delete_ticket, deleted, restore_form
from bot.views.leavers import Left, left_work
from bot.views.setting_elements import Offered
from bot.views.setting_forms import (
    chosen_person,
    delete_form,
    entry_changed,
    entry_form,
    text_form,
    together_form,
)
from bot.views.setting_inputs import INPUTS
from bot.views.setting_preview import before_saving
from bot.views.settings_home import PAGE, settings, settings_blocks
from bot.views.ticket_card import card, receipt, show
from bot.views.ticket_form import new_ticket
from bot.views.ticket_form_fields import with_fields
from core.configuration.deleted import PAGE as DELETED_PAGE
from core.configuration.deleted import DeletedRecord, Kind
from core.configuration.sections import Entry, Section
from core.configuration.together import Whole
from core.tickets.forms import Answer, FieldKind, FormField
from core.tickets.sla.models import Kind as Clock
from core.tickets.sla.rehours import Moved
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
        },
        Section.PEOPLE: {"slack_user_id": "U0ANN", "name": name, "role": "agent"},
        Section.ROUTING: {"name": name, "words": [name] * 200, "to": name},
        Section.SLA_TEMPLATES: {"name": name, "first_response": "4h", "calendar": name},
        Section.CALENDARS: {"name": name, "hours": {"mon-fri": ["09:00-17:00"] * 50}},
        Section.APPROVAL_RULES: {"currency": "EUR", "from": 0, "to": None, "steps": ["finance"]},
        Section.EXCHANGE_RATES: {"currency": "USD", "rate": "0.92", "from": "2026-01-01"},
        Section.APPROVALS: {"deadline": "16h", "alternates": {"finance": ["U0HUGO"]}},
        Section.SPLIT_TEMPLATES: {"name": name, "parts": [{"department": name, "summary": name}]},
        Section.CANNED_REPLIES: {"title": name, "department": name, "body": name * 20},
        Section.SETTINGS: {"reply_hold": "10s", "guests_may_file": False},
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
    if section in INPUTS:
        views += [
            entry_form(section, offered),
            entry_form(section, offered, one),
            entry_changed(one, offered, {"name": "Mine"}, {}),
        ]
    if section is Section.PEOPLE:
        views.append(chosen_person(one, offered, is_listed=False))
    for view in views:
        assert problems_of_view(view) == []
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
    form = with_fields(new_ticket("words"), TICKET_ID, fields, notice=name)
    assert problems_of_view(form) == []
    answers = tuple(Answer(name, kind, name * 20) for kind in kinds)
    for view in (card, receipt, show):
        message = view(make_ticket(answers=answers))
        assert problems_of_message(message) == []
