"""Switches in the drawer: what the local Slack does wrong, on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack.events import QUICK_RETRIES, REAL_RETRIES
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.sandbox import Sandbox

EVERYWHERE = "*"


@dataclass(frozen=True)
class Switch:
    name: str
    label: str
    hint: str
    is_on: Callable[[Sandbox], bool]
    turn: Callable[[Sandbox, bool], None]


def _fault(name: str, label: str, hint: str, fault: Fault) -> Switch:
    """One that puts a fault on every method, and takes away only its own."""

    def listed(sandbox: Sandbox) -> list[Fault]:
        return sandbox.faults.by_method.get(EVERYWHERE, [])

    def is_mine(each: Fault) -> bool:
        return (each.kind, each.rate, each.latency_ms) == (fault.kind, fault.rate, fault.latency_ms)

    def is_on(sandbox: Sandbox) -> bool:
        return any(map(is_mine, listed(sandbox)))

    def turn(sandbox: Sandbox, on: bool) -> None:
        kept = [each for each in listed(sandbox) if not is_mine(each)]
        sandbox.faults.by_method[EVERYWHERE] = [*kept, Fault(**fault.__dict__)] if on else kept

    return Switch(name, label, hint, is_on, turn)


def _event(name: str, label: str, hint: str, attribute: str) -> Switch:
    def turn(sandbox: Sandbox, on: bool) -> None:
        setattr(sandbox.events, attribute, on)

    return Switch(name, label, hint, lambda sandbox: getattr(sandbox.events, attribute), turn)


def _turn_retries(sandbox: Sandbox, on: bool) -> None:
    sandbox.events.retry_delays = REAL_RETRIES if on else QUICK_RETRIES


SWITCHES = {
    switch.name: switch
    for switch in (
        _fault(
            "outage",
            "Outage",
            "Every call of the app is cut off",
            Fault(EVERYWHERE, "outage"),
        ),
        _fault(
            "rate_limit",
            "Rate limit",
            "Every second call is answered with 429",
            Fault(EVERYWHERE, "http_429", rate=0.5),
        ),
        _fault(
            "errors",
            "Server errors",
            "Every third call is answered with 500",
            Fault(EVERYWHERE, "http_500", rate=0.34),
        ),
        _fault(
            "lost_answers",
            "Lost answers",
            "Every third call is carried out, and its answer lost",
            Fault(EVERYWHERE, "drop_after", rate=0.33),
        ),
        _fault(
            "slow",
            "Slow",
            "Every call takes two seconds",
            Fault(EVERYWHERE, "latency", latency_ms=2000),
        ),
        _event("twice", "Duplicate events", "Every event is sent twice", "twice"),
        _event("shuffled", "Events out of order", "Neighbours change places", "shuffled"),
        Switch(
            "real_retries",
            "Slack's own retries",
            "After 0, 60 and 300 seconds, and not at once",
            lambda sandbox: sandbox.events.retry_delays == REAL_RETRIES,
            _turn_retries,
        ),
    )
}
