"""Hours in which people are not disturbed: pure arithmetic on local times."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one local time to another; over midnight when it ends earlier than it starts, and
    never when it ends as it starts."""

    starts: time
    ends: time

    @classmethod
    def of(cls, starts: str, ends: str) -> "Quiet":
        """Raises ValueError."""
        return cls(time.fromisoformat(starts), time.fromisoformat(ends))

    @classmethod
    def read(cls, text: str) -> "Quiet":
        """As people write it: 20:00-07:00. Raises ValueError with a sentence."""
        starts, _, ends = text.partition("-")
        words = f"“{text}” are no quiet hours: write 20:00-07:00"
        try:
            found = cls.of(starts.strip(), ends.strip())
        except ValueError as error:
            raise ValueError(words) from error
        if found.starts.tzinfo or found.ends.tzinfo:
            raise ValueError(words)
        return found

    def until(self, now: datetime, time_zone: str) -> datetime | None:
        """When they end that last now; None outside of them."""
        zone = zone_of(time_zone)
        today = now.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            begin, end = self._on(day, zone)
            if begin <= now < end:
                return end
        return None

    def _on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        last = day + timedelta(days=1) if self.ends < self.starts else day
        begin = datetime.combine(day, self.starts, zone).astimezone(UTC)
        return begin, datetime.combine(last, self.ends, zone).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """People's zones come from Slack, which may name one that nobody knows here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
