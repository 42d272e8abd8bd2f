"""What the shortcut "Send to requester" may be used on, and what a preview remembers."""

from typing import Any
from uuid import UUID

import pytest

from bot.payloads import TicketRef
from bot.payloads.replies import Chosen, PreviewRef, read_chosen
from core.errors import Refused

TICKET = UUID("0190b6a0-0000-7000-8000-000000000012")
MESSAGE = {"user": "U0ANN", "ts": "2.2", "thread_ts": "1.1"}


def used_on(message: Any, channel: Any = None) -> dict[str, Any]:
    return {"message": message, "channel": channel or {"id": "C1"}}


def test_a_reply_in_a_thread_can_be_chosen() -> None:
    assert read_chosen(used_on(MESSAGE)) == Chosen("C1", "1.1", "2.2")


@pytest.mark.parametrize(
    "body",
    [
        used_on(MESSAGE | {"thread_ts": None}),
        used_on(MESSAGE | {"thread_ts": "2.2"}),
        used_on(MESSAGE | {"ts": 5}),
        used_on(None),
        used_on(MESSAGE, {"id": None}),
        used_on(MESSAGE, "C1"),
        {},
    ],
)
def test_what_stands_in_no_thread_cannot(body: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="below a ticket's card"):
        read_chosen(body)


@pytest.mark.parametrize("message", [MESSAGE | {"bot_id": "B1"}, MESSAGE | {"user": None}])
def test_what_an_app_wrote_cannot(message: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="written by an app"):
        read_chosen(used_on(message))


def test_a_preview_remembers_its_ticket_and_what_it_showed() -> None:
    ref = PreviewRef.load(PreviewRef.of(TICKET, 3, "words").dump())
    assert ref.ticket == TicketRef(TICKET, 3)
    assert ref.shows("words")
    assert not ref.shows("words ")


def test_a_form_without_a_preview_has_shown_nothing() -> None:
    assert not PreviewRef.load(TicketRef(TICKET, 3).dump()).shows("")


@pytest.mark.parametrize("raw", ["", "{}", "null", None, "[]", '{"t":1,"v":2}'])
def test_what_is_no_reference_is_refused(raw: Any) -> None:
    with pytest.raises(Refused):
        PreviewRef.load(raw)
