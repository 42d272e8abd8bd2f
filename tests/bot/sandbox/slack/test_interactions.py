"""What the app gets when people act outside views, and how its answers show."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Impossible
from bot.sandbox.slack.transport import signature
from tests.bot.sandbox.slack import payload_keys
from tests.bot.sandbox.slack.blocks import actions, button, modal, option, section, select
from tests.bot.sandbox.slack.stub_app import SECRET, Request, StubApp

Json = dict[str, Any]


@pytest.fixture
async def card(slack: SlackClient, api: AsyncWebClient) -> Callable[..., Awaitable[Any]]:
    """Posts a card to #general and reads it as Ann."""

    async def post(*elements: Json) -> Any:
        blocks = [section("Card"), actions(*elements)]
        await api.chat_postMessage(channel="C0GENERAL", text="Card", blocks=blocks)
        return (await slack.acting("U0ANN").messages("C0GENERAL"))[-1]

    return post


async def test_a_command_comes_as_a_signed_form(slack: SlackClient, app: StubApp) -> None:
    """Rules 1.29 and 2.1."""
    await slack.acting("U0ANN").command("/ticket", "my printer & co", channel="C0GENERAL")
    (request,) = app.requests
    assert SignatureVerifier(SECRET).is_valid_request(request.raw, request.headers)
    assert abs(int(request.headers["x-slack-request-timestamp"]) - time.time()) < 5
    assert request.content_type == "application/x-www-form-urlencoded"
    assert set(request.json) <= payload_keys.COMMAND
    assert request.json["text"] == "my printer & co"
    assert request.json["channel_name"] == "general"
    assert request.json["user_id"] == "U0ANN"


def test_the_signature_is_the_documented_one() -> None:
    """Rule 2.2, Slack's own example."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2F"
        b"commands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    made = signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body)
    assert made == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


async def test_a_wrong_secret_shows_in_the_signature(slack: SlackClient, app: StubApp) -> None:
    """Rule 2.1."""
    await slack.app(signing_secret="another")
    seen = await slack.acting("U0ANN").command("/ticket")
    assert seen.status == 401
    assert app.requests == []


@pytest.mark.parametrize(
    ("channel", "name"), [(None, "directmessage"), ("C0ITDESK", "privategroup")]
)
async def test_private_places_are_not_named(
    slack: SlackClient, app: StubApp, channel: str | None, name: str
) -> None:
    """Rule 1.33."""
    await slack.acting("U0ANN").command("/ticket", channel=channel)
    assert app.got("command")[0]["channel_name"] == name


async def test_mentions_are_escaped_only_where_the_manifest_says(
    slack: SlackClient, app: StubApp
) -> None:
    """Rule 1.34."""
    words = "ask @hugo in #general or #it-desk"
    await slack.acting("U0ANN").command("/escaped", words)
    await slack.acting("U0ANN").command("/ticket", words)
    escaped, raw = (each["text"] for each in app.got("command"))
    assert escaped == "ask <@U0HUGO> in <#C0GENERAL|general> or <#C0ITDESK|>"
    assert raw == words


async def test_an_unknown_command_never_reaches_the_app(slack: SlackClient, app: StubApp) -> None:
    seen = await slack.acting("U0ANN").command("/nothing")
    assert seen.notices == ["/nothing is not a valid command."]
    assert app.requests == []


async def test_commands_do_not_work_in_threads(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.31."""
    seen = await slack.acting("U0ANN").command("/ticket", channel="C0GENERAL", thread_ts="1.2")
    assert "not supported in threads" in seen.notices[0]
    assert app.requests == []


@pytest.mark.parametrize(
    ("body", "shown"),
    [("plain words", "plain words"), ({"text": "from *JSON*"}, "from *JSON*")],
)
async def test_a_commands_answer_is_for_one_person(
    slack: SlackClient, app: StubApp, body: Any, shown: str
) -> None:
    """Rules 1.29 and 1.30."""
    app.answer("command", body)
    seen = await slack.acting("U0ANN").command("/ticket", channel="C0GENERAL")
    assert seen.ok
    (message,) = await slack.acting("U0ANN").ephemerals()
    assert message.plain == shown
    assert await slack.acting("U0HUGO").ephemerals() == []
    assert await slack.all_messages("C0GENERAL") == []


async def test_a_command_can_be_answered_for_everyone(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.30."""
    app.answer("command", {"response_type": "in_channel", "text": "for all"})
    await slack.acting("U0ANN").command("/ticket", channel="C0GENERAL")
    assert [m.text for m in await slack.acting("U0HUGO").messages("C0GENERAL")] == ["for all"]


async def test_an_empty_answer_says_nothing(slack: SlackClient) -> None:
    """Rule 1.29."""
    seen = await slack.acting("U0ANN").command("/ticket")
    assert seen.ok
    assert await slack.acting("U0ANN").ephemerals() == []


async def test_blocks_beyond_the_limits_are_no_answer(slack: SlackClient, app: StubApp) -> None:
    app.answer("command", {"text": "x", "blocks": [section("x" * 3_001)]})
    seen = await slack.acting("U0ANN").command("/ticket")
    assert seen.notices == ["invalid_command_response"]
    assert "invalid_blocks" in seen.problems


async def test_a_late_answer_is_a_time_out(slack: SlackClient, app: StubApp) -> None:
    """Rule 1.29, with the three seconds shortened."""
    await slack.settings(answer_seconds=0.1)
    app.answer_late("command", 0.3)
    seen = await slack.acting("U0ANN").command("/ticket")
    assert seen.notices == ["operation_timeout"]
    assert seen.failure == "http_timeout"
    assert await slack.acting("U0ANN").notices() == ["operation_timeout"]


async def test_three_seconds_are_the_limit_unless_set_otherwise(slack: SlackClient) -> None:
    """Rules 1.1 and 1.18."""
    limits = await slack.settings()
    assert (limits["answer_seconds"], limits["trigger_seconds"]) == (3.0, 3.0)


async def test_an_app_that_is_down_is_a_failure(slack: SlackClient) -> None:
    await slack.app(request_url="http://127.0.0.1:9/slack/events")
    seen = await slack.acting("U0ANN").command("/ticket")
    assert seen.status == 0
    assert seen.notices == ["dispatch_failed"]
    assert seen.failure == "connection_failed"


async def test_a_global_shortcut_has_neither_channel_nor_response_url(
    slack: SlackClient, app: StubApp
) -> None:
    """Rules 1.27 and 1.56."""
    await slack.acting("U0ANN").shortcut("new_ticket")
    (payload,) = app.got("shortcut")
    assert set(payload) <= payload_keys.SHORTCUT
    assert payload["callback_id"] == "new_ticket"
    assert payload["trigger_id"]


async def test_a_message_shortcut_brings_the_message_from_anywhere(
    slack: SlackClient, app: StubApp
) -> None:
    """Rules 1.56 and 1.58."""
    ann = slack.acting("U0ANN")
    message = await ann.post("C0SECRET", "the bot is not here")
    await ann.message_shortcut("Create ticket", message)
    (payload,) = app.got("message_action")
    assert set(payload) <= payload_keys.MESSAGE_ACTION
    assert payload["message"]["text"] == "the bot is not here"
    assert payload["message_ts"] == message.ts
    assert payload["channel"]["id"] == "C0SECRET"
    assert payload["response_url"].startswith("http://127.0.0.1")


async def test_shortcuts_are_those_of_the_manifest(slack: SlackClient) -> None:
    message = await slack.acting("U0ANN").post("C0GENERAL", "x")
    with pytest.raises(Impossible, match="no message shortcut"):
        await slack.acting("U0ANN").message_shortcut("New ticket", message)


async def test_a_message_shortcut_is_only_on_what_one_sees(slack: SlackClient) -> None:
    message = await slack.acting("U0ANN").post("C0SECRET", "x")
    with pytest.raises(Impossible, match="does not see"):
        await slack.acting("U0HUGO").message_shortcut("Create ticket", message)


async def test_a_press_brings_the_whole_message(
    slack: SlackClient, app: StubApp, card: Callable[..., Awaitable[Any]]
) -> None:
    message = await card(button("Assign to me", "claim", value="HD-1", style="primary"))
    await slack.acting("U0ANN").click(message, "Assign to me")
    (payload,) = app.got("block_actions")
    assert set(payload) <= payload_keys.BLOCK_ACTIONS
    assert set(payload["container"]) <= payload_keys.CONTAINER
    assert payload["container"]["is_ephemeral"] is False
    assert payload["message"]["blocks"] == message.blocks
    assert payload["channel"] == {"id": "C0GENERAL", "name": "general"}
    (action,) = payload["actions"]
    assert action["action_id"] == "claim"
    assert action["value"] == "HD-1"
    assert action["block_id"] == message.blocks[1]["block_id"]


async def test_a_press_in_a_thread_says_which(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> None:
    root = (await api.chat_postMessage(channel="C0GENERAL", text="root"))["ts"]
    blocks = [actions(button("Go"))]
    await api.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks, thread_ts=root)
    ann = slack.acting("U0ANN")
    await ann.click((await ann.messages("C0GENERAL", thread_ts=root))[1], "Go")
    assert app.got("block_actions")[0]["container"]["thread_ts"] == root


async def test_a_button_with_a_link_is_reported_too(
    slack: SlackClient, app: StubApp, card: Callable[..., Awaitable[Any]]
) -> None:
    """Rule 3.31."""
    message = await card(button("Open", "open", url="https://a.example"))
    await slack.acting("U0ANN").click(message, "Open")
    assert app.got("block_actions")[0]["actions"][0]["url"] == "https://a.example"


async def test_menus_of_a_message_are_chosen_by_what_they_show(
    slack: SlackClient, app: StubApp, card: Callable[..., Awaitable[Any]]
) -> None:
    overflow = {"type": "overflow", "action_id": "more", "options": [option("Why…", "why")]}
    people = {"type": "users_select", "action_id": "who"}
    far = {"type": "external_select", "action_id": "far", "min_query_length": 0}
    message = await card(select("Low", "High"), overflow, people, far)
    assert message.choices == ["Low", "High", "Why…"]
    app.answer("block_suggestion", {"options": [option("Berlin")]})
    ann = slack.acting("U0ANN")
    await ann.choose(message, "High")
    await ann.choose(message, "Why…")
    await ann.choose(message, "Hugo Maas", menu="who")
    await ann.choose(message, "Berlin", menu="far")
    chosen, more, who, where = app.got("block_actions")
    assert chosen["state"]["values"][message.blocks[1]["block_id"]]["menu"]["selected_option"]
    assert more["actions"][0]["selected_option"]["value"] == "why"
    assert who["actions"][0]["selected_user"] == "U0HUGO"
    assert where["actions"][0]["selected_option"]["value"] == "berlin"
    assert app.got("block_suggestion")[0]["message"]["ts"] == message.ts
    assert await ann.options("far", message=message) == ["Berlin"]


async def test_a_button_seen_before_the_card_changed_can_still_be_pressed(
    slack: SlackClient, api: AsyncWebClient, app: StubApp, card: Callable[..., Awaitable[Any]]
) -> None:
    """Rule 1.17: two people, two screens."""
    message = await card(button("Approve"))
    await api.chat_update(channel="C0GENERAL", ts=message.ts, text="decided")
    seen = await slack.acting("U0HUGO").click(message, "Approve")
    assert seen.ok
    assert app.got("block_actions")[0]["message"]["ts"] == message.ts
    (fresh,) = await slack.acting("U0HUGO").messages("C0GENERAL")
    with pytest.raises(Impossible, match="no button"):
        await slack.acting("U0HUGO").click(fresh, "Approve")


@pytest.mark.parametrize("status", [201, 404, 500])
async def test_only_200_takes_a_press(
    slack: SlackClient, app: StubApp, card: Callable[..., Awaitable[Any]], status: int
) -> None:
    """Rule 1.18."""
    message = await card(button("Go"))
    app.answer("block_actions", status=status)
    seen = await slack.acting("U0ANN").click(message, "Go")
    assert not seen.ok
    assert seen.notices == ["dispatch_failed"]


async def test_a_press_can_open_a_view(
    slack: SlackClient, api: AsyncWebClient, app: StubApp, card: Callable[..., Awaitable[Any]]
) -> None:
    async def show(request: Request) -> web.StreamResponse:
        await api.views_open(trigger_id=request.json["trigger_id"], view=modal())
        return web.Response()

    message = await card(button("Resolve…"))
    app.answers["block_actions"] = show
    seen = await slack.acting("U0ANN").click(message, "Resolve…")
    assert seen.view
    assert seen.elapsed_ms > 0


async def test_every_kind_of_payload_keeps_to_slacks_keys(
    slack: SlackClient, api: AsyncWebClient, app: StubApp, card: Callable[..., Awaitable[Any]]
) -> None:
    async def show(request: Request) -> web.StreamResponse:
        view = modal(actions(button("In view")), notify_on_close=True)
        await api.views_open(trigger_id=request.json["trigger_id"], view=view)
        return web.Response()

    ann = slack.acting("U0ANN")
    app.answers["command"] = show
    await ann.command("/ticket")
    await ann.click_view("In view")
    await ann.submit()
    await ann.command("/ticket")
    await ann.close_view()
    (pressed,), (sent,), (closed,) = (
        app.got(kind) for kind in ("block_actions", "view_submission", "view_closed")
    )
    assert set(pressed) <= payload_keys.BLOCK_ACTIONS
    assert set(sent) <= payload_keys.SUBMISSION
    assert set(closed) <= payload_keys.CLOSED
    for payload in (pressed, sent, closed):
        assert set(payload["view"]) <= payload_keys.VIEW
        assert set(payload["user"]) <= payload_keys.USER
        assert set(payload["team"]) <= payload_keys.TEAM
