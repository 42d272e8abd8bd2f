"""A story that did not end as it should is found out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.sandbox.demo.records import Records
from bot.sandbox.demo.story import ANSWER, NOTE, REPLY, RESOLUTION
from bot.sandbox.demo.verdict import Slack, judge
from bot.sandbox.slack.client import Delivery, Message

Change = Callable[[Records, Slack], tuple[Records, Slack]]


def message(words: str, mark: int | None = None) -> Message:
    raw: dict[str, Any] = {"ts": "1.1", "text": words}
    if mark is not None:
        raw["metadata"] = {"event_type": "hdms_outbox", "event_payload": {"id": mark}}
    return Message("C0ITDESK", "hdms", "", words, [], [], [], raw)


def delivery(status: int = 200, failure: str | None = None) -> Delivery:
    return Delivery("command", "/ticket", status, "", {}, 12.0, failure, None, 0, "")


def row(number: int, topic: str, outcome: str | None = "sent") -> dict[str, Any]:
    return {"id": number, "topic": topic, "outcome": outcome}


CARD, RECEIPT = message("HD-1 Resolved", 2), message("HD-1 Resolved", 1)
COPIES = [message(REPLY, 3), message(REPLY, 4), message(ANSWER, 5)]
LINES = [message(f"resolved: {RESOLUTION}", 6), message(f"resolved: {RESOLUTION}", 7)]
DESK = [CARD, message(NOTE), COPIES[0], COPIES[2], LINES[0]]
REQUESTER = [RECEIPT, COPIES[1], message(ANSWER), LINES[1]]

RECORDS = Records(
    ticket={"number": 1, "status": "resolved"},
    participants=[],
    messages=[],
    notifications=[],
    audit=[],
    outbox=[
        row(1, "ticket.receipt"),
        row(2, "ticket.card"),
        *(row(number, "message.copied") for number in (3, 4, 5)),
        *(row(number, "ticket.happened") for number in (6, 7)),
        row(8, "ticket.card_changed"),
        row(9, "ticket.receipt_changed", "skipped"),
    ],
    names={},
)
SLACK = Slack(
    desk=DESK,
    requester=REQUESTER,
    everything=[*DESK, *REQUESTER],
    seen_by_requester="\n".join(each.plain for each in REQUESTER),
    whispers=[message("Only the desk sees this."), message("Goes to Bea Okafor in 2 seconds.")],
    requests=[delivery()],
)


def test_a_good_ending_is_found_good() -> None:
    assert [finding for finding in judge(RECORDS, SLACK) if not finding.is_well] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda r, s: (replace(r, ticket={"number": 1, "status": "in_progress"}), s),
            "HD-1 is in_progress in the database",
        ),
        (
            lambda r, s: (replace(r, outbox=[*r.outbox, row(10, "ticket.happened", None)]), s),
            "1 waiting",
        ),
        (
            lambda r, s: (replace(r, outbox=[*r.outbox, row(10, "ticket.card", "failed")]), s),
            "1 failed",
        ),
        (
            lambda r, s: (r, replace(s, everything=[*s.everything, message(REPLY, 4)])),
            "row 4 2 times",
        ),
        (
            lambda r, s: (r, replace(s, everything=s.everything[1:])),
            "row 2 0 times",
        ),
        (
            lambda r, s: (r, replace(s, requester=[*s.requester, message(ANSWER)])),
            f"“{ANSWER}” (1, 2) times instead of (1, 1)",
        ),
        (
            lambda r, s: (r, replace(s, whispers=[*s.whispers, s.whispers[0]])),
            "“Only the desk sees this” 2 times",
        ),
        (
            lambda r, s: (r, replace(s, seen_by_requester=f"psst: {NOTE}")),
            "The internal note is on Bea's screen.",
        ),
        (
            lambda r, s: (r, replace(s, requests=[delivery(500, "http_error")])),
            "/ticket with http_error",
        ),
    ],
)
def test_what_differs_is_named(change: Change, sentence: str) -> None:
    wrong = [finding for finding in judge(*change(RECORDS, SLACK)) if not finding.is_well]
    assert len(wrong) == 1
    assert sentence in wrong[0].sentence
