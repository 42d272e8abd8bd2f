"""A local Slack with a small company in it, and an app that stands in for the bot."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient, running_slack
from tests.bot.sandbox.slack.blocks import modal
from tests.bot.sandbox.slack.stub_app import SECRET, TOKEN, StubApp

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Help Desk"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "helpdesk"},
        "slash_commands": [
            {"command": "/ticket", "description": "Tickets"},
            {"command": "/escaped", "description": "Escaped", "should_escape": True},
        ],
        "shortcuts": [
            {"name": "New ticket", "type": "global", "callback_id": "new_ticket"},
            {"name": "Create ticket", "type": "message", "callback_id": "create_ticket"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                *("chat:write", "commands", "app_mentions:read", "im:write"),
                *("channels:history", "groups:history", "im:history"),
                *("channels:read", "groups:read", "im:read", "channels:join", "channels:manage"),
                *("users:read", "users:read.email", "users.profile:read", "team:read"),
                *("files:read", "files:write", "reactions:read", "reactions:write"),
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                *("message.channels", "message.groups", "message.im", "app_mention"),
                *("app_home_opened", "reaction_added", "reaction_removed", "file_shared"),
                *("team_join", "user_change", "member_joined_channel"),
            ]
        },
        "interactivity": {"is_enabled": True, "message_menu_options_url": "https://app.invalid"},
    },
}


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
def manifest() -> dict[str, Any]:
    """Tests that need another manifest override this."""
    return MANIFEST


@pytest.fixture
async def base_url(app: StubApp, manifest: dict[str, Any]) -> AsyncIterator[str]:
    told = {"app_url": app.url, "bot_token": TOKEN, "signing_secret": SECRET}
    async with running_slack(manifest, **told) as url:
        yield url


@pytest.fixture
async def slack(base_url: str) -> AsyncIterator[SlackClient]:
    """People: Ann, Hugo, Gil (guest), Eve (another team), Old (deactivated)."""
    async with SlackClient(base_url) as client:
        await client.person("U0ANN", "Ann Visser", email="ann@example.com", tz="Europe/Berlin")
        await client.person("U0HUGO", "Hugo Maas", display_name="hugo", title="Head of IT")
        await client.person("U0GIL", "Gil Guest", is_ultra_restricted=True)
        await client.person("U0EVE", "Eve Else", team_id="T0OTHER")
        await client.person("U0OLD", "Old Timer", deleted=True)
        everyone = ["U0ANN", "U0HUGO", "U0GIL", "U0EVE"]
        await client.channel("C0GENERAL", "general", members=everyone)
        await client.channel("C0ITDESK", "it-desk", private=True, members=["U0HUGO", "U0ANN"])
        await client.channel("C0LUNCH", "lunch", members=["U0ANN"], bot=False)
        await client.channel("C0SECRET", "secret", private=True, members=["U0ANN"], bot=False)
        yield client


@pytest.fixture
async def api(base_url: str) -> AsyncWebClient:
    """Slack's own client, without its habit of posting again (rule 4.9)."""
    return AsyncWebClient(token=TOKEN, base_url=f"{base_url}/api/", retry_handlers=[])


@pytest.fixture
def refused(api: AsyncWebClient) -> Callable[..., Awaitable[str]]:
    """Calls a method that has to be refused; the name of the refusal."""

    async def call(method: str, **args: Any) -> str:
        with pytest.raises(SlackApiError) as caught:
            await api.api_call(method, json=args)
        return str(caught.value.response["error"])

    return call


@pytest.fixture
async def trigger(slack: SlackClient, app: StubApp) -> Callable[[str], Awaitable[str]]:
    """A fresh trigger id of a person."""

    async def press(person: str = "U0ANN") -> str:
        await slack.acting(person).shortcut("New ticket")
        return str(app.got("shortcut")[-1]["trigger_id"])

    return press


@pytest.fixture
async def open_modal(
    api: AsyncWebClient, trigger: Callable[[], Awaitable[str]]
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Opens a modal for Ann."""

    async def show(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = await api.views_open(trigger_id=await trigger(), view=modal(*blocks, **more))
        return dict(answer["view"])

    return show
