"""What is corrected in Bolt is still wrong there; once it is not, the correction can go."""

import os
from urllib.parse import urlencode

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request import internals
from slack_sdk.web.async_client import AsyncWebClient

from bot import bolt_fixes

FORM = urlencode({"command": "/ticket", "text": "the payload is broken"})


def test_bolt_still_loses_a_command_that_says_payload() -> None:
    assert internals.parse_body(FORM, "application/x-www-form-urlencoded") == {}


def test_ours_keeps_it_and_reads_buttons_as_before() -> None:
    content_type = "application/x-www-form-urlencoded"
    assert bolt_fixes.parse_body(FORM, content_type)["text"] == "the payload is broken"
    button = urlencode({"payload": '{"type": "block_actions"}'})
    assert bolt_fixes.parse_body(button, content_type) == {"type": "block_actions"}
    assert bolt_fixes.parse_body('{"a": 1}', "application/json") == {"a": 1}


def test_a_client_id_in_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "s")
    client = AsyncWebClient(token="xoxb-1")
    assert AsyncApp(client=client, signing_secret="s").oauth_flow is not None
    with bolt_fixes.sealed_environment():
        assert AsyncApp(client=client, signing_secret="s").oauth_flow is None
    assert os.environ["SLACK_CLIENT_ID"] == "1.2"
