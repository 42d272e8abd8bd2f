"""What threads and people are told."""

import pytest

from bot.ids import Action as Button
from bot.payloads import MessageRef
from bot.views.notices import assigned, happened, kept_internal
from core.communication.models import Audience
from core.tickets.states import Action, Status
from tests.bot.views.block_rules import buttons, live, problems_of_message, words
from tests.bot.views.examples import ANN, TICKET_ID, make_line, make_ticket

REQUESTER, DESK = Audience.REQUESTER, Audience.DESK

SENTENCES = {
    ("ticket.claim", REQUESTER): "Ann Visser is looking after HD-12 now.",
    ("ticket.start", REQUESTER): "Ann Visser is working on HD-12.",
    ("ticket.wait", REQUESTER): "HD-12 waits for your answer.",
    ("ticket.wait", DESK): "HD-12 waits for Mia Lang.",
    ("ticket.hold", REQUESTER): "HD-12 is on hold for now.",
    ("ticket.release", DESK): "Ann Visser put HD-12 back into the queue.",
    ("ticket.reopen", REQUESTER): "Ann Visser reopened HD-12.",
    ("ticket.close", REQUESTER): "Ann Visser closed HD-12.",
    ("ticket.cancel", REQUESTER): "Ann Visser cancelled HD-12.",
    ("ticket.cancel", DESK): "Ann Visser cancelled HD-12.",
}


@pytest.mark.parametrize(("case", "sentence"), SENTENCES.items())
def test_threads_are_told_what_happened(case, sentence: str) -> None:
    action, audience = case
    message = happened(make_line(action), make_ticket(), audience)
    assert words(message) == sentence
    assert message["text"] == sentence


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("action", Action)
def test_every_verb_can_be_told_to_both_sides(action: Action, audience: Audience) -> None:
    message = happened(make_line(f"ticket.{action}"), make_ticket(), audience)
    assert problems_of_message(message) == []
    assert "(" not in words(message)


def test_the_requester_reads_how_it_was_solved_and_can_answer_with_a_button() -> None:
    line = make_line("ticket.resolve", resolution="New toner.")
    message = happened(line, make_ticket(status=Status.RESOLVED), REQUESTER)
    assert message["text"] == "Ann Visser resolved HD-12: New toner."
    assert words(message).splitlines()[0] == "Ann Visser resolved HD-12: New toner."
    assert buttons(message) == ["Yes, close it", "Still broken"]
    assert "closed" not in words(message)
    line = make_line("ticket.resolve", resolution="x", closes_at="2026-03-09T09:00:00+00:00")
    message = happened(line, make_ticket(status=Status.RESOLVED), REQUESTER)
    assert problems_of_message(message) == []
    assert "If you say nothing, it is closed 2026-03-09 09:00 UTC." in words(message)


def test_the_desk_reads_it_without_buttons() -> None:
    line = make_line("ticket.resolve", resolution="New toner.")
    message = happened(line, make_ticket(status=Status.RESOLVED), DESK)
    assert words(message) == "Ann Visser resolved HD-12: New toner."
    assert buttons(message) == []


@pytest.mark.parametrize("audience", [REQUESTER, DESK, Audience.FOLLOWER])
def test_everybody_reads_why_it_was_resolved(audience: Audience) -> None:
    line = make_line("ticket.resolve", resolution="Use B.", resolution_reason="workaround")
    message = happened(line, make_ticket(status=Status.RESOLVED), audience)
    assert message["text"] == "Ann Visser resolved HD-12 (Workaround): Use B."
    line = make_line("ticket.resolve", resolution="", resolution_reason="answered")
    message = happened(line, make_ticket(status=Status.RESOLVED), audience)
    assert message["text"] == "Ann Visser resolved HD-12 (Answered)."


def test_a_notice_that_is_late_offers_no_buttons_that_would_fail() -> None:
    line = make_line("ticket.resolve", resolution="New toner.")
    assert buttons(happened(line, make_ticket(status=Status.CLOSED), REQUESTER)) == []


def test_a_note_to_the_assignee_does_not_reach_the_requester() -> None:
    line = make_line("ticket.assign", "Hugo Kern", assignee="Ann Visser", note="He is difficult")
    message = happened(line, make_ticket(), REQUESTER)
    assert words(message) == "Ann Visser is looking after HD-12 now."
    assert "difficult" not in message["text"]
    at_desk = words(happened(line, make_ticket(), DESK))
    assert at_desk == "Hugo Kern gave HD-12 to Ann Visser: He is difficult"


def test_reopening_calls_the_assignee_back() -> None:
    line = make_line("ticket.reopen", "Mia Lang")
    message = happened(line, make_ticket(assignee=ANN), DESK, "U0ANN")
    assert live(message) == ["<@U0ANN>"]
    assert message["text"] == "Mia Lang reopened HD-12."


def test_nobody_is_called_who_need_not_hear_of_it() -> None:
    line = make_line("ticket.reopen", "Ann Visser")
    assert live(happened(line, make_ticket(assignee=ANN), DESK)) == []


def test_an_unknown_action_is_told_readably() -> None:
    message = happened(make_line("ticket.hand_over"), make_ticket(), DESK)
    assert words(message) == "HD-12: Ann Visser (ticket: hand over)."


def test_braces_in_names_are_just_braces() -> None:
    message = happened(make_line("ticket.claim", "{key} {0}"), make_ticket(), REQUESTER)
    assert words(message) == "{key} {0} is looking after HD-12 now."


def test_the_new_assignee_reads_what_they_got_and_why() -> None:
    message = assigned(make_ticket(), "Hugo Kern", "You know this printer")
    assert message["text"] == "Hugo Kern gave you HD-12 · The printer is broken"
    assert words(message).splitlines() == [
        "Hugo Kern gave you HD-12 · The printer is broken",
        "You know this printer",
    ]
    assert live(message) == []


def test_who_writes_in_a_desk_thread_learns_that_it_stays_there() -> None:
    ref = MessageRef(TICKET_ID, 7)
    message = kept_internal(ref)
    assert words(message).splitlines()[0] == "Only the desk sees this."
    assert buttons(message) == ["Send to requester"]
    [button] = message["blocks"][-1]["elements"]
    assert button["action_id"] == Button.SEND_TO_REQUESTER
    assert MessageRef.load(button["value"]) == ref
    assert problems_of_message(message) == []
