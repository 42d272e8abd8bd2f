"""Rules and settings of approvals between the file and their forms."""

from collections.abc import Mapping
from typing import Any

from bot.payloads.held import Inputs, Values, chosen_in, lines_in, text_in
from bot.setting_ids import Setting
from core.configuration.yaml_lines import Path
from core.errors import InvalidField

#: A step is one, or several one after another.
STEPS_JOINED = "+"
_QUORUM = {"finance": Setting.QUORUM_FINANCE, "ceo": Setting.QUORUM_CEO}
_ALTERNATES = {"finance": Setting.ALTERNATES_FINANCE, "ceo": Setting.ALTERNATES_CEO}
_NUMBERS = (
    Setting.ESCALATE_AT,
    Setting.EXPIRE_AT,
    Setting.SAME_PURPOSE_DAYS,
    Setting.SELECT_BELOW,
    Setting.CONFIRM_FROM,
)

RULE_PLACES: Mapping[Path, str] = {("quorum", kind): name for kind, name in _QUORUM.items()}
PLACES: Mapping[Path, str] = {
    **{("alternates", kind): name for kind, name in _ALTERNATES.items()},
    # Of the marks together: the middle one of them.
    (): Setting.ESCALATE_AT,
}


def show_rule(values: Values) -> dict[str, Any]:
    amounts = {name: values.get(name) for name in (Setting.FROM.value, Setting.TO.value)}
    quorum = values.get("quorum") or {}
    return {
        **values,
        **{name: None if each is None else str(each) for name, each in amounts.items()},
        Setting.STEPS.value: STEPS_JOINED.join(values.get("steps") or ()) or None,
        **{name.value: str(quorum.get(kind, "any")) for kind, name in _QUORUM.items()},
    }


def read_rule(inputs: Inputs, former: Values) -> dict[str, Any]:
    values = {name: value for name, value in inputs.items() if name not in _QUORUM.values()}
    if Setting.STEPS in inputs:
        steps = text_in(inputs, Setting.STEPS)
        values[Setting.STEPS.value] = steps.split(STEPS_JOINED) if steps else []
    quorum = {kind: text_in(inputs, name) for kind, name in _QUORUM.items() if name in inputs}
    if quorum:
        values["quorum"] = {kind: each for kind, each in quorum.items() if each not in ("", "any")}
    return values


def show(values: Values) -> dict[str, Any]:
    numbers = {name.value: values.get(name) for name in _NUMBERS}
    alternates = values.get("alternates") or {}
    return {
        **values,
        **{name: None if each is None else str(each) for name, each in numbers.items()},
        Setting.REMIND_AT.value: ", ".join(map(str, values.get("remind_at") or ())) or None,
        **{name.value: list(alternates.get(kind) or ()) for kind, name in _ALTERNATES.items()},
    }


def read(inputs: Inputs, former: Values) -> dict[str, Any]:
    values = {name: value for name, value in inputs.items() if name not in _ALTERNATES.values()}
    if Setting.REMIND_AT in inputs:
        values[Setting.REMIND_AT.value] = _percents(text_in(inputs, Setting.REMIND_AT))
    named = {kind: chosen_in(inputs, name) for kind, name in _ALTERNATES.items() if name in inputs}
    if named:
        before = former.get("alternates") or {}
        listed = {kind: ids for kind, ids in {**before, **named}.items() if ids or kind in before}
        values["alternates"] = listed
    return values


def _percents(text: str) -> list[int]:
    found = [each.removesuffix("%").strip() for each in lines_in(text)]
    if not all(each.isascii() and each.isdecimal() for each in found):
        raise InvalidField(Setting.REMIND_AT, "Write numbers of percent, like 50, 90.")
    return [int(each[:9]) for each in found]
