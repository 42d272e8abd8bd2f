"""What arrives over HTTP, before anybody knows who sent it."""

import asyncio
import logging
from typing import Any

import structlog
from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError
from slack_bolt.request.async_request import AsyncBoltRequest

log = structlog.get_logger(__name__)

#: Seconds, for all of a body: Slack waits three for its answer.
BODY_WITHIN = 3.0
#: For the application. A body stays as it was signed: Slack packs none, and what is not its own
#: may unpack to anything.
SERVING: dict[str, Any] = {"auto_decompress": False}
#: All that is handed on. Bolt would run parts of a listener by what others say, and Slack's
#: signature covers none.
_HANDED_ON = ("Content-Type", "X-Slack-Retry-Num", "X-Slack-Retry-Reason")
#: What proves who sent it.
_PROOF = ("X-Slack-Request-Timestamp", "X-Slack-Signature")


def refuse(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)


async def read_body(request: web.Request) -> bytes | web.Response:
    """All of it, or why not."""
    # A timer costs more than to read what is here already.
    within = None if request.content.is_eof() else BODY_WITHIN
    try:
        async with asyncio.timeout(within):
            return await request.read()
    except TimeoutError:
        return refuse(408, "the body did not arrive in time")
    except (ClientPayloadError, HttpProcessingError, ConnectionError) as error:
        log.info("broken_body", error=type(error).__name__)
        return refuse(400, "the body is broken")


def is_ambiguous(request: web.Request) -> bool:
    """A proof that comes twice proves nothing: who looked at the other one would decide."""
    return any(len(request.headers.getall(name, ())) > 1 for name in _PROOF)


def parse(request: web.Request, body: bytes) -> AsyncBoltRequest | None:
    """None for what is no payload of Slack's."""
    given = request.headers
    headers: dict[str, Any] = {name: given[name] for name in _HANDED_ON if name in given}
    try:
        return AsyncBoltRequest(body=body.decode(), query=request.query_string, headers=headers)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None


def be_brief(record: logging.LogRecord) -> bool:
    """A filter of aiohttp's log. Who speaks no HTTP is a line, and no fault of ours."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if isinstance(error, HttpProcessingError):
        record.exc_info = None
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args = f"{record.getMessage()}: {type(error).__name__}", ()
    return True
