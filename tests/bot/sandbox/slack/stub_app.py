"""A tiny app on the other side of the local Slack: it keeps what it gets and answers as told."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

Json = dict[str, Any]
SECRET = "a-secret-between-slack-and-the-app"
TOKEN = "xoxb-the-bot"


@dataclass
class Request:
    headers: dict[str, str]
    raw: bytes
    content_type: str
    json: Json

    @property
    def kind(self) -> str:
        return str(self.json.get("type") or "command")

    @property
    def event(self) -> Json:
        return dict(self.json["event"])


Answer = Callable[[Request], Awaitable[web.StreamResponse]]


async def nothing(request: Request) -> web.StreamResponse:
    return web.Response()


@dataclass
class StubApp:
    """`answers` by the payload's type (`command`, `event_callback`, `block_actions`, …)."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if not SignatureVerifier(SECRET).is_valid_request(raw, dict(request.headers)):
            return web.Response(status=401)
        got = Request(
            headers={key.lower(): value for key, value in request.headers.items()},
            raw=raw,
            content_type=request.content_type,
            json=_parsed(raw, request.content_type),
        )
        self.requests.append(got)
        return await self.answers.get(got.kind, nothing)(got)

    def answer(self, kind: str, body: Any = None, *, status: int = 200, **headers: str) -> None:
        """Answer so from now on; a dict or list becomes JSON."""

        async def respond(request: Request) -> web.StreamResponse:
            if isinstance(body, dict | list):
                return web.json_response(body, status=status, headers=headers)
            return web.Response(text=body or "", status=status, headers=headers)

        self.answers[kind] = respond

    def answer_late(self, kind: str, seconds: float) -> None:
        async def respond(request: Request) -> web.StreamResponse:
            await asyncio.sleep(seconds)
            return web.Response()

        self.answers[kind] = respond

    def got(self, kind: str) -> list[Json]:
        return [request.json for request in self.requests if request.kind == kind]

    def events(self, kind: str) -> list[Json]:
        found = [each["event"] for each in self.got("event_callback")]
        return [event for event in found if event["type"] == kind]


def _parsed(raw: bytes, content_type: str) -> Json:
    if content_type == "application/json":
        return dict(json.loads(raw))
    fields = {key: values[0] for key, values in parse_qs(raw.decode(), True).items()}
    return dict(json.loads(fields["payload"])) if "payload" in fields else dict(fields)
