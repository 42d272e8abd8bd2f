"""A split template between the file and its form, which has a group of inputs for each part."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.payloads.held import Inputs, Values, chosen_in, text_in
from bot.setting_ids import LEFT_OUT, REQUIRED, Setting, input_name
from core.configuration.yaml_lines import Path
from core.errors import InvalidField
from core.tickets.parts.splitting import PARTS_MOST

#: The inputs of a part, and its keys beside `required`.
_KEYS = (Setting.DEPARTMENT, Setting.SUMMARY, Setting.PASSED_ON, Setting.DUE_AFTER)


def count_in(inputs: Inputs) -> int:
    """How many parts the form has inputs for."""
    return sum(input_name(Setting.DEPARTMENT, n) in inputs for n in range(1, PARTS_MOST + 1))


def show(values: Values) -> dict[str, Any]:
    found = {"name": values.get("name"), "department": values.get("department")}
    for place, part in enumerate(values.get("parts") or (), start=1):
        found |= blank(place)
        found |= {input_name(key, place): part.get(key) or None for key in _KEYS}
        found[input_name(Setting.HABITS, place)] = [REQUIRED] if part.get("required", True) else []
    return found


def blank(place: int) -> dict[str, Any]:
    """The inputs of a part that is being added."""
    empty: dict[str, Any] = {input_name(key, place): None for key in _KEYS}
    return empty | {input_name(Setting.HABITS, place): [REQUIRED]}


def read(inputs: Inputs, former: Values) -> dict[str, Any]:
    before = former.get("parts") or ()
    parts = [
        _part(inputs, place, before[place - 1] if place <= len(before) else {})
        for place in _places(inputs)
    ]
    if not parts:
        words = "A template has at least one part."
        raise InvalidField(input_name(Setting.DEPARTMENT, 1), words)
    values = {name: inputs[name] for name in ("name", "department") if name in inputs}
    return {**values, "parts": parts}


def _places(inputs: Inputs) -> Iterator[int]:
    """Of the parts that are none: left out, or added and left empty."""
    for place in range(1, count_in(inputs) + 1):
        habits = chosen_in(inputs, input_name(Setting.HABITS, place))
        is_empty = not any(text_in(inputs, input_name(key, place)) for key in _KEYS)
        if LEFT_OUT not in habits and not is_empty:
            yield place


def _part(inputs: Inputs, place: int, former: Values) -> dict[str, Any]:
    """What the form has no input for stays as it was."""
    names = {key: input_name(key, place) for key in _KEYS}
    for key, words in _NEEDED.items():
        if not text_in(inputs, names[key]):
            raise InvalidField(names[key], words)
    found = {key.value: inputs[name] for key, name in names.items() if name in inputs}
    if Setting.PASSED_ON in found:
        found[Setting.PASSED_ON.value] = found[Setting.PASSED_ON] or ""
    required = REQUIRED in chosen_in(inputs, input_name(Setting.HABITS, place))
    return {**former, **found, "required": required}


_NEEDED: Mapping[Setting, str] = {
    Setting.DEPARTMENT: "Choose who gets this part.",
    Setting.SUMMARY: "Write what the part is about.",
}


def places(inputs: Inputs) -> Mapping[Path, str]:
    """A part that is none moves those behind it up."""
    found: dict[Path, str] = {("parts",): input_name(Setting.DEPARTMENT, 1)}
    for index, place in enumerate(_places(inputs)):
        found |= {("parts", index, key.value): input_name(key, place) for key in _KEYS}
    return found
