"""The settings of the whole desk between the file and their form."""

from collections.abc import Mapping
from typing import Any

from bot.payloads.held import Inputs, Values, chosen_in, text_in
from bot.setting_ids import DESK_HABITS, Setting
from core.communication.quiet import Quiet
from core.configuration.yaml_lines import Path
from core.errors import InvalidField

PLACES: Mapping[Path, str] = {("quiet_hours",): Setting.QUIET_FROM}
#: Numbers of days, which the file writes like 5d.
_DAYS = (
    Setting.REOPEN_GRACE,
    Setting.AUTO_CLOSE,
    Setting.NUDGE_REQUESTER,
    Setting.KEEP_DELIVERIES,
)
_QUIET = (Setting.QUIET_FROM, Setting.QUIET_UNTIL)
_APART = frozenset({Setting.HABITS, *_QUIET, *_DAYS})


def show(values: Values) -> dict[str, Any]:
    written = values.get("quiet_hours")
    quiet = Quiet.read(written) if written else None
    return {
        **values,
        **{name.value: str(values.get(name) or "").removesuffix("d") or None for name in _DAYS},
        Setting.QUIET_FROM.value: f"{quiet.starts:%H:%M}" if quiet else None,
        Setting.QUIET_UNTIL.value: f"{quiet.ends:%H:%M}" if quiet else None,
        Setting.HABITS.value: [each for each in DESK_HABITS if values.get(each)],
    }


def read(inputs: Inputs, former: Values) -> dict[str, Any]:
    values = {name: value for name, value in inputs.items() if name not in _APART}
    values |= {name.value: _days(inputs, name) for name in _DAYS if name in inputs}
    if Setting.QUIET_FROM in inputs:
        values["quiet_hours"] = _quiet_hours(inputs, former.get("quiet_hours"))
    if Setting.HABITS in inputs:
        values |= {name: name in chosen_in(inputs, Setting.HABITS) for name in DESK_HABITS}
    return values


def _days(inputs: Inputs, name: Setting) -> str:
    number = text_in(inputs, name)
    if not (number.isascii() and number.isdecimal()):
        raise InvalidField(name, "Write a whole number of days.")
    return f"{number}d"


def _quiet_hours(inputs: Inputs, former: str | None) -> str | None:
    """The same time twice: none. As they were written before where they are the same."""
    starts, ends = (text_in(inputs, name) for name in _QUIET)
    if bool(starts) != bool(ends):
        missing = Setting.QUIET_UNTIL if starts else Setting.QUIET_FROM
        raise InvalidField(missing, "Choose both times, or neither.")
    if not starts:
        return None
    try:
        quiet = Quiet.read(f"{starts}-{ends}")
    except ValueError as error:
        raise InvalidField(Setting.QUIET_FROM, "Choose a time of day.") from error
    if former and Quiet.read(former) == quiet:
        return former
    return None if quiet.starts == quiet.ends else f"{starts}-{ends}"
