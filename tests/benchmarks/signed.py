"""Requests as Slack would send them, signed and ready to be written to a socket."""

import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from bot.ids import Command, Field, View
from bot.server import PATH

SECRET = "benchmark-signing-secret"
TOKEN = "xoxb-benchmark"
TEAM = "T0ACME"
#: A command that is only acknowledged.
PING = "/ping"
#: People who file tickets.
PEOPLE = 100
DEPARTMENT = "00000000-0000-7000-9000-000000000001"


def person(number: int) -> str:
    return f"U0P{number % PEOPLE + 1:05}"


def ping() -> bytes:
    return _signed(_command(PING, person(0), "", "1.2"))


def opening(number: int, due: int) -> bytes:
    """`due` travels in the trigger, so that whoever gets it can tell how long it took."""
    return _signed(_command(Command.TICKET, person(number), "my printer is broken", f"{due}.1"))


def submissions(count: int) -> list[bytes]:
    """Forms that differ in their view, hence each makes a ticket of its own."""
    batch = secrets.token_hex(5).upper()
    return [_signed(_submission(f"V{batch}{number:06}", number)) for number in range(count)]


def _command(name: str, user: str, text: str, trigger_id: str) -> str:
    return urlencode(
        {
            "token": "verification",
            "team_id": TEAM,
            "team_domain": "acme",
            "channel_id": "C0GENERAL",
            "channel_name": "general",
            "user_id": user,
            "user_name": "somebody",
            "command": name,
            "text": text,
            "api_app_id": "A0HDMS",
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/commands/T0ACME/1/abc",
            "trigger_id": trigger_id,
        }
    )


def _submission(view_id: str, number: int) -> str:
    user = person(number)
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": TEAM},
        "api_app_id": "A0HDMS",
        "token": "verification",
        "trigger_id": "1.2.abc",
        "view": {
            "id": view_id,
            "team_id": TEAM,
            "type": "modal",
            "callback_id": View.NEW_TICKET,
            "private_metadata": "",
            "title": {"type": "plain_text", "text": "New ticket"},
            "submit": {"type": "plain_text", "text": "File ticket"},
            "blocks": [{"type": "input", "block_id": each, "element": {}} for each in _ANSWERS],
            "state": {"values": {field: {field: answer} for field, answer in _ANSWERS.items()}},
            "hash": "156772938.1827394",
            "root_view_id": view_id,
            "app_id": "A0HDMS",
            "bot_id": "B0HDMS",
        },
        "response_urls": [],
        "is_enterprise_install": False,
    }
    return urlencode({"payload": json.dumps(payload)})


def _chosen(value: str) -> dict[str, Any]:
    return {"value": value, "text": {"type": "plain_text", "text": value, "emoji": True}}


_ANSWERS: dict[str, dict[str, Any]] = {
    Field.SUMMARY: {
        "type": "plain_text_input",
        "value": "The printer on the third floor is jammed",
    },
    Field.DESCRIPTION: {
        "type": "plain_text_input",
        "value": "It takes the paper, hums for a while, and shows an error. " * 5,
    },
    Field.DEPARTMENT: {"type": "external_select", "selected_option": _chosen(DEPARTMENT)},
    Field.PRIORITY: {"type": "static_select", "selected_option": _chosen("medium")},
    Field.ON_BEHALF_OF: {"type": "users_select", "selected_user": None},
    Field.PRIVATE: {"type": "checkboxes", "selected_options": []},
}


def _signed(text: str) -> bytes:
    body, now = text.encode(), str(int(time.time()))
    sign = hmac.new(SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        f"POST {PATH} HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        "Accept: application/json,*/*\r\n"
        "Accept-Encoding: gzip,deflate\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\n"
        f"X-Slack-Signature: v0={sign}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
