"""Between an entry as the file has it and the inputs of its form, in both directions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.payloads import approval_values, calendar_values, desk_values, split_values
from bot.payloads.held import Inputs, Values, chosen_in, lines_in, text_in
from bot.setting_ids import HABITS, Setting, input_name
from core.configuration.form_fields import read_lines, write_lines
from core.configuration.sections import Section
from core.configuration.typed import Typed
from core.configuration.values import LABEL_MAX, is_label
from core.configuration.yaml_lines import Path
from core.errors import InvalidField
from core.files.rules import MOST_MB
from core.tickets.merging.service import tidied
from core.tickets.states import Status


def _as_it_is(values: Values) -> dict[str, Any]:
    return dict(values)


def _as_typed(inputs: Inputs, former: Values) -> dict[str, Any]:
    return dict(inputs)


def _no_places(inputs: Inputs) -> Mapping[Path, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Codec:
    """`read` gets only what the form had inputs for. `places` say which input holds what."""

    show: Callable[[Values], dict[str, Any]] = _as_it_is
    read: Callable[[Inputs, Values], dict[str, Any]] = _as_typed
    places: Callable[[Inputs], Mapping[Path, str]] = _no_places


def shown(section: Section, values: Values) -> dict[str, Any]:
    """What the inputs hold of an entry while nobody touches them."""
    return _CODECS.get(section, Codec()).show(values)


def typed(section: Section, inputs: Inputs, former: Values | None) -> Typed:
    """The entry that somebody entered; `former` is what it was, None of a new one. What they
    left as it was shown stays to the letter, and so does what the form has no input for.

    Raises InvalidField.
    """
    codec = _CODECS.get(section, Codec())
    held = dict(inputs)
    for name, value in (codec.show(former) if former is not None else {}).items():
        if name in held and _is_same(held[name], value):
            held[name] = value
    values = codec.read(held, former or {})
    if former is None:
        values = {name: value for name, value in values.items() if value is not None}
    return Typed({**(former or {}), **values}, inputs=codec.places(inputs))


def _is_same(held: Any, before: Any) -> bool:
    if isinstance(held, str) and isinstance(before, str):
        return tidied(held) == tidied(before)
    return bool(held == before) or (not held and isinstance(before, str) and not before.strip())


def _show_department(values: Values) -> dict[str, Any]:
    files, labels = values.get("files") or {}, values.get("status_labels") or {}
    return {
        **values,
        Setting.HABITS.value: [each for each in HABITS if values.get(each)],
        Setting.FORM_FIELDS.value: write_lines(values.get("form_fields") or ()) or None,
        Setting.MOST_MB.value: str(files.get("most_mb", MOST_MB)),
        Setting.TYPES.value: ", ".join(files.get("types") or ()) or None,
        **{input_name(Setting.STATUS_LABELS, each): labels.get(each) for each in Status},
    }


def _read_department(inputs: Inputs, former: Values) -> dict[str, Any]:
    values = {name: value for name, value in inputs.items() if not _is_apart(name)}
    if Setting.HABITS in inputs:
        values |= {name: name in chosen_in(inputs, Setting.HABITS) for name in HABITS}
    if Setting.FORM_FIELDS in inputs:
        asked = read_lines(text_in(inputs, Setting.FORM_FIELDS))
        values[Setting.FORM_FIELDS.value] = asked
    if Setting.MOST_MB in inputs:
        values["files"] = _files(inputs, former.get("files") or {})
    if any(name.startswith(_LABELS) for name in inputs):
        values["status_labels"] = dict(_labels(inputs))
    return values


_LABELS = input_name(Setting.STATUS_LABELS, "")
_APART = frozenset({Setting.HABITS, Setting.MOST_MB, Setting.TYPES})


def _is_apart(name: str) -> bool:
    return name in _APART or name.startswith(_LABELS)


def _files(inputs: Inputs, former: Values) -> dict[str, Any]:
    """Only what is not as usual is written down, or what was before."""
    most = text_in(inputs, Setting.MOST_MB)
    if not (most.isascii() and most.isdecimal()):
        raise InvalidField(Setting.MOST_MB, "Write a number of megabytes from 1 to 1000.")
    types = lines_in(text_in(inputs, Setting.TYPES).lower().replace(".", ""))
    found: dict[str, Any] = {"most_mb": int(most[:9]), "types": types}
    usual: dict[str, Any] = {"most_mb": MOST_MB, "types": []}
    return {key: each for key, each in found.items() if key in former or each != usual[key]}


def _labels(inputs: Inputs) -> Any:
    for status in Status:
        name = input_name(Setting.STATUS_LABELS, status)
        if label := text_in(inputs, name):
            if not is_label(label):
                raise InvalidField(name, f"Write one line of 1 to {LABEL_MAX} characters.")
            yield status.value, label


def _show_routing(values: Values) -> dict[str, Any]:
    return {**values, Setting.WORDS.value: "\n".join(values.get("words") or ()) or None}


def _read_routing(inputs: Inputs, former: Values) -> dict[str, Any]:
    values = dict(inputs)
    if Setting.WORDS in inputs:
        lines = text_in(inputs, Setting.WORDS).splitlines()
        values[Setting.WORDS.value] = [each.strip() for each in lines if each.strip()]
    return values


def _at(places: Mapping[Path, str]) -> Callable[[Inputs], Mapping[Path, str]]:
    return lambda inputs: places


_CODECS: Mapping[Section, Codec] = {
    Section.DEPARTMENTS: Codec(
        _show_department,
        _read_department,
        _at({("files", "types"): Setting.TYPES, ("files",): Setting.MOST_MB}),
    ),
    Section.ROUTING: Codec(_show_routing, _read_routing),
    Section.APPROVAL_RULES: Codec(
        approval_values.show_rule, approval_values.read_rule, _at(approval_values.RULE_PLACES)
    ),
    Section.APPROVALS: Codec(
        approval_values.show, approval_values.read, _at(approval_values.PLACES)
    ),
    Section.CALENDARS: Codec(
        calendar_values.show, calendar_values.read, _at(calendar_values.PLACES)
    ),
    Section.SETTINGS: Codec(desk_values.show, desk_values.read, _at(desk_values.PLACES)),
    Section.SPLIT_TEMPLATES: Codec(split_values.show, split_values.read, split_values.places),
}
