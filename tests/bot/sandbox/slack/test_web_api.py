"""Calling the Web API: tokens, scopes, encodings, names of refusals."""

import copy
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from tests.bot.sandbox.slack.conftest import MANIFEST
from tests.bot.sandbox.slack.stub_app import TOKEN

Refused = Callable[..., Awaitable[str]]
BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def test_the_app_is_told_who_it_is(api: AsyncWebClient) -> None:
    answer = await api.auth_test()
    assert answer["team_id"] == "T0ACME"
    assert answer["bot_id"].startswith("B")
    assert answer["user_id"].startswith("U")


async def test_a_call_without_a_token_is_not_authed(base_url: str) -> None:
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{base_url}/api/auth.test")
        assert await answer.json() == {"ok": False, "error": "not_authed"}


async def test_a_wrong_token_is_invalid(slack: SlackClient, base_url: str) -> None:
    wrong = AsyncWebClient(token="xoxb-other", base_url=f"{base_url}/api/")
    with pytest.raises(SlackApiError) as caught:
        await wrong.auth_test()
    assert caught.value.response["error"] == "invalid_auth"


async def test_a_token_may_come_in_the_body(base_url: str) -> None:
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{base_url}/api/auth.test", data={"token": TOKEN})
        assert (await answer.json())["ok"] is True


async def test_a_method_that_is_none_is_named(base_url: str) -> None:
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{base_url}/api/chat.shout", headers=BEARER)
        body = await answer.json()
    assert body == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


async def test_a_broken_json_body_is_refused(base_url: str) -> None:
    headers = BEARER | {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{base_url}/api/auth.test", data=b"{", headers=headers)
        assert (await answer.json())["error"] == "invalid_json"


async def test_a_form_may_carry_blocks_as_json(slack: SlackClient, base_url: str) -> None:
    blocks = json.dumps([{"type": "divider"}])
    form = {"channel": "C0GENERAL", "text": "x", "blocks": blocks}
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{base_url}/api/chat.postMessage", data=form, headers=BEARER)
        body = await answer.json()
    assert body["message"]["blocks"][0]["type"] == "divider"


async def test_blocks_that_are_no_json_have_a_wrong_format(
    slack: SlackClient, base_url: str
) -> None:
    form = {"channel": "C0GENERAL", "text": "x", "blocks": "[{"}
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{base_url}/api/chat.postMessage", data=form, headers=BEARER)
        assert (await answer.json())["error"] == "invalid_blocks_format"


async def test_a_missing_argument_is_named(refused: Refused, api: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        await api.api_call("users.info", json={})
    response = caught.value.response
    assert response["error"] == "invalid_arguments"
    assert "user" in response["response_metadata"]["messages"][0]


async def test_answers_name_the_granted_scopes(api: AsyncWebClient) -> None:
    """Rule 2.20."""
    answer = await api.auth_test()
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_calls_are_kept_with_their_arguments(slack: SlackClient, api: AsyncWebClient) -> None:
    await api.chat_postMessage(channel="C0GENERAL", text="hello")
    (call,) = await slack.calls("chat.postMessage")
    assert call["args"]["text"] == "hello"
    assert call["ok"] is True
    await slack.forget_calls()
    assert await slack.calls() == []


async def test_another_token_can_be_agreed_on(slack: SlackClient, base_url: str) -> None:
    await slack.app(bot_token="xoxb-new")
    renewed = AsyncWebClient(token="xoxb-new", base_url=f"{base_url}/api/")
    assert (await renewed.auth_test())["ok"] is True


class TestWithHardlyAnyScope:
    """Rules 6.19 and 9.18."""

    @pytest.fixture
    def manifest(self) -> dict[str, Any]:
        bare = copy.deepcopy(MANIFEST)
        bare["oauth_config"]["scopes"]["bot"] = ["commands"]
        return bare

    @pytest.mark.parametrize(
        ("method", "args", "needed"),
        [
            ("chat.postMessage", {"channel": "C0GENERAL", "text": "x"}, "chat:write"),
            ("chat.update", {"channel": "C0GENERAL", "ts": "1", "text": "x"}, "chat:write"),
            ("chat.postEphemeral", {"channel": "C0GENERAL", "user": "U0ANN"}, "chat:write"),
            ("users.info", {"user": "U0ANN"}, "users:read"),
            ("users.lookupByEmail", {"email": "ann@example.com"}, "users:read.email"),
            ("users.profile.get", {"user": "U0ANN"}, "users.profile:read"),
            ("conversations.info", {"channel": "C0GENERAL"}, "channels:read"),
            ("conversations.members", {"channel": "C0ITDESK"}, "groups:read"),
            ("conversations.history", {"channel": "C0GENERAL"}, "channels:history"),
            ("conversations.replies", {"channel": "C0ITDESK", "ts": "1"}, "groups:history"),
            ("conversations.open", {"users": "U0ANN"}, "im:write"),
            ("conversations.join", {"channel": "C0GENERAL"}, "channels:join"),
            ("conversations.list", {"types": "private_channel"}, "groups:read"),
            ("reactions.add", {"channel": "C0GENERAL"}, "reactions:write"),
            ("reactions.get", {"channel": "C0GENERAL"}, "reactions:read"),
            ("files.info", {"file": "F1"}, "files:read"),
            ("files.getUploadURLExternal", {"filename": "a"}, "files:write"),
            ("team.info", {}, "team:read"),
        ],
    )
    async def test_a_method_says_which_scope_it_lacks(
        self, slack: SlackClient, api: AsyncWebClient, method: str, args: Any, needed: str
    ) -> None:
        with pytest.raises(SlackApiError) as caught:
            await api.api_call(method, json=args)
        response = caught.value.response
        assert response["error"] == "missing_scope"
        assert response["needed"] == needed
        assert response["provided"] == "commands"

    async def test_views_and_auth_test_need_none(
        self, refused: Refused, api: AsyncWebClient
    ) -> None:
        assert (await api.auth_test())["ok"] is True
        assert await refused("views.open", trigger_id="1.2.3", view={}) == "invalid_trigger_id"
