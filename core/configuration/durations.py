"""Lengths of time as people write them: 45s, 30m, 4h, 2d. A day is a business day of 8 hours."""

import re
from datetime import timedelta

from core.tickets.policy import BUSINESS_DAY

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": BUSINESS_DAY,
}
_WRITTEN = re.compile(r"(\d{1,6})\s*([smhd])")


def read(text: str) -> timedelta:
    """Raises ValueError with a sentence."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text}” is no length of time: write 45s, 30m, 4h or 2d")
    return int(match[1]) * _UNITS[match[2]]


def write(length: timedelta) -> str:
    """Never in days: 24h of business time is a promise people know as 24 hours."""
    for unit in ("h", "m"):
        if length and not length % _UNITS[unit]:
            return f"{length // _UNITS[unit]}{unit}"
    return f"{int(length.total_seconds())}s"
