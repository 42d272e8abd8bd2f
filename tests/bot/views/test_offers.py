"""The offers of a ticket, and the form that opens from a message."""

import pytest
from hypothesis import given, settings

from bot.payloads.sources import Draft, SourceRef
from bot.views.offers import filed_quietly, offer, offer_in_direct_message
from bot.views.ticket_form import from_message
from core.tickets.models import Source
from tests.bot.views.block_rules import (
    element,
    live,
    problems_of_message,
    problems_of_view,
)
from tests.bot.views.test_any_text import FOREIGN

REF = SourceRef("C0GENERAL", "1700000000.000100", "1700000000.000100", "U0BEA", Source.REACTION)


@pytest.mark.parametrize(
    ("view", "question", "label"),
    [
        (offer, "Create a ticket from this message?", "Create ticket"),
        (offer_in_direct_message, "Open a ticket with this text?", "Open ticket"),
    ],
)
def test_an_offer_asks_and_carries_what_the_form_needs(view, question: str, label: str) -> None:
    message = view(Draft(REF, "Help"))
    assert message["text"] == question
    [button] = message["blocks"][-1]["elements"]
    assert button["text"]["text"] == label
    assert Draft.load(button["value"]) == Draft(REF, "Help")
    assert problems_of_message(message) == []


def test_a_private_request_says_nothing_of_itself() -> None:
    assert filed_quietly()["text"] == "A request was filed."
    assert problems_of_message(filed_quietly()) == []


def test_the_form_begins_with_the_first_line_that_says_something() -> None:
    view = from_message("\n  \nThe printer\tburns\nIt smells.", "U0BEA", REF.dump())
    assert element(view, "Summary")["initial_value"] == "The printer burns"
    assert element(view, "Description")["initial_value"] == "\n  \nThe printer\tburns\nIt smells."
    assert element(view, "On behalf of")["initial_user"] == "U0BEA"
    assert SourceRef.find(view["private_metadata"]) == REF


def test_the_form_of_ones_own_message_names_nobody() -> None:
    view = from_message("", None, REF.dump())
    assert "initial_user" not in element(view, "On behalf of")
    assert "initial_value" not in element(view, "Summary")


@settings(deadline=None, database=None, max_examples=40)
@given(FOREIGN)
def test_whatever_a_message_says_the_form_is_valid_and_inert(text: str) -> None:
    view = from_message(text, "U0BEA", REF.dump())
    assert problems_of_view(view) == []
    assert live(view) == []


@settings(deadline=None, database=None, max_examples=40)
@given(FOREIGN)
def test_whatever_a_message_says_the_offer_is_valid(text: str) -> None:
    for view in (offer, offer_in_direct_message):
        assert problems_of_message(view(Draft(REF, text))) == []
