"""Answers to what a department asks besides, by the blocks of their inputs."""

from typing import Any

from bot.ids import Field
from bot.payloads import storable
from bot.payloads.shared_files import ids_of
from core.tickets.forms import ANSWER_MAX, BLOCKS


def read_answers(view: Any) -> dict[str, str | None]:
    state = view.get("state") if isinstance(view, dict) else None
    values = state.get("values") if isinstance(state, dict) else None
    found: dict[str, str | None] = {}
    for block_id, inputs in (values if isinstance(values, dict) else {}).items():
        held = inputs.get(Field.EXTRA) if isinstance(inputs, dict) else None
        if str(block_id).startswith(BLOCKS) and isinstance(held, dict):
            found[str(block_id)] = _text(held)
    return found


def people_in(view: Any) -> list[str]:
    """Slack ids of those whom somebody chose."""
    state = view.get("state") if isinstance(view, dict) else None
    values = state.get("values") if isinstance(state, dict) else None
    held = [
        inputs.get(Field.EXTRA)
        for inputs in (values if isinstance(values, dict) else {}).values()
        if isinstance(inputs, dict)
    ]
    chosen = [each.get("selected_user") for each in held if isinstance(each, dict)]
    return [each for each in chosen if isinstance(each, str) and each]


def _names(files: list[Any]) -> str:
    """Of those that Slack has; a longer list is cut."""
    names = [each.get("name") or each["id"] for each in files if ids_of([each])]
    named = ", ".join(" ".join(storable(str(each)).split()) for each in names)
    return named if len(named) <= ANSWER_MAX else named[: ANSWER_MAX - 1].rstrip() + "…"


def _text(held: dict[str, Any]) -> str | None:
    if isinstance(held.get("files"), list):
        return _names(held["files"]) or None
    option = held.get("selected_option")
    chosen = option.get("value") if isinstance(option, dict) else None
    for value in (held.get("value"), held.get("selected_date"), held.get("selected_user"), chosen):
        if isinstance(value, str):
            return storable(value).strip()
    return None
