"""A local Slack with its pages, an app that answers as told, and a browser's requests."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.face.pages import furnish
from bot.sandbox.slack import SlackClient, running_slack
from tests.bot.sandbox.slack.conftest import MANIFEST
from tests.bot.sandbox.slack.stub_app import SECRET, TOKEN, StubApp

Do = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def app() -> AsyncIterator[StubApp]:
    stub = StubApp()
    site = web.Application()
    site.router.add_post("/slack/events", stub.handle)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield stub
    await runner.cleanup()


@pytest.fixture
async def slack(app: StubApp) -> AsyncIterator[SlackClient]:
    told = {"app_url": app.url, "bot_token": TOKEN, "signing_secret": SECRET}
    async with (
        running_slack(MANIFEST, furnish=furnish, **told) as url,
        SlackClient(url) as client,
    ):
        await client.person("U0ANN", "Ann Visser", tz="Europe/Berlin", title="IT support")
        await client.person("U0BEA", "Bea <b>Okafor</b>")
        await client.person("U0OLD", "Old Timer", deleted=True)
        await client.channel("C0GENERAL", "general", members=["U0ANN", "U0BEA"])
        await client.channel("C0DESK", "desk", private=True, members=["U0ANN"])
        yield client


@pytest.fixture
async def web_client(slack: SlackClient) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(slack.base_url) as session:
        yield session


@pytest.fixture
def do(web_client: aiohttp.ClientSession) -> Do:
    """What Ann's page asks for."""

    async def ask(verb: str, **given: Any) -> dict[str, Any]:
        async with web_client.post(f"/as/U0ANN/do/{verb}", json=given) as answer:
            return dict(await answer.json())

    return ask
