"""`hdms doctor`: looks at everything the help desk needs, and says what to do about it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import time
from uuid import uuid4

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import DBAPIError

from bot.gateway import Gateway, SlackFailure, make_client, make_http_session
from bot.readiness import OK, ask_redis, state_of
from bot.signature import sign
from core.backlog import read_backlog
from core.config import Settings
from core.db import utc_now
from core.engine import Sessions, make_engine, make_sessions
from core.errors import HelpDeskError
from core.files.object_storage import open_storage
from core.files.storage import key_of
from core.users.models import Department
from migrations import commands

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
EVENTS = "/slack/events"
_SKEW_MOST = timedelta(minutes=1)
_BEAT_MOST = 180
_PATIENCE = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Finding:
    about: str
    is_well: bool
    words: str


Findings = AsyncIterator[Finding]


async def examine(settings: Settings) -> Findings:
    engine = make_engine(settings.database_url, pooled=settings.is_pooled)
    sessions = make_sessions(engine)
    try:
        has_schema = True
        async for found in _database(settings, sessions):
            has_schema &= found.is_well or found.about != "Database"
            yield found
        yield await _redis(settings)
        yield await _storage(settings)
        async with make_http_session(settings.slack_timeout) as http:
            token = settings.slack_bot_token.get_secret_value()
            client = make_client(token, settings.slack_api_url, http)
            async for found in _slack(client):
                yield found
            way = _socket_mode if settings.slack_app_token else _request_url
            yield await way(settings, http)
            if has_schema:
                async for found in _desks(sessions, Gateway(client)):
                    yield found
        if has_schema:
            yield await _workers(sessions)
    finally:
        await engine.dispose()


async def _database(settings: Settings, sessions: Sessions) -> Findings:
    about = "Database"
    try:
        at, newest = await commands.current(settings.database_url), commands.sequence()[-1]
        async with sessions() as session:
            port = await session.scalar(text("SELECT inet_server_port()"))
    except (DBAPIError, OSError, TimeoutError) as error:
        words = f"cannot be reached ({type(error).__name__}): look at DATABASE_URL."
        yield Finding(about, False, words)
        return
    if at == newest:
        yield Finding(about, True, f"answers, at {at}, the newest.")
    else:
        yield Finding(about, False, f"at {at or 'nothing'}, wanted {newest}: run `hdms migrate`.")
    if not settings.is_pooled and port not in (None, make_url(settings.database_url).port or 5432):
        words = "something stands before it: if it is PgBouncer, set HDMS_POOLER=pgbouncer."
        yield Finding("Pooler", False, words)


async def _redis(settings: Settings) -> Finding:
    state = await state_of(ask_redis(settings.redis_url), _PATIENCE)
    words = "answers." if state == OK else f"does not answer ({state}): look at REDIS_URL."
    return Finding("Redis", state == OK, words)


async def _storage(settings: Settings) -> Finding:
    async def one_chunk() -> AsyncIterator[bytes]:
        yield b"hdms doctor"

    key = key_of(uuid4(), "doctor")
    try:
        storage = open_storage(settings.storage_url)
        await storage.put(key, one_chunk(), most=100)
        await storage.delete(key)
    except (HelpDeskError, OSError, ValueError) as error:
        return Finding("Files", False, f"cannot be kept ({error}): look at HDMS_STORAGE_URL.")
    return Finding("Files", True, "can be kept and deleted.")


async def _slack(client: AsyncWebClient) -> Findings:
    try:
        answer = await client.auth_test()
    except (SlackApiError, SlackClientError, aiohttp.ClientError, OSError) as error:
        words = f"does not take our token ({_code_of(error)}): look at SLACK_BOT_TOKEN."
        yield Finding("Slack", False, words)
        return
    yield Finding("Slack", True, f"knows us as {answer['user']} in {answer['team']}.")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    yield _scopes(headers.get("x-oauth-scopes", ""))
    if "date" in headers:
        yield _clock(parsedate_to_datetime(headers["date"]))


def _scopes(granted: str) -> Finding:
    manifest = yaml.safe_load(MANIFEST.read_text())
    missing = set(manifest["oauth_config"]["scopes"]["bot"]) - set(granted.split(","))
    if missing:
        words = f"missing: {', '.join(sorted(missing))}. Install the app again from the manifest."
        return Finding("Scopes", False, words)
    return Finding("Scopes", True, "all that the manifest asks for.")


def _clock(theirs: datetime) -> Finding:
    skew = abs(utc_now() - theirs)
    if skew > _SKEW_MOST:
        words = f"{skew.total_seconds():.0f} s off Slack's: at 300 s every request is refused."
        return Finding("Clock", False, words)
    return Finding("Clock", True, "agrees with Slack's.")


async def _socket_mode(settings: Settings, http: aiohttp.ClientSession) -> Finding:
    client = AsyncWebClient(base_url=settings.slack_api_url, session=http)
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except (SlackApiError, SlackClientError, aiohttp.ClientError, OSError) as error:
        words = (
            f"no connection to be had ({_code_of(error)}): look at SLACK_APP_TOKEN, its scope"
            " connections:write, and whether Socket Mode is on in the app's settings."
        )
        return Finding("Socket Mode", False, words)
    return Finding("Socket Mode", True, "connections can be opened.")


async def _request_url(settings: Settings, http: aiohttp.ClientSession) -> Finding:
    """Asks as Slack does when it looks at a certificate: signed, and nothing comes of it."""
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    body, timestamp = b"ssl_check=1", str(int(time()))
    secret = settings.slack_signing_secret.get_secret_value().encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(secret, timestamp, body),
    }
    try:
        async with http.post(base.rstrip("/") + EVENTS, data=body, headers=headers) as answer:
            status = answer.status
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        words = f"nobody answers at {base} ({type(error).__name__}): is `hdms bot` running?"
        return Finding("Requests", False, words)
    if status == 200:
        return Finding("Requests", True, f"the bot answers at {base}, and knows the signature.")
    if status == 401:
        words = "the bot refuses the signature: it runs with another SLACK_SIGNING_SECRET."
    else:
        words = f"{base} answers with {status}: something before the bot keeps requests from it."
    return Finding("Requests", False, words)


async def _desks(sessions: Sessions, gateway: Gateway) -> Findings:
    async with sessions() as session:
        rows = await session.execute(
            select(Department.name, Department.desk_channel_id).order_by(Department.name)
        )
    for name, channel_id in rows:
        about = f"Desk {name}"
        if channel_id is None:
            yield Finding(about, False, "has no desk channel: choose one in the app's Home tab.")
            continue
        try:
            channel = (await gateway.ask("conversations.info", channel=channel_id))["channel"]
        except SlackFailure as failure:
            words = f"its channel cannot be seen ({failure.code}): invite the app to it."
            yield Finding(about, False, words)
            continue
        yield _desk(about, channel)


def _desk(about: str, channel: dict[str, object]) -> Finding:
    name = f"#{channel.get('name')}"
    if channel.get("is_archived"):
        return Finding(about, False, f"{name} is archived: choose another channel.")
    if not channel.get("is_member", True):
        return Finding(about, False, f"the app is not in {name}: invite it.")
    return Finding(about, True, f"the app is in {name}.")


async def _workers(sessions: Sessions) -> Finding:
    async with sessions() as session:
        backlog = await read_backlog(session)
    if backlog.beat_age is None or backlog.beat_age > _BEAT_MOST:
        return Finding(
            "Workers", False, "nothing was done lately: start `hdms worker` and `hdms beat`."
        )
    if backlog.late_by > _BEAT_MOST:
        late = f"{backlog.waiting} messages wait, the oldest for {backlog.late_by:.0f} s"
        words = f"{late}: look at the worker's log, and at docs/operations.md."
        return Finding("Workers", False, words)
    return Finding("Workers", True, f"last worked {backlog.beat_age:.0f} s ago.")


def _code_of(error: Exception) -> str:
    if isinstance(error, SlackApiError) and not isinstance(error.response, str | None):
        return str(error.response.get("error"))
    return type(error).__name__
