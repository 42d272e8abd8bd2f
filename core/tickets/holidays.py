"""The days on which nobody works: a country's public holidays, and those in an ICS file. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import holidays
from dateutil.rrule import rrulestr
from holidays.registry import COUNTRIES
from icalendar import Calendar, vRecur

#: How often an event may come again: a day can be free once.
_REPEATS = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
#: Days that one event may last.
_LONGEST = 400


#: By country the parts with holidays of their own. Loads all of them, which takes a third of a
#: second: when a process begins, and not while somebody waits for their first form.
_PARTS: Mapping[str, list[str]] = holidays.list_supported_countries(include_aliases=True)


def is_country(code: str) -> bool:
    return code in _PARTS


def countries() -> dict[str, str]:
    """Their names by their codes, in the order of the names."""
    named = {about[1]: key.replace("_", " ").title() for key, about in COUNTRIES.items()}
    return dict(sorted(named.items(), key=lambda each: each[1]))


def subdivisions(country: str) -> list[str]:
    """The parts of the country that have holidays of their own."""
    return _PARTS.get(country, [])


@lru_cache(maxsize=64)
def public_days(country: str, subdivision: str | None, years: range) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=years))


@lru_cache(maxsize=64)
def days_in_ics(text: str, years: range) -> frozenset[date]:
    """The days of its events that last whole days. A meeting at ten is no holiday.

    Raises ValueError with a sentence.
    """
    events = _events(text)
    moved = {_moved(each) for each in events} - {None}
    days: set[date] = set()
    for event in events:
        length = _length(event)
        for first in _beginnings(event, years):
            if "RECURRENCE-ID" in event or (str(event.get("UID")), first) not in moved:
                days |= {first + timedelta(days=n) for n in range(length)}
    return frozenset(each for each in days if each.year in years)


def _events(text: str) -> list[Any]:
    try:
        found = [each for each in Calendar.from_ical(text).walk("VEVENT") if _is_dated(each)]
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError("the holidays are no calendar in the ICS format") from error
    if not found:
        raise ValueError("the ICS file has no event that lasts whole days")
    return [each for each in found if str(each.get("STATUS", "")).upper() != "CANCELLED"]


def _is_dated(event: Any) -> bool:
    return "DTSTART" in event and not isinstance(event.decoded("DTSTART"), datetime)


def _moved(event: Any) -> tuple[str, date] | None:
    """The occurrence that this event stands in for."""
    return (str(event.get("UID")), event.decoded("RECURRENCE-ID")) if _is_instead(event) else None


def _is_instead(event: Any) -> bool:
    return "RECURRENCE-ID" in event


def _length(event: Any) -> int:
    """In days; an event without an end is over with its day."""
    days = 1
    if "DTEND" in event and isinstance(event.decoded("DTEND"), date):
        days = (_day(event.decoded("DTEND")) - event.decoded("DTSTART")).days
    elif "DURATION" in event:
        days = event.decoded("DURATION").days
    return min(max(days, 1), _LONGEST)


def _beginnings(event: Any, years: range) -> Iterator[date]:
    """Of each time that it happens in these years."""
    first: date = event.decoded("DTSTART")
    without = set(_dates(event, "EXDATE"))
    found = {first, *_dates(event, "RDATE")}
    if "RRULE" in event:
        found |= set(_repeated(event, first, years))
    return (each for each in sorted(found) if each not in without)


def _repeated(event: Any, first: date, years: range) -> Iterator[date]:
    rule: Any = vRecur(event["RRULE"])
    if str(next(iter(rule.get("FREQ", [])), "")).upper() not in _REPEATS:
        raise ValueError("an event in the ICS file comes again more often than daily")
    # A rule that ends at a moment of another zone cannot be compared with days.
    ends = [_day(each) for each in rule.pop("UNTIL", [])]
    start = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - a day has no zone
    repeated = rrulestr(rule.to_ical().decode(), dtstart=start)
    earliest = datetime(max(years.start - 1, 1), 1, 1)  # noqa: DTZ001
    latest = datetime(years.stop, 1, 1)  # noqa: DTZ001
    if ends:
        latest = min(latest, datetime(ends[0].year, ends[0].month, ends[0].day))  # noqa: DTZ001
    return (each.date() for each in repeated.between(earliest, latest, inc=True))


def _dates(event: Any, name: str) -> list[date]:
    listed = event.get(name, [])
    several = listed if isinstance(listed, list) else [listed]
    return [_day(each.dt) for one in several for each in getattr(one, "dts", [])]


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
