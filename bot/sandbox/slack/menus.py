"""Buttons and menu items by what a person reads on them, and the actions they make."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.clock import Clock
from bot.sandbox.slack.errors import ImpossibleAct
from bot.sandbox.slack.form_state import VALUE_KEYS
from bot.sandbox.slack.rendering import interactive, options_of

Json = dict[str, Any]
Place = tuple[Json, Json]


def all_blocks(message: Json) -> list[Json]:
    attached = [b for a in message.get("attachments") or [] for b in a.get("blocks") or []]
    return [*(message.get("blocks") or []), *attached]


def find_button(blocks: list[Json], wanted: str) -> Place | None:
    """By what stands on it; of several called alike, by its value."""
    buttons = [each for each in interactive(blocks) if each[1]["type"] == "button"]
    for block, element in buttons:
        if element["text"]["text"] == wanted:
            return block, element
    for block, element in buttons:
        if wanted in (element["action_id"], element.get("value")):
            return block, element
    return None


def find_exactly(blocks: list[Json], place: Json) -> Place | None:
    """By its ids, for whoever sees two buttons with the same words."""
    wanted = place.get("block_id"), place.get("action_id")
    for block, element in interactive(blocks):
        if (block["block_id"], element["action_id"]) == wanted:
            return block, element
    return None


def find_pressed(blocks: list[Json], given: Json) -> Place | None:
    """The button that somebody pressed: `place` has its ids, `button` its words."""
    if given.get("place"):
        return find_exactly(blocks, given["place"])
    return find_button(blocks, given["button"])


def find_option(blocks: list[Json], wanted: str) -> tuple[Json, Json, Json] | None:
    """Block, element and option with this text (or value)."""
    for key in ("text", "value"):
        for block, element in interactive(blocks):
            option = option_called(options_of(element), wanted, key)
            if option:
                return block, element, option
    return None


def option_called(options: list[Json], wanted: str, key: str = "text") -> Json | None:
    for option in options:
        if (option["text"]["text"] if key == "text" else option.get("value")) == wanted:
            return option
    return None


def find_external(blocks: list[Json], wanted: str | None) -> Place:
    """The external menu with this action_id, placeholder or label; without a name, the first."""
    for block, element in interactive(blocks):
        if not element["type"].endswith("external_select"):
            continue
        names = {element["action_id"], block["block_id"]}
        for text in (element.get("placeholder"), block.get("label")):
            names.add(text["text"] if text else "")
        if wanted is None or wanted in names:
            return block, element
    raise ImpossibleAct(f"there is no external menu {wanted or ''}")


def pressed(clock: Clock, block: Json, element: Json) -> Json:
    """The action of a press on a button."""
    action = _base(clock, block, element)
    for key in ("text", "value", "style", "url"):
        if key in element:
            action[key] = element[key]
    return action


def chosen(clock: Clock, block: Json, element: Json, value: Any) -> Json:
    """The action of a choice; the value is what the element's state then holds."""
    action = _base(clock, block, element)
    if element["type"] == "overflow":
        return action | {"selected_option": value}
    key, initial = VALUE_KEYS[element["type"]]
    action[key] = value
    for extra in ("placeholder", initial):
        if element.get(extra) is not None:
            action[extra] = element[extra]
    return action


def one_or_several(element: Json, option: Json) -> Any:
    several = element["type"].startswith("multi_") or element["type"] == "checkboxes"
    return [option] if several else option


def _base(clock: Clock, block: Json, element: Json) -> Json:
    return {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": clock.stamp(),
    }
