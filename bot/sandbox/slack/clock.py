"""The local Slack's time: message time stamps, ids, and a clock that tests can move forward."""

from __future__ import annotations

import time

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return digits or "0"


class Clock:
    """Gives moments, time stamps and ids; `shift` moves it ahead of the real time."""

    def __init__(self) -> None:
        self.shift = 0.0
        self.serial = 0
        self._last_stamp = 0

    def now(self) -> float:
        return time.time() + self.shift

    def stamp(self) -> str:
        """A `ts`: never the same twice, always rising."""
        self._last_stamp = max(self._last_stamp + 1, int(self.now() * 1_000_000))
        seconds, micros = divmod(self._last_stamp, 1_000_000)
        return f"{seconds}.{micros:06d}"

    def new_id(self, prefix: str) -> str:
        self.serial += 1
        return f"{prefix}{base36(36**8 + self.serial)}"

    def short_id(self) -> str:
        """What Slack puts where a block has no block_id."""
        self.serial += 1
        return base36(36**3 + self.serial).lower()
