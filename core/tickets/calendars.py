"""Named calendars as rows, their earlier versions, and the hours they stand for."""

from datetime import date, time
from itertools import pairwise
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.calendar import BusinessHours
from core.db import Base, NumberKey, Timestamps, Versioned
from core.tickets.holidays import days_in_ics, public_days

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours:
    """`hours`: {"mon-fri": ["09:00-17:00"]}; `country` and `subdivision`: whose public holidays;
    `ics`: the text of a file with more of them."""

    name: Mapped[str]
    time_zone: Mapped[str | None]
    hours: Mapped[dict[str, Any]]
    country: Mapped[str | None]
    subdivision: Mapped[str | None]
    dates: Mapped[list[Any]] = mapped_column(default=list)
    ics: Mapped[str | None]

    def business_hours(self, time_zone: str, years: range) -> BusinessHours:
        """In the calendar's own zone, or in `time_zone` when it names none."""
        return BusinessHours(
            self.time_zone or time_zone, read_hours(self.hours), self._holidays(years)
        )

    def _holidays(self, years: range) -> frozenset[date]:
        days = frozenset(date.fromisoformat(day) for day in self.dates)
        if self.country:
            days |= public_days(self.country, self.subdivision, years)
        return days | days_in_ics(self.ics, years) if self.ics else days


class Calendar(Hours, NumberKey, Timestamps, Versioned, Base):
    __tablename__ = "calendars"
    __table_args__ = (UniqueConstraint("name"),)


class CalendarVersion(Hours, NumberKey, Timestamps, Base):
    """What a calendar was, for explaining what was counted by it."""

    __tablename__ = "calendar_versions"
    __table_args__ = (UniqueConstraint("name", "version"),)

    version: Mapped[int]


def read_hours(hours: dict[str, Any]) -> dict[int, tuple[tuple[time, time], ...]]:
    """{"mon-fri": ["09:00-12:00", "13:00-17:00"]} by weekday. Raises ValueError naming what is
    wrong."""
    found: dict[int, tuple[tuple[time, time], ...]] = {}
    for days, windows in hours.items():
        first, _, last = days.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise ValueError(f"“{days}” is no day or range of days: write mon or mon-fri")
        weekdays = range(DAYS.index(first), DAYS.index(last or first) + 1)
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
        is_local = begin.tzinfo is None and end.tzinfo is None
    except ValueError as error:
        raise ValueError(f"“{text}” is no window: write 09:00-17:00") from error
    if not is_local:
        raise ValueError(f"“{text}” is no window: write 09:00-17:00, without a zone")
    if end != time(0) and end <= begin:
        raise ValueError(
            f"“{text}” ends before it begins: over midnight, write {opens}-24:00, and "
            f"00:00-{closes} for the day after"
        )
    return begin, end
