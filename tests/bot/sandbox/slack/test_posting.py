"""chat.*: what may be posted where, what changes and what stays (rules 3.51 to 3.65)."""

import copy
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from tests.bot.sandbox.slack.blocks import actions, button, section
from tests.bot.sandbox.slack.conftest import MANIFEST

Refused = Callable[..., Awaitable[str]]
METADATA = {"event_type": "outbox", "event_payload": {"row": "7"}}


@pytest.fixture(autouse=True)
async def staged(slack: SlackClient) -> None:
    """People and channels are there in every test."""


async def test_a_post_returns_the_channel_the_ts_and_the_message(api: AsyncWebClient) -> None:
    answer = await api.chat_postMessage(channel="C0GENERAL", text="hello")
    assert set(answer.data) == {"ok", "channel", "ts", "message"}
    assert answer["channel"] == "C0GENERAL"
    assert answer["message"]["text"] == "hello"
    assert answer["message"]["bot_id"]
    assert "subtype" not in answer["message"]


async def test_a_post_to_a_person_returns_the_direct_channel(api: AsyncWebClient) -> None:
    """Rule 3.58."""
    first = await api.chat_postMessage(channel="U0ANN", text="one")
    second = await api.chat_postMessage(channel=first["channel"], text="two")
    assert first["channel"].startswith("D")
    assert second["channel"] == first["channel"]


async def test_long_text_becomes_several_messages_of_which_one_ts_is_told(
    slack: SlackClient, api: AsyncWebClient
) -> None:
    """Rule 3.51."""
    answer = await api.chat_postMessage(channel="C0GENERAL", text="x" * 9_000)
    pieces = await slack.all_messages("C0GENERAL")
    assert [len(piece.text) for piece in pieces] == [4_000, 4_000, 1_000]
    assert answer["ts"] == pieces[0].ts


async def test_text_over_40000_is_cut(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 3.51."""
    await api.chat_postMessage(channel="C0GENERAL", text="x" * 50_000)
    assert sum(len(m.text) for m in await slack.all_messages("C0GENERAL")) == 40_000


async def test_an_update_over_4000_is_too_long(api: AsyncWebClient, refused: Refused) -> None:
    """Rule 3.52."""
    ts = (await api.chat_postMessage(channel="C0GENERAL", text="x"))["ts"]
    long = {"channel": "C0GENERAL", "ts": ts, "text": "x" * 4_001}
    assert await refused("chat.update", **long) == "msg_too_long"
    assert (await api.chat_update(channel="C0GENERAL", ts=ts, text="x" * 4_000))["ok"]


async def test_an_update_with_text_alone_removes_the_blocks(api: AsyncWebClient) -> None:
    """Rule 3.53."""
    ts = (await api.chat_postMessage(channel="C0GENERAL", text="x", blocks=[section("s")]))["ts"]
    answer = await api.chat_update(channel="C0GENERAL", ts=ts, text="y")
    assert "blocks" not in answer["message"]
    assert answer["message"]["edited"]["user"]


async def test_an_update_without_text_keeps_it_and_shows_no_edit(api: AsyncWebClient) -> None:
    """Rules 3.53 and 3.54."""
    ts = (await api.chat_postMessage(channel="C0GENERAL", text="x", blocks=[section("s")]))["ts"]
    answer = await api.api_call(
        "chat.update", json={"channel": "C0GENERAL", "ts": ts, "blocks": [section("t")]}
    )
    assert answer["message"]["text"] == "x"
    assert answer["message"]["blocks"][0]["text"]["text"] == "t"
    assert "edited" not in answer["message"]


async def test_an_empty_list_removes_blocks(api: AsyncWebClient) -> None:
    """Rule 3.53."""
    ts = (await api.chat_postMessage(channel="C0GENERAL", text="x", blocks=[section("s")]))["ts"]
    emptied = {"channel": "C0GENERAL", "ts": ts, "blocks": []}
    answer = await api.api_call("chat.update", json=emptied)
    assert "blocks" not in answer["message"]
    assert answer["message"]["text"] == "x"


async def test_metadata_stays_until_it_is_emptied(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 3.53."""
    posted = await api.chat_postMessage(channel="C0GENERAL", text="x", metadata=METADATA)
    await api.chat_update(channel="C0GENERAL", ts=posted["ts"], text="y")
    (kept,) = await slack.all_messages("C0GENERAL")
    assert kept.metadata == METADATA
    await api.chat_update(channel="C0GENERAL", ts=posted["ts"], text="y", metadata={})
    (emptied,) = await slack.all_messages("C0GENERAL")
    assert emptied.metadata is None


async def test_history_shows_metadata_only_when_asked(api: AsyncWebClient) -> None:
    """Rule 3.63."""
    await api.chat_postMessage(channel="C0GENERAL", text="x", metadata=METADATA)
    plain = await api.conversations_history(channel="C0GENERAL")
    full = await api.conversations_history(channel="C0GENERAL", include_all_metadata=True)
    assert "event_payload" not in plain["messages"][0]["metadata"]
    assert full["messages"][0]["metadata"] == METADATA


@pytest.mark.parametrize(
    ("metadata", "refusal"),
    [
        ({"event_type": "x"}, "invalid_metadata_schema"),
        ("nonsense", "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {"a": "b" * 9_000}}, "metadata_too_large"),
    ],
)
async def test_malformed_metadata_is_refused(refused: Refused, metadata: Any, refusal: str) -> None:
    """Rule 3.63."""
    given = {"channel": "C0GENERAL", "text": "x", "metadata": metadata}
    assert await refused("chat.postMessage", **given) == refusal


async def test_other_peoples_messages_cannot_be_changed(
    slack: SlackClient, refused: Refused
) -> None:
    """Rule 3.55."""
    message = await slack.acting("U0ANN").post("C0GENERAL", "mine")
    place = {"channel": "C0GENERAL", "ts": message.ts}
    assert await refused("chat.update", text="x", **place) == "cant_update_message"
    assert await refused("chat.delete", **place) == "cant_delete_message"


async def test_a_direct_message_is_changed_by_the_channels_own_id(
    api: AsyncWebClient, refused: Refused
) -> None:
    """Rule 3.55: the person's id does not do."""
    posted = await api.chat_postMessage(channel="U0ANN", text="x")
    wrong = {"channel": "U0ANN", "ts": posted["ts"], "text": "y"}
    assert await refused("chat.update", **wrong) == "channel_not_found"
    assert (await api.chat_update(channel=posted["channel"], ts=posted["ts"], text="y"))["ok"]


async def test_rich_text_gives_way_only_to_rich_text(api: AsyncWebClient, refused: Refused) -> None:
    """Rule 3.55."""
    parts = [{"type": "rich_text_section", "elements": [{"type": "text", "text": "r"}]}]
    rich = {"type": "rich_text", "elements": parts}
    ts = (await api.chat_postMessage(channel="C0GENERAL", text="x", blocks=[rich]))["ts"]
    update = {"channel": "C0GENERAL", "ts": ts, "text": "x", "blocks": [section("s")]}
    assert await refused("chat.update", **update) == "block_mismatch"


async def test_a_deleted_message_is_gone(api: AsyncWebClient, refused: Refused) -> None:
    ts = (await api.chat_postMessage(channel="C0GENERAL", text="x"))["ts"]
    await api.chat_delete(channel="C0GENERAL", ts=ts)
    gone = {"channel": "C0GENERAL", "ts": ts, "text": "y"}
    assert await refused("chat.update", **gone) == "message_not_found"


@pytest.mark.parametrize(
    ("args", "refusal"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0SECRET", "text": "x"}, "channel_not_found"),
        ({"channel": "C0LUNCH", "text": "x"}, "not_in_channel"),
        ({"channel": "#general", "text": "x"}, "channel_not_found"),
        ({"channel": "U0OLD", "text": "x"}, "is_archived"),
        ({"channel": "USLACKBOT", "text": "x"}, "cannot_dm_bot"),
        ({"channel": "C0GENERAL"}, "no_text"),
        ({"channel": "C0GENERAL", "text": "x", "username": "Boss"}, "missing_scope"),
        ({"channel": "C0GENERAL", "text": "x", "thread_ts": "1.2"}, "thread_not_found"),
        ({"channel": "C0GENERAL", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"channel": "C0GENERAL", "attachments": [{}] * 101}, "too_many_attachments"),
    ],
)
async def test_what_cannot_be_posted_is_refused_by_name(
    refused: Refused, args: dict[str, Any], refusal: str
) -> None:
    """Rules 3.57 to 3.60, 3.4 and 4.14."""
    assert await refused("chat.postMessage", **args) == refusal


async def test_an_archived_channel_takes_nothing(slack: SlackClient, refused: Refused) -> None:
    await slack.channel("C0GENERAL", "general", archived=True)
    assert await refused("chat.postMessage", channel="C0GENERAL", text="x") == "is_archived"


async def test_text_comes_back_rewritten(api: AsyncWebClient) -> None:
    """Rule 3.65."""
    text = "see http://a.example/b & <@U0ANN> <ok"
    answer = await api.chat_postMessage(channel="C0GENERAL", text=text)
    assert answer["message"]["text"] == "see <http://a.example/b> &amp; <@U0ANN> &lt;ok"


async def test_link_names_make_broadcasts_live(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 3.69."""
    await api.chat_postMessage(channel="C0GENERAL", text="@channel look", link_names=True)
    await api.chat_postMessage(channel="C0GENERAL", text="@channel look")
    linked, plain = await slack.all_messages("C0GENERAL")
    assert linked.pings == ["<!channel>"]
    assert plain.pings == []


async def test_blocks_get_the_ids_that_are_missing(api: AsyncWebClient) -> None:
    press = button("Go")
    del press["action_id"]
    answer = await api.chat_postMessage(channel="C0GENERAL", text="x", blocks=[actions(press)])
    (block,) = answer["message"]["blocks"]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


async def test_a_permalink_names_the_thread(api: AsyncWebClient) -> None:
    root = (await api.chat_postMessage(channel="C0GENERAL", text="x"))["ts"]
    reply = (await api.chat_postMessage(channel="C0GENERAL", text="y", thread_ts=root))["ts"]
    link = (await api.chat_getPermalink(channel="C0GENERAL", message_ts=reply))["permalink"]
    assert f"/p{reply.replace('.', '')}" in link
    assert f"thread_ts={root}" in link


class TestWithFurtherScopes:
    @pytest.fixture
    def manifest(self) -> dict[str, Any]:
        wide = copy.deepcopy(MANIFEST)
        wide["oauth_config"]["scopes"]["bot"] += ["chat:write.public", "chat:write.customize"]
        return wide

    async def test_public_channels_are_open_to_the_app(self, api: AsyncWebClient) -> None:
        """Rule 3.60."""
        assert (await api.chat_postMessage(channel="C0LUNCH", text="x"))["ok"]

    async def test_a_name_of_its_own_makes_a_bot_message(
        self, slack: SlackClient, api: AsyncWebClient
    ) -> None:
        """Rule 1.72: the only kind that has the subtype."""
        await api.chat_postMessage(
            channel="C0GENERAL", text="x", username="Ann", icon_url="https://a.example/i.png"
        )
        (message,) = await slack.all_messages("C0GENERAL")
        assert message.username == "Ann"
        assert message.icon_url == "https://a.example/i.png"
        assert message.raw["subtype"] == "bot_message"
        assert message.user is None


class TestWithoutMessagesTab:
    @pytest.fixture
    def manifest(self) -> dict[str, Any]:
        closed = copy.deepcopy(MANIFEST)
        closed["features"]["app_home"]["messages_tab_enabled"] = False
        return closed

    async def test_people_cannot_be_written_to(self, refused: Refused) -> None:
        """Rule 3.59."""
        refusal = await refused("chat.postMessage", channel="U0ANN", text="x")
        assert refusal == "messages_tab_disabled"
