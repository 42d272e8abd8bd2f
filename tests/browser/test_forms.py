"""Every kind of input in a real browser, and what the app hears of what was entered there."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Browser, FilePayload, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.face.pages import furnish
from bot.sandbox.slack import SlackClient, running_slack
from tests.bot.sandbox.slack.conftest import MANIFEST
from tests.bot.sandbox.slack.stub_app import SECRET, TOKEN, Request, StubApp
from tests.browser.screen import Desks, Screen

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def options(*labels: str) -> list[Json]:
    return [{"text": plain(each), "value": each.lower()} for each in labels]


def field(label: str, element: Json, **more: Any) -> Json:
    ids = {"block_id": f"b-{label}", "label": plain(label), "optional": True}
    return {"type": "input", "element": element | {"action_id": "a"}, **ids, **more}


INPUTS = [
    field("Line", {"type": "plain_text_input", "max_length": 30}),
    field("Lines", {"type": "plain_text_input", "multiline": True, "initial_value": "one"}),
    field("Number", {"type": "number_input", "is_decimal_allowed": True}),
    field("Mail", {"type": "email_text_input"}),
    field("Address", {"type": "url_text_input"}),
    field("Rich", {"type": "rich_text_input"}),
    field("One of", {"type": "static_select", "options": options("Red", "Blue")}),
    field("Some of", {"type": "multi_static_select", "options": options("Red", "Blue", "Green")}),
    field("Asked", {"type": "external_select", "min_query_length": 0}),
    field("Person", {"type": "users_select"}),
    field("Room", {"type": "channels_select"}),
    field("Rooms", {"type": "multi_conversations_select"}),
    field("Day", {"type": "datepicker"}),
    field("Time", {"type": "timepicker"}),
    field("Moment", {"type": "datetimepicker"}),
    field("Radio", {"type": "radio_buttons", "options": options("Yes", "No")}),
    field("Checks", {"type": "checkboxes", "options": options("Cheap", "Quick", "Good")}),
    field("Papers", {"type": "file_input", "max_files": 2}),
]
LABELS = [block["label"]["text"] for block in INPUTS]


def modal(*blocks: Json, title: str = "All inputs", **more: Any) -> Json:
    words = {"title": plain(title), "submit": plain("Save"), "close": plain("Cancel")}
    return {"type": "modal", "blocks": list(blocks), "callback_id": "all", **words, **more}


@pytest.fixture
async def app() -> AsyncIterator[StubApp]:
    stub = StubApp()
    site = web.Application(client_max_size=2**24)
    site.router.add_post("/slack/events", stub.handle)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield stub
    await runner.cleanup()


@pytest.fixture
async def slack(app: StubApp) -> AsyncIterator[SlackClient]:
    told = {"app_url": app.url, "bot_token": TOKEN, "signing_secret": SECRET}
    async with (
        running_slack(MANIFEST, furnish=furnish, **told) as url,
        SlackClient(url) as client,
    ):
        await client.person("U0ANN", "Ann Visser", tz="America/New_York")
        await client.person("U0BEA", "Bea Okafor", tz="Europe/Berlin")
        await client.channel("C0GENERAL", "general", members=["U0ANN", "U0BEA"])
        await client.channel("C0DESK", "desk", private=True, members=["U0ANN"])
        yield client


@pytest.fixture
async def ann(slack: SlackClient, browser: Browser) -> AsyncIterator[Screen]:
    desks = Desks(browser, slack.base_url)
    yield await desks.of("U0ANN", "/C0DESK")
    await desks.close()
    assert desks.complaints == []


def opens(slack: SlackClient, app: StubApp, view: Json) -> None:
    """The app opens this view for whoever uses its shortcut."""

    async def answer(request: Request) -> web.StreamResponse:
        given = {"trigger_id": request.json["trigger_id"], "view": view}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        body = json.dumps(given).encode()
        async with aiohttp.ClientSession(headers=headers) as session:
            typed = {"Content-Type": "application/json"}
            url = f"{slack.base_url}/api/views.open"
            async with session.post(url, data=body, headers=typed) as opened:
                assert (await opened.json())["ok"], await opened.text()
        return web.Response()

    app.answers["shortcut"] = answer


async def use_shortcut(ann: Screen) -> None:
    await ann.page.get_by_role("button", name="Shortcuts").click()
    await ann.page.get_by_role("menuitem", name="New ticket").click()
    await expect(ann.window).to_be_visible()


async def test_every_input_says_what_was_entered(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    opens(slack, app, modal(*INPUTS))
    app.answer("block_suggestion", {"options": options("Alpha", "Beta")})
    await use_shortcut(ann)
    window = ann.window
    await window.get_by_label("Line (optional)", exact=True).fill("a line")
    await window.get_by_label("Lines").fill("two\nlines")
    await window.get_by_label("Number").fill("4.5")
    await window.get_by_label("Mail").fill("ann@example.com")
    await window.get_by_label("Address").fill("https://example.com")
    await window.get_by_label("Rich").fill("for @Bea Okafor")
    await window.get_by_label("One of").select_option("Blue")
    await ann.choose("Some of", "Red")
    await ann.choose("Some of", "Green")
    await ann.choose("Asked", "Beta")
    await ann.choose("Person", "Bea Okafor")
    await ann.choose("Room (optional)", "#general")
    await ann.choose("Rooms", "#desk")
    await window.get_by_label("Day").fill("2026-03-01")
    await window.get_by_label("Time").fill("09:30")
    await window.get_by_label("Moment").fill("2026-03-01T09:30")
    await window.get_by_role("radio", name="No").check()
    await window.get_by_role("checkbox", name="Quick").check()
    await window.get_by_role("checkbox", name="Good").check()
    paper = FilePayload(name="a.txt", mimeType="text/plain", buffer=b"paper")
    await window.get_by_label("Papers").set_input_files([paper])
    await ann.press("Save", window)
    await expect(window).to_have_count(0)

    [submitted] = app.got("view_submission")
    held = {
        block_id.removeprefix("b-"): next(v for k, v in state["a"].items() if k != "type")
        for block_id, state in submitted["view"]["state"]["values"].items()
    }
    assert held["Line"] == "a line"
    assert held["Lines"] == "two\nlines"
    assert held["Number"] == "4.5"
    assert held["Mail"] == "ann@example.com"
    assert held["Address"] == "https://example.com"
    rich = held["Rich"]["elements"][0]["elements"]
    assert rich[-1] == {"type": "user", "user_id": "U0BEA"}
    assert held["One of"]["value"] == "blue"
    assert [each["value"] for each in held["Some of"]] == ["red", "green"]
    assert held["Asked"]["value"] == "beta"
    assert held["Person"] == "U0BEA"
    assert held["Room"] == "C0GENERAL"
    assert held["Rooms"] == ["C0DESK"]
    assert held["Day"] == "2026-03-01"
    assert held["Time"] == "09:30"
    # Half past nine where Ann lives.
    assert held["Moment"] == 1772375400
    assert held["Radio"]["value"] == "no"
    assert [each["value"] for each in held["Checks"]] == ["quick", "good"]
    assert [each["name"] for each in held["Papers"]] == ["a.txt"]
    assert await slack.file_content(held["Papers"][0]["id"]) == b"paper"
    assert set(held) == set(LABELS)


async def test_a_menu_that_searches_is_used_with_the_keyboard(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    opens(slack, app, modal(INPUTS[8], INPUTS[9]))
    app.answer("block_suggestion", {"options": options("Alpha", "Beta")})
    await use_shortcut(ann)
    asked = ann.window.get_by_role("combobox", name="Asked")
    await expect(asked).to_be_focused()
    await ann.page.keyboard.press("ArrowDown")
    await expect(ann.window.get_by_role("option", name="Alpha")).to_be_visible()
    await ann.page.keyboard.press("Escape")
    # Only the list is gone.
    await expect(ann.window.get_by_role("option", name="Alpha")).to_have_count(0)
    await expect(ann.window).to_be_visible()
    await ann.page.keyboard.press("ArrowDown")
    await expect(asked).to_have_attribute("aria-expanded", "true")
    await ann.page.keyboard.press("ArrowDown")
    await ann.page.keyboard.press("Enter")
    await expect(asked).to_have_value("Beta")
    await ann.page.keyboard.press("Tab")
    await ann.page.keyboard.type("bea")
    await expect(ann.window.get_by_role("option", name="Bea Okafor")).to_be_visible()
    await ann.page.keyboard.press("Enter")
    await ann.press("Save", ann.window)
    await expect(ann.window).to_have_count(0)
    values = app.got("view_submission")[0]["view"]["state"]["values"]
    assert values["b-Asked"]["a"]["selected_option"]["value"] == "beta"
    assert values["b-Person"]["a"]["selected_user"] == "U0BEA"


async def test_many_tabs_of_one_browser_all_stay_up_to_date(
    slack: SlackClient, browser: Browser
) -> None:
    """A browser keeps no more than six connections to one place."""
    context = await browser.new_context()
    tabs = [await context.new_page() for _ in range(8)]
    for number, tab in enumerate(tabs):
        person = "U0ANN" if number % 2 else "U0BEA"
        await tab.goto(f"{slack.base_url}/as/{person}/C0GENERAL")
    await slack.acting("U0BEA").post("C0GENERAL", "Cake!")
    for tab in tabs:
        await expect(tab.get_by_text("Cake!")).to_be_visible()
    # When the tab that listened is closed, another one goes on.
    await tabs.pop(0).close()
    await slack.acting("U0ANN").post("C0GENERAL", "All gone.")
    for tab in tabs:
        await expect(tab.get_by_text("All gone.")).to_be_visible()
    await context.close()


async def test_errors_stand_beside_their_fields_and_what_was_typed_stays(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    opens(slack, app, modal(*INPUTS[:3]))
    app.answer(
        "view_submission", {"response_action": "errors", "errors": {"b-Number": "Too much."}}
    )
    await use_shortcut(ann)
    await ann.window.get_by_label("Line (optional)", exact=True).fill("kept")
    await ann.window.get_by_label("Number").fill("7")
    await ann.press("Save", ann.window)
    number = ann.window.get_by_label("Number")
    await expect(number).to_have_attribute("aria-invalid", "true")
    await expect(number).to_be_focused()
    await expect(number).to_have_accessible_description("Too much.")
    await expect(ann.window.get_by_label("Line (optional)", exact=True)).to_have_value("kept")


async def test_an_input_that_the_app_renews_shows_what_the_app_put_there(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    """What was typed stays where the ids stay, and only there."""
    opens(slack, app, modal(*INPUTS[:2], INPUTS[6]))
    await use_shortcut(ann)
    line = ann.window.get_by_label("Line (optional)", exact=True)
    lines = ann.window.get_by_label("Lines (optional)", exact=True)
    await line.fill("typed")
    await lines.fill("typed, too")
    await ann.window.get_by_label("One of").select_option("Red")
    [view_id] = await ann.page.locator("dialog[data-view]").evaluate_all(
        "found => found.map(each => each.dataset.view)"
    )
    blue = {"text": plain("Blue"), "value": "blue"}
    chosen = INPUTS[6] | {"element": INPUTS[6]["element"] | {"initial_option": blue}}
    renewed = [each | {"block_id": f"new-{each['block_id']}"} for each in (INPUTS[1], chosen)]
    api = AsyncWebClient(token=TOKEN, base_url=f"{slack.base_url}/api/")
    await lines.focus()
    await api.views_update(view_id=view_id, view=modal(INPUTS[0], *renewed))
    await expect(lines).to_have_value("one")
    await expect(lines).to_be_focused()
    await expect(ann.window.get_by_label("One of")).to_have_value("blue")
    await expect(line).to_have_value("typed")


async def test_a_menu_that_has_to_hold_something_offers_no_way_back_to_nothing(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    red = {"text": plain("Red"), "value": "red"}
    held = field("Held", INPUTS[6]["element"] | {"initial_option": red}, optional=False)
    empty = field("Empty", INPUTS[6]["element"], optional=False)
    opens(slack, app, modal(held, empty))
    await use_shortcut(ann)
    offered = ann.window.get_by_label("Held").get_by_role("option")
    await expect(offered).to_have_text(["Red", "Blue"])
    await expect(ann.window.get_by_label("Empty").get_by_role("option")).to_have_count(3)


async def test_windows_stack_and_close_one_by_one(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    opens(slack, app, modal(INPUTS[0]))
    second = modal(INPUTS[1], title="The second")
    app.answer("view_submission", {"response_action": "push", "view": second})
    await use_shortcut(ann)
    await ann.window.get_by_label("Line (optional)", exact=True).fill("below")
    await ann.press("Save", ann.window)
    await expect(ann.window).to_have_accessible_name("The second")
    await ann.page.keyboard.press("Escape")
    await expect(ann.window).to_have_accessible_name("All inputs")
    await expect(ann.window.get_by_label("Line (optional)", exact=True)).to_have_value("below")
    await ann.press("Close", ann.window)
    await expect(ann.window).to_have_count(0)


async def test_escape_in_a_field_for_a_date_closes_one_window(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    """Chromium says twice that Escape was pressed there."""
    opens(slack, app, modal(INPUTS[0]))
    second = modal(INPUTS[14], title="The second")
    app.answer("view_submission", {"response_action": "push", "view": second})
    await use_shortcut(ann)
    await ann.press("Save", ann.window)
    await expect(ann.window).to_have_accessible_name("The second")
    await expect(ann.window.get_by_label("Moment")).to_be_focused()
    await ann.page.keyboard.press("Escape")
    await expect(ann.window).to_have_accessible_name("All inputs")
    await slack.settle()
    await expect(ann.window).to_have_accessible_name("All inputs")
    await expect(ann.page.locator(".toast")).to_have_count(0)


async def test_an_app_that_does_not_answer_keeps_the_window_open_and_says_so(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    opens(slack, app, modal(INPUTS[0]))
    await use_shortcut(ann)
    await slack.settings(answer_seconds=0.05)
    app.answer_late("view_submission", 0.3)
    await ann.window.get_by_label("Line (optional)", exact=True).fill("not lost")
    await ann.press("Save", ann.window)
    await expect(ann.window.get_by_role("alert")).to_have_text(
        "We had some trouble connecting. Try again?"
    )
    await expect(ann.window.get_by_label("Line (optional)", exact=True)).to_have_value("not lost")


async def test_a_confirmation_is_asked_for_before_the_app_hears_of_it(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    confirm = {
        "title": plain("Sure?"),
        "text": plain("It is gone then."),
        "confirm": plain("Do it"),
    }
    button = {"type": "button", "text": plain("Burn"), "action_id": "burn", "value": "1"}
    elements = [
        button | {"confirm": confirm | {"deny": plain("Keep it")}},
        {"type": "overflow", "action_id": "more", "options": options("Left", "Right")},
        {"type": "static_select", "action_id": "pick", "options": options("Red", "Blue")}
        | {"placeholder": plain("Colour")},
    ]
    app.answer(
        "command",
        {"response_type": "in_channel", "blocks": [{"type": "actions", "elements": elements}]},
    )
    await ann.write("/ticket")
    burn = ann.stream.get_by_role("button", name="Burn")
    await burn.click()
    await expect(ann.page.get_by_role("alertdialog", name="Sure?")).to_contain_text("gone then")
    await ann.press("Keep it", ann.page.get_by_role("alertdialog"))
    assert app.got("block_actions") == []
    await burn.click()
    await ann.press("Do it", ann.page.get_by_role("alertdialog"))
    await expect(burn).not_to_have_attribute("aria-busy", "true")
    await ann.stream.get_by_role("button", name="More options").click()
    await ann.page.get_by_role("menuitem", name="Right").click()
    await ann.stream.get_by_label("Colour").select_option("Blue")
    await expect(ann.stream.get_by_label("Colour")).to_have_value("blue")
    await slack.settle()
    pressed = [each["actions"][0] for each in app.got("block_actions")]
    assert [each["action_id"] for each in pressed] == ["burn", "more", "pick"]
    assert pressed[1]["selected_option"]["value"] == "right"
    assert pressed[2]["selected_option"]["value"] == "blue"


async def test_the_home_tab_is_opened_read_and_used(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    select = {"type": "static_select", "action_id": "which", "options": options("Mine", "All")}
    elements = [
        {"type": "button", "text": plain("New ticket"), "action_id": "new"},
        select | {"placeholder": plain("Which tickets")},
    ]
    blocks = [
        {"type": "header", "text": plain("Your tickets")},
        {"type": "actions", "elements": elements},
    ]
    api = AsyncWebClient(token=TOKEN, base_url=f"{slack.base_url}/api/")
    await ann.go_to("Help Desk")
    await ann.page.get_by_role("link", name="Home").click()
    await expect(ann.page.get_by_text("has shown nothing here yet")).to_be_visible()
    await expect(ann.page.get_by_role("link", name="Home")).to_have_attribute(
        "aria-current", "page"
    )
    await api.views_publish(user_id="U0ANN", view={"type": "home", "blocks": blocks})
    home = ann.page.get_by_role("region", name="Home tab")
    await expect(home.get_by_role("heading", name="Your tickets")).to_be_visible()
    await ann.press("New ticket", home)
    await home.get_by_label("Which tickets").select_option("All")
    await expect(home.get_by_label("Which tickets")).to_have_value("all")
    await slack.settle()
    assert {each["tab"] for each in app.events("app_home_opened")} == {"messages", "home"}
    pressed = [each["actions"][0]["action_id"] for each in app.got("block_actions")]
    assert pressed == ["new", "which"]


async def test_an_app_that_fails_is_blamed_beside_the_button(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    button = {"type": "button", "text": plain("Go"), "action_id": "go"}
    app.answer(
        "command",
        {"response_type": "in_channel", "blocks": [{"type": "actions", "elements": [button]}]},
    )
    app.answer("block_actions", "", status=500)
    await ann.write("/ticket")
    await ann.press("Go", ann.stream)
    await expect(ann.stream.get_by_role("alert")).to_contain_text("dispatch_failed")


async def test_messages_are_written_edited_answered_and_deleted(
    slack: SlackClient, app: StubApp, ann: Screen
) -> None:
    drawing = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    await ann.page.get_by_role("textbox", name="Message").fill("/ti")
    await expect(ann.page.get_by_role("option")).to_contain_text("/ticket")
    await ann.page.keyboard.press("Escape")
    await ann.page.get_by_label("Attach files").set_input_files(
        [FilePayload(name="dot.png", mimeType="image/png", buffer=drawing)]
    )
    await ann.write("Look at *this*, @Bea Okafor")
    message = ann.message("Look at")
    await expect(message.get_by_role("img", name="dot.png")).to_be_visible()
    await expect(message.get_by_text("@Bea Okafor")).to_be_visible()
    await expect(message.locator("strong", has_text="this")).to_be_visible()

    await message.hover()
    await ann.press("React with eyes", message)
    await expect(message.get_by_role("button", name="eyes, 1: Ann Visser")).to_be_visible()
    await ann.press("More actions", message)
    await ann.page.get_by_role("menuitem", name="Edit message").click()
    editor = ann.page.get_by_label("Edit message")
    await expect(editor).to_have_value("Look at *this*, @Bea Okafor")
    await editor.fill("Look at that")
    await ann.page.keyboard.press("Enter")
    await expect(message).to_contain_text("Look at that(edited)")

    await ann.open_thread("Look at that")
    await ann.write("And a reply", in_thread=True)
    await expect(message.get_by_role("link", name="1 reply")).to_be_visible()
    reply = ann.message("And a reply", ann.thread)
    await reply.hover()
    await ann.press("More actions", reply)
    await ann.page.get_by_role("menuitem", name="Delete message").click()
    await ann.press("Delete", ann.page.get_by_role("alertdialog"))
    await expect(reply).to_have_count(0)
    assert [each["type"] for each in app.events("reaction_added")] == ["reaction_added"]
