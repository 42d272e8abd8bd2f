"""Faults on demand: what the local Slack does wrong, for which method, how often."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

KINDS = frozenset(
    {
        *("outage", "drop_after", "http_429", "http_500", "html_503"),
        *("error", "latency", "redirect"),
    }
)
# These happen after the call was carried out.
AFTER = frozenset({"drop_after"})


@dataclass
class Fault:
    method: str
    kind: str
    times: int | None = None
    rate: float = 1.0
    error: str = "internal_error"
    retry_after: int = 1
    latency_ms: float = 0.0
    location: str = ""
    happened: int = 0


@dataclass
class Faults:
    by_method: dict[str, list[Fault]] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def add(self, fault: Fault) -> None:
        if fault.kind not in KINDS:
            raise ValueError(f"no fault is called {fault.kind!r}; there are {sorted(KINDS)}")
        self.by_method.setdefault(fault.method, []).append(fault)

    def clear(self, method: str | None = None) -> None:
        if method is None:
            self.by_method.clear()
        else:
            self.by_method.pop(method, None)

    def drawn(self, method: str) -> list[Fault]:
        """The faults that strike this call: any number of latencies and at most one other."""
        if not self.by_method:
            return []
        struck: list[Fault] = []
        for fault in [*self.by_method.get(method, ()), *self.by_method.get("*", ())]:
            if fault.times == 0 or (fault.kind != "latency" and self._has_other(struck)):
                continue
            if fault.rate < 1.0 and self.chance.random() >= fault.rate:
                continue
            if fault.times is not None:
                fault.times -= 1
            fault.happened += 1
            struck.append(fault)
        return struck

    @staticmethod
    def _has_other(struck: list[Fault]) -> bool:
        return any(fault.kind != "latency" for fault in struck)
