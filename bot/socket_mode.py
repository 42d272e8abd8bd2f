"""Slack's requests over a connection that we open, where Slack cannot reach us."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger(__name__)

Answering = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
#: Seconds that requests under way have when we stop.
PATIENCE = 5.0
_LOOK_EVERY = 5.0
# The library writes a traceback for each try to connect; `_watch` says what there is to say.
_LIBRARY = logging.getLogger("slack_sdk.socket_mode")
_LIBRARY.setLevel(logging.CRITICAL)


class Socket:
    """Any number of processes may each have one: Slack sends a request to one of them."""

    def __init__(self, app_token: str, web_client: AsyncWebClient, answering: Answering) -> None:
        # Without a token: the one call it makes is made with the app's own.
        client = AsyncWebClient(base_url=web_client.base_url, session=web_client.session)
        self._client = SocketModeClient(app_token, _LIBRARY, client)
        self._client.socket_mode_request_listeners.append(self._heard)
        self._answering = answering
        self._under_way: set[asyncio.Task[Any]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_stopping = False

    def start(self) -> None:
        """Returns at once; tries until it is connected, and again whenever it is not."""
        self._tasks = [
            asyncio.create_task(each) for each in (self._client.connect(), self._watch())
        ]

    async def is_connected(self) -> bool:
        return await self._client.is_connected()

    async def stop(self) -> None:
        """What comes from now on is for others; what is under way is answered first."""
        self._is_stopping = True
        for task in self._tasks:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=PATIENCE)
        await self._client.close()

    async def _watch(self) -> None:
        was_connected = True
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            is_connected = await self.is_connected()
            if not is_connected:
                # The library would try an address again for ever, and each is good for one try.
                self._client.wss_uri = None
            if is_connected != was_connected:
                log.warning("slack_connection", is_open=is_connected)
            was_connected = is_connected

    async def _heard(self, _: Any, request: SocketModeRequest) -> None:
        if self._is_stopping:
            return
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await self._answer(request)

    async def _answer(self, request: SocketModeRequest) -> None:
        try:
            asked = AsyncBoltRequest(
                mode="socket_mode", body=request.payload, headers=_retry_headers(request)
            )
        except (ValueError, TypeError, AttributeError, KeyError):
            log.warning("not_a_payload", kind=request.type)
            return
        answer = await self._answering(asked)
        # Slack takes any answer for a success, and sends again what has none.
        if answer.status == 200:
            said = SocketModeResponse(request.envelope_id, _payload(answer))
            await self._client.send_socket_mode_response(said)


def _payload(answer: BoltResponse) -> dict[str, Any] | None:
    if not answer.body:
        return None
    if answer.first_headers().get("content-type", "").startswith("application/json"):
        payload: dict[str, Any] = json.loads(answer.body)
        return payload
    return {"text": answer.body}


def _retry_headers(request: SocketModeRequest) -> dict[str, str | Sequence[str]]:
    """As they come over HTTP."""
    if not request.retry_attempt:
        return {}
    return {
        "x-slack-retry-num": str(request.retry_attempt),
        "x-slack-retry-reason": str(request.retry_reason),
    }
