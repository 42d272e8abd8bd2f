"""What Slack saw: every request between it and the app, with its time and the rules it broke."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.sandbox.slack.news import News
from bot.sandbox.slack.transport import Delivery

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
KEPT = 300
LONGEST_KEPT = 200_000
FROM_APP = ("/api/", "/response/", "/upload/", "/files-pri/")
FAILURES = {
    "http_timeout": "no answer within 3 seconds",
    "connection_failed": "the app could not be reached",
    "too_many_redirects": "too many redirects",
}
#: Somebody else was faster: that is what a hash is asked for.
NO_FAULT = ("hash_conflict",)


@dataclass
class Entry:
    """One request; `delivery` is there when Slack sent it."""

    number: int
    at: float
    name: str
    request: bytes
    content_type: str
    delivery: Delivery | None = None
    status: int = 0
    answer: bytes = b""
    elapsed_ms: float = 0.0

    @property
    def to_app(self) -> bool:
        return self.delivery is not None

    @property
    def is_open(self) -> bool:
        """Sent, and not answered yet."""
        return self.delivery is not None and not self.delivery.is_over

    @property
    def problems(self) -> list[str]:
        if self.delivery is not None:
            return _of_delivery(self.delivery)
        body = self.body()
        if self.status >= 400:
            return [f"answered with {self.status}", *_of_body(body)]
        return _of_body(body)

    def body(self) -> Any:
        """The answer, parsed where it is JSON."""
        return _parsed(self.answer.decode(errors="replace"))

    def asked(self) -> Any:
        """The request, with forms and the JSON in them taken apart; without tokens."""
        text = self.request.decode(errors="replace")
        if self.content_type == "application/x-www-form-urlencoded":
            fields = {key: _parsed(value) for key, value in parse_qsl(text)}
            fields.pop("token", None)
            return fields.get("payload", fields)
        return _parsed(text)


@dataclass
class Journal:
    news: News
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))
    count: int = 0

    def begin(self, name: str, request: bytes, content_type: str) -> Entry:
        self.count += 1
        entry = Entry(self.count, time.time(), name, request[:LONGEST_KEPT], content_type)
        self.entries.append(entry)
        return entry

    def sending(self, delivery: Delivery, body: bytes, content_type: str) -> None:
        entry = self.begin(delivery.name, body, content_type)
        entry.delivery = delivery
        self.news.touch()

    def clear(self) -> None:
        self.entries.clear()
        self.news.touch()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _of_delivery(delivery: Delivery) -> list[str]:
    found = list(delivery.problems)
    if delivery.failure and delivery.status == 0:
        found.append(FAILURES.get(delivery.failure, delivery.failure))
    elif delivery.status not in (0, 200):
        found.append(f"answered with {delivery.status}")
    return found


def _of_body(body: Any) -> list[str]:
    if not isinstance(body, dict) or body.get("ok") is not False or body.get("error") in NO_FAULT:
        return []
    more = (body.get("response_metadata") or {}).get("messages") or []
    return [str(body.get("error")), *map(str, more)]


def recording(journal: Journal) -> Any:
    """The middleware that keeps what the app asks for."""

    @web.middleware
    async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(FROM_APP):
            return await handler(request)
        started = time.perf_counter()
        name = request.match_info.get("method") or request.path.split("/")[1]
        asked = b"" if request.content_type.startswith("multipart/") else await request.read()
        entry = journal.begin(name, asked or request.query_string.encode(), request.content_type)
        try:
            response = await handler(request)
            entry.status = response.status
            if isinstance(response, web.Response) and response.content_type == "application/json":
                entry.answer = bytes(response.body or b"")[:LONGEST_KEPT]  # type: ignore[arg-type]
            return response
        finally:
            entry.elapsed_ms = (time.perf_counter() - started) * 1000
            journal.news.touch()

    return record
