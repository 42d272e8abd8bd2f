"""Response URLs and ephemeral messages (rules 1.22 to 1.26 and 3.62)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox.slack import SlackClient
from tests.bot.sandbox.slack.blocks import actions, button
from tests.bot.sandbox.slack.stub_app import StubApp

Json = dict[str, Any]
Refused = Callable[..., Awaitable[str]]
BUTTON = [actions(button("Go"))]


@pytest.fixture
async def pressed(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> Callable[[], Awaitable[AsyncWebhookClient]]:
    """The response URL of a press on a public card, as a client."""

    async def press() -> AsyncWebhookClient:
        await api.chat_postMessage(channel="C0GENERAL", text="Card", blocks=BUTTON)
        ann = slack.acting("U0ANN")
        await ann.click((await ann.messages("C0GENERAL"))[-1], "Go")
        return AsyncWebhookClient(app.got("block_actions")[-1]["response_url"])

    return press


async def answer(url: AsyncWebhookClient, **body: Any) -> tuple[int, str]:
    response = await url.send_dict(body)
    return response.status_code, response.body


async def test_an_answer_is_private_at_first(slack: SlackClient, pressed: Any) -> None:
    """Rule 1.23."""
    assert await answer(await pressed(), text="only you") == (200, "ok")
    assert [m.text for m in await slack.acting("U0ANN").ephemerals()] == ["only you"]
    assert [m.text for m in await slack.all_messages("C0GENERAL")] == ["Card"]


async def test_an_answer_can_be_for_everyone(slack: SlackClient, pressed: Any) -> None:
    """Rule 1.23."""
    body = {"text": "all", "response_type": "in_channel", "replace_original": False}
    await answer(await pressed(), **body)
    assert [m.text for m in await slack.all_messages("C0GENERAL")] == ["Card", "all"]


async def test_the_source_can_be_replaced_and_deleted(slack: SlackClient, pressed: Any) -> None:
    """Rule 1.25."""
    url = await pressed()
    await answer(url, text="Done", replace_original=True)
    (replaced,) = await slack.all_messages("C0GENERAL")
    assert replaced.text == "Done"
    assert replaced.buttons == []
    await answer(url, delete_original=True)
    assert await slack.all_messages("C0GENERAL") == []


async def test_a_public_answer_overwrites_the_source_unless_told_not_to(
    slack: SlackClient, pressed: Any
) -> None:
    """Rule 1.24."""
    url = await pressed()
    (card,) = await slack.all_messages("C0GENERAL")
    body = {"text": "reply", "response_type": "in_channel", "thread_ts": card.ts}
    await answer(url, **body, replace_original=False)
    thread = await slack.acting("U0ANN").messages("C0GENERAL", thread_ts=card.ts)
    assert [m.text for m in thread] == ["Card", "reply"]
    await answer(url, **body)
    assert (await slack.all_messages("C0GENERAL"))[0].text == "reply"


async def test_five_answers_are_all(slack: SlackClient, pressed: Any) -> None:
    """Rule 1.22."""
    url = await pressed()
    for number in range(5):
        assert (await answer(url, text=str(number)))[0] == 200
    status, body = await answer(url, text="6")
    assert status == 404
    assert "used_url" in body
    assert len(await slack.acting("U0ANN").ephemerals()) == 5


async def test_half_an_hour_is_all(slack: SlackClient, pressed: Any) -> None:
    """Rule 1.22."""
    url = await pressed()
    await slack.advance(30 * 60 + 1)
    status, body = await answer(url, text="late")
    assert status == 404
    assert "expired_url" in body


async def test_wrong_blocks_are_refused_and_cost_no_use(slack: SlackClient, pressed: Any) -> None:
    url = await pressed()
    wrong = {"text": "x", "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}
    for _ in range(6):
        status, body = await answer(url, **wrong)
        assert status == 400
        assert "invalid_blocks" in body
    assert (await answer(url, text="fine"))[0] == 200


async def test_it_works_where_the_app_is_no_member(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.26."""
    ann = slack.acting("U0ANN")
    await ann.message_shortcut("Create ticket", await ann.post("C0SECRET", "x"))
    url = AsyncWebhookClient(app.got("message_action")[0]["response_url"])
    assert (await answer(url, text="seen"))[0] == 200
    assert [m.channel for m in await ann.ephemerals()] == ["C0SECRET"]


async def test_an_ephemeral_message_reaches_one_member(
    slack: SlackClient, api: AsyncWebClient
) -> None:
    """Rule 3.62."""
    sent = await api.chat_postEphemeral(channel="C0ITDESK", user="U0ANN", text="psst")
    assert set(sent.data) == {"ok", "message_ts"}
    assert [m.text for m in await slack.acting("U0ANN").ephemerals()] == ["psst"]
    assert await slack.acting("U0HUGO").ephemerals() == []
    assert await slack.all_messages("C0ITDESK") == []


async def test_an_ephemeral_message_cannot_be_changed(
    slack: SlackClient, api: AsyncWebClient, refused: Refused
) -> None:
    """Rules 3.55 and 3.62."""
    sent = await api.chat_postEphemeral(channel="C0ITDESK", user="U0ANN", text="psst")
    wrong = {"channel": "C0ITDESK", "ts": sent["message_ts"], "text": "x"}
    assert await refused("chat.update", **wrong) == "message_not_found"


async def test_an_ephemeral_message_is_for_members(slack: SlackClient, refused: Refused) -> None:
    """Rule 3.62."""
    stranger = {"channel": "C0ITDESK", "user": "U0GIL", "text": "x"}
    assert await refused("chat.postEphemeral", **stranger) == "user_not_in_channel"
    elsewhere = {"channel": "C0LUNCH", "user": "U0ANN", "text": "x"}
    assert await refused("chat.postEphemeral", **elsewhere) == "not_in_channel"


async def test_a_quiet_thread_does_not_show_it(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 3.62: in a thread it shows only if the thread has replies."""
    ann = slack.acting("U0ANN")
    root = await ann.post("C0ITDESK", "root")
    given = {"channel": "C0ITDESK", "user": "U0ANN", "text": "x", "thread_ts": root.ts}
    assert (await api.chat_postEphemeral(**given))["ok"]
    assert await ann.ephemerals() == []
    await ann.post("C0ITDESK", "reply", thread_ts=root.ts)
    await api.chat_postEphemeral(**given)
    assert [m.thread_ts for m in await ann.ephemerals()] == [root.ts]


async def test_who_is_away_never_sees_it(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 3.62: ok proves nothing."""
    ann = await slack.person("U0ANN", "Ann Visser", active=False)
    assert (await api.chat_postEphemeral(channel="C0ITDESK", user="U0ANN", text="x"))["ok"]
    assert await ann.ephemerals() == []


async def test_a_press_on_an_ephemeral_message_comes_without_it(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> None:
    given = {"channel": "C0ITDESK", "user": "U0ANN", "text": "Add them?", "blocks": BUTTON}
    await api.chat_postEphemeral(**given)
    ann = slack.acting("U0ANN")
    await ann.click((await ann.ephemerals())[0], "Go")
    payload = app.got("block_actions")[0]
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    url = AsyncWebhookClient(payload["response_url"])
    await answer(url, text="Added", replace_original=True)
    assert [m.plain for m in await ann.ephemerals()] == ["Added"]
    await answer(url, delete_original=True)
    assert await ann.ephemerals() == []
