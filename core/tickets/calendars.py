"""Named calendars as rows, and the hours they stand for."""

from datetime import date, time
from itertools import pairwise
from typing import Any

import holidays as public_holidays
from sqlalchemy.orm import Mapped, mapped_column

from core.calendar import BusinessHours
from core.db import Base, NumberKey, Timestamps

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Calendar(NumberKey, Timestamps, Base):
    """`hours`: {"mon-fri": ["09:00-17:00"]}; `country`: its public holidays, if named."""

    __tablename__ = "calendars"

    name: Mapped[str] = mapped_column(unique=True)
    time_zone: Mapped[str | None]
    hours: Mapped[dict[str, Any]]
    country: Mapped[str | None]
    dates: Mapped[list[Any]] = mapped_column(default=list)

    def business_hours(self, time_zone: str, years: range) -> BusinessHours:
        """In the calendar's own zone, or in `time_zone` when it names none."""
        return BusinessHours(
            self.time_zone or time_zone, read_hours(self.hours), self._holidays(years)
        )

    def _holidays(self, years: range) -> frozenset[date]:
        days = {date.fromisoformat(day) for day in self.dates}
        if self.country:
            days |= set(public_holidays.country_holidays(self.country, years=years))
        return frozenset(days)


def read_hours(hours: dict[str, Any]) -> dict[int, tuple[tuple[time, time], ...]]:
    """{"mon-fri": ["09:00-12:00", "13:00-17:00"]} by weekday. Raises ValueError naming what is
    wrong."""
    found: dict[int, tuple[tuple[time, time], ...]] = {}
    for days, windows in hours.items():
        first, _, last = days.partition("-")
        if first not in _DAYS or (last and last not in _DAYS):
            raise ValueError(f"“{days}” is no day or range of days: write mon or mon-fri")
        weekdays = range(_DAYS.index(first), _DAYS.index(last or first) + 1)
        if not weekdays:
            raise ValueError(f"“{days}” goes backwards: a week begins on Monday")
        read = tuple(sorted(_window(each) for each in windows))
        if any(end == time(0) or begin < end for (_, end), (begin, _) in pairwise(read)):
            raise ValueError(f"the windows of “{days}” overlap")
        for weekday in weekdays:
            found[weekday] = read
    return found


def _window(text: str) -> tuple[time, time]:
    opens, _, closes = text.partition("-")
    try:
        begin, end = time.fromisoformat(opens), time.fromisoformat(closes.replace("24:00", "00:00"))
    except ValueError as error:
        raise ValueError(f"“{text}” is no window: write 09:00-17:00") from error
    if end != time(0) and end <= begin:
        raise ValueError(f"“{text}” ends before it begins")
    return begin, end
