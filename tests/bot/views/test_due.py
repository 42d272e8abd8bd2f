"""The due time on cards, and what is said when it comes close."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.views import due, sla, ticket_card
from core.tickets.sla.models import Kind, Threshold
from core.tickets.states import SlaState, Status
from tests.bot.views.examples import make_ticket

WHEN = "<!date^1772467200^{date_short_pretty} at {time}|2026-03-02 16:00 UTC>"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"sla_state": SlaState.ON_TRACK}, f"{WHEN}\nOn track"),
        ({"sla_state": SlaState.AT_RISK}, f"{WHEN}\nAt risk"),
        ({"sla_state": SlaState.ANSWER_OVERDUE}, f"{WHEN}\nAnswer overdue"),
        ({"sla_state": SlaState.BREACHED}, f"{WHEN}\nBreached"),
        ({"sla_state": SlaState.MET, "status": Status.RESOLVED}, f"{WHEN}\nMet"),
        (
            {"sla_state": SlaState.BREACHED, "status": Status.ON_HOLD},
            f"{WHEN}\nBreached, on hold",
        ),
        (
            {"sla_state": SlaState.PAUSED, "status": Status.WAITING_REQUESTER, "due_at": None},
            "Paused, waiting for requester",
        ),
        (
            {
                "sla_state": SlaState.PAUSED,
                "status": Status.WAITING_REQUESTER,
                "due_at": None,
                "paused_left": timedelta(hours=3, minutes=20, seconds=59),
            },
            "Paused, 3 h 20 min left: waiting for requester",
        ),
        (
            {
                "sla_state": SlaState.ANSWER_OVERDUE,
                "status": Status.ON_HOLD,
                "due_at": None,
                "paused_left": timedelta(seconds=59),
            },
            "Answer overdue\nPaused, less than 1 min left: on hold",
        ),
        ({"due_at": None}, "–"),
        ({}, WHEN),
    ],
)
def test_a_due_time_says_how_it_stands(given: dict[str, Any], expected: str) -> None:
    assert due.due(make_ticket(**given)) == expected


def test_card_and_receipt_show_it() -> None:
    ticket = make_ticket(sla_state=SlaState.PAUSED, status=Status.ON_HOLD, due_at=None)
    for message in (ticket_card.card(ticket), ticket_card.receipt(ticket)):
        fields = next(each["fields"] for each in message["blocks"] if "fields" in each)
        assert "*Due*\nPaused, on hold" in [each["text"] for each in fields]


def details(threshold: Threshold, **more: Any) -> dict[str, Any]:
    known = {"key": "HD-12", "kind": Kind.FIRST_RESPONSE.value, "threshold": threshold.value}
    return known | {"due": datetime(2026, 3, 2, 16, tzinfo=UTC).isoformat()} | more


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        (Threshold.AT_RISK_75, "HD-12 is due soon: the first answer is due"),
        (Threshold.AT_RISK_90, "HD-12 is nearly due: the first answer is due"),
        (Threshold.BREACH, "HD-12 is overdue: the first answer was due"),
        (
            Threshold.LEVEL_2,
            "HD-12 is still overdue, and nothing has changed since: the first answer was due",
        ),
        (
            Threshold.LEVEL_3,
            "HD-12 is overdue, and nobody has touched it for a while: the first answer was due",
        ),
    ],
)
def test_a_warning_is_short_and_calls_those_who_are_to_look(
    threshold: Threshold, words: str
) -> None:
    said = sla.warning(details(threshold, called=["U0ANN", "U0HUGO"]))
    assert said["text"] == f"{words} 2026-03-02 16:00 UTC."
    assert said["blocks"][0]["text"]["text"] == f"<@U0ANN> <@U0HUGO> {words} {WHEN}."


def test_one_person_gets_the_way_to_it() -> None:
    link = "https://acme.slack.com/archives/C0/p1?thread_ts=1&cid=C0"
    said = sla.told(make_ticket(), details(Threshold.BREACH, link=link))
    texts = str(said["blocks"])
    assert "HD-12 · The printer is broken" in texts
    assert "<https://acme.slack.com/archives/C0/p1?thread_ts=1&amp;cid=C0|Open its thread>" in texts


def test_a_lock_screen_does_not_tell_of_a_private_ticket() -> None:
    said = sla.told(make_ticket(is_private=True), details(Threshold.BREACH))
    assert "printer" not in said["text"]


def test_who_may_not_read_it_hears_where_it_lies_and_no_more() -> None:
    said = sla.told(make_ticket(), details(Threshold.LEVEL_3, is_bare=True))
    assert "It lies with IT." in said["text"]
    assert "printer" not in str(said)
