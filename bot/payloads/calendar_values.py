"""A calendar between the file and its form: an input for each weekday, and the free days."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.payloads.held import Inputs, Values, lines_in, text_in
from bot.setting_ids import Setting
from core.configuration import week
from core.configuration.yaml_lines import Path
from core.errors import InvalidField
from core.tickets.calendars import DAYS

_FREE = (Setting.COUNTRY, Setting.SUBDIVISION, Setting.ICS)
PLACES: Mapping[Path, str] = {
    ("hours",): Setting.MON,
    **{("holidays", name.value): name for name in (*_FREE, Setting.DATES)},
    ("holidays",): Setting.COUNTRY,
}


def show(values: Values) -> dict[str, Any]:
    free, open_on = values.get("holidays") or {}, week.by_day(values.get("hours") or {})
    return {
        "name": values.get("name"),
        "time_zone": values.get("time_zone"),
        **{day: open_on.get(day) for day in DAYS},
        **{name.value: free.get(name) for name in _FREE},
        Setting.DATES.value: "\n".join(free.get("dates") or ()) or None,
    }


def read(inputs: Inputs, former: Values) -> dict[str, Any]:
    values = {name: inputs[name] for name in ("name", "time_zone") if name in inputs}
    if any(day in inputs for day in DAYS):
        days = {day: text_in(inputs, day) for day in DAYS}
        values["hours"] = week.of_days(days, former.get("hours") or {})
    free = {name.value: inputs[name] for name in _FREE if name in inputs}
    if Setting.DATES in inputs:
        free[Setting.DATES.value] = _dates(text_in(inputs, Setting.DATES))
    return values | {"holidays": {**(former.get("holidays") or {}), **free}}


def _dates(text: str) -> list[str]:
    found = []
    for day in lines_in(text):
        try:
            found.append(date.fromisoformat(day).isoformat())
        except ValueError as error:
            words = f"“{day}” is no day: write one a line, like 2026-12-24."
            raise InvalidField(Setting.DATES, words) from error
    return list(dict.fromkeys(found))
