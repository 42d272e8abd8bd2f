"""One event loop, one engine and one gateway for the life of a worker process."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

import core.models  # noqa: F401 - every table is known before the first query
from bot.gateway import Gateway, make_client, make_http_session
from bot.slack_files import Hosts, SlackFiles
from core.config import Settings, read_settings
from core.engine import Sessions, make_engine, make_sessions
from core.files.object_storage import open_storage
from core.files.storage import Storage


@dataclass(frozen=True, slots=True)
class Runtime:
    settings: Settings
    engine: AsyncEngine
    sessions: Sessions
    http: ClientSession
    gateway: Gateway
    files: SlackFiles
    storage: Storage

    async def close(self) -> None:
        await self.http.close()
        await self.engine.dispose()


async def make_runtime(settings: Settings) -> Runtime:
    # Before anything that has to be closed: it refuses what names no storage.
    storage = open_storage(settings.storage_url)
    engine = make_engine(
        settings.database_url, pooled=settings.is_pooled, pool_size=4, command_timeout=30
    )
    http = make_http_session(settings.slack_timeout)
    token = settings.slack_bot_token.get_secret_value()
    gateway = Gateway(make_client(token, settings.slack_api_url, http))
    hosts = Hosts(settings.slack_api_url, settings.slack_file_hosts)
    return Runtime(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        http=http,
        gateway=gateway,
        files=SlackFiles(gateway, http, token, hosts),
        storage=storage,
    )


class _Process:
    """What this worker process holds between tasks. asyncpg's connections belong to one loop, so
    a loop for each task would need a new connection each time."""

    running: tuple[asyncio.Runner, Runtime] | None = None


def open_runtime(**_: Any) -> tuple[asyncio.Runner, Runtime]:
    runner = asyncio.Runner()
    runtime = runner.run(make_runtime(read_settings()))
    _Process.running = runner, runtime
    return runner, runtime


def close_runtime(**_: Any) -> None:
    if _Process.running is not None:
        runner, runtime = _Process.running
        _Process.running = None
        runner.run(runtime.close())
        runner.close()


Job = Callable[[Runtime], Coroutine[Any, Any, None]]


def run(job: Job) -> None:
    """Run one job to its end on this process's loop."""
    runner, runtime = _Process.running or open_runtime()
    runner.run(job(runtime))
