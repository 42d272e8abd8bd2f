"""Faults on demand and rate limits (rules 4.1 to 4.12, 9.16)."""

import time
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Impossible
from tests.bot.sandbox.slack.stub_app import TOKEN, StubApp

POST: dict[str, Any] = {"channel": "C0GENERAL", "text": "x"}


async def texts(slack: SlackClient) -> list[str]:
    return [message.text for message in await slack.all_messages("C0GENERAL")]


async def test_an_outage_stores_nothing(slack: SlackClient, api: AsyncWebClient) -> None:
    await slack.fault("chat.postMessage", kind="outage", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.chat_postMessage(**POST)
    assert await texts(slack) == []
    assert await slack.calls("chat.postMessage") == []
    await api.chat_postMessage(**POST)
    assert await texts(slack) == ["x"]


async def test_a_dropped_answer_leaves_the_message(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 4.12, the unknown outcome."""
    await slack.fault("chat.postMessage", kind="drop_after", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.chat_postMessage(**POST)
    assert await texts(slack) == ["x"]
    assert len(await slack.calls("chat.postMessage")) == 1


async def test_slacks_own_client_posts_twice_on_a_dropped_answer(
    slack: SlackClient, base_url: str
) -> None:
    """Rule 4.9: what the sandbox is there to show."""
    await slack.fault("chat.postMessage", kind="drop_after", times=1)
    habitual = AsyncWebClient(token=TOKEN, base_url=f"{base_url}/api/")
    await habitual.chat_postMessage(**POST)
    assert await texts(slack) == ["x", "x"]


async def test_a_limit_on_demand_says_how_long(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 4.4."""
    await slack.fault("chat.postMessage", kind="http_429", times=1, retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await api.chat_postMessage(**POST)
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert caught.value.response["error"] == "ratelimited"


@pytest.mark.parametrize("name", ["internal_error", "fatal_error", "account_inactive"])
async def test_any_refusal_can_be_caused(
    slack: SlackClient, api: AsyncWebClient, name: str
) -> None:
    """Rule 4.14."""
    await slack.fault("chat.postMessage", kind="error", error=name, times=1)
    with pytest.raises(SlackApiError) as caught:
        await api.chat_postMessage(**POST)
    assert caught.value.response["error"] == name
    assert await texts(slack) == []


@pytest.mark.parametrize(("kind", "status"), [("http_500", 500), ("html_503", 503)])
async def test_an_answer_may_be_no_json(
    slack: SlackClient, base_url: str, kind: str, status: int
) -> None:
    """Rule 8.24b."""
    await slack.fault("auth.test", kind=kind, times=1)
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{base_url}/api/auth.test", data={"token": TOKEN})
        body = await answer.text()
    assert answer.status == status
    assert body.startswith("<html>") is (kind == "html_503")


async def test_slowness_can_be_caused(slack: SlackClient, api: AsyncWebClient) -> None:
    await slack.fault("auth.test", kind="latency", times=1, latency_ms=80)
    started = time.perf_counter()
    assert (await api.auth_test())["ok"]
    assert time.perf_counter() - started >= 0.08


async def test_a_fault_stays_until_it_is_cleared(slack: SlackClient, api: AsyncWebClient) -> None:
    await slack.fault("*", kind="error")
    for _ in range(3):
        with pytest.raises(SlackApiError):
            await api.auth_test()
    await slack.clear_faults()
    assert (await api.auth_test())["ok"]


async def test_a_fault_can_strike_at_a_rate(slack: SlackClient, api: AsyncWebClient) -> None:
    await slack.fault("auth.test", kind="error", rate=0.5)
    failures = 0
    for _ in range(60):
        try:
            await api.auth_test()
        except SlackApiError:
            failures += 1
    # Chance strays as far as this once in a hundred thousand million runs.
    assert 4 < failures < 56


async def test_faults_of_a_method_leave_the_others_alone(
    slack: SlackClient, api: AsyncWebClient
) -> None:
    await slack.fault("chat.update", kind="error")
    assert (await api.chat_postMessage(**POST))["ok"]


async def test_a_fault_that_is_none_is_refused(slack: SlackClient) -> None:
    with pytest.raises(Impossible, match="no fault is called"):
        await slack.fault("auth.test", kind="earthquake")


async def test_response_urls_can_fail_too(slack: SlackClient, app: StubApp) -> None:
    await slack.acting("U0ANN").command("/ticket")
    url = AsyncWebhookClient(app.got("command")[0]["response_url"], retry_handlers=[])
    await slack.fault("response_url", kind="http_500", times=1)
    assert (await url.send(text="x")).status_code == 500
    await slack.fault("response_url", kind="drop_after", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await url.send(text="x")
    assert len(await slack.acting("U0ANN").ephemerals()) == 1


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes only where a test says so: on a slow machine limits would end by themselves."""
    stopped = SimpleNamespace(time=lambda: 1_800_000_000.0)
    monkeypatch.setattr("bot.sandbox.slack.clock.time", stopped)


@pytest.mark.usefixtures("still")
async def test_posting_is_limited_per_channel(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rules 4.1 and 4.4: one a second after a burst; other channels and methods are free."""
    await slack.rate_limits(method="chat.postMessage", per_minute=60, burst=3)
    for _ in range(3):
        await api.chat_postMessage(**POST)
    with pytest.raises(SlackApiError) as caught:
        await api.chat_postMessage(**POST)
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    assert (await api.chat_postMessage(channel="C0ITDESK", text="x"))["ok"]
    assert (await api.auth_test())["ok"]
    await slack.advance(1)
    assert (await api.chat_postMessage(**POST))["ok"]
    assert len(await texts(slack)) == 4


@pytest.mark.usefixtures("still")
async def test_tiers_hold_by_default(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 4.2: users.list is of tier 2."""
    for _ in range(100):
        await api.users_list()
    with pytest.raises(SlackApiError) as caught:
        await api.users_list()
    assert caught.value.response["error"] == "ratelimited"
    assert int(caught.value.response.headers["Retry-After"]) >= 1


async def test_limits_can_be_switched_off(slack: SlackClient, api: AsyncWebClient) -> None:
    await slack.rate_limits(enabled=False)
    for _ in range(120):
        await api.users_list()
    assert len(await slack.calls("users.list")) == 120


@pytest.mark.usefixtures("still")
async def test_the_burst_can_be_set_for_all(slack: SlackClient, api: AsyncWebClient) -> None:
    await slack.rate_limits(burst=1)
    await api.users_list()
    with pytest.raises(SlackApiError):
        await api.users_list()
