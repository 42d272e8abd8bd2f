"""What followers see, and what writers are asked."""

import pytest

from bot.payloads import TicketRef
from bot.payloads.mentions import MentionRef
from bot.views.participation import (
    add_them,
    added,
    followed,
    followed_again,
    goes_on,
    not_solved,
    unfollowed,
)
from bot.views.ticket_card import card, receipt, show
from bot.views.ticket_form import linked_ticket
from core.tickets.states import Status
from tests.bot.views.block_rules import (
    buttons,
    element,
    live,
    problems_of_message,
    problems_of_view,
    words,
)
from tests.bot.views.examples import ANN, HUGO, TICKET_ID, make_ticket

NASTY = ["<!channel> & <@U0ANN>", "x" * 4000, " ", "@everyone *bold* `code`"]


@pytest.mark.parametrize("name", NASTY)
def test_every_message_is_valid_and_inert(name: str) -> None:
    ticket = make_ticket(summary=name, department=name, status=Status.RESOLVED)
    for message in (
        *(followed(ticket, is_following=each) for each in (True, False)),
        *(not_solved(ticket, may_reopen=each) for each in (True, False)),
        *(followed_again(ticket), unfollowed(ticket), goes_on(ticket)),
        *(add_them(ticket, name, "U0FINN"), added(ticket.key, name)),
    ):
        assert problems_of_message(message) == []
        assert live(message) == []
    assert problems_of_view(linked_ticket(ticket)) == []


def test_a_followers_root_says_what_they_follow_and_how_to_stop() -> None:
    shown = followed(make_ticket(status=Status.IN_PROGRESS), is_following=True)
    assert words(shown).splitlines()[0] == "HD-12 · The printer is broken"
    assert "*Status*\nIn progress" in words(shown)
    assert "*Department*\nIT" in words(shown)
    assert buttons(shown) == ["Unwatch"]
    assert buttons(followed(make_ticket(), is_following=False)) == []


def test_a_private_summary_stays_off_lock_screens() -> None:
    for is_following in (True, False):
        shown = followed(make_ticket(is_private=True), is_following=is_following)
        assert "printer" not in shown["text"]


def test_the_question_about_somebody_names_them_and_the_ticket() -> None:
    shown = add_them(make_ticket(), "Carl Otto", "U0CARL")
    assert shown["text"] == "Add Carl Otto to HD-12?"
    assert buttons(shown) == ["Add them", "No"]
    pressed = shown["blocks"][-1]["elements"]
    assert {MentionRef.load(each["value"]) for each in pressed} == {MentionRef(TICKET_ID, "U0CARL")}


def test_after_the_end_there_is_one_thing_to_press() -> None:
    shown = not_solved(make_ticket(status=Status.RESOLVED), may_reopen=True)
    assert shown["text"] == "HD-12 is resolved. Is it not solved?"
    assert buttons(shown) == ["Reopen?"]
    shown = goes_on(make_ticket(status=Status.CLOSED))
    assert shown["text"] == "HD-12 is closed. Open a new ticket that goes on from it?"
    assert buttons(shown) == ["Open linked ticket"]
    [button] = shown["blocks"][-1]["elements"]
    assert TicketRef.load(button["value"]) == TicketRef(TICKET_ID, 3)


def test_the_form_of_a_linked_ticket_is_filled_from_the_earlier_one() -> None:
    form = linked_ticket(make_ticket(is_private=True))
    assert element(form, "Summary")["initial_value"] == "Re: The printer is broken"
    assert element(form, "Department")["initial_option"]["text"]["text"] == "IT"
    assert element(form, "Private")["initial_options"] == element(form, "Private")["options"]
    assert "initial_options" not in element(linked_ticket(make_ticket()), "Private")
    long = linked_ticket(make_ticket(summary="x" * 150))
    assert len(element(long, "Summary")["initial_value"]) == 150


@pytest.mark.parametrize("view", [card, receipt, show])
def test_linked_tickets_name_each_other(view) -> None:
    assert "Goes on from HD-3" in words(view(make_ticket(goes_on_from=3)))
    assert "Continued in HD-31, HD-40" in words(view(make_ticket(continued_in=(31, 40))))
    assert "HD-3" not in words(view(make_ticket()))


def test_a_look_at_a_ticket_lists_who_follows_it() -> None:
    shown = show(make_ticket(), followers=[ANN, HUGO], is_following=False)
    assert "*Followers*\nAnn Visser, Hugo Kern" in words(shown)
    assert "Watch" in buttons(shown)
    crowd = show(make_ticket(), followers=[ANN] * 30, is_following=True)
    assert "and 10 more" in words(crowd)
    assert "Unwatch" in buttons(crowd)
    assert problems_of_message(crowd) == []
    assert "Followers" not in words(show(make_ticket()))
