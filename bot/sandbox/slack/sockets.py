"""Socket Mode: requests go over connections that the app opened, and to no address."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

Json = dict[str, Any]
#: Rule 2.14.
MOST = 10


@dataclass
class Sockets:
    #: Whether the app is reached so (rule 2.16: then not over HTTP).
    is_on: bool = False
    _tickets: set[str] = field(default_factory=set)
    _open: list[web.WebSocketResponse] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return len(self._open)

    def new_ticket(self) -> str:
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    async def link(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its hello to its end."""
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets or len(self._open) >= MOST:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self._open) + 1})
        self._open.append(socket)
        try:
            async for message in socket:
                self._heard(json.loads(message.data))
        finally:
            self._open.remove(socket)
        return socket

    def _heard(self, answer: Json) -> None:
        waiting = self._waiting.get(str(answer.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload"))

    async def ask(self, envelope: Json) -> Any:
        """The payload of the answer. Raises TimeoutError and ConnectionError."""
        if not self._open:
            raise ConnectionError
        envelope_id = secrets.token_hex(16)
        waiting = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            # Rule 2.14: any of them.
            await random.choice(self._open).send_json(envelope | {"envelope_id": envelope_id})
            return await waiting
        finally:
            del self._waiting[envelope_id]

    async def refresh(self) -> None:
        """Rule 2.15: connections do not last; the app is told to open another."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def cut(self) -> None:
        """All connections end without a word before."""
        for socket in list(self._open):
            await socket.close()


def envelope_of(body: bytes, headers: dict[str, str]) -> Json:
    """What goes over HTTP with this body and these headers, as an envelope without its id."""
    if headers.get("Content-Type", "").startswith("application/json"):
        attempt = {
            "retry_attempt": int(headers.get("X-Slack-Retry-Num", 0)),
            "retry_reason": headers.get("X-Slack-Retry-Reason", ""),
        }
        payload = json.loads(body)
        return {
            "type": "events_api",
            "payload": payload,
            "accepts_response_payload": False,
        } | attempt
    fields = {name: values[0] for name, values in parse_qs(body.decode(), True).items()}
    if "payload" in fields:
        kind, payload = "interactive", json.loads(fields["payload"])
    else:
        kind, payload = "slash_commands", fields
    return {"type": kind, "payload": payload, "accepts_response_payload": True}
