"""What a person reads in a message, and what in it would ping or mislead them (rule 9.19)."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Message
from tests.bot.sandbox.slack.blocks import actions, button, mrkdwn, plain, section

Json = dict[str, Any]


async def posted(
    slack: SlackClient, api: AsyncWebClient, *blocks: Json, text: str = "t"
) -> Message:
    await api.chat_postMessage(channel="C0GENERAL", text=text, blocks=list(blocks))
    return (await slack.acting("U0ANN").messages("C0GENERAL"))[-1]


def rich(*leaves: Json) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(leaves)}],
    }


async def test_names_stand_for_ids_and_signs_for_entities(
    slack: SlackClient, api: AsyncWebClient
) -> None:
    """Rule 3.73."""
    words = "<@U0HUGO> in <#C0GENERAL>: a &lt; b &amp; c, <https://a.example|here>"
    message = await posted(slack, api, section(words))
    assert message.plain.startswith("@hugo in #general: a < b & c, here")


async def test_dates_are_in_the_readers_zone(slack: SlackClient, api: AsyncWebClient) -> None:
    token = "<!date^1767225600^{date_num} {time}|fallback>"
    await api.chat_postMessage(channel="C0ITDESK", text=token)
    await slack.person("U0HUGO", "Hugo Maas", tz="America/New_York")
    (ann,) = await slack.acting("U0ANN").messages("C0ITDESK")
    (hugo,) = await slack.acting("U0HUGO").messages("C0ITDESK")
    assert ann.plain == "2026-01-01 1:00 AM"
    assert hugo.plain == "2025-12-31 7:00 PM"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("{date}", "January 1st, 2026"),
        ("{date_short_pretty}", "Jan 1, 2026"),
        ("{date_long}", "Thursday, January 1st, 2026"),
        ("{date_slash} at {time_secs}", "01/01/2026 at 1:00:00 AM"),
    ],
)
async def test_dates_have_many_forms(
    slack: SlackClient, api: AsyncWebClient, form: str, shown: str
) -> None:
    await api.chat_postMessage(channel="C0ITDESK", text=f"<!date^1767225600^{form}|f>")
    assert (await slack.acting("U0ANN").messages("C0ITDESK"))[0].plain == shown


async def test_everything_in_the_blocks_is_read(slack: SlackClient, api: AsyncWebClient) -> None:
    message = await posted(
        slack,
        api,
        {"type": "header", "text": plain("HD-12 · Printer")},
        {"type": "section", "fields": [mrkdwn("*Status* new"), plain("Due today")]},
        {"type": "context", "elements": [plain("small print")]},
        rich({"type": "text", "text": "rich "}, {"type": "user", "user_id": "U0ANN"}),
        {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]},
        actions(button("Assign to me"), button("Close", "close")),
        text="fallback",
    )
    for words in ("HD-12 · Printer", "*Status* new", "Due today", "small print", "cell"):
        assert words in message.plain
    assert "rich @Ann Visser" in message.plain
    assert message.plain.endswith("fallback")
    assert message.buttons == ["Assign to me", "Close"]


async def test_the_name_and_picture_shown_are_the_authors(slack: SlackClient) -> None:
    await slack.person("U0HUGO", "Hugo Maas", image="https://a.example/hugo.png")
    message = await slack.acting("U0HUGO").post("C0GENERAL", "x")
    assert message.username == "Hugo Maas"
    assert message.icon_url == "https://a.example/hugo.png"
    assert message.user == "U0HUGO"


@pytest.mark.parametrize(
    ("block", "pings"),
    [
        (section("<!channel> <!here> <!subteam^S1>"), ["<!channel>", "<!here>", "<!subteam^S1>"]),
        (section("hello <@U0HUGO>"), ["<@U0HUGO>"]),
        (section("bare @here"), ["@here"]),
        (section("mail@here.example"), []),
        ({"type": "section", "text": mrkdwn("bare @here", verbatim=True)}, []),
        ({"type": "section", "text": mrkdwn("<!here>", verbatim=True)}, ["<!here>"]),
        (section("&lt;!channel&gt;"), []),
        ({"type": "section", "text": plain("<!channel> @here <@U0HUGO>")}, []),
        (section("<https://evil.example|https://bank.example>"), None),
        (section("<https://a.example> <#C0GENERAL> <!date^1767225600^{date}|x>"), []),
        (rich({"type": "broadcast", "range": "channel"}), ["<!channel>"]),
        (rich({"type": "user", "user_id": "U0HUGO"}), ["<@U0HUGO>"]),
        (rich({"type": "text", "text": "<!channel> @here"}), []),
        (
            rich({"type": "link", "url": "https://a.example", "text": "b"}),
            ["<https://a.example|b>"],
        ),
        ({"type": "markdown", "text": "[b](https://a.example)"}, ["[b](https://a.example)"]),
    ],
)
async def test_pings_and_disguised_links_are_found(
    slack: SlackClient, api: AsyncWebClient, block: Json, pings: list[str] | None
) -> None:
    """Rules 3.67 to 3.72 and 9.19."""
    message = await posted(slack, api, block)
    expected = ["<https://evil.example|https://bank.example>"] if pings is None else pings
    assert message.pings == expected


async def test_the_top_level_text_pings_as_well(slack: SlackClient, api: AsyncWebClient) -> None:
    message = await posted(slack, api, section("x"), text="<!everyone> @here")
    assert message.pings == ["<!everyone>"]


async def test_what_people_type_is_escaped_but_mentions_live(slack: SlackClient) -> None:
    """Rule 3.73."""
    ann = slack.acting("U0ANN")
    message = await ann.post("C0GENERAL", "<!channel> & @Hugo Maas. see https://a.example")
    assert message.text == "&lt;!channel&gt; &amp; <@U0HUGO>. see <https://a.example>"
    assert message.plain == "<!channel> & @hugo. see https://a.example"
    kinds = [leaf["type"] for leaf in message.blocks[0]["elements"][0]["elements"]]
    assert kinds == ["text", "user", "text", "link"]


async def test_an_address_after_an_unknown_name_is_still_one(slack: SlackClient) -> None:
    message = await slack.acting("U0ANN").post("C0GENERAL", "@nobody see https://a.example")
    assert message.text == "@nobody see <https://a.example>"


async def test_text_can_be_sent_untouched(slack: SlackClient) -> None:
    message = await slack.acting("U0ANN").post("C0GENERAL", "<!channel>", raw=True)
    assert message.text == "<!channel>"
