"""What one person is told, directly or in a thread, and how they choose it."""

import pytest

from bot.payloads.notification_form import read_choices
from bot.views import notification_form, told
from core.communication.choices import FIXED, USUAL, Choices
from core.communication.queries import Told
from core.communication.quiet import Quiet
from core.communication.ways import ASSIGNED, MENTIONED, NOTED, REPLIED, Event, Way
from core.errors import InvalidField
from core.tickets.states import Status
from tests.bot.views.block_rules import (
    live,
    problems_of_message,
    problems_of_view,
    words,
)
from tests.bot.views.examples import TICKET_ID, make_ticket

NASTY = "<!channel> & *Mia* <https://evil.example|x>"


def news(topic: str, **details: object) -> Told:
    return Told(1, "U0ANN", TICKET_ID, topic, details)


@pytest.mark.parametrize("topic", sorted(told._ABOUT_TICKET))
def test_foreign_words_stay_words_and_ping_nobody(topic: str) -> None:
    details = {"by": NASTY, "note": NASTY, "assignee": NASTY, "department": NASTY, "since": 1}
    ticket = make_ticket(summary=NASTY, status=Status.NEW)
    said = told.tell(news(topic, **details), ticket)
    assert said is not None
    assert problems_of_message(said) == []
    assert live(said) == []
    called = told.called("U0ANN", said)
    assert problems_of_message(called) == []
    assert live(called) == ["<@U0ANN>"]
    assert "<!channel>" not in told.line(news(topic, **details), ticket)


@pytest.mark.parametrize("topic", [ASSIGNED, REPLIED, NOTED, MENTIONED])
def test_a_lock_screen_shows_nothing_of_a_private_ticket(topic: str) -> None:
    said = told.tell(news(topic, by="Mia Lang"), make_ticket(is_private=True))
    assert said is not None
    assert said["text"].endswith("HD-12 · Private ticket")
    assert "The printer is broken" in words(said)


def test_what_is_over_or_unknown_is_not_said() -> None:
    assert told.tell(news("ticket.waits", since=1), make_ticket(status=Status.ASSIGNED)) is None
    assert told.tell(news("ticket.danced"), make_ticket()) is None
    assert told.tell(news(REPLIED, by="Mia"), None) is None
    assert told.line(news("ticket.danced"), None) == "This is over."


def filled(form: dict[str, object], **changed: object) -> dict[str, object]:
    values: dict[str, dict[str, object]] = {}
    for block in form["blocks"]:  # type: ignore[attr-defined]
        if block["type"] != "input":
            continue
        element = block["element"]
        held = {
            "selected_option": element.get("initial_option"),
            "selected_time": element.get("initial_time"),
        }
        values[block["block_id"]] = {element["action_id"]: held}
    for name, held in changed.items():
        [action] = values[name]
        values[name] = {action: held}
    return {"id": "V1", "state": {"values": values}}


def test_the_form_brings_back_what_it_showed() -> None:
    chosen = Choices({**USUAL, Event.REPLY: Way.OFF}, Quiet.read("22:00-06:30"))
    form = notification_form.notifications(chosen)
    assert problems_of_view(form) == []
    found = read_choices(filled(form))
    assert found.quiet == chosen.quiet
    assert found.ways == {e: w for e, w in chosen.ways.items() if e not in FIXED}


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("reply", {"selected_option": None}),
        ("reply", {"selected_option": {"value": "pigeon", "text": {"text": "Pigeon"}}}),
        ("quiet_from", {"selected_time": "25:99"}),
        ("quiet_until", {}),
    ],
)
def test_what_no_form_of_ours_holds_is_named(name: str, held: dict[str, object]) -> None:
    form = notification_form.notifications(Choices(USUAL, Quiet.read("22:00-06:30")))
    with pytest.raises(InvalidField) as refused:
        read_choices(filled(form, **{name: held}))
    assert refused.value.field == name
