"""The business hours of a calendar as people write them: for each weekday its windows."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from core.errors import InvalidField
from core.tickets.calendars import DAYS, read_hours


def by_day(hours: Mapping[str, Any]) -> dict[str, str]:
    """{"mon": "09:00-12:00, 13:00-17:00"}: the days that are open, from the hours of a file."""
    found: dict[str, str] = {}
    for days, windows in hours.items():
        first, _, last = days.partition("-")
        for day in DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]:
            found[day] = ", ".join(windows)
    return {day: found[day] for day in DAYS if found.get(day)}


def of_days(days: Mapping[str, str], former: Mapping[str, Any]) -> dict[str, Any]:
    """As the file has them, and as it had them where they mean the same.

    Raises InvalidField with the day.
    """
    windows = {day: _windows(day, days.get(day, "")) for day in DAYS}
    found = dict(_together(windows))
    return dict(former) if _open(found) == _open(former) else found


def _windows(day: str, text: str) -> list[str]:
    written = re.sub(r"[–—]", "-", text)
    listed = ["".join(each.split()) for each in re.split(r"[,;\n]", written)]
    windows = [each for each in listed if each]
    try:
        read_hours({day: windows})
    except ValueError as error:
        words = str(error)
        raise InvalidField(day, f"{words[:1].upper()}{words[1:]}.") from error
    return windows


def _together(windows: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Days in a row that are alike are written once."""
    for hours, alike in groupby(DAYS, key=lambda day: windows[day]):
        row = list(alike)
        if hours:
            yield row[0] if len(row) == 1 else f"{row[0]}-{row[-1]}", hours


def _open(hours: Mapping[str, Any]) -> dict[int, Any]:
    return {day: windows for day, windows in read_hours(dict(hours)).items() if windows}
