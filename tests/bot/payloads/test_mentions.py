"""Whom a message mentions, and what the question about them carries."""

import pytest

from bot.payloads.follow_ups import FollowUpRef
from bot.payloads.mentions import ASKED_ABOUT_MOST, MentionRef, mentioned
from core.errors import Refused
from tests.bot.views.examples import TICKET_ID

CASES = {
    "<@U0FINN> and <@W0HANA|hana>": ("U0FINN", "W0HANA"),
    "<@U0FINN> <@U0FINN>": ("U0FINN",),
    "&lt;@U0FINN&gt; @U0FINN": (),
    "<!channel> <#C0IT|it> <!subteam^S1|@all> <https://a.example|@U0FINN>": (),
    "<@> <@u0finn> <@U0 FINN> <@U0FINN": (),
    "": (),
}


@pytest.mark.parametrize(("text", "people"), CASES.items())
def test_people_are_those_slack_made_mentions_of(text: str, people: tuple[str, ...]) -> None:
    assert mentioned(text) == people


def test_what_is_no_text_mentions_nobody() -> None:
    assert mentioned(None) == ()
    assert mentioned({"text": "<@U0FINN>"}) == ()


def test_who_mentions_everybody_is_not_asked_about_each() -> None:
    crowd = " ".join(f"<@U{number}>" for number in range(50))
    assert len(mentioned(crowd)) == ASKED_ABOUT_MOST


def test_a_button_comes_back_as_it_was_made() -> None:
    ref = MentionRef(TICKET_ID, "U0FINN")
    assert MentionRef.load(ref.dump()) == ref


@pytest.mark.parametrize(
    "raw",
    [
        None,
        5,
        "",
        "null",
        "[]",
        "{}",
        '{"t":"x","u":"U0FINN"}',
        f'{{"t":"{TICKET_ID}"}}',
        f'{{"t":"{TICKET_ID}","u":"<@U0FINN>"}}',
        f'{{"t":"{TICKET_ID}","u":7}}',
        f'{{"t":"{TICKET_ID}","u":"U{"0" * 300}"}}',
        "[" * 150,
    ],
)
def test_a_value_of_another_make_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        MentionRef.load(raw)


def test_a_linked_form_remembers_the_ticket_and_others_hide_none() -> None:
    ref = FollowUpRef(TICKET_ID)
    assert FollowUpRef.find(ref.dump()) == ref
    for raw in (None, "", "{}", "[]", "5", '{"goes_on_from":5}', '{"goes_on_from":"x"}'):
        assert FollowUpRef.find(raw) is None
