"""What anybody may send to the bot's address, signed or not: a short answer, no traceback, and
nobody who is slow keeps anything busy."""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest

from bot import border
from bot.server import PATH
from tests.journeys.company import Company
from tests.journeys.elsewhere import Elsewhere, running
from tests.journeys.test_requests import send, signed

JSON = {"Content-Type": "application/json"}
CHALLENGE = b'{"type": "url_verification", "challenge": "c4"}'
DEEP = "[" * 50_000 + "]" * 50_000
DEEPER = '{"a":' * 50_000 + "1" + "}" * 50_000


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> Any:
    """What was logged with a traceback, or as a fault of ours."""
    caplog.set_level(logging.INFO)

    def found() -> list[str]:
        return [
            record.getMessage()
            for record in caplog.records
            if record.levelno >= logging.ERROR or record.exc_info
        ]

    return found


async def raw(company: Company, request: bytes, *, hangs_up: bool = False) -> str:
    """Sent as it is, over a connection of its own; the first line of the answer."""
    address = urlsplit(company.bot_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(request)
        if hangs_up:
            writer.write_eof()
        async with asyncio.timeout(20):
            return (await reader.readline()).decode().strip()
    finally:
        writer.close()


def head(*lines: str) -> bytes:
    return "\r\n".join([f"POST {PATH} HTTP/1.1", "Host: hdms", *lines, "", ""]).encode()


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        '{"type": "event_callback", "event": ' + DEEPER + "}",
        urlencode({"payload": DEEPER}),
        urlencode({"payload": '{"type": "block_actions", "actions": [' + DEEP + "]}"}),
    ],
    ids=["lists", "an event", "an interaction", "an action"],
)
async def test_what_is_nested_too_deeply_is_no_payload(
    company: Company, loud: Any, body: str
) -> None:
    headers = signed(body.encode()) | ({} if body.startswith("payload") else JSON)
    status, said = await send(company, body.encode(), headers)
    assert (status, json.loads(said)) == (400, {"error": "not a payload of Slack's"})
    assert loud() == []


@pytest.mark.parametrize("packed", ["gzip", "deflate", "br", "x-nothing"])
async def test_nothing_is_unpacked_for_strangers(company: Company, loud: Any, packed: str) -> None:
    headers = JSON | {"Content-Encoding": packed}
    assert (await send(company, CHALLENGE, headers))[0] == 401
    assert (await send(company, CHALLENGE, signed(CHALLENGE) | headers))[0] == 200
    assert loud() == []


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "400"),
        (b"GET / HTTP/9.9\r\n\r\n", "400"),
        (head("Transfer-Encoding: chunked") + b"zz\r\nhello\r\n0\r\n\r\n", "400"),
        (head("Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n", "400"),
        (head("Content-Length: -5"), "400"),
        (head("Content-Length: 5", "Content-Length: 6") + b"hello!", "400"),
        (head("X-Slack-Signature: " + "v" * 9000), "400"),
        (head("Content-Length: 99999999999") + b"x" * 2_000_000, "413"),
    ],
    ids=["TLS", "version", "chunk", "both", "negative", "two", "long", "large"],
)
async def test_what_is_hardly_http_is_refused_in_a_line(
    company: Company, loud: Any, request_: bytes, answer: str
) -> None:
    assert (await raw(company, request_)).split()[1] == answer
    assert loud() == []


async def test_who_hangs_up_is_no_fault_of_ours(company: Company, loud: Any) -> None:
    for begun in (head("Content-Length: 9"), head("Transfer-Encoding: chunked")):
        assert await raw(company, begun + b"5\r\nhe", hangs_up=True) == ""
    assert loud() == []


async def test_a_body_that_does_not_come_is_not_waited_for(
    company: Company, loud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(border, "BODY_WITHIN", 0.05)
    first = await raw(company, head("Content-Length: 500") + b"payload=")
    assert first.split()[1] == "408"
    assert loud() == []


async def test_a_header_that_comes_twice_proves_nothing(company: Company) -> None:
    right, wrong = signed(CHALLENGE), signed(b"something else")
    for first, second in ((right, wrong), (wrong, right)):
        headers = [*JSON.items(), *first.items(), *second.items()]
        twice = [each for each in headers if each[1] != "application/x-www-form-urlencoded"]
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{company.bot_url}{PATH}", data=CHALLENGE, headers=twice) as answer,
        ):
            assert answer.status == 401


async def test_what_a_proxy_may_add_changes_nothing(company: Company, loud: Any) -> None:
    odd = {"Cookie": "a=\xff; b", "X-Forwarded-For": "<script>", "Content-Type": "\xe9; charset=x"}
    status, said = await send(company, CHALLENGE, signed(CHALLENGE) | odd)
    assert (status, json.loads(said)) == (200, {"challenge": "c4"})
    assert loud() == []


@pytest.mark.parametrize("path", ["/t/HD-%00", "/t/..%2f..%2fetc", "/%ff%fe", "/t/HD-1%0d%0aX:y"])
async def test_other_addresses_are_not_found(company: Company, loud: Any, path: str) -> None:
    first = await raw(company, f"GET {path} HTTP/1.1\r\nHost: hdms\r\n\r\n".encode())
    assert first.split()[1] == "404"
    assert loud() == []


@pytest.mark.parametrize("odd", ["T\x00", "\ud800", "", None, 5, {}])
async def test_nobody_is_called_what_no_record_can_hold(
    company: Company, loud: Any, odd: Any
) -> None:
    pressed = {"type": "block_actions", "actions": [{"action_id": "absence.end", "value": "{}"}]}
    for user in ({"id": odd, "team_id": "T0ACME"}, {"id": "U0BEA", "team_id": odd}):
        body = urlencode({"payload": json.dumps(pressed | {"user": user})}).encode()
        assert (await send(company, body))[0] == 400
    assert loud() == []


async def test_a_refusal_is_written_down_whatever_was_pressed(company: Company, loud: Any) -> None:
    await company.filed()
    ticket_id = await company.value("SELECT id FROM tickets")
    await company.bea.command("/ticket", "mine")
    value = json.dumps({"t": str(ticket_id), "v": 1})
    pressed = {"action_id": "ticket.more", "selected_option": {"value": f"edit {value}"}}
    for block_id in ("a\x00b", "\ud800"):
        body = {
            "type": "block_actions",
            "actions": [pressed | {"block_id": block_id, "action_ts": block_id}],
            "user": {"id": "U0FINN", "team_id": "T0ACME"},
        }
        assert (await send(company, urlencode({"payload": json.dumps(body)}).encode()))[0] == 200
    assert await company.value("SELECT count(*) FROM audit_logs WHERE action = 'refused'") == 1
    assert loud() == []


async def press_at(company: Company, url: str) -> None:
    body = {
        "type": "block_actions",
        "actions": [{"action_id": "of.long.ago", "block_id": "b"}],
        "user": {"id": "U0BEA", "team_id": "T0ACME"},
        "trigger_id": "1.2.none",
        "response_url": url,
    }
    assert (await send(company, urlencode({"payload": json.dumps(body)}).encode()))[0] == 200


async def test_an_answer_goes_to_slack_s_hosts_only(
    company: Company, elsewhere: Elsewhere, loud: Any
) -> None:
    async with running() as stranger:
        await press_at(company, elsewhere.url)
        assert "This is not in use any more." in elsewhere.received[0]
        elsewhere.location = stranger.url
        for url in (elsewhere.url, stranger.url, "file:///etc/passwd", "http://[", "//x", ""):
            await press_at(company, url)
        assert len(elsewhere.received) == 2
        assert stranger.received == []
        assert elsewhere.authorizations == [None, None]
    assert loud() == []
