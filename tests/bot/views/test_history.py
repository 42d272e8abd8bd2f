"""The history of a ticket in sentences."""

from datetime import UTC, datetime

import pytest

from bot.payloads import TicketRef
from bot.payloads.pages import PageRef
from bot.views.history import history
from core.communication.timeline import PAGE, Position
from core.errors import Refused
from core.tickets.states import Action
from tests.bot.views.block_rules import buttons, problems_of_view, words
from tests.bot.views.examples import TICKET_ID, make_line, make_page, make_said

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
    view = history(make_page(line, at_desk=at_desk))
    assert problems_of_view(view) == []
    return words(view).splitlines()[2]


@pytest.mark.parametrize(("action", "sentence"), SENTENCES.items())
def test_each_thing_that_happens_has_a_sentence(action: str, sentence: str) -> None:
    assert told(make_line(action)) == f"Ann Visser {sentence}."


def test_it_says_why_it_was_resolved_and_what_the_department_calls_it() -> None:
    line = make_line("ticket.resolve", resolution="Use B.", resolution_reason="workaround")
    assert told(line) == "Ann Visser resolved the ticket (Workaround): Use B."
    line = make_line("ticket.hold", status_label="With the vendor")
    assert told(line) == "Ann Visser put the ticket on hold (now “With the vendor”)."


@pytest.mark.parametrize("action", Action)
def test_every_verb_of_a_ticket_has_a_sentence(action: Action) -> None:
    assert "(" not in told(make_line(f"ticket.{action}"))


def test_a_line_says_when_it_happened() -> None:
    view = history(make_page(make_line("ticket.open")))
    assert "2026-03-02 08:30 UTC" in words(view)


def test_the_title_names_the_ticket() -> None:
    view = history(make_page())
    assert (view["title"]["text"], view["close"]["text"]) == ("HD-12 history", "Close")


def test_a_ticket_without_history_says_so() -> None:
    view = history(make_page())
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


def test_what_was_said_stands_below_who_said_it() -> None:
    view = history(make_page(make_said("It smokes.\n*really* <!channel>")))
    assert words(view).splitlines()[2:5] == [
        *("Ann Visser wrote a reply:", "It smokes.", "*really* <!channel>")
    ]


def test_what_was_edited_or_deleted_says_so_and_the_deleted_is_gone() -> None:
    edited = words(history(make_page(make_said("better", edited=True))))
    assert "Ann Visser wrote a reply (edited):\nbetter" in edited
    deleted = words(history(make_page(make_said("gone", deleted=True))))
    assert "Ann Visser wrote a reply, which was deleted." in deleted
    assert "gone" not in deleted


def test_a_file_is_named() -> None:
    assert told(make_line("file.attach", file="a <b>.pdf")) == "Ann Visser attached a <b>.pdf."


def test_a_full_page_of_the_longest_messages_fits() -> None:
    said = [make_said("😀" * 40_000) for _ in range(PAGE)]
    view = history(make_page(*said, summary="😀" * 150, has_older=True, has_newer=True))
    assert problems_of_view(view) == []
    assert words(view).count("😀…") == PAGE


@pytest.mark.parametrize(
    ("has_older", "has_newer", "shown"),
    [
        (False, False, ["Transcript"]),
        (True, False, ["Older", "Transcript"]),
        (False, True, ["Newer", "Transcript"]),
        (True, True, ["Older", "Newer", "Transcript"]),
    ],
)
def test_buttons_lead_to_the_pages_that_are_there(
    has_older: bool, has_newer: bool, shown: list[str]
) -> None:
    page = make_page(make_line("ticket.open"), has_older=has_older, has_newer=has_newer)
    assert buttons(history(page)) == shown


def test_a_button_remembers_its_place_to_the_microsecond() -> None:
    edge = Position(datetime(2026, 3, 2, 8, 30, 1, 234567, tzinfo=UTC), 1, 2**59)
    ref = PageRef(TicketRef(TICKET_ID, 3), edge, is_older=True)
    assert PageRef.load(ref.dump()) == ref


@pytest.mark.parametrize(
    "raw", [None, "", "< x 1 2 {}", "< 9" + "9" * 17 + " 1 1 {}", "> 1 1 1 {}"]
)
def test_a_page_that_was_never_offered_is_refused(raw: str | None) -> None:
    with pytest.raises(Refused, match="no longer valid"):
        PageRef.load(raw)
