"""Modals and the Home tab through the Web API (rules 1.19, 1.37, 1.42 to 1.47, 1.59 to 1.61)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from tests.bot.sandbox.slack.blocks import home, input_of, modal, plain, section, text_input
from tests.bot.sandbox.slack.stub_app import Request, StubApp

Json = dict[str, Any]
Refused = Callable[..., Awaitable[str]]
Trigger = Callable[..., Awaitable[str]]
OpenModal = Callable[..., Awaitable[Json]]


async def test_a_trigger_opens_a_view_for_the_one_who_acted(
    slack: SlackClient, api: AsyncWebClient, trigger: Trigger
) -> None:
    answer = await api.views_open(trigger_id=await trigger("U0HUGO"), view=modal())
    view = await slack.acting("U0HUGO").view()
    assert view
    assert view.id == answer["view"]["id"] == answer["view"]["root_view_id"]
    assert view.title == "A form"
    assert await slack.acting("U0ANN").view() is None


async def test_a_trigger_is_refused_the_second_time(
    api: AsyncWebClient, trigger: Trigger, refused: Refused
) -> None:
    """Rules 1.19 and 1.20."""
    once = await trigger()
    await api.views_open(trigger_id=once, view=modal())
    assert await refused("views.open", trigger_id=once, view=modal()) == "exchanged_trigger_id"


async def test_a_trigger_is_refused_after_three_seconds(
    slack: SlackClient, trigger: Trigger, refused: Refused
) -> None:
    """Rule 1.19."""
    late = await trigger()
    await slack.advance(3.1)
    assert await refused("views.open", trigger_id=late, view=modal()) == "expired_trigger_id"


async def test_a_made_up_trigger_is_refused(slack: SlackClient, refused: Refused) -> None:
    assert await refused("views.open", trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


async def test_a_trigger_survives_a_view_that_is_refused(
    api: AsyncWebClient, trigger: Trigger, refused: Refused
) -> None:
    kept = await trigger()
    wrong = modal(title=plain("x" * 25))
    assert await refused("views.open", trigger_id=kept, view=wrong) == "invalid_arguments"
    assert (await api.views_open(trigger_id=kept, view=modal()))["ok"]


async def test_views_stack_three_deep(api: AsyncWebClient, trigger: Trigger) -> None:
    """Rule 1.37."""
    root = (await api.views_open(trigger_id=await trigger(), view=modal()))["view"]
    second = (await api.views_push(trigger_id=await trigger(), view=modal()))["view"]
    third = (await api.views_push(trigger_id=await trigger(), view=modal()))["view"]
    assert third["root_view_id"] == root["id"]
    assert third["previous_view_id"] == second["id"]


async def test_a_fourth_view_is_refused(
    api: AsyncWebClient, trigger: Trigger, refused: Refused
) -> None:
    """Rule 1.37."""
    await api.views_open(trigger_id=await trigger(), view=modal())
    for _ in range(2):
        await api.views_push(trigger_id=await trigger(), view=modal())
    fourth = {"trigger_id": await trigger(), "view": modal()}
    assert await refused("views.push", **fourth) == "push_limit_reached"


async def test_nothing_is_pushed_where_nothing_is_open(trigger: Trigger, refused: Refused) -> None:
    assert await refused("views.push", trigger_id=await trigger(), view=modal()) == "not_found"


async def test_a_stale_hash_conflicts(
    api: AsyncWebClient, open_modal: OpenModal, refused: Refused
) -> None:
    """Rule 1.42."""
    view = await open_modal()
    fresh = {"view_id": view["id"], "hash": view["hash"], "view": modal(section("new"))}
    assert (await api.views_update(**fresh))["view"]["hash"] != view["hash"]
    assert await refused("views.update", **fresh) == "hash_conflict"


async def test_an_update_without_a_hash_always_wins(
    slack: SlackClient, api: AsyncWebClient, open_modal: OpenModal
) -> None:
    view = await open_modal()
    for text in ("one", "two"):
        await api.views_update(view_id=view["id"], view=modal(section(text)))
    shown = await slack.acting("U0ANN").view()
    assert shown
    assert "two" in shown.text


async def test_what_was_typed_survives_where_the_ids_stay(
    slack: SlackClient, api: AsyncWebClient, open_modal: OpenModal
) -> None:
    """Rule 1.43."""
    ann = slack.acting("U0ANN")
    view = await open_modal(text_input("Summary", "summary"), text_input("More", "more"))
    await ann.fill({"Summary": "kept", "More": "lost"})
    changed = modal(text_input("Summary", "summary"), text_input("More", "more-2"))
    await api.views_update(view_id=view["id"], view=changed)
    shown = await ann.view()
    assert shown
    assert shown.values == {"Summary": "kept", "More": None}


async def test_a_view_is_found_by_its_external_id(
    api: AsyncWebClient, open_modal: OpenModal, refused: Refused
) -> None:
    """Rule 1.49."""
    view = await open_modal(external_id="loading-1")
    updated = await api.views_update(external_id="loading-1", view=modal())
    assert updated["view"]["id"] == view["id"]
    assert await refused("views.update", external_id="loading-1", view=modal()) == "not_found"


async def test_an_external_id_is_unique_in_the_team(
    api: AsyncWebClient, trigger: Trigger, refused: Refused
) -> None:
    """Rule 1.45."""
    await api.views_open(trigger_id=await trigger("U0ANN"), view=modal(external_id="one"))
    twin = {"trigger_id": await trigger("U0HUGO"), "view": modal(external_id="one")}
    assert await refused("views.open", **twin) == "duplicate_external_id"


async def test_an_external_id_is_free_again_after_closing(
    slack: SlackClient, trigger: Trigger, open_modal: OpenModal
) -> None:
    await open_modal(external_id="one")
    await slack.acting("U0ANN").close_view()
    assert (await open_modal(external_id="one"))["external_id"] == "one"


@pytest.mark.parametrize(
    "more",
    [
        {"title": plain("x" * 25)},
        {"submit": plain("x" * 25)},
        {"close": plain("x" * 25)},
        {"private_metadata": "x" * 3_001},
        {"callback_id": "x" * 256},
        {"external_id": "x" * 256},
        {"blocks": []},
        {"blocks": [section("x")] * 101},
        {"type": "home"},
        {"blocks": [text_input("Label", "a")], "submit": None},
        {"blocks": [section("x", block_id="a"), section("y", block_id="a")]},
    ],
)
async def test_a_view_beyond_the_limits_is_invalid(
    trigger: Trigger, refused: Refused, more: Json
) -> None:
    """Rules 1.45, 1.47, 3.2 and 3.6."""
    given = {"trigger_id": await trigger(), "view": modal(**more)}
    assert await refused("views.open", **given) == "invalid_arguments"


async def test_a_view_of_a_quarter_megabyte_is_too_large(
    trigger: Trigger, refused: Refused
) -> None:
    """Rule 3.3."""
    large = modal(*[section("ü" * 1_600) for _ in range(90)])
    refusal = await refused("views.open", trigger_id=await trigger(), view=large)
    assert refusal == "view_too_large"


async def test_a_home_tab_is_published_per_person(slack: SlackClient, api: AsyncWebClient) -> None:
    """Rule 1.61."""
    await api.views_publish(user_id="U0ANN", view=home(section("For Ann")))
    ann, hugo = await slack.acting("U0ANN").home(), await slack.acting("U0HUGO").home()
    assert ann
    assert "For Ann" in ann.text
    assert hugo is None


async def test_publishing_again_keeps_the_view_and_checks_the_hash(
    slack: SlackClient, api: AsyncWebClient, refused: Refused
) -> None:
    """Rules 1.42 and 1.60."""
    first = (await api.views_publish(user_id="U0ANN", view=home(section("1"))))["view"]
    again = {"user_id": "U0ANN", "view": home(section("2")), "hash": first["hash"]}
    second = (await api.views_publish(**again))["view"]
    assert second["id"] == first["id"]
    assert await refused("views.publish", **again) == "hash_conflict"


async def test_a_modal_is_no_home_tab(slack: SlackClient, refused: Refused) -> None:
    assert await refused("views.publish", user_id="U0ANN", view=modal()) == "invalid_arguments"
    unknown = {"user_id": "U0NOBODY", "view": home(section("x"))}
    assert await refused("views.publish", **unknown) == "user_not_found"


async def test_opening_home_tells_the_app_and_shows_what_was_published_before(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> None:
    """Rule 1.59."""
    ann = slack.acting("U0ANN")
    await ann.open_home()
    await api.views_publish(user_id="U0ANN", view=home(section("x")))
    await ann.open_home()
    await ann.open_home(tab="messages")
    first, second, third = app.events("app_home_opened")
    assert "view" not in first
    assert second["view"]["type"] == "home"
    assert [first["tab"], third["tab"]] == ["home", "messages"]
    assert first["channel"].startswith("D")


async def test_a_loading_view_can_be_updated_before_the_answer(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> None:
    """Rule 1.19: open first, then fill in."""

    async def load(request: Request) -> web.StreamResponse:
        trigger_id = request.json["trigger_id"]
        view = (await api.views_open(trigger_id=trigger_id, view=modal()))["view"]
        ready = modal(input_of("Priority", "p", {"type": "plain_text_input"}))
        await api.views_update(view_id=view["id"], hash=view["hash"], view=ready)
        return web.Response()

    app.answers["command"] = load
    seen = await slack.acting("U0ANN").command("/ticket")
    assert seen.view
    assert seen.view.labels == ["Priority"]
