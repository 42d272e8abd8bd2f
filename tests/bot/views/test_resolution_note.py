"""What the note of a resolution begins with: in a window, and in the form "Resolve…"."""

import pytest

from bot.payloads import MessageRef
from bot.views.parts import Form
from bot.views.resolution import resolve
from bot.views.resolution_note import Came, gathered, resolution_note
from core.communication.resolution_notes import Noted
from tests.bot.views.block_rules import live, problems_of_view, words
from tests.bot.views.examples import make_ticket

FUSER = Noted(1, "Ann Visser", "The fuser was worn.")
CHANGED = Noted(2, "Carl Otto", " I changed it.\n")


def taken_out(view: Form) -> list[int]:
    """The messages that a button "Take out" stands beside."""
    pressed = [each["accessory"] for each in view["blocks"] if "accessory" in each]
    assert {each["text"]["text"] for each in pressed} <= {"Take out"}
    return [MessageRef.load(each["value"]).message_id for each in pressed]


def test_it_shows_who_said_what_and_each_can_be_taken_out() -> None:
    view = resolution_note(make_ticket(), [FUSER, CHANGED], Came.ADDED)
    shown = words(view)
    assert "This message is in the resolution note of HD-12 now." in shown
    assert shown.index("Ann Visser: The fuser was worn.") < shown.index("Carl Otto: I changed it.")
    assert taken_out(view) == [1, 2]
    assert problems_of_view(view) == []


def test_an_empty_note_says_so() -> None:
    view = resolution_note(make_ticket(), [], Came.TAKEN_OUT)
    assert "The note is empty." in words(view)
    assert taken_out(view) == []


def test_a_long_note_lists_what_a_window_holds_and_says_what_is_left_out() -> None:
    noted = [Noted(number, "Ann", "<!channel> " + "x" * 600) for number in range(90)]
    view = resolution_note(make_ticket(), noted, Came.WAS_THERE)
    assert problems_of_view(view) == []
    assert live(view) == []
    assert taken_out(view) == list(range(40))
    assert "… and 50 more." in words(view)
    assert "“Resolve…” holds 3000 characters" in words(view)


def test_the_form_begins_with_the_messages_one_below_the_other() -> None:
    assert gathered([]) == ""
    assert gathered([FUSER, CHANGED]) == "The fuser was worn.\n\nI changed it."
    view = resolve(make_ticket(), begins=gathered([FUSER, CHANGED]))
    assert view["blocks"][0]["element"]["initial_value"] == gathered([FUSER, CHANGED])
    assert "initial_value" not in resolve(make_ticket())["blocks"][0]["element"]


@pytest.mark.parametrize(
    ("body", "most", "kept"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 9, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two three", 7, "one…"),
        ("one\ntwo", 6, "one…"),
        ("x" * 300, 200, "x" * 199 + "…"),
        ("a " + "x" * 300, 200, "a " + "x" * 197 + "…"),
    ],
)
def test_what_does_not_fit_is_cut_between_words(body: str, most: int, kept: str) -> None:
    found = gathered([Noted(1, "Ann", body)], most)
    assert found == kept
    assert len(found) <= most
