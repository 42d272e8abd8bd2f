"""What may arrive at the border: signatures, retries, odd payloads. Numbers are those of Slack's
rules as the project keeps them."""

import asyncio
import hashlib
import hmac
import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journeys.company import GENERAL, SECRET, Company

SHAPES = Path(os.environ.get("HDMS_SLACK_PAYLOAD_SHAPES", "../shared/slack/payload-shapes"))
PAYLOADS = {shape.stem: json.loads(shape.read_text()) for shape in SHAPES.glob("*.json")}
TEAM = {"team_id": "T0ACME", "team": {"id": "T0ACME", "domain": "acme"}}
BEA = {"id": "U0BEA", "team_id": "T0ACME"}


def signed(body: bytes, at: float | None = None) -> dict[str, str]:
    stamp = str(int(at if at is not None else time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def send(
    company: Company, body: bytes, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.post(
            f"{company.bot_url}/slack/events",
            data=body,
            headers=signed(body) if headers is None else headers,
            skip_auto_headers=["Content-Type"],
        ) as answer,
    ):
        return answer.status, await answer.text()


async def send_json(company: Company, payload: Any) -> tuple[int, str]:
    body = json.dumps(payload).encode()
    return await send(company, body, signed(body) | {"Content-Type": "application/json"})


async def interact(company: Company, payload: Any) -> tuple[int, str]:
    return await send(company, urlencode({"payload": json.dumps(payload)}).encode())


async def command(company: Company, text: str, **more: str) -> tuple[int, str]:
    form = {"command": "/ticket", "text": text, "user_id": "U0BEA", "team_id": "T0ACME"}
    return await send(company, urlencode(form | {"trigger_id": "1.2.x"} | more).encode())


async def test_unsigned_requests_are_refused_before_anything_reads_them(company: Company) -> None:
    """2.8: each of these would make Bolt answer 500."""
    odd = [
        b"{not json",
        b"[1, 2]",
        b"\xff\xfe",
        b"payload=%7Bbroken",
        b"",
    ]
    for body in odd:
        assert (await send(company, body, {}))[0] == 401, body
    stamps = ["", "abc", "1e5", "9" * 40, "١٢٣", str(2**70), "-5"]
    for stamp in stamps:
        headers = signed(b"a=b") | {"X-Slack-Request-Timestamp": stamp}
        assert (await send(company, b"a=b", headers))[0] == 401, stamp
    headers = signed(b"a=b") | {"X-Slack-Signature": "v0=é"}
    assert (await send(company, b"a=b", headers))[0] == 401


async def test_a_request_of_more_than_five_minutes_ago_is_refused(company: Company) -> None:
    """2.4"""
    body = json.dumps({"type": "url_verification", "challenge": "x"}).encode()
    old, fresh = signed(body, time.time() - 302), signed(body, time.time() - 295)
    assert (await send(company, body, old))[0] == 401
    assert (await send(company, body, fresh))[0] == 200


async def test_a_signed_body_that_was_changed_is_refused(company: Company) -> None:
    assert (await send(company, b"text=b", signed(b"text=a")))[0] == 401


async def test_the_url_is_verified_for_signed_requests_only(company: Company) -> None:
    """2.7"""
    body = json.dumps({"type": "url_verification", "challenge": "c4"}).encode()
    status, answer = await send_json(company, json.loads(body))
    assert (status, json.loads(answer)) == (200, {"challenge": "c4"})
    assert (await send(company, body, {}))[0] == 401


async def test_slacks_ssl_check_is_answered(company: Company) -> None:
    """1.35"""
    assert (await send(company, b"ssl_check=1&token=abc"))[0] == 200


async def test_signed_nonsense_gets_a_clear_400(company: Company) -> None:
    for body in (b"{not json", b"[1, 2]", b"payload=%7Bbroken", b"payload=5", b"a=b", b"", b"{}"):
        status, answer = await send(company, body)
        assert status == 400, (body, answer)
        assert "Traceback" not in answer
    assert (await send(company, b"\xff\xfe"))[0] == 400


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{}]},
        {"type": "block_actions", "actions": None, "user": BEA},
        {"type": "block_actions", "actions": [{"action_id": "ticket.start"}, 5], "user": BEA},
        {"type": "block_actions", "actions": [{"action_id": "canned"}], "view": {"blocks": ["x"]}},
        {"type": "view_submission", "view": None},
        {"type": "view_submission", "view": {"callback_id": "ticket.new"}},
        {"type": "event_callback"},
        {"type": "event_callback", "event": {"type": 5}},
        {"type": "shortcut"},
        {"type": "block_suggestion", "user": BEA},
        {"type": "something_new"},
    ],
)
async def test_a_payload_without_its_parts_gets_a_clear_400(
    company: Company, payload: dict[str, Any]
) -> None:
    status, answer = await interact(company, payload)
    assert status == 400
    assert "error" in json.loads(answer)


async def test_every_documented_payload_shape_is_answered_without_a_fault(
    company: Company,
) -> None:
    """The shapes hold empty values: they may be refused, but never break anything."""
    for name, payload in PAYLOADS.items():
        if "command" in payload:
            status, _ = await send(company, urlencode(payload).encode())
        elif "event" in payload or payload.get("type") == "app_rate_limited":
            status, _ = await send_json(company, payload)
        else:
            status, _ = await interact(company, payload)
        assert status < 500, name
    assert await company.value("SELECT count(*) FROM tickets") == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["type", "user", "id", "team_id", "view", "actions", "event", "state", "values",
             "blocks", "action_id", "block_id", "callback_id", "channel", "ts", "thread_ts",
             "value", "text", "team", "private_metadata"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip
KINDS = st.sampled_from(
    ["block_actions", "view_submission", "view_closed", "block_suggestion", "shortcut",
     "message_action", "event_callback", "url_verification", "app_rate_limited"]
)  # fmt: skip


PARTS = st.sampled_from(
    ["user", "team", "view", "actions", "event", "callback_id", "action_id", "trigger_id"]
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(kind=KINDS, rest=st.dictionaries(PARTS, JSON))
async def test_no_payload_breaks_the_bot(company: Company, kind: str, rest: dict[str, Any]) -> None:
    if kind == "event_callback" and isinstance(rest.get("event"), dict):
        rest["event"]["type"] = "message"
    status, answer = await interact(company, {"type": kind, **rest})
    assert status < 500, answer


async def test_an_unknown_button_is_explained_in_private(company: Company) -> None:
    card = await company.filed()
    ref = card.raw["blocks"][-1]["elements"][0]["value"]
    payload = {
        "type": "block_actions",
        "user": BEA,
        **TEAM,
        "trigger_id": "gone",
        "actions": [{"action_id": "ticket.unheard_of", "value": ref}],
    }
    assert (await interact(company, payload))[0] == 200
    status, answer = await _typed(company, "/old")
    assert (status, answer) == (200, (await _typed(company, "/older"))[1])
    assert answer


async def _typed(company: Company, command: str) -> tuple[int, str]:
    typed = {"command": command, "user_id": "U0BEA", "team_id": "T0ACME"}
    return await send(company, urlencode(typed).encode())


async def test_events_nobody_listens_to_are_taken_all_the_same(company: Company) -> None:
    """8.12, 8.13, 1.9: a 404 counts as a failed delivery."""
    for event in (
        {"type": "channel_rename", "channel": {"id": "C1", "name": "x"}},
        {"type": "message", "subtype": "channel_join", "user": "U0BEA", "channel": IT},
        {"type": "message", "subtype": "message_deleted", "deleted_ts": "1.1", "channel": IT},
        {"type": "message", "subtype": "message_changed", "message": {}, "channel": IT},
        {"type": "message", "channel": IT, "user": "U0BEA", "text": None, "ts": "1.2"},
        {"type": "message", "channel": IT, "user": "U0BEA", "text": None, "ts": "1.3",
         "thread_ts": "1.1"},
    ):  # fmt: skip
        assert (await send_json(company, envelope(event)))[0] == 200, event
    limited = {"type": "app_rate_limited", "minute_rate_limited": 1, "team_id": "T0ACME"}
    assert (await send_json(company, limited))[0] == 200


IT = "C0ITDESK"


def envelope(event: dict[str, Any], event_id: str = "Ev1") -> dict[str, Any]:
    return {
        "type": "event_callback",
        "team_id": "T0ACME",
        "api_app_id": "A1",
        "event_id": event_id,
        "event": {"team": "T0ACME"} | event,
    }


async def test_a_retried_event_is_neither_skipped_nor_done_twice(company: Company) -> None:
    """1.5, 1.12: under any event id, with or without the retry headers, also at once."""
    card = await company.filed()
    event = {
        "type": "message",
        "channel": card.channel,
        "user": "U0ANN",
        "text": "heard once",
        "ts": "1700000000.000100",
        "thread_ts": card.ts,
    }
    bodies = [json.dumps(envelope(event, f"Ev{n % 2}")).encode() for n in range(5)]
    retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    json_body = {"Content-Type": "application/json"}
    answers = await asyncio.gather(
        *(send(company, body, signed(body) | retry | json_body) for body in bodies)
    )
    assert {status for status, _ in answers} == {200}
    assert await company.value("SELECT count(*) FROM chat_messages") == 1
    trail = "SELECT count(*) FROM audit_logs WHERE action = 'message.note'"
    assert await company.value(trail) == 1


async def test_a_command_about_a_payload_is_understood(company: Company) -> None:
    """8.24: Bolt takes any form with this word in it for a button."""
    outcome = await company.bea.command("/ticket", "the payload is broken", channel=GENERAL)
    assert outcome.ok
    form = await company.bea.view()
    assert form is not None
    assert form.values["Summary"] == "the payload is broken"


async def test_the_workspace_is_asked_for_once(company: Company) -> None:
    """8.10, 8.11: no request waits for auth.test, nor is lost by its failure."""
    await company.filed()
    assert len(await company.slack.calls("auth.test")) == 1


async def test_closing_a_form_is_fine(company: Company) -> None:
    """8.20"""
    await company.bea.command("/ticket", "never mind", channel=GENERAL)
    assert (await company.bea.close_view()).ok
    assert await company.bea.view() is None


async def test_lazy_headers_from_outside_change_nothing(company: Company) -> None:
    """2.3: Slack's signature does not cover them."""
    body = urlencode({"command": "/ticket", "text": "help", "user_id": "U0BEA",
                      "team_id": "T0ACME"}).encode()  # fmt: skip
    lazy = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "x"}
    status, answer = await send(company, body, signed(body) | lazy)
    assert status == 200
    assert "/ticket" in answer


async def test_people_of_other_workspaces_are_refused(company: Company) -> None:
    """7.3–7.6"""
    status, answer = await command(company, "mine", team_id="T0OTHER")
    assert status == 200
    assert "Only members of this workspace" in answer
    card = await company.filed()
    event = {"type": "message", "channel": card.channel, "user": "U0BEA", "text": "hello",
             "ts": "1.5", "thread_ts": card.ts, "team": "T0OTHER"}  # fmt: skip
    assert (await send_json(company, envelope(event)))[0] == 200
    unknown = envelope(event)
    del unknown["event"]["team"]
    unknown["is_ext_shared_channel"] = True
    assert (await send_json(company, unknown))[0] == 200
    assert await company.value("SELECT count(*) FROM chat_messages") == 0


async def test_messages_of_bots_are_not_heard(company: Company) -> None:
    """1.72, 1.73"""
    card = await company.filed()
    for sender in ({"bot_id": "B9", "user": "U0BEA"}, {"bot_id": "B9"}, {}):
        event = {"type": "message", "channel": card.channel, "text": "beep", "ts": "1.7",
                 "thread_ts": card.ts} | sender  # fmt: skip
        assert (await send_json(company, envelope(event)))[0] == 200
    assert await company.value("SELECT count(*) FROM chat_messages") == 0


async def test_health_is_told(company: Company) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{company.bot_url}/healthz") as answer:
            assert answer.status == 200
        async with http.get(f"{company.bot_url}/readyz") as answer:
            assert answer.status == 200
            assert await answer.json() == {"database": "ok", "redis": "ok"}
        async with http.get(f"{company.bot_url}/slack/events") as answer:
            assert answer.status == 405
