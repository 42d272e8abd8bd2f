"""Business hours and holidays: pure arithmetic on aware moments."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

#: A calendar without an open hour in this many days never opens.
_HORIZON_DAYS = 400
_THREE_DAYS = 3 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """`hours`: weekday (Monday is 0) to open windows of local time, ascending and apart.

    Windows are what the clock on the wall shows in an IANA zone, so that a change of the clocks
    moves no opening hour: a time that is left out never comes, and one that is repeated counts
    twice.
    """

    time_zone: str
    hours: Mapping[int, Sequence[tuple[time, time]]]
    holidays: frozenset[date] = field(default_factory=frozenset)
    #: Worked out once: every new ticket looks at the same few days.
    _days: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def never_closes(self) -> bool:
        days = [self.hours.get(weekday, ()) for weekday in range(7)]
        return not self.holidays and all(tuple(each) == _WHOLE_DAY for each in days)

    def windows(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open windows in UTC that end after `start`, in order, cut off at `start`."""
        zone = ZoneInfo(self.time_zone)
        day = start.astimezone(zone).date()
        closed_at = start
        for _ in range(_HORIZON_DAYS):
            for begin, end in self._on(day, zone):
                if end > max(begin, closed_at):
                    yield max(begin, closed_at), end
                    closed_at = end
            day += timedelta(days=1)

    def _on(self, day: date, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
        found = self._days.get(day)
        if found is None:
            hours = () if day in self.holidays else self.hours.get(day.weekday(), ())
            found = self._days[day] = tuple(_windows_of(day, hours, zone))
        return found


def _windows_of(
    day: date, windows: Sequence[tuple[time, time]], zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    if not windows:
        return
    before = _offset(datetime.combine(day, time(0), zone))
    after = _offset(datetime.combine(day + timedelta(days=1), time(0), zone).replace(fold=1))
    if before == after:
        yield from _by(before, day, windows)
        return
    change = _change_of_clocks(day, before, zone)
    for begin, end in _by(before, day, windows):
        if begin < change:
            yield begin, min(end, change)
    for begin, end in _by(after, day, windows):
        if end > change:
            yield max(begin, change), end


def _by(
    offset: timedelta, day: date, windows: Sequence[tuple[time, time]]
) -> Iterator[tuple[datetime, datetime]]:
    """In UTC, as if the clocks stood like this all day."""
    for opens, closes in windows:
        # A window "to midnight" is written 00:00 and ends with the day.
        last = day + timedelta(days=1) if closes == time(0) else day
        begin, end = datetime.combine(day, opens, UTC), datetime.combine(last, closes, UTC)
        yield begin - offset, end - offset


def _change_of_clocks(day: date, before: timedelta, zone: ZoneInfo) -> datetime:
    """The moment from which they stand otherwise."""
    start = datetime.combine(day, time(0), UTC) - before - timedelta(days=1)

    def is_changed(second: int) -> bool:
        return _offset((start + timedelta(seconds=second)).astimezone(zone)) != before

    return start + timedelta(seconds=bisect_left(range(_THREE_DAYS), x=True, key=is_changed))


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


_WHOLE_DAY = ((time(0), time(0)),)
ALWAYS = BusinessHours("UTC", dict.fromkeys(range(7), _WHOLE_DAY))
_NINE_TO_FIVE = ((time(9), time(17)),)


@cache
def office(time_zone: str) -> BusinessHours:
    return BusinessHours(time_zone, dict.fromkeys(range(5), _NINE_TO_FIVE))


def add_business(start: datetime, length: timedelta, hours: BusinessHours) -> datetime:
    """The moment at which `length` of open time has passed since `start`.

    Never inside a closed window. Raises ValueError when the calendar does not open often enough.
    """
    return add_each(start, [length], hours)[0]


def add_each(start: datetime, lengths: Sequence[timedelta], hours: BusinessHours) -> list[datetime]:
    """The same for several lengths, ascending, in one walk through the calendar."""
    found: list[datetime] = []
    passed = timedelta()
    for begin, end in hours.windows(start):
        while len(found) < len(lengths) and end - begin >= lengths[len(found)] - passed:
            found.append(begin + (lengths[len(found)] - passed))
        if len(found) == len(lengths):
            return found
        passed += end - begin
    raise ValueError("the calendar has too few open hours")


def business_between(start: datetime, end: datetime, hours: BusinessHours) -> timedelta:
    """Open time between two moments; zero when `end` is not after `start`."""
    passed = timedelta()
    for begin, close in hours.windows(start):
        if begin >= end:
            break
        passed += min(close, end) - begin
    return passed


def business_before(end: datetime, length: timedelta, hours: BusinessHours) -> datetime:
    """A moment from which `length` of open time has passed until `end`.

    Raises ValueError when the calendar does not open often enough.
    """
    days = 1
    while days < 2 * _HORIZON_DAYS:
        start = end - timedelta(days=days)
        passed = business_between(start, end, hours)
        if passed >= length:
            return min(add_business(start, passed - length, hours), end)
        days *= 2
    raise ValueError("the calendar has too few open hours")


def next_opening(moment: datetime, hours: BusinessHours) -> datetime:
    """The moment itself while it is open."""
    return add_business(moment, timedelta(), hours)


def is_open(moment: datetime, hours: BusinessHours) -> bool:
    begin = next((begin for begin, _ in hours.windows(moment)), None)
    return begin == moment
