"""What one person is answered: lists, help, refusals; and words repeated in the other thread."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.payloads.lists import ListRef, SearchRef
from bot.views.command_help import command_help
from bot.views.copies import copies
from bot.views.refusals import (
    records_away,
    records_away_keeping,
    refusal,
    refusal_view,
    unexpected,
)
from bot.views.ticket_list import Hits, found, listed
from core.tickets.lists import Edge, ListName, Page
from core.tickets.states import Status
from tests.bot.views.block_rules import (
    buttons,
    problems_of_message,
    problems_of_view,
    words,
)
from tests.bot.views.examples import TICKET_ID, make_row

BOTH = pytest.mark.parametrize("name", [ListName.INVOLVED, ListName.UNASSIGNED])
EDGE = Edge(datetime(2026, 3, 2, 8, tzinfo=UTC), TICKET_ID)


@BOTH
def test_a_list_shows_key_summary_status_and_due_time(name: ListName) -> None:
    shown = listed(name, Page([make_row(status=Status.WAITING_REQUESTER, who="Ann Visser")]))
    assert "HD-12 · The printer is broken" in words(shown)
    assert "Waiting for requester · High · IT · Ann Visser" in words(shown)
    assert "Due 2026-03-02 16:00 UTC" in words(shown)
    assert "Private" not in words(shown)
    assert problems_of_message(shown) == []


@BOTH
def test_the_pages_of_a_list_are_turned_by_buttons_that_know_their_place(name: ListName) -> None:
    rows = [make_row(number=number, due_at=None) for number in range(1, 9)]
    middle = listed(name, Page(rows, back=replace(EDGE, is_back=True), on=EDGE))
    assert buttons(middle)[-2:] == ["Previous", "Next"]
    assert problems_of_message(middle) == []
    values = [each["value"] for each in middle["blocks"][-1]["elements"]]
    assert [ListRef.load(each) for each in values] == [
        ListRef(name, replace(EDGE, is_back=True)),
        ListRef(name, EDGE),
    ]
    assert "Next" not in buttons(listed(name, Page(rows)))


def test_what_was_found_says_how_much_it_is() -> None:
    hits = Hits("printer", [make_row(is_private=True)], 123, on=TICKET_ID)
    shown = found(hits)
    assert words(shown).startswith("Found 100+ for “printer”")
    assert "Private" in words(shown)
    assert buttons(shown) == ["Next"]
    assert problems_of_message(shown) == []
    [value] = [each["value"] for each in shown["blocks"][-1]["elements"]]
    assert SearchRef.load(value) == SearchRef("printer", TICKET_ID, is_back=False)
    alike = found(replace(hits, are_alike=True))
    assert "Nothing says just that" in words(alike)
    nothing = found(Hits("x" * 300, [], 0))
    assert words(nothing).startswith("Nothing that you may see says “xxx")
    assert problems_of_message(alike) == problems_of_message(nothing) == []


def test_empty_lists_have_a_kind_sentence() -> None:
    mine, queue = (listed(name, Page()) for name in (ListName.INVOLVED, ListName.UNASSIGNED))
    assert words(mine).startswith("You have no open tickets.")
    assert words(queue).startswith("Your queue is empty")
    assert problems_of_message(mine) == problems_of_message(queue) == []


def test_help_names_everything_one_can_type() -> None:
    shown = command_help()
    for typed in ("/ticket", "/ticket HD-12", "/ticket mine", "/ticket queue", "/ticket help"):
        assert f"`{typed}`" in words(shown)
        assert typed in shown["text"]
    assert problems_of_message(shown) == []


def test_a_refusal_says_why() -> None:
    view = refusal_view("Ann Visser has HD-12 already.")
    assert (view["title"]["text"], view["close"]["text"]) == ("That did not work", "OK")
    assert words(view) == "Ann Visser has HD-12 already."
    assert "submit" not in view
    assert words(refusal("Ann Visser has HD-12 already.")) == "Ann Visser has HD-12 already."


def test_an_unexpected_fault_comes_with_its_number() -> None:
    assert unexpected("a1b2c3").endswith("a1b2c3")


def test_what_was_typed_comes_back_when_the_records_are_away() -> None:
    message = records_away_keeping("my printer <is> broken")
    assert words(message).splitlines() == [f"{records_away()} You wrote:", "my printer <is> broken"]
    assert problems_of_message(message) == []
    assert words(records_away_keeping(" ")) == records_away()


@pytest.mark.parametrize("text", [records_away(), unexpected("a1b2c3")])
def test_sentences_fit_beside_an_input(text: str) -> None:
    assert problems_of_view(refusal_view(text)) == []
    assert len(text) < 250


def test_a_copy_repeats_the_words_as_they_are() -> None:
    body = "first line\n\n  *not bold* <@U0ANN> & more"
    [message] = copies(body)
    assert words(message) == body


@pytest.mark.parametrize("length", [1, 3000, 3001, 40_000, 150_000, 150_001, 400_000])
def test_a_copy_loses_nothing_however_long(length: int) -> None:
    body = ("äb\n<" * length)[:length]
    messages = copies(body)
    assert "".join(_said(message) for message in messages) == body
    assert [problem for message in messages for problem in problems_of_message(message)] == []


def _said(message) -> str:
    return "".join(block["elements"][0]["elements"][0]["text"] for block in message["blocks"])


def test_the_longest_message_of_slack_is_one_copy() -> None:
    assert len(copies("x" * 40_000)) == 1


def test_a_message_without_words_is_still_announced() -> None:
    [message] = copies(" \n")
    assert words(message) == "(a message without words)"
