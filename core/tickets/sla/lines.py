"""The story of a clock, line by line. Pure: what the lines count adds up to what it has counted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from core.calendar import BusinessHours
from core.tickets.sla.models import ClockState, SlaClock

_ZERO = timedelta()


class What(StrEnum):
    STARTED = "start"
    DAY = "day"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    #: What a calendar counted that is not known any more as it was.
    OTHERWISE = "otherwise"
    PAUSED = "pause"
    PROMISED = "target"
    HOURS = "hours"
    SET = "set_due"
    CLEARED = "clear_due"
    ENDED = "end"
    WENT_ON = "go_on"
    CANCELLED = "cancel"


@dataclass(frozen=True, slots=True)
class Line:
    """`length` is business time that it adds. `by` is the id of a person."""

    what: What
    at: datetime
    until: datetime | None = None
    length: timedelta = _ZERO
    zone: str = "UTC"
    windows: tuple[tuple[datetime, datetime], ...] = ()
    by: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


#: Of a calendar's name, version and time zone.
HoursOf = Callable[[str, int, str], BusinessHours]


def lines_of(clock: SlaClock, hours_of: HoursOf, now: datetime) -> list[Line]:
    found: list[Line] = []
    pause: Mapping[str, Any] | None = None
    for told in [*clock.story, *_running(clock, now)]:
        if pause is not None and told["did"] not in ("count",):
            found.append(_pause(pause, _moment(told["at"])))
            pause = None
        match told["did"]:
            case "count":
                found += _counted(told, hours_of)
            case "pause":
                pause = told
            case "resume":
                pass
            case did:
                found.append(Line(What(did), _moment(told["at"]), by=told["by"], details=told))
    return [*found, _pause(pause, None)] if pause is not None else found


def _running(clock: SlaClock, now: datetime) -> Iterator[Mapping[str, Any]]:
    """What it counts just now, as if it were written down."""
    if clock.state is ClockState.RUNNING and clock.running_since and clock.running_since < now:
        yield {
            "did": "count",
            "since": clock.running_since.isoformat(),
            "until": now.isoformat(),
            "length": None,
            "calendar": clock.calendar,
            "version": clock.calendar_version,
            "zone": clock.time_zone,
        }


def _pause(told: Mapping[str, Any], until: datetime | None) -> Line:
    return Line(What.PAUSED, _moment(told["at"]), until, by=told["by"], details=told)


def _counted(told: Mapping[str, Any], hours_of: HoursOf) -> Iterator[Line]:
    hours = hours_of(told["calendar"], told["version"], told["zone"])
    since, until = _moment(told["since"]), _moment(told["until"])
    passed = _ZERO
    for line in _days(since, until, hours):
        passed += line.length
        yield line
    if told["length"] is not None:
        missing = timedelta(microseconds=told["length"]) - passed
        if missing:
            yield Line(What.OTHERWISE, since, until, missing, hours.time_zone)


def _days(since: datetime, until: datetime, hours: BusinessHours) -> Iterator[Line]:
    """Each day by the clocks of its zone, also those on which nothing counts."""
    zone = ZoneInfo(hours.time_zone)
    by_day: dict[date, list[tuple[datetime, datetime]]] = {}
    for begin, end in hours.windows(since):
        if begin >= until:
            break
        piece = (begin.astimezone(zone), min(end, until).astimezone(zone))
        by_day.setdefault(piece[0].date(), []).append(piece)
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        at = datetime(day.year, day.month, day.day, tzinfo=zone)
        windows = tuple(by_day.get(day, ()))
        length = sum((_length(each) for each in windows), _ZERO)
        what = What.DAY if windows else What.HOLIDAY if day in hours.holidays else What.CLOSED
        yield Line(what, at, None, length, hours.time_zone, windows)
        day += timedelta(days=1)


def _length(window: tuple[datetime, datetime]) -> timedelta:
    # Subtracting moments of one zone would leave out what its clocks do in between.
    return _utc(window[1]) - _utc(window[0])


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo("UTC"))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
