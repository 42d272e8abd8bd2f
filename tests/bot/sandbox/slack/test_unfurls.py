"""Links to the app's pages: the event, what the app shows below them, and its buttons."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from tests.bot.sandbox.slack.conftest import MANIFEST
from tests.bot.sandbox.slack.payload_keys import BLOCK_ACTIONS, CONTAINER
from tests.bot.sandbox.slack.stub_app import StubApp

URL = "https://desk.example.com/t/HD-12"
SHOWN = {
    "blocks": [
        {"type": "section", "text": {"type": "plain_text", "text": "HD-12 · New · IT"}},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "ticket.show",
                    "text": {"type": "plain_text", "text": "Show"},
                    "value": "12",
                }
            ],
        },
    ]
}


@pytest.fixture
def manifest() -> dict[str, Any]:
    own = deepcopy(MANIFEST)
    own["features"]["unfurl_domains"] = ["desk.example.com"]
    own["oauth_config"]["scopes"]["bot"] += ["links:read", "links:write"]
    own["settings"]["event_subscriptions"]["bot_events"].append("link_shared")
    return own


async def share(slack: SlackClient, app: StubApp, text: str = f"See {URL}!") -> dict[str, Any]:
    await slack.acting("U0ANN").post("C0GENERAL", text)
    await slack.settle()
    [event] = app.events("link_shared")
    return event


async def test_the_app_hears_of_links_to_its_domains(slack: SlackClient, app: StubApp) -> None:
    text = f"{URL} and https://elsewhere.example.com/t/HD-1"
    event = await share(slack, app, text)
    assert event["links"] == [{"domain": "desk.example.com", "url": URL}]
    assert (event["user"], event["channel"]) == ("U0ANN", "C0GENERAL")
    assert event["source"] == "conversations_history"


async def test_other_messages_tell_it_nothing(slack: SlackClient, app: StubApp) -> None:
    await slack.acting("U0ANN").post("C0GENERAL", "desk.example.com is nice")
    await slack.settle()
    assert app.events("message")
    assert app.events("link_shared") == []


@pytest.mark.parametrize("by_id", [True, False])
async def test_what_it_shows_stands_below_the_link(
    slack: SlackClient, app: StubApp, api: AsyncWebClient, by_id: bool
) -> None:
    event = await share(slack, app, f"See {URL}")
    place = {"channel": event["channel"], "ts": event["message_ts"]}
    if by_id:
        place = {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    for _ in range(2):
        await api.chat_unfurl(unfurls={URL: SHOWN}, **place)
    [message] = (await slack.acting("U0ANN").messages("C0GENERAL"))[-1:]
    assert len(message.raw["attachments"]) == 1
    assert "HD-12 · New · IT" in message.plain
    assert message.buttons == ["Show"]


async def test_a_button_in_it_comes_without_the_message(
    slack: SlackClient, app: StubApp, api: AsyncWebClient
) -> None:
    event = await share(slack, app, f"See {URL}")
    place = {"channel": event["channel"], "ts": event["message_ts"]}
    await api.chat_unfurl(unfurls={URL: SHOWN}, **place)
    message = (await slack.acting("U0HUGO").messages("C0GENERAL"))[-1]
    assert (await slack.acting("U0HUGO").click(message, "Show")).ok
    payload = app.got("block_actions")[-1]
    assert "message" not in payload
    assert payload["app_unfurl"]["app_unfurl_url"] == URL
    assert payload["container"]["is_app_unfurl"] is True
    assert set(payload) <= BLOCK_ACTIONS
    assert set(payload["container"]) <= CONTAINER


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"unfurls": {"https://desk.example.com/other": SHOWN}}, "cannot_unfurl_url"),
        ({"unfurls": {}}, "cannot_parse_attachment"),
        ({"unfurls": {URL: {"blocks": [{"type": "rich_text", "elements": []}]}}}, "invalid_blocks"),
        ({"ts": "1.000001"}, "cannot_find_message"),
        ({"channel": "C0NOWHERE"}, "cannot_find_channel"),
    ],
)
async def test_what_cannot_be_shown_is_refused(
    slack: SlackClient,
    app: StubApp,
    refused: Callable[..., Awaitable[str]],
    change: dict[str, Any],
    error: str,
) -> None:
    event = await share(slack, app, f"See {URL}")
    place = {"channel": event["channel"], "ts": event["message_ts"], "unfurls": {URL: SHOWN}}
    assert await refused("chat.unfurl", **(place | change)) == error
