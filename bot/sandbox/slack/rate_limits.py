"""Slack's rate limits as token buckets: per method, for posting per channel (4.1 to 4.5)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from bot.sandbox.slack.clock import Clock

PER_MINUTE = {1: 1.0, 2: 20.0, 3: 50.0, 4: 100.0}
BURST_FACTOR = 5
POSTS_PER_CHANNEL = (60.0, 30)
POSTS_PER_WORKSPACE = (600.0, 1200)
SPECIAL = (600.0, 1200)


@dataclass
class RateLimits:
    clock: Clock
    enabled: bool = True
    burst: int | None = None
    overrides: dict[str, tuple[float, int]] = field(default_factory=dict)
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait_for(self, method: str, tier: int | None, channel: str | None) -> int:
        """Seconds the caller has to wait; 0 lets the call through and counts it."""
        if not self.enabled:
            return 0
        if method != "chat.postMessage":
            return self._take(method, *self._rate(method, tier))
        rate, burst = self._rate(method, None)
        wait = self._take(f"{method} {channel}", rate, burst)
        return wait or self._take(f"{method} *", *POSTS_PER_WORKSPACE)

    def override(self, method: str, per_minute: float, burst: int) -> None:
        self.overrides[method] = (per_minute, burst)
        self._buckets.clear()

    def reset(self) -> None:
        self.enabled, self.burst = True, None
        self.overrides.clear()
        self._buckets.clear()

    def _rate(self, method: str, tier: int | None) -> tuple[float, int]:
        if method in self.overrides:
            return self.overrides[method]
        if method == "chat.postMessage":
            per_minute, burst = POSTS_PER_CHANNEL
        elif tier is None:
            per_minute, burst = SPECIAL
        else:
            per_minute = PER_MINUTE[tier]
            burst = int(per_minute * BURST_FACTOR)
        return per_minute, burst if self.burst is None else self.burst

    def _take(self, key: str, per_minute: float, burst: int) -> int:
        now = self.clock.now()
        tokens, updated = self._buckets.get(key, (float(burst), now))
        per_second = per_minute / 60
        tokens = min(float(burst), tokens + (now - updated) * per_second)
        if tokens >= 1:
            self._buckets[key] = (tokens - 1, now)
            return 0
        self._buckets[key] = (tokens, now)
        return max(1, math.ceil((1 - tokens) / per_second))
