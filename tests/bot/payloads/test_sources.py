"""Messages as Slack sends them, and what forms and buttons carry of them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads.sources import (
    Draft,
    SourceRef,
    author_of,
    has_content,
    place_of_reaction,
    read_shortcut,
    refer_to,
    words_of,
)
from core.errors import Refused
from core.tickets.models import Source

TEAM = "T0ACME"
REF = SourceRef("C0GENERAL", "1700000000.000100", "1700000000.000200", "U0BEA", Source.SHORTCUT)
SAID = {"user": "U0BEA", "team": TEAM, "ts": "1700000000.000100", "text": "Help &amp; hurry"}


def test_a_form_carries_which_message_it_is_about() -> None:
    assert SourceRef.find(REF.dump()) == REF
    assert REF.message.key == "message:C0GENERAL:1700000000.000100"
    assert not REF.message.is_direct


@pytest.mark.parametrize("raw", [None, "", 5, "{}", '{"goes_on_from":"x"}', '{"t":"x","v":1}'])
def test_other_forms_are_about_no_message(raw: Any) -> None:
    assert SourceRef.find(raw) is None


@pytest.mark.parametrize(
    "change",
    [
        {"c": None},
        {"c": "C0<@U1>"},
        {"r": "yesterday"},
        {"m": ["1.5"]},
        {"a": "nobody"},
        {"w": "job"},
        {"w": ["shortcut"]},
        {"c": "C" + "0" * 3000},
    ],
    ids=str,
)
def test_what_we_did_not_write_is_refused(change: dict[str, Any]) -> None:
    parts = REF.parts() | change
    with pytest.raises(Refused):
        SourceRef.find(json.dumps(parts, separators=(",", ":")))
    with pytest.raises(Refused):
        Draft.load(json.dumps(parts | {"t": "Help"}))


@pytest.mark.parametrize("raw", [None, "", "[", "[]", "5", '"x"', "[" * 1500, REF.dump()])
def test_a_button_that_is_none_of_ours_is_refused(raw: Any) -> None:
    with pytest.raises(Refused):
        Draft.load(raw)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from([1, 40, 900]))
def test_a_button_holds_the_beginning_of_any_text(text: str, times: int) -> None:
    dumped = Draft(REF, text * times).dump()
    assert len(dumped.encode("utf-16-le")) <= 2 * 2000
    loaded = Draft.load(dumped)
    assert loaded.ref == REF
    assert (text * times).startswith(loaded.text.removesuffix("…"))


def test_a_button_holds_much_of_a_long_text() -> None:
    assert len(Draft.load(Draft(REF, "x" * 40_000).dump()).text) > 1500
    assert len(Draft.load(Draft(REF, "\n\n." * 10_000).dump()).text) > 700


def test_a_reply_belongs_to_the_conversation_of_its_first_message() -> None:
    reply = SAID | {"ts": "1700000001.000100", "thread_ts": "1700000000.000100"}
    ref = refer_to(reply, "C0GENERAL", TEAM, Source.REACTION)
    assert ref is not None
    assert (ref.root_ts, ref.message_ts) == ("1700000000.000100", "1700000001.000100")
    assert words_of(reply) == "Help & hurry"


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B1"},
        {"subtype": "channel_join"},
        {"user": None},
        {"user": "USLACKBOT"},
        {"user_team": "T0OTHER"},
        {"team": "T0OTHER"},
    ],
    ids=str,
)
def test_apps_and_strangers_are_nobody_to_file_for(change: dict[str, Any]) -> None:
    assert author_of(SAID, TEAM) == "U0BEA"
    assert author_of(SAID | change, TEAM) is None


def test_what_an_app_says_in_attachments_is_read() -> None:
    alarm = {"text": "", "attachments": [{"text": "Disk &lt;full&gt;"}, {"fallback": "db-2"}, 5]}
    assert words_of(alarm) == "Disk <full>\ndb-2"
    assert has_content(alarm)
    assert not has_content({"text": " ", "attachments": "none"})
    assert has_content({"files": [{"id": "F1"}]})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": "x", "channel": {"id": "C1"}},
        {"message": SAID},
        {"message": SAID, "channel": "C1"},
        {"message": SAID | {"ts": 5}, "channel": {"id": "C1"}},
        {"message": SAID | {"thread_ts": {}} | {"ts": None}, "channel": {"id": "C1"}},
    ],
    ids=str,
)
def test_a_shortcut_on_no_message_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="cannot be made from this message"):
        read_shortcut(body, TEAM)


def test_a_reaction_to_a_message_has_its_place() -> None:
    item = {"type": "message", "channel": "C1", "ts": "1.5"}
    assert place_of_reaction({"item": item}) == ("C1", "1.5")
    for odd in (None, [], item | {"type": "file"}, item | {"ts": 1.5}, item | {"channel": None}):
        assert place_of_reaction({"item": odd}) is None
