"""The local Slack as an HTTP server, in this process or as one of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.slack import admin, file_transfer
from bot.sandbox.slack.journal import recording
from bot.sandbox.slack.manifest import read_manifest
from bot.sandbox.slack.response_urls import respond
from bot.sandbox.slack.sandbox import Sandbox, new_sandbox
from bot.sandbox.slack.state_file import StateFile
from bot.sandbox.slack.transport import AppAddress
from bot.sandbox.slack.web_api import SANDBOX, call_method

LARGEST_BODY = 64 * 1024 * 1024
Furnish = Callable[[web.Application], None]


def web_app(sandbox: Sandbox) -> web.Application:
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[recording(sandbox.journal)])
    app[SANDBOX] = sandbox
    app.add_routes(
        [
            web.route("*", "/api/{method}", call_method),
            web.post("/response/{key}", respond),
            web.post("/upload/{key}", file_transfer.upload),
            web.get("/link/{ticket}", sandbox.transport.sockets.link),
            web.get("/files-pri/{owner}/{name}", file_transfer.download),
            web.get("/files-pri/{owner}/download/{name}", file_transfer.download),
            *admin.ROUTES,
        ]
    )
    return app


@asynccontextmanager
async def serving(
    sandbox: Sandbox,
    host: str = "127.0.0.1",
    port: int = 0,
    state: StateFile | None = None,
    furnish: Furnish | None = None,
) -> AsyncIterator[str]:
    """Serve until the block ends; yields the base URL. `furnish` may add pages of its own."""
    await sandbox.transport.open()
    app = web_app(sandbox)
    if furnish:
        furnish(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    sandbox.base_url = f"http://{host}:{runner.addresses[0][1]}"
    if state is not None:
        state.load(sandbox)
        state.start(sandbox)
    try:
        yield sandbox.base_url
    finally:
        await sandbox.events.stop()
        if state is not None:
            await state.stop(sandbox)
        await sandbox.transport.sockets.cut()
        await runner.cleanup()
        await sandbox.transport.close()


@asynccontextmanager
async def running_slack(
    manifest: Path | str | dict[str, Any],
    *,
    app_url: str = "",
    bot_token: str = "xoxb-sandbox",
    signing_secret: str = "sandbox-signing-secret",
    team_id: str = "T0ACME",
    furnish: Furnish | None = None,
) -> AsyncIterator[str]:
    """A local Slack in this event loop; yields its base URL (the Web API is below `/api/`)."""
    address = AppAddress(app_url, bot_token, signing_secret)
    sandbox = new_sandbox(read_manifest(manifest), address, team_id)
    async with serving(sandbox, furnish=furnish) as base_url:
        yield base_url
