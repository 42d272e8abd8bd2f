"""What the inputs of a view hold: at first, after an update, and after somebody filled them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# Per kind of element: the key of its value in the state, and the key of its initial value.
VALUE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}


def stateful(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each block with each element in it whose value is part of the state."""
    for block in blocks:
        candidates = [block.get("element"), block.get("accessory")]
        if block.get("type") == "actions":
            candidates += block.get("elements") or []
        for element in candidates:
            if isinstance(element, dict) and element.get("type") in VALUE_KEYS:
                yield block, element


def empty_value(kind: str) -> Any:
    key = VALUE_KEYS[kind][0]
    return [] if key.endswith("s") else None


def initial_state(element: Json) -> Json:
    key, initial = VALUE_KEYS[element["type"]]
    value = element.get(initial)
    return {"type": element["type"], key: empty_value(element["type"]) if value is None else value}


def state_of(blocks: list[Json], former: Json | None = None) -> Json:
    """Rule 1.43: what was typed stays where block_id, action_id and kind stay."""
    values: Json = {}
    for block, element in stateful(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        kept = (former or {}).get(block_id, {}).get(action_id)
        if kept is None or kept["type"] != element["type"]:
            kept = initial_state(element)
        values.setdefault(block_id, {})[action_id] = kept
    return values


def is_empty(state: Json) -> bool:
    value = state.get(VALUE_KEYS[state["type"]][0])
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == []
