"""Signed requests to the app, and the log of them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.sockets import Sockets, envelope_of

Json = dict[str, Any]
FORM = "application/x-www-form-urlencoded"
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Rule 2.1."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def form(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


@dataclass
class AppAddress:
    """Where the app listens and how both sides know each other."""

    request_url: str = ""
    bot_token: str = "xoxb-sandbox"
    signing_secret: str = "sandbox-signing-secret"
    app_token: str = "xapp-sandbox"


@dataclass
class Delivery:
    """One request to the app and what came of it; the status is 0 when no answer came."""

    kind: str
    name: str
    status: int = 0
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    elapsed_ms: float = 0.0
    failure: str | None = None
    event_id: str | None = None
    attempt: int = 0
    content_type: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.status != 0 or self.failure is not None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def shown(self) -> Json:
        return dict(self.__dict__)


@dataclass
class Transport:
    address: AppAddress
    answer_seconds: float = 3.0
    sockets: Sockets = field(default_factory=Sockets)
    log: deque[Delivery] = field(default_factory=lambda: deque(maxlen=10_000))
    watch: Callable[[Delivery, bytes, str], None] | None = None
    over: Callable[[], None] | None = None
    _session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, trust_env=False)

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    @property
    def reaches_app(self) -> bool:
        return self.sockets.is_on or bool(self.address.request_url)

    def signed(self, body: bytes, content_type: str) -> dict[str, str]:
        timestamp = str(int(time.time()))
        return {
            "Content-Type": content_type,
            "User-Agent": AGENT,
            "Accept": "*/*",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.address.signing_secret, timestamp, body),
        }

    async def send(self, delivery: Delivery, body: bytes, headers: dict[str, str]) -> Delivery:
        """Send one request; never raises for what the app does."""
        self.log.append(delivery)
        if self.watch:
            self.watch(delivery, body, headers.get("Content-Type", ""))
        started = time.perf_counter()
        way = self._over_socket if self.sockets.is_on else self._over_http
        try:
            await way(delivery, body, headers)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            delivery.failure = _reason(error)
        delivery.elapsed_ms = (time.perf_counter() - started) * 1000
        if self.over:
            self.over()
        return delivery

    async def _over_http(self, delivery: Delivery, body: bytes, headers: dict[str, str]) -> None:
        if self._session is None:
            raise RuntimeError("the transport is not open")
        async with self._session.post(
            self.address.request_url,
            data=body,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=self.answer_seconds),
            max_redirects=2,
        ) as answer:
            delivery.body = await answer.text(errors="replace")
            delivery.status = answer.status
            delivery.headers = {key.lower(): value for key, value in answer.headers.items()}
            delivery.content_type = answer.content_type
            delivery.failure = None if delivery.ok else "http_error"

    async def _over_socket(self, delivery: Delivery, body: bytes, headers: dict[str, str]) -> None:
        """Rule 2.17: an answer is all that shows that it went well."""
        async with asyncio.timeout(self.answer_seconds):
            payload = await self.sockets.ask(envelope_of(body, headers))
        delivery.status, delivery.content_type = 200, "application/json"
        delivery.body = "" if payload is None else json.dumps(payload)


def _reason(error: BaseException) -> str:
    """The words of rule 1.4."""
    if isinstance(error, asyncio.TimeoutError):
        return "http_timeout"
    if isinstance(error, aiohttp.TooManyRedirects):
        return "too_many_redirects"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "ssl_error"
    if isinstance(error, aiohttp.ClientConnectionError | OSError):
        return "connection_failed"
    return "unknown_error"
