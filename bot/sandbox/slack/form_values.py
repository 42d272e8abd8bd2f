"""What a person enters, as the input's state holds it."""

from __future__ import annotations

import base64
from typing import Any

from bot.sandbox.slack import menus, mrkdwn, suggestions
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.form_state import VALUE_KEYS, empty_value
from bot.sandbox.slack.methods.files import file_object, new_file
from bot.sandbox.slack.rendering import options_of
from bot.sandbox.slack.sandbox import Sandbox

Json = dict[str, Any]


async def entered(
    sandbox: Sandbox, person_id: str, place: menus.Place, given: Any, source: Json
) -> Any:
    """The value the state holds after entering; None empties the input."""
    element = place[1]
    kind = element["type"]
    key = VALUE_KEYS[kind][0]
    if given is None:
        return empty_value(kind)
    if key == "selected_option":
        return await _option(sandbox, person_id, place, given, source)
    if key == "selected_options":
        return [await _option(sandbox, person_id, place, each, source) for each in given]
    if key == "files":
        return [_file(sandbox, person_id, each) for each in given]
    if key == "value":
        return _written(element, str(given))
    return _picked(sandbox, key, given)


def _picked(sandbox: Sandbox, key: str, given: Any) -> Any:
    if key == "rich_text_value":
        return given if isinstance(given, dict) else _rich_text(sandbox, str(given))
    if key == "selected_date_time":
        return int(given)
    if not key.startswith(("selected_user", "selected_conversation", "selected_channel")):
        return str(given)
    find = person_called if "user" in key else channel_called
    if key.endswith("s"):
        return [find(sandbox, str(each)) for each in given]
    return find(sandbox, str(given))


def _written(element: Json, text: str) -> str:
    """The composer takes no more than max_length."""
    most = element.get("max_length") or 3000
    if len(text) > most:
        raise ImpossibleAct(f"the input {element['action_id']} takes {most} characters")
    return text


async def _option(
    sandbox: Sandbox, person_id: str, place: menus.Place, given: Any, source: Json
) -> Json:
    element = place[1]
    if isinstance(given, dict):
        return _shown_option(element, given)
    wanted = str(given)
    offered = options_of(element)
    if element["type"].endswith("external_select"):
        for query in (wanted, ""):
            offered, _ = await suggestions.ask(sandbox, person_id, place, query, source)
            if menus.option_called(offered, wanted):
                break
    option = menus.option_called(offered, wanted) or menus.option_called(offered, wanted, "value")
    if option is None:
        texts = [each["text"]["text"] for each in offered]
        raise ImpossibleAct(f"the menu {element['action_id']} does not offer {wanted!r}: {texts}")
    return option


def _shown_option(element: Json, given: Json) -> Json:
    """An option as the menu showed it. What an external menu offered only the client remembers."""
    if element["type"].endswith("external_select"):
        return given
    option = menus.option_called(options_of(element), str(given.get("value")), "value")
    if option is None:
        raise ImpossibleAct(f"the menu {element['action_id']} does not offer that")
    return option


def _rich_text(sandbox: Sandbox, text: str) -> Json:
    elements = mrkdwn.typed(sandbox.workspace, text)[1]
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [section]}


def _file(sandbox: Sandbox, person_id: str, given: Json) -> Json:
    content = base64.b64decode(given["content"])
    file = new_file(sandbox, given["name"], content, person_id)
    file.is_complete = True
    return file_object(sandbox, file)


def person_called(sandbox: Sandbox, wanted: str) -> str:
    if wanted in sandbox.workspace.people:
        return wanted
    person_id = sandbox.workspace.id_by_label.get(wanted.lstrip("@").lower())
    if person_id is None:
        raise ImpossibleAct(f"nobody is called {wanted!r}")
    return person_id


def channel_called(sandbox: Sandbox, wanted: str) -> str:
    if wanted in sandbox.workspace.channels:
        return wanted
    channel_id = sandbox.workspace.channel_id_by_name.get(wanted.lstrip("#"))
    if channel_id is None:
        raise ImpossibleAct(f"no channel is called {wanted!r}")
    return channel_id
