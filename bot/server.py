"""The bot's process: one HTTP server for Slack's requests and for whoever watches over it."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
import uvloop
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

import core.models  # noqa: F401 - every table is known before the first query
from bot import border, links, metrics
from bot.app import build_app
from bot.deps import Deps
from bot.gateway import Gateway, SlackFailure, make_client, make_http_session
from bot.metrics import Metrics
from bot.readiness import OK, ask_database, ask_redis, state_of
from bot.routes import ROUTES, Routes
from bot.shapes import check_shape
from bot.signature import is_from_slack
from bot.slack_files import Hosts
from bot.socket_mode import Socket
from bot.waking import Waker
from bot.workspace import Workspace, learn_workspace
from core.backlog import read_backlog
from core.config import Settings
from core.direct import open_direct
from core.engine import make_engine, make_sessions
from core.logs import configure_logs
from core.tickets.policy import PolicyStore
from core.users.directory import Directory

log = structlog.get_logger(__name__)

PATH = "/slack/events"
#: A statement of the bot; our sentence has to come before Slack gives up at three seconds.
COMMAND_TIMEOUT = 2.0
PATIENCE = timedelta(seconds=COMMAND_TIMEOUT)

_SETTINGS = web.AppKey("settings", Settings)
_ROUTES = web.AppKey("routes", Routes)
_ENGINE = web.AppKey("engine", AsyncEngine)
_BOLT = web.AppKey("bolt", AsyncApp)
_METRICS = web.AppKey("metrics", Metrics)
_SOCKET = web.AppKey("socket", Socket)


def main(settings: Settings, routes: Routes = ROUTES) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    settings.demand_slack()
    configure_logs()
    app = make_web_app(settings, routes)
    app.on_startup.append(_freeze)
    uvloop.install()
    web.run_app(
        app,
        host=settings.host,
        port=settings.port,
        access_log=None,
        handle_signals=True,
        shutdown_timeout=5,
    )


async def _freeze(app: web.Application) -> None:
    # What start-up made stays; the collector need not walk it again under load.
    gc.collect()
    gc.freeze()


def make_web_app(settings: Settings, routes: Routes = ROUTES) -> web.Application:
    app = web.Application(handler_args=border.SERVING)
    logging.getLogger("aiohttp.server").addFilter(border.be_brief)
    app[_SETTINGS], app[_ROUTES], app[_METRICS] = settings, routes, Metrics()
    app.cleanup_ctx.append(_running)
    # In Socket Mode Slack sends nothing here, and there may be no secret to tell by who does.
    if not settings.slack_app_token:
        app.router.add_post(PATH, _from_slack)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    app.router.add_get("/metrics", _show_metrics)
    app.router.add_get(links.PATH, links.into_slack)
    return app


async def _running(app: web.Application) -> AsyncIterator[None]:
    settings = app[_SETTINGS]
    engine = make_engine(
        settings.database_url,
        pooled=settings.is_pooled,
        pool_size=settings.pool_size,
        command_timeout=COMMAND_TIMEOUT,
    )
    direct = await open_direct(
        settings.database_url,
        pooled=settings.is_pooled,
        most=settings.pool_size,
        command_timeout=COMMAND_TIMEOUT,
    )
    http = make_http_session(settings.slack_timeout)
    client = make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, http)
    gateway, sessions = Gateway(client), make_sessions(engine)
    waker = Waker(settings.redis_url)
    # A start that fails, or is called off, leaves nothing open either.
    try:
        deps = Deps(
            sessions=sessions,
            direct=direct,
            client=client,
            gateway=gateway,
            workspace=await _learn_patiently(gateway, sessions),
            directory=Directory(),
            policies=PolicyStore(),
            waker=waker,
            admin=settings.admin,
            public_url=settings.public_url,
            hosts=Hosts(settings.slack_api_url, settings.slack_file_hosts),
        )
        app[_ENGINE], app[links.WORKSPACE] = engine, deps.workspace
        secret = settings.slack_signing_secret.get_secret_value()
        app[_BOLT] = build_app(deps, secret, app[_ROUTES])
        await waker.start()
        async with _listening(app, client):
            yield
        await waker.stop()
    finally:
        await http.close()
        await direct.close()
        await engine.dispose()


@asynccontextmanager
async def _listening(app: web.Application, client: AsyncWebClient) -> AsyncIterator[None]:
    """In Socket Mode."""
    token = app[_SETTINGS].slack_app_token.get_secret_value()
    if not token:
        yield
        return
    app[_SOCKET] = socket = Socket(token, client, partial(_dispatch, app))
    socket.start()
    yield
    await socket.stop()


async def _learn_patiently(gateway: Gateway, sessions: Any) -> Workspace:
    while True:
        try:
            return await learn_workspace(gateway, sessions)
        except SlackFailure as failure:
            log.warning("slack_does_not_answer", error=failure.code)
            await asyncio.sleep(1)


async def _from_slack(request: web.Request) -> web.Response:
    body = await border.read_body(request)
    if isinstance(body, web.Response):
        return body
    secret = request.app[_SETTINGS].slack_signing_secret.get_secret_value().encode()
    if border.is_ambiguous(request) or not is_from_slack(secret, request.headers, body):
        return border.refuse(401, "not signed by Slack")
    asked = border.parse(request, body)
    if asked is None:
        return border.refuse(400, "not a payload of Slack's")
    return await to_aiohttp_response(await _dispatch(request.app, asked))


async def _dispatch(app: web.Application, asked: AsyncBoltRequest) -> BoltResponse:
    answered = app[_METRICS].timed(asked)
    answer = check_shape(asked.body) or await app[_BOLT].async_dispatch(asked)
    answered(answer.status)
    return answer


async def _healthz(request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def _readyz(request: web.Request) -> web.Response:
    """503 while the database is away, or the connection to Slack in Socket Mode. A missing Redis
    only makes deliveries wait for the sweep."""
    state = {
        "database": await state_of(ask_database(request.app[_ENGINE]), PATIENCE),
        "redis": await state_of(ask_redis(request.app[_SETTINGS].redis_url), PATIENCE),
    }
    if _SOCKET in request.app:
        is_connected = await request.app[_SOCKET].is_connected()
        state["slack"] = OK if is_connected else "not connected"
    is_ready = all(each == OK for name, each in state.items() if name != "redis")
    return web.json_response(state, status=200 if is_ready else 503)


async def _show_metrics(request: web.Request) -> web.Response:
    """503 without the database: half of the figures would pass for all of them."""
    try:
        async with make_sessions(request.app[_ENGINE])() as session:
            backlog = await read_backlog(session)
    except (DBAPIError, OSError, TimeoutError):
        return web.Response(status=503, text="The database does not answer.")
    shown = request.app[_METRICS].shown(backlog)
    return web.Response(body=shown, headers={"Content-Type": metrics.CONTENT_TYPE})
