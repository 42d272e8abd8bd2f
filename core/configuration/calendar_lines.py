"""Business hours and days off as people write them: a line each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.errors import InvalidField

HOURS, DATES = "hours", "dates"
_WEEK = "mon tue wed thu fri sat sun"
HOW = "mon-fri: 09:00-12:00, 13:00-17:00"


def read_hours_lines(text: str) -> dict[str, list[str]]:
    """As the file has them. Raises InvalidField with the line."""
    found: dict[str, list[str]] = {}
    for number, line in _lines(text):
        days, _, rest = line.partition(":")
        windows = [each.strip() for each in rest.split(",") if each.strip()]
        name = days.strip().lower()
        if not windows:
            raise InvalidField(HOURS, f"line {number}: write it like “{HOW}”")
        if name in found:
            raise InvalidField(HOURS, f"line {number}: “{name}” is here a second time")
        found[name] = windows
    return found


def write_hours_lines(hours: Mapping[str, Sequence[str]]) -> str:
    """In the order of the week, which the database does not keep."""
    ordered = sorted(hours.items(), key=lambda each: _WEEK.find(each[0][:3]))
    return "\n".join(f"{days}: {', '.join(windows)}" for days, windows in ordered)


def read_day_lines(text: str) -> list[str]:
    return [line for _, line in _lines(text)]


def write_day_lines(days: Iterable[Any]) -> str:
    return "\n".join(str(each) for each in days)


def _lines(text: str) -> list[tuple[int, str]]:
    numbered = enumerate(text.splitlines(), start=1)
    return [(number, line.strip()) for number, line in numbered if line.strip()]
