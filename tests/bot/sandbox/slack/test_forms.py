"""People at a modal: filling in, submitting, closing; the app's answers (rules 1.38 to 1.53)."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from bot.sandbox.slack.client import Impossible
from tests.bot.sandbox.slack.blocks import (
    actions,
    button,
    home,
    input_of,
    modal,
    option,
    select,
    text_input,
)
from tests.bot.sandbox.slack.stub_app import StubApp

Json = dict[str, Any]
OpenModal = Callable[..., Awaitable[Json]]
TROUBLE = "We had some trouble connecting. Try again?"
SUMMARY = text_input("Summary", "summary")


async def test_an_empty_answer_closes_the_view(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rules 1.38 and 1.50."""
    view = await open_modal(SUMMARY, private_metadata="id-7")
    seen = await slack.acting("U0ANN").fill({"Summary": "Drucker ✓"}, submit=True)
    assert seen.ok
    assert seen.view is None
    (sent,) = app.got("view_submission")
    assert sent["view"]["id"] == view["id"]
    assert sent["view"]["private_metadata"] == "id-7"
    assert sent["view"]["state"]["values"]["summary"]["value"] == {
        "type": "plain_text_input",
        "value": "Drucker ✓",
    }
    assert b"Drucker" in app.requests[-1].raw
    assert "✓".encode() not in app.requests[-1].raw


async def test_errors_show_beside_their_inputs(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 1.39."""
    await open_modal(SUMMARY)
    app.answer("view_submission", {"response_action": "errors", "errors": {"summary": "Longer!"}})
    seen = await slack.acting("U0ANN").fill({"Summary": "x"}, submit=True)
    assert seen.view
    assert seen.view.errors == {"Summary": "Longer!"}
    assert seen.view.values == {"Summary": "x"}


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"value": "an action_id"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors"},
        {"response_action": "errors", "errors": {"summary": {"text": "no text"}}},
        {"response_action": "vanish"},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push", "view": modal(title={"type": "plain_text", "text": "x" * 25})},
        "thanks",
        {},
    ],
)
async def test_an_answer_that_makes_no_sense_is_trouble(
    slack: SlackClient, app: StubApp, open_modal: OpenModal, answer: Any
) -> None:
    """Rules 1.39 and 1.40."""
    await open_modal(SUMMARY)
    app.answer("view_submission", answer)
    seen = await slack.acting("U0ANN").fill({"Summary": "x"}, submit=True)
    assert seen.notices == [TROUBLE]
    assert seen.problems
    assert seen.view


@pytest.mark.parametrize("status", [404, 500])
async def test_a_failing_app_is_trouble_and_the_form_stays(
    slack: SlackClient, app: StubApp, open_modal: OpenModal, status: int
) -> None:
    """Rule 1.18."""
    await open_modal(SUMMARY)
    app.answer("view_submission", status=status)
    seen = await slack.acting("U0ANN").fill({"Summary": "typed"}, submit=True)
    assert seen.status == status
    assert seen.notices == [TROUBLE]
    assert seen.view
    assert seen.view.values == {"Summary": "typed"}


async def test_a_slow_app_is_a_time_out(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 1.18."""
    await open_modal(SUMMARY)
    await slack.settings(answer_seconds=0.1)
    app.answer_late("view_submission", 0.3)
    seen = await slack.acting("U0ANN").fill({"Summary": "x"}, submit=True)
    assert seen.status == 0
    assert "operation_timeout" in seen.notices
    assert seen.view


async def test_an_answer_can_update_push_and_clear(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 1.38."""
    ann = slack.acting("U0ANN")
    root = await open_modal(SUMMARY)
    app.answer("view_submission", {"response_action": "update", "view": modal(SUMMARY)})
    assert (await ann.fill({"Summary": "kept"}, submit=True)).ok
    app.answer("view_submission", {"response_action": "push", "view": modal(callback_id="second")})
    seen = await ann.submit()
    assert seen.view
    assert seen.view.callback_id == "second"
    assert seen.view.raw["previous_view_id"] == root["id"]
    app.answer("view_submission", {"response_action": "clear"})
    assert (await ann.submit()).view is None


async def test_closing_a_pushed_view_shows_the_one_below(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    ann = slack.acting("U0ANN")
    await open_modal(SUMMARY)
    app.answer("view_submission", {"response_action": "push", "view": modal(callback_id="second")})
    await ann.fill({"Summary": "x"}, submit=True)
    seen = await ann.close_view()
    assert seen.view
    assert seen.view.callback_id == "form"


async def test_closing_is_told_only_when_asked_for(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 1.48."""
    await open_modal()
    await slack.acting("U0ANN").close_view()
    assert app.got("view_closed") == []
    view = await open_modal(notify_on_close=True)
    await slack.acting("U0ANN").close_view()
    (told,) = app.got("view_closed")
    assert told["view"]["id"] == view["id"]
    assert told["is_cleared"] is False


async def test_the_x_closes_all_and_names_the_root(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 1.48."""
    ann = slack.acting("U0ANN")
    root = await open_modal(SUMMARY, notify_on_close=True)
    app.answer("view_submission", {"response_action": "push", "view": modal()})
    await ann.fill({"Summary": "x"}, submit=True)
    seen = await ann.close_view(everything=True)
    (told,) = app.got("view_closed")
    assert seen.view is None
    assert told["view"]["id"] == root["id"]
    assert told["is_cleared"] is True


async def test_a_required_input_is_held_back_by_slack(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    await open_modal(SUMMARY)
    seen = await slack.acting("U0ANN").submit()
    assert seen.status == 0
    assert seen.view
    assert seen.view.errors == {"Summary": "Please complete this required field."}
    assert app.got("view_submission") == []


async def test_the_composer_keeps_to_min_and_max_length(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 3.42."""
    await open_modal(text_input("Code", "code", min_length=3, max_length=5))
    ann = slack.acting("U0ANN")
    with pytest.raises(Impossible, match="takes 5"):
        await ann.fill({"Code": "123456"})
    seen = await ann.fill({"Code": "12"}, submit=True)
    assert seen.view
    assert "at least 3" in seen.view.errors["Code"]


async def test_every_kind_of_input_is_filled_as_its_state_wants(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 1.50."""
    boxes = {"type": "checkboxes", "options": [option("A"), option("B")]}
    radio = {"type": "radio_buttons", "options": [option("Yes"), option("No")]}
    number = {"type": "number_input", "is_decimal_allowed": False}
    await open_modal(
        input_of("Priority", "priority", select("Low", "High")),
        input_of("Boxes", "boxes", boxes),
        input_of("Radio", "radio", radio),
        input_of("Who", "who", {"type": "users_select"}),
        input_of("All", "all", {"type": "multi_users_select"}),
        input_of("Where", "where", {"type": "conversations_select"}),
        input_of("Day", "day", {"type": "datepicker"}),
        input_of("Hour", "hour", {"type": "timepicker"}),
        input_of("Due", "due", {"type": "datetimepicker"}),
        input_of("Count", "count", number),
        input_of("Story", "story", {"type": "rich_text_input"}),
        input_of("Files", "files", {"type": "file_input"}),
        input_of("Note", "note", {"type": "plain_text_input"}, optional=True),
    )
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    seen = await slack.acting("U0ANN").fill(
        {
            "Priority": "High",
            "Boxes": ["A", "B"],
            "Radio": "No",
            "Who": "Hugo Maas",
            "All": ["U0ANN", "hugo"],
            "Where": "#general",
            "Day": date(2026, 3, 1),
            "Hour": time(9, 30),
            "Due": moment,
            "Count": 3,
            "Story": "hello @hugo",
            "Files": [("a.txt", b"content")],
        },
        submit=True,
    )
    assert seen.ok, seen
    state = app.got("view_submission")[0]["view"]["state"]["values"]
    values = {block: next(iter(held.values())) for block, held in state.items()}
    assert values["priority"]["selected_option"]["value"] == "high"
    assert [each["value"] for each in values["boxes"]["selected_options"]] == ["a", "b"]
    assert values["radio"]["selected_option"]["value"] == "no"
    assert values["who"]["selected_user"] == "U0HUGO"
    assert values["all"]["selected_users"] == ["U0ANN", "U0HUGO"]
    assert values["where"]["selected_conversation"] == "C0GENERAL"
    assert values["day"]["selected_date"] == "2026-03-01"
    assert values["hour"]["selected_time"] == "09:30"
    assert values["due"]["selected_date_time"] == int(moment.timestamp())
    assert values["count"]["value"] == "3"
    leaves = values["story"]["rich_text_value"]["elements"][0]["elements"]
    assert leaves[1] == {"type": "user", "user_id": "U0HUGO"}
    assert values["files"]["files"][0]["name"] == "a.txt"
    assert values["note"]["value"] is None


async def test_what_is_not_on_the_form_cannot_be_filled(
    slack: SlackClient, open_modal: OpenModal
) -> None:
    await open_modal(input_of("Priority", "priority", select("Low")))
    ann = slack.acting("U0ANN")
    with pytest.raises(Impossible, match="no input 'Colour'"):
        await ann.fill({"Colour": "red"})
    with pytest.raises(Impossible, match="does not offer 'High'"):
        await ann.fill({"Priority": "High"})


async def test_inputs_report_only_with_dispatch_action(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rules 1.42 and 1.44."""
    view = await open_modal(
        SUMMARY, input_of("Priority", "priority", select("Low", "High"), dispatch_action=True)
    )
    await slack.acting("U0ANN").fill({"Summary": "x", "Priority": "High"})
    (told,) = app.got("block_actions")
    assert told["container"] == {"type": "view", "view_id": view["id"]}
    assert told["view"]["hash"] == view["hash"]
    assert told["view"]["state"]["values"]["summary"]["value"]["value"] == "x"
    assert told["actions"][0]["selected_option"]["value"] == "high"
    assert "response_url" not in told


async def test_buttons_and_menus_in_a_view_report_at_once(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    await open_modal(actions(button("More", "more", value="7"), select("Red", "Green")))
    ann = slack.acting("U0ANN")
    await ann.click_view("More")
    await ann.choose_view("Green")
    pressed, chosen = app.got("block_actions")
    assert pressed["actions"][0]["value"] == "7"
    assert chosen["actions"][0]["selected_option"]["text"]["text"] == "Green"
    view = await ann.view()
    assert view
    assert view.values == {"menu": "Green"}


async def test_the_home_tab_has_buttons_and_menus_too(
    slack: SlackClient, api: AsyncWebClient, app: StubApp
) -> None:
    people = {"type": "users_select", "action_id": "who"}
    published = home(actions(button("Next"), select("Mine", "All"), people))
    await api.views_publish(user_id="U0ANN", view=published)
    ann = slack.acting("U0ANN")
    await ann.click_home("Next")
    await ann.choose_home("All")
    await ann.choose_home("Hugo Maas", menu="who")
    kinds = [told["actions"][0]["type"] for told in app.got("block_actions")]
    assert kinds == ["button", "static_select", "users_select"]
    assert app.got("block_actions")[2]["actions"][0]["selected_user"] == "U0HUGO"
    assert app.got("block_actions")[0]["view"]["type"] == "home"


async def test_a_chosen_conversation_gives_a_response_url_when_enabled(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 1.28."""
    element = {"type": "conversations_select", "response_url_enabled": True}
    await open_modal(input_of("Where", "where", element))
    await slack.acting("U0ANN").fill({"Where": "C0GENERAL"}, submit=True)
    (url,) = app.got("view_submission")[0]["response_urls"]
    assert url["channel_id"] == "C0GENERAL"
    assert url["block_id"] == "where"


async def test_a_view_that_is_gone_cannot_be_submitted(slack: SlackClient) -> None:
    with pytest.raises(Impossible, match="no view open"):
        await slack.acting("U0ANN").submit()


async def test_the_external_menu_asks_the_app(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rules 1.51 and 1.53."""
    element = {"type": "external_select", "min_query_length": 2}
    await open_modal(input_of("Department", "department", element))
    app.answer("block_suggestion", {"options": [option("IT"), option("Finance")]})
    ann = slack.acting("U0ANN")
    assert await ann.options("Department", query="I") == []
    assert app.got("block_suggestion") == []
    assert await ann.options("Department", query="IT") == ["IT", "Finance"]
    (asked,) = app.got("block_suggestion")
    assert asked["value"] == "IT"
    assert asked["block_id"] == "department"
    assert asked["view"]["callback_id"] == "form"
    await ann.fill({"Department": "IT"}, submit=True)
    assert app.got("view_submission")


async def test_groups_of_options_are_read_too(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 1.52."""
    await open_modal(input_of("D", "d", {"type": "external_select", "min_query_length": 0}))
    group = {"label": {"type": "plain_text", "text": "Offices"}, "options": [option("Berlin")]}
    app.answer("block_suggestion", {"option_groups": [group]})
    assert await slack.acting("U0ANN").options() == ["Berlin"]


@pytest.mark.parametrize(
    "answer",
    [
        {"options": [option(str(n)) for n in range(101)]},
        {"options": [option("x" * 76)]},
        {"options": [option("x", "v" * 151)]},
        {"options": [], "option_groups": []},
        {},
        "IT",
    ],
)
async def test_a_wrong_answer_leaves_the_menu_empty(
    slack: SlackClient, app: StubApp, open_modal: OpenModal, answer: Any
) -> None:
    """Rules 1.52 and 3.32."""
    await open_modal(input_of("D", "d", {"type": "external_select", "min_query_length": 0}))
    app.answer("block_suggestion", answer)
    assert await slack.acting("U0ANN").options() == []
    assert await slack.acting("U0ANN").notices()


async def test_payloads_are_json_in_a_form_field(
    slack: SlackClient, app: StubApp, open_modal: OpenModal
) -> None:
    """Rule 1.18."""
    await open_modal(SUMMARY)
    await slack.acting("U0ANN").fill({"Summary": "x"}, submit=True)
    request = app.requests[-1]
    assert request.content_type == "application/x-www-form-urlencoded"
    assert request.raw.startswith(b"payload=%7B")
    assert json.dumps(request.json)
