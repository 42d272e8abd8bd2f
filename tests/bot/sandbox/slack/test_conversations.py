"""Conversations, threads and reactions as the Web API tells of them."""

from collections.abc import Awaitable, Callable

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Impossible

Refused = Callable[..., Awaitable[str]]


@pytest.fixture(autouse=True)
async def staged(slack: SlackClient) -> None:
    """People and channels are there in every test."""


async def test_a_reply_counts_at_its_parent(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 1.71."""
    root = (await api.chat_postMessage(channel="C0GENERAL", text="root"))["ts"]
    reply = await slack.acting("U0ANN").post("C0GENERAL", "reply", thread_ts=root)
    answer = await api.conversations_replies(channel="C0GENERAL", ts=root)
    parent, child = answer["messages"]
    assert parent["thread_ts"] == root
    assert parent["reply_count"] == 1
    assert parent["reply_users"] == ["U0ANN"]
    assert parent["latest_reply"] == reply.ts
    assert child["thread_ts"] == root


async def test_a_replys_own_ts_is_no_thread(api: AsyncWebClient, refused: Refused) -> None:
    """Rule 1.71: always the parent's."""
    root = (await api.chat_postMessage(channel="C0GENERAL", text="root"))["ts"]
    reply = (await api.chat_postMessage(channel="C0GENERAL", text="r", thread_ts=root))["ts"]
    wrong = {"channel": "C0GENERAL", "text": "x", "thread_ts": reply}
    assert await refused("chat.postMessage", **wrong) == "thread_not_found"


async def test_history_has_no_replies_but_broadcast_ones(api: AsyncWebClient) -> None:
    """Rule 1.64."""
    root = (await api.chat_postMessage(channel="C0GENERAL", text="root"))["ts"]
    await api.chat_postMessage(channel="C0GENERAL", text="quiet", thread_ts=root)
    loud = {"channel": "C0GENERAL", "text": "loud", "thread_ts": root}
    await api.chat_postMessage(**loud, reply_broadcast=True)
    answer = await api.conversations_history(channel="C0GENERAL")
    assert [m["text"] for m in answer["messages"]] == ["loud", "root"]
    assert answer["messages"][0]["subtype"] == "thread_broadcast"


async def test_a_deleted_parent_with_replies_leaves_a_tombstone(
    slack: SlackClient, api: AsyncWebClient
) -> None:
    """Rule 1.69."""
    root = (await api.chat_postMessage(channel="C0GENERAL", text="root"))["ts"]
    await api.chat_postMessage(channel="C0GENERAL", text="reply", thread_ts=root)
    await api.chat_delete(channel="C0GENERAL", ts=root)
    tombstone, reply = await slack.all_messages("C0GENERAL")
    assert tombstone.deleted
    assert "root" not in tombstone.plain
    assert reply.text == "reply"


async def test_a_parent_forgets_its_last_reply(api: AsyncWebClient) -> None:
    root = (await api.chat_postMessage(channel="C0GENERAL", text="root"))["ts"]
    reply = (await api.chat_postMessage(channel="C0GENERAL", text="r", thread_ts=root))["ts"]
    await api.chat_delete(channel="C0GENERAL", ts=reply)
    (parent,) = (await api.conversations_replies(channel="C0GENERAL", ts=root))["messages"]
    assert "thread_ts" not in parent


async def test_history_comes_in_pages_newest_first(api: AsyncWebClient) -> None:
    """Rule 4.6."""
    for number in range(5):
        await api.chat_postMessage(channel="C0GENERAL", text=str(number))
    first = await api.conversations_history(channel="C0GENERAL", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api.conversations_history(channel="C0GENERAL", limit=3, cursor=cursor)
    assert [m["text"] for m in first["messages"]] == ["4", "3", "2"]
    assert [m["text"] for m in second["messages"]] == ["1", "0"]
    assert second["has_more"] is False


async def test_history_can_be_bounded(api: AsyncWebClient) -> None:
    stamps = [
        (await api.chat_postMessage(channel="C0GENERAL", text=str(n)))["ts"] for n in range(4)
    ]
    answer = await api.conversations_history(
        channel="C0GENERAL", oldest=stamps[1], latest=stamps[3]
    )
    assert [m["text"] for m in answer["messages"]] == ["2"]
    bounds = {"oldest": stamps[1], "latest": stamps[3], "inclusive": True}
    answer = await api.conversations_history(channel="C0GENERAL", **bounds)
    assert [m["text"] for m in answer["messages"]] == ["3", "2", "1"]


async def test_a_made_up_cursor_is_refused(refused: Refused) -> None:
    wrong = {"channel": "C0GENERAL", "cursor": "!!"}
    assert await refused("conversations.history", **wrong) == "invalid_cursor"


async def test_what_the_app_is_not_in_stays_hidden(refused: Refused) -> None:
    assert await refused("conversations.info", channel="C0SECRET") == "channel_not_found"
    assert await refused("conversations.history", channel="C0LUNCH") == "not_in_channel"


async def test_a_channel_says_whether_it_is_shared(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 7.15."""
    await slack.channel("C0SHARED", "shared", private=True, ext_shared=True)
    channel = (await api.conversations_info(channel="C0SHARED"))["channel"]
    assert channel["is_ext_shared"] is True
    assert channel["is_private"] is True
    assert channel["is_member"] is True


async def test_only_visible_channels_are_listed(api: AsyncWebClient) -> None:
    answer = await api.conversations_list(types="public_channel,private_channel")
    assert {c["name"] for c in answer["channels"]} == {"general", "it-desk", "lunch"}


async def test_members_come_in_pages(api: AsyncWebClient) -> None:
    first = await api.conversations_members(channel="C0GENERAL", limit=2)
    assert first["members"] == ["U0ANN", "U0HUGO"]
    assert first["response_metadata"]["next_cursor"]


async def test_a_direct_channel_is_opened_once(api: AsyncWebClient, refused: Refused) -> None:
    first = await api.conversations_open(users="U0ANN")
    again = await api.conversations_open(users="U0ANN")
    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"] is True
    assert await refused("conversations.open", users="U0OLD") == "user_disabled"


async def test_the_app_can_join_and_invite(api: AsyncWebClient, refused: Refused) -> None:
    await api.conversations_join(channel="C0LUNCH")
    await api.conversations_invite(channel="C0LUNCH", users="U0HUGO")
    members = (await api.conversations_members(channel="C0LUNCH"))["members"]
    assert {"U0ANN", "U0HUGO"} < set(members)
    again = {"channel": "C0LUNCH", "users": "U0HUGO"}
    assert await refused("conversations.invite", **again) == "already_in_channel"


async def test_a_reaction_is_given_once_and_taken_once(
    slack: SlackClient, api: AsyncWebClient, refused: Refused
) -> None:
    """Rule 1.78."""
    ts = (await api.chat_postMessage(channel="C0GENERAL", text="x"))["ts"]
    place = {"channel": "C0GENERAL", "timestamp": ts, "name": "eyes"}
    await api.reactions_add(**place)
    assert await refused("reactions.add", **place) == "already_reacted"
    got = await api.reactions_get(channel="C0GENERAL", timestamp=ts)
    assert got["message"]["reactions"][0]["count"] == 1
    await api.reactions_remove(**place)
    assert await refused("reactions.remove", **place) == "no_reaction"
    assert await refused("reactions.add", **(place | {"name": "no such"})) == "invalid_name"


async def test_people_see_only_channels_they_are_in(
    slack: SlackClient, api: AsyncWebClient
) -> None:
    await api.chat_postMessage(channel="C0ITDESK", text="internal")
    assert len(await slack.acting("U0HUGO").messages("C0ITDESK")) == 1
    with pytest.raises(Impossible, match="is not in"):
        await slack.acting("U0GIL").messages("C0ITDESK")
    assert [c["name"] for c in await slack.acting("U0GIL").channels()] == ["general"]


async def test_people_write_only_where_they_are(slack: SlackClient) -> None:
    with pytest.raises(Impossible, match="is not in"):
        await slack.acting("U0GIL").post("C0ITDESK", "hello")


async def test_people_change_only_their_own_messages(slack: SlackClient) -> None:
    message = await slack.acting("U0ANN").post("C0GENERAL", "mine")
    with pytest.raises(Impossible, match="somebody else"):
        await slack.acting("U0HUGO").edit(message, "yours")
    await slack.acting("U0ANN").delete(message)
    assert await slack.all_messages("C0GENERAL") == []
