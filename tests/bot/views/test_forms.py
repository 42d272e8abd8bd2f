"""The forms: their words, inputs and limits."""

from uuid import UUID

import pytest

from bot.payloads import TicketRef
from bot.views.assignment import assign, assignee_options
from bot.views.reply import reply
from bot.views.resolution import resolve
from bot.views.ticket_form import department_options, new_ticket
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
        *("Summary", "Description", "Department", "Priority", "On behalf of", "Private")
    ]
    optional = [block["label"]["text"] for block in view["blocks"] if block["optional"]]
    assert optional == ["Description", "On behalf of", "Private"]
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
    assert labels(view) == ["Resolution"]
    assert (element(view, "Resolution")["max_length"], view["blocks"][0]["optional"]) == (
        3000,
        False,
    )
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
    assert bar(view) == ("Reply to requester", "Send", "Cancel")
    assert labels(view) == ["Reply"]
    assert "Mia Lang will see this." in words(view)


@pytest.mark.parametrize("form", [assign, resolve, reply])
def test_forms_about_a_ticket_remember_which_and_how_it_was(form) -> None:
    view = form(make_ticket())
    assert TicketRef.load(view["private_metadata"]) == TicketRef(TICKET_ID, 3)
    assert problems_of_view(view) == []


@pytest.mark.parametrize("form", [assign, resolve, reply])
def test_titles_stay_within_their_limit_for_any_number(form) -> None:
    assert problems_of_view(form(make_ticket(number=2**62))) == []


def people(found) -> dict:
    return assignee_options((who, name, 3) for who, name in found)


@pytest.mark.parametrize("menu", [department_options, people])
def test_menus_offer_names_and_carry_ids(menu) -> None:
    it = UUID(int=1)
    assert menu([]) == {"options": []}
    [offered] = menu([(it, "IT")])["options"]
    assert (offered["text"]["text"], offered["value"]) == ("IT", str(it))


def test_people_are_offered_with_what_they_have_open() -> None:
    [offered] = assignee_options([(UUID(int=1), "Ann", 3)])["options"]
    assert offered["description"]["text"] == "3 open"


@pytest.mark.parametrize("menu", [department_options, people])
def test_menus_offer_no_more_than_slack_shows(menu) -> None:
    offered = menu((UUID(int=number), "a name that goes on " * 9) for number in range(120))
    assert len(offered["options"]) == 100
    assert list(problems_of_options(offered["options"])) == []
