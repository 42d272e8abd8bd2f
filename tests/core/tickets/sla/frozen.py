"""Time that stands still for the services, until a test moves it."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

BERLIN = ZoneInfo("Europe/Berlin")
_MODULES = (
    "core.tickets.opening",
    "core.tickets.sla.keeping",
    "core.tickets.sla.part_clocks",
    "core.tickets.sla.manual",
    "core.tickets.sla.rehours",
    "core.tickets.sla.templates",
    "core.tickets.service",
    "core.tickets.deletion",
    "core.tickets.parts.splitting",
    "core.tickets.parts.service",
)


def local(day: int, clock: str, month: int = 3) -> datetime:
    """A moment of 2026 by Berlin's clocks. 6 March is a Friday."""
    return datetime.combine(date(2026, month, day), time.fromisoformat(clock), BERLIN)


class Frozen:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def at(self, moment: datetime) -> datetime:
        for each in _MODULES:
            self._patch.setattr(f"{each}.utc_now", lambda: moment)
        return moment
