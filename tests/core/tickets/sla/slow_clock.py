"""A clock that looks at every minute by itself, written without the calendar it checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class SlowHours:
    zone: str
    hours: Mapping[int, Sequence[tuple[time, time]]]
    holidays: frozenset[date]

    def is_open(self, moment: datetime) -> bool:
        """Whether the minute that begins now is one of work."""
        local = moment.astimezone(ZoneInfo(self.zone))
        if local.date() in self.holidays:
            return False
        clock = local.time().replace(second=0, microsecond=0)
        windows = self.hours.get(local.weekday(), ())
        return any(a <= clock and (clock < b or b == time(0)) for a, b in windows)


def count(hours: SlowHours, since: datetime, until: datetime) -> int:
    """Minutes of work between two whole minutes."""
    found, now = 0, since.astimezone(UTC)
    while now < until:
        found += hours.is_open(now)
        now += MINUTE
    return found


def due(
    hours: SlowHours, since: datetime, target: int, pauses: Sequence[tuple[datetime, datetime]] = ()
) -> datetime | None:
    """When so many minutes of work have passed outside the pauses; None when that takes more than
    sixty days."""
    left, now = target, since.astimezone(UTC)
    for _ in range(60 * 24 * 60):
        if left <= 0:
            return now
        is_paused = any(a <= now < b for a, b in pauses)
        left -= hours.is_open(now) and not is_paused
        now += MINUTE
    return None
