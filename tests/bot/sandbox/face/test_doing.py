"""What the page does for a person: at exactly the place they pressed, with what they entered."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackClient
from tests.bot.sandbox.face.conftest import Do
from tests.bot.sandbox.slack.stub_app import TOKEN, StubApp

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def options(*labels: str) -> list[Json]:
    return [{"text": plain("The same"), "value": each} for each in labels]


def actions(block_id: str, *elements: Json) -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(action_id: str) -> Json:
    return {"type": "button", "text": plain("Open"), "action_id": action_id}


async def posted(slack: SlackClient, *blocks: Json) -> Json:
    """Where a message of the app with these blocks stands."""
    api = AsyncWebClient(token=TOKEN, base_url=f"{slack.base_url}/api/")
    said = await api.chat_postMessage(channel="C0DESK", text="x", blocks=list(blocks))
    return {"channel": "C0DESK", "ts": said["ts"]}


def pressed(app: StubApp) -> list[tuple[str, str]]:
    found = [each["actions"][0] for each in app.got("block_actions")]
    return [(each["block_id"], each["action_id"]) for each in found]


async def test_of_two_buttons_with_the_same_words_the_pressed_one_counts(
    slack: SlackClient, app: StubApp, do: Do
) -> None:
    message = await posted(slack, actions("one", button("a")), actions("two", button("a")))
    await do("click", message=message, place={"block_id": "two", "action_id": "a"})
    await do("click", message=message, place={"block_id": "one", "action_id": "a"})
    assert pressed(app) == [("two", "a"), ("one", "a")]
    told = await do("click", message=message, place={"block_id": "three", "action_id": "a"})
    assert "no button" in told["error"]
    assert len(pressed(app)) == 2


async def test_a_screen_that_is_a_moment_behind_presses_what_it_shows(
    slack: SlackClient, app: StubApp, do: Do
) -> None:
    """As in Slack: the app hears of the old button, and can say that it is over."""
    more = {"type": "overflow", "action_id": "more", "options": options("p", "q")}
    message = await posted(slack, actions("old", button("take"), more))
    api = AsyncWebClient(token=TOKEN, base_url=f"{slack.base_url}/api/")
    for version in ("new", "newer"):
        await api.chat_update(**message, text="x", blocks=[actions(version, button("close"))])
    await do("click", message=message, place={"block_id": "old", "action_id": "take"})
    await do("choose", message=message, place={"block_id": "old", "action_id": "more"}, item="q")
    await do("click", message=message, place={"block_id": "newer", "action_id": "close"})
    assert pressed(app) == [("old", "take"), ("old", "more"), ("newer", "close")]
    shown = [each["message"]["blocks"][0]["block_id"] for each in app.got("block_actions")]
    assert shown == ["old", "old", "newer"]


async def test_a_home_tab_that_was_published_anew_hears_of_the_old_buttons_too(
    slack: SlackClient, app: StubApp, do: Do
) -> None:
    """The app publishes it whenever it is opened, just when somebody presses something."""
    api = AsyncWebClient(token=TOKEN, base_url=f"{slack.base_url}/api/")
    pick = {"type": "static_select", "action_id": "pick", "options": options("x", "y")}
    for version in ("old", "new"):
        view = {"type": "home", "blocks": [actions(version, button("file"), pick)]}
        await api.views_publish(user_id="U0ANN", view=view)
    old = {"block_id": "old", "action_id": "file"}
    assert "error" not in await do("click_view", surface="home", place=old)
    await do("choose_view", surface="home", place=old | {"action_id": "pick"}, item={"value": "y"})
    assert pressed(app) == [("old", "file"), ("old", "pick")]
    told = await do("click_view", surface="home", place=old | {"block_id": "never"})
    assert "no button" in told["error"]


async def test_of_two_options_with_the_same_words_the_chosen_one_counts(
    slack: SlackClient, app: StubApp, do: Do
) -> None:
    select = {"type": "static_select", "action_id": "pick", "options": options("x", "y")}
    more = {"type": "overflow", "action_id": "more", "options": options("p", "q")}
    message = await posted(slack, actions("one", select, more))
    await do("choose", message=message, place={"block_id": "one", "action_id": "more"}, item="q")
    item = {"value": "y"}
    await do("choose", message=message, place={"block_id": "one", "action_id": "pick"}, item=item)
    chosen = [each["actions"][0]["selected_option"]["value"] for each in app.got("block_actions")]
    assert chosen == ["q", "y"]
    for wrong, place in ((({"value": "z"}), "pick"), ("z", "more")):
        where = {"block_id": "one", "action_id": place}
        told = await do("choose", message=message, place=where, item=wrong)
        assert "does not offer" in told["error"]


async def form(slack: SlackClient, app: StubApp, do: Do, *elements: Json) -> str:
    """A window of Ann's with one input for each element; its id."""
    await do("shortcut", shortcut="New ticket")
    api = AsyncWebClient(token=TOKEN, base_url=f"{slack.base_url}/api/")
    blocks = [
        {"type": "input", "block_id": f"b{n}", "label": plain("In"), "optional": True}
        | {"element": element | {"action_id": "a"}}
        for n, element in enumerate(elements)
    ]
    words = {"title": plain("Form"), "submit": plain("Save")}
    view = {"type": "modal", "callback_id": "f", "blocks": blocks, **words}
    trigger = app.got("shortcut")[-1]["trigger_id"]
    return str((await api.views_open(trigger_id=trigger, view=view))["view"]["id"])


async def test_what_was_entered_is_submitted_in_one_go(
    slack: SlackClient, app: StubApp, do: Do
) -> None:
    kinds = ({"type": "plain_text_input"}, {"type": "datetimepicker"}, {"type": "users_select"})
    view_id = await form(slack, app, do, *kinds)
    local = {"local": "2026-07-01T09:30"}
    entries = [("b0", "a", "hello"), ("b1", "a", local), ("b2", "a", "U0BEA")]
    assert await do("submit", view_id=view_id, entries=entries) == {"notices": [], "ts": None}
    [submitted] = app.got("view_submission")
    values = submitted["view"]["state"]["values"]
    assert values["b0"]["a"]["value"] == "hello"
    # Half past nine in Berlin, in summer.
    assert values["b1"]["a"]["selected_date_time"] == 1782891000
    assert values["b2"]["a"]["selected_user"] == "U0BEA"
    assert await slack.acting("U0ANN").view() is None


async def test_a_window_that_is_gone_takes_nothing(
    slack: SlackClient, app: StubApp, do: Do
) -> None:
    first = await form(slack, app, do, {"type": "plain_text_input"})
    await form(slack, app, do, {"type": "plain_text_input"})
    told = await do("submit", view_id=first, entries=[("b0", "a", "late")])
    assert "gone" in told["error"]
    assert app.got("view_submission") == []
    view = await slack.acting("U0ANN").view()
    assert view is not None
    assert view.values == {"In": None}


async def test_menus_offer_people_channels_and_what_the_app_says(
    slack: SlackClient, app: StubApp, do: Do
) -> None:
    app.answer("block_suggestion", {"options": options("1", "2")})
    await slack.channel("C0SECRET", "secret", private=True, members=["U0BEA"])
    kinds = [
        {"type": "users_select"},
        {"type": "conversations_select"},
        {"type": "channels_select"},
        {"type": "external_select", "min_query_length": 0},
    ]
    view_id = await form(slack, app, do, *kinds)

    async def offered(number: int, query: str = "") -> list[str]:
        place = {"block_id": f"b{number}", "action_id": "a"}
        answer = await do("offered", view_id=view_id, place=place, query=query)
        return [each["label"] for each in answer["options"]]

    assert await offered(0) == ["Ann Visser", "Bea <b>Okafor</b>"]
    assert await offered(0, "vis") == ["Ann Visser"]
    assert await offered(1) == ["#general", "#desk"]
    assert await offered(2) == ["#general"]
    assert await offered(3, "th") == ["The same", "The same"]
    assert app.got("block_suggestion")[-1]["value"] == "th"


async def test_signs_around_words_become_styles(slack: SlackClient, do: Do) -> None:
    await do("post", channel="C0GENERAL", text="a *b* _c_ `d*` :tada: 10:30:15 2*3*4", styled=True)
    [message] = await slack.acting("U0BEA").messages("C0GENERAL")
    assert message.text == "a *b* _c_ `d*` :tada: 10:30:15 2*3*4"
    elements = message.blocks[0]["elements"][0]["elements"]
    styled = [(each.get("text") or each["name"], each.get("style")) for each in elements]
    assert [each for each in styled if each[0].strip()] == [
        ("a ", None),
        ("b", {"bold": True}),
        ("c", {"italic": True}),
        ("d*", {"code": True}),
        ("tada", None),
        (" 10:30:15 2*3*4", None),
    ]
