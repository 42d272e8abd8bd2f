"""What is said about approvals in threads, in the history, and to one person."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.views.approval_notices import happened, told
from bot.views.history import history
from bot.views.notices import happened as happened_to_a_ticket
from core.communication.models import Audience
from tests.bot.views.block_rules import buttons, live, problems_of_message, words
from tests.bot.views.examples import make_line, make_page, make_ticket

SOURCES = [path.read_text() for path in Path("core/tickets/approvals").glob("*.py")]
#: What core writes into the trail, and tells people of.
ACTIONS = sorted(
    {found for text in SOURCES for found in re.findall(r'\bticket,\s+"(\w+)"', text)}
    | {"approve", "reject", "ask_changes", "refused", "expire", "withdraw"}
)
TOPICS = sorted(
    {
        f"approval.{found}"
        for text in SOURCES
        for found in re.findall(r'tell_asker\(session, case, "(\w+)"', text)
    }
    | {"approval.answered", "approval.nudge", "approval.reminder"}
)
MONEY = {"amount": "1234.50", "currency": "EUR", "payee": "Office Depot", "purpose": "Chairs"}


def line(action: str, **details: Any) -> Any:
    return make_line(f"approval.{action}", "Fay Lund", **(MONEY | details))


def test_core_writes_and_tells_what_is_looked_for_here() -> None:
    assert {"ask", "answer", "nudge", "void", "remind", "escalate"} <= set(ACTIONS)
    assert {"approval.approved", "approval.rejected", "approval.question"} <= set(TOPICS)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_a_sentence_in_threads_and_in_the_history(action: str) -> None:
    for audience in (Audience.DESK, Audience.REQUESTER):
        message = happened_to_a_ticket(line(action), make_ticket(), audience)
        assert problems_of_message(message) == []
    shown = words(history(make_page(line(action), at_desk=True)))
    assert "(approval: " not in shown
    assert "Fay Lund" in shown


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_a_sentence(topic: str) -> None:
    details = {"request_id": 7, "by": "Fay Lund", "words": "Why <so> many?", "people": ["Ida"]}
    message = told(topic, details, make_ticket(), "€1,234.50")
    assert message is not None
    assert problems_of_message(message) == []
    assert "€1,234.50" in message["text"]
    assert "HD-12" in message["text"]
    assert "{" not in message["text"]


def test_what_is_unknown_is_not_told() -> None:
    assert told("approval.new_thing", {}, make_ticket(), "€1.00") is None


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            line("ask", request_status="pending", step="finance"),
            "Fay Lund asked for approval of €1,234.50 to Office Depot: Chairs. "
            "Finance decides first.",
        ),
        (
            line("ask", request_status="approved"),
            "€1,234.50 to Office Depot was approved automatically by rule: Chairs.",
        ),
        (
            line("approve", on_behalf_of="Cleo Lang"),
            "Fay Lund (for Cleo Lang) approved €1,234.50.",
        ),
        (line("reject", words="Too *much*."), "Fay Lund rejected €1,234.50: Too *much*."),
        (
            line("escalate", people=["Ida Roth", "Cleo Lang"]),
            "€1,234.50 was not decided in time. Ida Roth, Cleo Lang were asked as well.",
        ),
        (
            line("escalate", people=[]),
            "€1,234.50 was not decided in time. Nobody else can be asked as well.",
        ),
    ],
)
def test_a_line_says_who_did_what(found: Any, sentence: str) -> None:
    assert words(happened(found, "HD-12")) == sentence


def test_a_question_can_be_answered_and_what_expired_sent_again_where_it_is_told() -> None:
    details = {"request_id": 7, "words": "Why?"}
    for topic, button in (("question", "Answer…"), ("expired", "Send again")):
        message = told(f"approval.{topic}", details, make_ticket(), "€1.00")
        assert message is not None
        assert buttons(message) == [button]


def test_whatever_was_written_nothing_of_it_is_live() -> None:
    nasty = "<!channel> <https://bad.example|x> {who} & *b*"
    given = dict.fromkeys(("words", "reason", "answer", "payee", "purpose", "on_behalf_of"), nasty)
    for action in ACTIONS:
        message = happened(line(action, **given, amount=nasty, step=nasty), "HD-12")
        assert live(message) == []
        assert problems_of_message(message) == []
    for topic in TOPICS:
        message = told(topic, given | {"by": nasty, "people": [nasty]}, make_ticket(), "€1.00")
        assert live(message) == []
