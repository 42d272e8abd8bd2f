"""The forms: their words, inputs and limits."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from bot.payloads import TicketRef
from bot.payloads.edits import EditRef
from bot.payloads.replies import PreviewRef
from bot.views.assignment import Offered, assign, assignee_options
from bot.views.edit_form import edit, edit_again
from bot.views.reply import note, preview, reply
from bot.views.resolution import resolve
from bot.views.ticket_form import department_options, new_ticket
from core.errors import Refused
from core.tickets.editing import Editable, Overlap
from core.tickets.merging.service import fingerprint
from tests.bot.views.block_rules import (
    element,
    labels,
    problems_of_options,
    problems_of_view,
    words,
)
from tests.bot.views.examples import TICKET_ID, make_ticket


def bar(view) -> tuple[str, str, str]:
    return view["title"]["text"], view["submit"]["text"], view["close"]["text"]


def test_the_new_ticket_form_asks_for_what_a_ticket_needs() -> None:
    view = new_ticket()
    assert bar(view) == ("New ticket", "File ticket", "Cancel")
    assert labels(view) == [
        *("Summary", "Description", "Department", "Priority", "On behalf of", "Files", "Private")
    ]
    optional = [block["label"]["text"] for block in view["blocks"] if block["optional"]]
    assert optional == ["Description", "On behalf of", "Files", "Private"]
    assert problems_of_view(view) == []


def test_the_new_ticket_form_starts_with_medium_priority_and_nothing_else() -> None:
    view = new_ticket()
    priorities = element(view, "Priority")
    offered = [option["text"]["text"] for option in priorities["options"]]
    assert offered == ["Low", "Medium", "High", "Urgent"]
    assert priorities["initial_option"]["value"] == "medium"
    assert "initial_value" not in element(view, "Summary")
    assert "initial_options" not in element(view, "Private")


def test_departments_are_listed_as_soon_as_the_menu_opens() -> None:
    menu = element(new_ticket(), "Department")
    assert (menu["type"], menu["min_query_length"]) == ("external_select", 0)


def test_inputs_end_where_a_ticket_does() -> None:
    view = new_ticket()
    summary, description = element(view, "Summary"), element(view, "Description")
    assert (summary["max_length"], summary["multiline"]) == (150, False)
    assert (description["max_length"], description["multiline"]) == (3000, True)


def test_typed_words_become_the_summary() -> None:
    view = new_ticket("my printer\nis broken")
    assert element(view, "Summary")["initial_value"] == "my printer is broken"
    assert "initial_value" not in element(view, "Description")


def test_words_too_long_for_a_summary_are_kept_in_the_description() -> None:
    typed = "the printer is broken " * 10
    view = new_ticket(typed)
    assert len(element(view, "Summary")["initial_value"]) <= 150
    assert element(view, "Summary")["initial_value"].endswith("…")
    assert element(view, "Description")["initial_value"] == typed
    assert problems_of_view(view) == []


def test_the_resolve_form_asks_for_the_resolution() -> None:
    view = resolve(make_ticket())
    assert bar(view) == ("Resolve HD-12", "Resolve", "Cancel")
    assert labels(view) == ["Resolution", "Reason"]
    assert element(view, "Resolution")["max_length"] == 3000
    assert [block["optional"] for block in view["blocks"]] == [False, False]
    reasons = [each["text"]["text"] for each in element(view, "Reason")["options"]]
    assert reasons == [
        *("Solved", "Answered", "Workaround", "Duplicate", "Cannot reproduce"),
        *("Not for this department", "Won't do"),
    ]
    assert element(view, "Reason")["initial_option"]["text"]["text"] == "Solved"
    optional = resolve(make_ticket(), needs_note=False)
    assert [block["optional"] for block in optional["blocks"]] == [True, False]
    assert "The requester reads this" in words(view)


def test_the_assign_form_asks_who_and_takes_a_note() -> None:
    view = assign(make_ticket())
    assert bar(view) == ("Assign HD-12", "Assign", "Cancel")
    assert [(block["label"]["text"], block["optional"]) for block in view["blocks"]] == [
        *(("Assignee", False), ("Note", True))
    ]
    assert element(view, "Assignee")["type"] == "external_select"


def test_the_reply_form_says_who_will_see_it() -> None:
    view = reply(make_ticket())
    assert bar(view) == ("Reply to requester", "Preview", "Cancel")
    assert labels(view) == ["Reply"]
    assert "Mia Lang will see this." in words(view)


def test_the_preview_shows_the_words_and_keeps_them_in_their_input() -> None:
    view = preview(make_ticket(), "Ann Visser", "Switch it\noff.")
    assert bar(view) == ("Reply to requester", "Send", "Cancel")
    assert "Ann Visser\nSwitch it\noff." in words(view)
    assert element(view, "Edit")["initial_value"] == "Switch it\noff."
    typed, shown = reply(make_ticket())["blocks"][-1], view["blocks"][-1]
    assert (typed["block_id"], typed["element"]["action_id"]) == (
        shown["block_id"],
        shown["element"]["action_id"],
    )
    ref = PreviewRef.load(view["private_metadata"])
    assert ref.shows("Switch it\noff.")
    assert not ref.shows("Switch it off.")
    assert problems_of_view(view) == []


def test_the_note_form_says_that_it_stays_at_the_desk() -> None:
    view = note(make_ticket())
    assert bar(view) == ("Note", "Add note", "Cancel")
    assert labels(view) == ["Note"]
    assert "Only the desk will see this." in words(view)


@pytest.mark.parametrize("form", [assign, resolve, reply, note])
def test_forms_about_a_ticket_remember_which_and_how_it_was(form) -> None:
    view = form(make_ticket())
    assert TicketRef.load(view["private_metadata"]) == TicketRef(TICKET_ID, 3)
    assert problems_of_view(view) == []


@pytest.mark.parametrize("form", [assign, resolve, reply, note])
def test_titles_stay_within_their_limit_for_any_number(form) -> None:
    assert problems_of_view(form(make_ticket(number=2**62))) == []


def people(found) -> dict:
    return assignee_options(Offered(who, name, 3) for who, name in found)


@pytest.mark.parametrize("menu", [department_options, people])
def test_menus_offer_names_and_carry_ids(menu) -> None:
    it = UUID(int=1)
    assert menu([]) == {"options": []}
    [offered] = menu([(it, "IT")])["options"]
    assert (offered["text"]["text"], offered["value"]) == ("IT", str(it))


def test_people_are_offered_with_what_they_have_open_and_how_long_they_are_off() -> None:
    ines = Offered(UUID(int=2), "Ines", 0, "off until Mon 09:00")
    menu = assignee_options([Offered(UUID(int=1), "Ann", 3), ines])
    shown = [each["description"]["text"] for each in menu["options"]]
    assert shown == ["3 open", "0 open · off until Mon 09:00"]


def test_the_assign_form_warns_of_who_is_off_above_what_it_holds() -> None:
    ines = Offered(UUID(int=2), "Ines", 0, "off until Mon 09:00")
    plain, view = assign(make_ticket()), assign(make_ticket(), ines)
    assert bar(view) == ("Assign HD-12", "Assign anyway", "Cancel")
    warning, *inputs = view["blocks"]
    assert warning["text"]["text"] == "Ines is off until Mon 09:00. Assign anyway?"
    assert inputs == plain["blocks"]
    assert problems_of_view(view) == []


@pytest.mark.parametrize("menu", [department_options, people])
def test_menus_offer_no_more_than_slack_shows(menu) -> None:
    offered = menu((UUID(int=number), "a name that goes on " * 9) for number in range(120))
    assert len(offered["options"]) == 100
    assert list(problems_of_options(offered["options"])) == []


def make_editable(*, can_prioritise: bool = True, **values: str) -> Editable:
    usual = {"summary": "The printer is broken", "description": "It smokes.", "priority": "high"}
    return Editable(TICKET_ID, "HD-12", 3, {**usual, **values}, can_prioritise)


def test_the_edit_form_shows_what_the_ticket_says() -> None:
    view = edit(make_editable())
    assert bar(view) == ("Edit HD-12", "Save", "Cancel")
    assert labels(view) == ["Summary", "Description", "Priority"]
    assert element(view, "Summary")["initial_value"] == "The printer is broken"
    assert element(view, "Description")["initial_value"] == "It smokes."
    assert element(view, "Priority")["initial_option"]["value"] == "high"
    assert problems_of_view(view) == []


def test_who_only_asked_for_help_does_not_choose_the_priority() -> None:
    assert labels(edit(make_editable(can_prioritise=False))) == ["Summary", "Description"]


def test_the_edit_form_remembers_what_it_showed_and_no_more() -> None:
    view = edit(make_editable(description="x" * 3000))
    ref = EditRef.load(view["private_metadata"])
    assert ref == EditRef.of(
        TicketRef(TICKET_ID, 3),
        {"summary": "The printer is broken", "description": "x" * 3000, "priority": "high"},
    )
    assert len(view["private_metadata"]) < 300


@pytest.mark.parametrize("raw", [None, "", "{}", '{"t":"x","v":1,"f":{}}', "[]", "{" * 900])
def test_a_form_that_was_never_shown_is_refused(raw: str | None) -> None:
    with pytest.raises(Refused, match="no longer valid"):
        EditRef.load(raw)


def test_after_a_conflict_the_form_has_what_was_typed_and_whose_change_it_was() -> None:
    at = datetime(2026, 3, 2, 14, 3, tzinfo=UTC)
    now = make_editable(summary="Theirs", priority="urgent")
    overlaps = [Overlap("summary", "Theirs", "Ann Visser", at)]
    view = edit_again(now, {"summary": "Mine", "description": "Also mine"}, overlaps)
    assert element(view, "Summary")["initial_value"] == "Mine"
    assert element(view, "Description")["initial_value"] == "Also mine"
    assert element(view, "Priority")["initial_option"]["value"] == "urgent"
    told = " ".join(words(view).splitlines())
    assert "Ann Visser changed this to “Theirs” at 14:03 UTC meanwhile." in told
    assert {block.get("block_id") for block in view["blocks"]} == {
        *("summary@3", "description@3", "priority@3", None)
    }
    assert EditRef.load(view["private_metadata"]).shown["summary"] == fingerprint("Theirs")
