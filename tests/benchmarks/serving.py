"""The servers of a benchmark, each run as a process: the help desk, bare Bolt, a stub of Slack."""

import asyncio
import gc
import itertools
import json
import os
import sys
import time
from dataclasses import replace
from typing import Any

import uvloop
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.gateway import make_http_session
from bot.ids import Command, View
from bot.interaction import Interaction
from bot.routes import ROUTES, Routes
from bot.server import PATH, main
from bot.views import ticket_form
from core.config import Settings
from tests.benchmarks.signed import PING, SECRET, TEAM, TOKEN


async def _pong(interaction: Interaction) -> None:
    await interaction.ack()


def serve_help_desk(routes: Routes, settings: dict[str, Any]) -> None:
    """Exactly as `hdms bot` does, with one more command that is only acknowledged."""
    commands = {**routes.commands, PING: _pong}
    main(_settings(settings), replace(routes, commands=commands))


def _settings(given: dict[str, Any]) -> Settings:
    return Settings.model_validate(
        {
            "HDMS_PORT": given["port"],
            "database_url": given["database_url"],
            "redis_url": given["redis_url"],
            "slack_bot_token": TOKEN,
            "slack_signing_secret": SECRET,
            "slack_api_url": given["slack_url"],
        }
    )


def serve_bare_bolt(settings: dict[str, Any]) -> None:
    """The floor: one listener that acknowledges, in Bolt's own server."""
    app = _bolt()
    name = settings["listens_to"]
    register = app.command(PING) if name == "command" else app.view(View.NEW_TICKET)

    async def acknowledge(ack: Any) -> None:
        await ack()

    register(acknowledge)
    _run(app.web_app(path=PATH), settings["port"])


def serve_bare_form(settings: dict[str, Any]) -> None:
    """The floor of opening a form: the same `views.open` from a listener of plain Bolt."""
    client = AsyncWebClient(base_url=settings["slack_url"])
    app = _bolt(client=client)

    async def open_form(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = ticket_form.new_ticket(body["text"])
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    async def share_session(_: web.Application) -> None:
        client.session = make_http_session(Settings.model_fields["slack_timeout"].default)

    app.command(Command.TICKET)(open_form)
    server = app.web_app(path=PATH)
    server.on_startup.append(share_session)
    _run(server, settings["port"])


def _bolt(**more: Any) -> AsyncApp:
    # As a token would be, without the call of auth.test that goes with it.
    known = AuthorizeResult(
        enterprise_id=None, team_id=TEAM, bot_token=TOKEN, bot_id="B0HDMS", bot_user_id="U0HDMS"
    )

    async def authorize() -> AuthorizeResult:
        return known

    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN"):
        os.environ.pop(name, None)
    return AsyncApp(
        signing_secret=SECRET, authorize=authorize, process_before_response=True, **more
    )


def _run(app: web.Application, port: int) -> None:
    """With the same event loop and the same frozen start-up as the help desk."""

    async def freeze(_: web.Application) -> None:
        gc.collect()
        gc.freeze()

    app.on_startup.append(freeze)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


class SlackStub:
    """Answers what the help desk asks, after a delay, and counts."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._numbers = itertools.count(1)
        self._connections: set[int] = set()
        self._waited_ms: list[float] = []
        self._calls = 0

    def app(self) -> web.Application:
        app = web.Application(client_max_size=2**20)
        app.router.add_post("/api/auth.test", self._auth_test)
        app.router.add_post("/api/views.open", self._views_open)
        app.router.add_post("/api/chat.postMessage", self._post_message)
        app.router.add_get("/seen", self._seen)
        return app

    async def _auth_test(self, _: web.Request) -> web.Response:
        known = {"team_id": TEAM, "user_id": "U0HDMS", "bot_id": "B0HDMS"}
        return web.json_response({"ok": True, **known})

    async def _views_open(self, request: web.Request) -> web.Response:
        now = time.monotonic_ns()
        asked = await request.post() if "json" not in request.content_type else await request.json()
        self._note(request)
        due = int(str(asked["trigger_id"]).partition(".")[0])
        self._waited_ms.append((now - due) / 1e6)
        return web.json_response({"ok": True, "view": {"id": f"V{next(self._numbers)}"}})

    async def _post_message(self, request: web.Request) -> web.Response:
        await request.read()
        self._note(request)
        await asyncio.sleep(self._delay)
        ts = f"1700000000.{next(self._numbers):06}"
        return web.json_response({"ok": True, "channel": "D0STUB", "ts": ts})

    def _note(self, request: web.Request) -> None:
        self._calls += 1
        peer = request.transport.get_extra_info("peername") if request.transport else None
        self._connections.add(peer[1] if peer else 0)

    async def _seen(self, _: web.Request) -> web.Response:
        """What was seen since it was asked last."""
        seen = {
            "calls": self._calls,
            "connections": len(self._connections),
            "waited_ms": sorted(self._waited_ms),
        }
        self._calls, self._connections, self._waited_ms = 0, set(), []
        return web.json_response(seen)


KINDS = {
    "help desk": lambda settings: serve_help_desk(ROUTES, settings),
    "help desk, one handler": lambda settings: serve_help_desk(Routes(), settings),
    "bare bolt": serve_bare_bolt,
    "bare form": serve_bare_form,
    "slack": lambda settings: _run(SlackStub(settings["delay"]).app(), settings["port"]),
}

if __name__ == "__main__":
    KINDS[sys.argv[1]](json.loads(sys.argv[2]))
