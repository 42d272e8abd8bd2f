"""Which of the events that Slack sends about a message are edits and deletions by people."""

from typing import Any

import pytest

from bot.payloads.revisions import Deleted, Edited, read
from core.communication.revisions import Original

PLACE = Original("C1", "1700000000.000100")
MESSAGE = {"type": "message", "user": "U0ANN", "ts": PLACE.message_ts, "text": "new words"}
EDIT = {"edited": {"user": "U0ANN", "ts": "1700000001.000000"}}


def changed(message: Any, **more: Any) -> dict[str, Any]:
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "9.9"}
    return event | {"message": message} | more


def removed(**more: Any) -> dict[str, Any]:
    event = {"type": "message", "subtype": "message_deleted", "channel": "C1", "ts": "9.9"}
    return event | {"deleted_ts": PLACE.message_ts} | more


def test_an_edit_is_keyed_by_the_message_and_not_by_the_event() -> None:
    found = read(changed(MESSAGE | EDIT, previous_message=MESSAGE))
    assert isinstance(found, Edited)
    assert (found.original, found.text) == (PLACE, "new words")
    assert found.edited_ts == "1700000001.000000"
    assert found.event["channel"] == "C1"
    assert found.event["ts"] == PLACE.message_ts


def test_a_deletion_knows_what_was_there() -> None:
    found = read(removed(previous_message=MESSAGE | {"thread_ts": "1.1"}))
    assert isinstance(found, Deleted)
    assert found.original == PLACE
    assert (found.event["user"], found.event["thread_ts"]) == ("U0ANN", "1.1")


def test_a_deletion_without_its_content_is_one_all_the_same() -> None:
    found = read(removed())
    assert isinstance(found, Deleted)
    assert found.original == PLACE


def test_a_tombstone_is_a_deletion() -> None:
    grave = {"subtype": "tombstone", "ts": PLACE.message_ts, "user": "USLACKBOT"}
    found = read(changed(grave, previous_message=MESSAGE))
    assert isinstance(found, Deleted)
    assert found.event["user"] == "U0ANN"


@pytest.mark.parametrize(
    "event",
    [
        changed(MESSAGE),
        changed(MESSAGE | {"edited": None}),
        changed(MESSAGE | {"edited": {"ts": 5}}),
        changed(MESSAGE | {"edited": {"ts": "yesterday"}}),
        changed(MESSAGE | EDIT | {"ts": None}),
        changed(MESSAGE | EDIT, channel=None),
        changed(None),
        changed("words"),
        removed(deleted_ts=None),
        removed(deleted_ts="1' OR 1=1"),
        removed(channel=["C1"]),
    ],
)
def test_what_nobody_did_is_nothing(event: dict[str, Any]) -> None:
    assert read(event) is None
