"""The history of a ticket in sentences."""

import pytest

from bot.views.history import history
from core.tickets.states import Action
from tests.bot.views.block_rules import problems_of_view, words
from tests.bot.views.examples import make_line, make_ticket

SENTENCES = {
    "ticket.open": "filed the ticket",
    "ticket.claim": "took the ticket",
    "ticket.release": "put the ticket back into the queue",
    "ticket.start": "started to work on it",
    "ticket.wait": "set the ticket to wait for the requester",
    "ticket.hold": "put the ticket on hold",
    "ticket.answer": "answered, so work goes on",
    "ticket.reopen": "reopened the ticket",
    "ticket.close": "closed the ticket",
    "ticket.cancel": "cancelled the ticket",
    "ticket.delete": "deleted the ticket",
    "ticket.restore": "restored the ticket",
    "message.reply": "wrote a reply",
    "message.note": "wrote a note for the desk",
}


def told(line, *, at_desk: bool = False) -> str:
    return words(history(make_ticket(), [line], at_desk=at_desk)).splitlines()[-1]


@pytest.mark.parametrize(("action", "sentence"), SENTENCES.items())
def test_each_thing_that_happens_has_a_sentence(action: str, sentence: str) -> None:
    assert told(make_line(action)) == f"Ann Visser {sentence}."


@pytest.mark.parametrize("action", Action)
def test_every_verb_of_a_ticket_has_a_sentence(action: Action) -> None:
    assert "(" not in told(make_line(f"ticket.{action}"))


def test_a_line_says_when_it_happened() -> None:
    view = history(make_ticket(), [make_line("ticket.open")])
    assert "2026-03-02 08:30 UTC" in words(view)


def test_the_title_names_the_ticket() -> None:
    view = history(make_ticket(), [])
    assert (view["title"]["text"], view["close"]["text"]) == ("HD-12 history", "Close")


def test_a_ticket_without_history_says_so() -> None:
    view = history(make_ticket(), [])
    assert "Nothing has happened here yet." in words(view)
    assert problems_of_view(view) == []


def test_handing_over_names_the_assignee_and_keeps_the_note_at_the_desk() -> None:
    line = make_line("ticket.assign", "Hugo Kern", assignee="Ann Visser", note="You know it")
    assert told(line) == "Hugo Kern gave the ticket to Ann Visser."
    assert told(line, at_desk=True) == "Hugo Kern gave the ticket to Ann Visser: You know it"


def test_a_resolution_is_told_to_everybody() -> None:
    line = make_line("ticket.resolve", resolution="New toner.\nTest page printed.")
    assert told(line) == "Ann Visser resolved the ticket: New toner. Test page printed."


def test_an_edit_says_what_changed() -> None:
    line = make_line(
        "ticket.edit",
        changes={"priority": ["low", "high"], "description": ["a long text", "another"]},
    )
    assert told(line) == "Ann Visser changed priority from “low” to “high”, description."


def test_what_nobody_did_was_the_help_desk() -> None:
    assert told(make_line("ticket.close", None)) == "The help desk closed the ticket."


def test_an_unknown_action_can_still_be_read() -> None:
    assert told(make_line("ticket.hand_over")) == "Ann Visser (ticket: hand over)."


@pytest.mark.parametrize("details", [{"note": 7}, {"assignee": None}, {"resolution": ["x"]}])
def test_odd_details_do_no_harm(details: dict) -> None:
    assert told(make_line("ticket.assign", **details), at_desk=True) == (
        "Ann Visser gave the ticket to somebody else."
    )


def test_a_long_history_shows_its_newest_lines_and_fits() -> None:
    lines = [
        make_line(f"ticket.n{number}", "😀" * 200, reason="😀" * 9000) for number in range(120)
    ]
    view = history(make_ticket(summary="😀" * 150), lines)
    assert problems_of_view(view) == []
    assert "ticket: n119" in words(view)
    assert "ticket: n0)" not in words(view)
