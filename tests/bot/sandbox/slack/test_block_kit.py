"""Each limit of section 3, at its edge and one beyond, as chat.postMessage enforces it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.blockkit.payloads import check_message, check_view
from bot.sandbox.slack.errors import SlackRefusal
from tests.bot.sandbox.slack.blocks import (
    actions,
    button,
    input_of,
    mrkdwn,
    option,
    options,
    plain,
    section,
    select,
    text_input,
)

Json = dict[str, Any]


def confirm(**more: Json) -> Json:
    parts = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}
    return actions(button("x", confirm=parts | more))


def element(kind: str, **more: Any) -> Json:
    return actions({"type": kind, "action_id": "a", **more})


def written(kind: str = "plain_text_input", **more: Any) -> Json:
    return input_of("Label", "b", {"type": kind, **more})


def groups(count: int, size: int) -> Json:
    listed = [{"label": plain(str(n)), "options": options(size)} for n in range(count)]
    return element("static_select", option_groups=listed)


def table(rows: int, cells: int) -> Json:
    row = [{"type": "raw_text", "text": "x"}] * cells
    return {"type": "table", "rows": [row] * rows}


IMAGE = {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "x"}

# What fits, and what is one too much: (rule, good, bad).
EDGES: list[tuple[str, list[Json], list[Json]]] = [
    ("3.1", [section("x")] * 50, [section("x")] * 51),
    ("3.5", [section("x", block_id="b" * 255)], [section("x", block_id="b" * 256)]),
    ("3.5", [actions(button("x", "a" * 255))], [actions(button("x", "a" * 256))]),
    (
        "3.6",
        [actions(button("x", "a"), button("y", "b"))],
        [actions(button("x", "a"), button("y", "a"))],
    ),
    ("3.6", [section("x"), section("y")], [section("x", block_id="a")] * 2),
    ("3.7", [table(2, 2)], [table(2, 2), table(2, 2)]),
    ("3.10", [section("x" * 3_000)], [section("x" * 3_001)]),
    ("3.9", [section("x")], [section("")]),
    (
        "3.11",
        [{"type": "section", "fields": [mrkdwn("x")] * 10}],
        [{"type": "section", "fields": [mrkdwn("x")] * 11}],
    ),
    (
        "3.11",
        [{"type": "section", "fields": [mrkdwn("x" * 2_000)]}],
        [{"type": "section", "fields": [mrkdwn("x" * 2_001)]}],
    ),
    (
        "3.12",
        [{"type": "header", "text": plain("x" * 150)}],
        [{"type": "header", "text": plain("x" * 151)}],
    ),
    ("3.12", [{"type": "header", "text": plain("x")}], [{"type": "header", "text": mrkdwn("x")}]),
    (
        "3.13",
        [{"type": "context", "elements": [mrkdwn("x")] * 9 + [IMAGE]}],
        [{"type": "context", "elements": [mrkdwn("x")] * 11}],
    ),
    (
        "3.14",
        [actions(*[button("x", str(n)) for n in range(25)])],
        [actions(*[button("x", str(n)) for n in range(26)])],
    ),
    ("3.16", [text_input("L" * 2_000, "b")], [text_input("L" * 2_001, "b")]),
    (
        "3.16",
        [input_of("L", "b", {"type": "plain_text_input"}, hint=plain("h" * 2_000))],
        [input_of("L", "b", {"type": "plain_text_input"}, hint=mrkdwn("h"))],
    ),
    ("3.17", [IMAGE], [{"type": "image", "image_url": "https://a.example/x.png"}]),
    ("3.17", [IMAGE | {"alt_text": "x" * 2_000}], [IMAGE | {"alt_text": "x" * 2_001}]),
    ("3.18", [table(100, 20)], [table(101, 20)]),
    ("3.18", [table(1, 20)], [table(1, 21)]),
    (
        "3.19",
        [{"type": "markdown", "text": "x" * 12_000}],
        [{"type": "markdown", "text": "x" * 12_001}],
    ),
    (
        "3.21",
        [{"type": "alert", "text": plain("x" * 200)}],
        [{"type": "alert", "text": plain("x" * 201)}],
    ),
    ("3.22", [{"type": "card", "title": plain("x")}], [{"type": "card", "subtext": plain("x")}]),
    (
        "3.23",
        [{"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * 10}],
        [{"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * 11}],
    ),
    (
        "3.27",
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
        [{"type": "rich_text", "elements": [{"type": "section"}]}],
    ),
    ("3.28", [{"type": "divider"}], [{"type": "file", "source": "remote"}]),
    ("3.29", [actions(button("x" * 75))], [actions(button("x" * 76))]),
    ("3.30", [actions(button("x", value="v" * 2_000))], [actions(button("x", value="v" * 2_001))]),
    ("3.30", [actions(button("x", url="u" * 3_000))], [actions(button("x", url="u" * 3_001))]),
    ("3.32", [actions(select("x" * 75))], [actions(select("x" * 76))]),
    (
        "3.32",
        [element("static_select", options=[option("x", "v" * 150)])],
        [element("static_select", options=[option("x", "v" * 151)])],
    ),
    (
        "3.32",
        [element("static_select", options=[option("x", "1"), option("y", "2")])],
        [element("static_select", options=[option("x", "1"), option("y", "1")])],
    ),
    (
        "3.33",
        [element("checkboxes", options=[{"text": mrkdwn("x"), "value": "1"}])],
        [element("static_select", options=[{"text": mrkdwn("x"), "value": "1"}])],
    ),
    (
        "3.34",
        [element("static_select", options=options(100))],
        [element("static_select", options=options(101))],
    ),
    ("3.34", [groups(100, 1)], [groups(101, 1)]),
    ("3.34", [groups(1, 1)], [element("static_select")]),
    ("3.35", [groups(1, 100)], [groups(1, 101)]),
    ("3.36", [element("overflow", options=options(5))], [element("overflow", options=options(6))]),
    ("3.36", [element("overflow", options=options(1))], [element("overflow", options=[])]),
    (
        "3.37",
        [element("checkboxes", options=options(10))],
        [element("checkboxes", options=options(11))],
    ),
    (
        "3.37",
        [element("radio_buttons", options=options(10))],
        [element("radio_buttons", options=options(11))],
    ),
    (
        "3.38",
        [element("users_select", placeholder=plain("x" * 150))],
        [element("users_select", placeholder=plain("x" * 151))],
    ),
    (
        "3.39",
        [element("multi_users_select", max_selected_items=1)],
        [element("multi_users_select", max_selected_items=0)],
    ),
    (
        "3.40",
        [element("static_select", options=options(2), initial_option=options(2)[1])],
        [element("static_select", options=options(2), initial_option=option("Option 1", "other"))],
    ),
    ("3.41", [confirm(title=plain("x" * 100))], [confirm(title=plain("x" * 101))]),
    ("3.41", [confirm(text=mrkdwn("x" * 300))], [confirm(text=mrkdwn("x" * 301))]),
    ("3.41", [confirm(deny=plain("x" * 30))], [confirm(deny=plain("x" * 31))]),
    ("3.42", [written(max_length=3_000)], [written(max_length=3_001)]),
    ("3.42", [written(min_length=0)], [written(min_length=-1)]),
    (
        "3.43",
        [written("rich_text_input", max_lines=100)],
        [written("rich_text_input", min_lines=0)],
    ),
    ("3.44", [written("number_input", is_decimal_allowed=True)], [written("number_input")]),
    (
        "3.45",
        [element("datepicker", initial_date="2026-01-31")],
        [element("datepicker", initial_date="31.1.2026")],
    ),
    (
        "3.45",
        [element("timepicker", initial_time="09:30")],
        [element("timepicker", initial_time="9:30")],
    ),
    (
        "3.45",
        [element("datetimepicker", initial_date_time=1_628_633_820)],
        [element("datetimepicker", initial_date_time=1_628_633_820_000)],
    ),
    ("3.46", [written("file_input", max_files=10)], [written("file_input", max_files=11)]),
    (
        "3.47",
        [written(focus_on_load=True)],
        [
            written(focus_on_load=True),
            input_of("M", "c", {"type": "plain_text_input", "focus_on_load": True}),
        ],
    ),
    ("3.13", [{"type": "context", "elements": [mrkdwn("x")]}], [{"type": "context"}]),
    ("6.19", [section("x", accessory=button("x"))], [section("x", accessory={"type": "magic"})]),
]


@pytest.mark.parametrize(("rule", "good", "bad"), EDGES)
def test_the_edge_is_inside_and_one_more_is_not(
    rule: str, good: list[Json], bad: list[Json]
) -> None:
    """The rule is the parameter."""
    check_message(good, None)
    with pytest.raises(SlackRefusal) as caught:
        check_message(bad, None)
    assert caught.value.name == "invalid_blocks", rule
    assert all(each.startswith("[ERROR]") for each in caught.value.problems)


async def test_a_refusal_says_where_and_why(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 3.50."""
    blocks = [section("fine"), {"type": "header", "text": plain("x" * 151)}]
    with pytest.raises(SlackApiError) as caught:
        await api.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks)
    response = caught.value.response
    assert response["error"] == "invalid_blocks"
    assert response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    ]
    assert await slack.all_messages("C0GENERAL") == []


async def test_blocks_are_a_list(
    slack: SlackClient, refused: Callable[..., Awaitable[str]]
) -> None:
    """Rule 3.50."""
    wrong = {"channel": "C0GENERAL", "text": "x", "blocks": {"type": "divider"}}
    assert await refused("chat.postMessage", **wrong) == "invalid_blocks_format"


async def test_markdown_is_limited_in_sum(
    slack: SlackClient, refused: Callable[..., Awaitable[str]]
) -> None:
    """Rule 3.8."""
    half = {"type": "markdown", "text": "x" * 6_001}
    long = {"channel": "C0GENERAL", "text": "x", "blocks": [half, half]}
    assert await refused("chat.postMessage", **long) == "msg_blocks_too_long"


@pytest.mark.parametrize("kind", ["markdown", "table"])
def test_some_blocks_are_for_messages_only(kind: str) -> None:
    """Rule 3.19."""
    block = {"markdown": {"type": "markdown", "text": "x"}, "table": table(1, 1)}[kind]
    check_message([block], None)
    with pytest.raises(SlackRefusal, match="invalid_arguments"):
        check_view({"type": "home", "blocks": [block]}, ("home",))


def test_length_is_counted_in_code_points() -> None:
    """Section 3."""
    check_message([section("🙂" * 3_000)], None)
    with pytest.raises(SlackRefusal):
        check_message([section("🙂" * 3_001)], None)


def refusal_of(blocks: Any) -> str:
    try:
        check_message(blocks, blocks)
    except SlackRefusal as refusal:
        return refusal.name
    return ""


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(["type", "text", "elements", "options", "block_id", "min_length"]),
            inner | some.sampled_from(["section", "actions", "button", "plain_text", "input"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_no_json_whatever_breaks_the_check(value: Any) -> None:
    """A refusal is the worst that may happen."""
    assert refusal_of(value) in {
        "",
        "invalid_blocks_format",
        "invalid_blocks",
        "invalid_attachments",
    }
