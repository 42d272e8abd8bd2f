"""How a clock counts. Pure: whoever calls says what time it is, and which hours are business
hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.calendar import (
    BusinessHours,
    add_business,
    add_each,
    business_between,
)
from core.tickets.sla.models import RANK, AnyClock, ClockState, SlaClock, Threshold

#: Of the target, where it is said that a clock runs out.
SHARES: Mapping[Threshold, float] = {Threshold.AT_RISK_75: 0.75, Threshold.AT_RISK_90: 0.9}
_MICRO = timedelta(microseconds=1)
_ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Now:
    """`by` is who causes what happens; None: the help desk. `version` is of the calendar that the
    hours are of; None: the one that the clock was bound to."""

    at: datetime
    hours: BusinessHours
    escalate_after: timedelta = timedelta(hours=4)
    by: str | None = None
    version: int | None = None


def start(clock: AnyClock, now: Now, why: Mapping[str, Any]) -> None:
    """A new one, whose target and names are set. `why` it has this template."""
    clock.state, clock.consumed, clock.story = ClockState.RUNNING, _ZERO, []
    clock.started_at = clock.running_since = now.at
    _tell(clock, now, "start", target=clock.target // _MICRO, **why)
    plan(clock, now)


def pause(clock: SlaClock, now: Now, why: str) -> None:
    """Also from one reason to another."""
    settle(clock, now)
    clock.state, clock.running_since = ClockState.PAUSED, None
    _tell(clock, now, "pause", why=why)
    plan(clock, now)


def resume(clock: SlaClock, now: Now) -> None:
    clock.state, clock.running_since = ClockState.RUNNING, now.at
    _tell(clock, now, "resume")
    plan(clock, now, because="resumed")


def end(clock: SlaClock, now: Now, **more: Any) -> None:
    """What was promised is done."""
    settle(clock, now)
    clock.state = ClockState.BREACHED if clock.breached_at else ClockState.MET
    clock.running_since, clock.ended_at = None, now.at
    if clock.first_result is None:
        clock.first_result, clock.first_ended_at = clock.state, now.at
    _tell(clock, now, "end", result=clock.state.value, **more)
    plan(clock, now)


def cancel(clock: SlaClock, now: Now, why: str) -> None:
    """It counts no more, and nobody is warned. What was too late stays so."""
    before = clock.state
    settle(clock, now)
    clock.state, clock.running_since, clock.ended_at = ClockState.CANCELLED, None, now.at
    _tell(clock, now, "cancel", why=why, was=before.value)
    plan(clock, now)


def go_on(clock: SlaClock, now: Now, *, since: datetime | None = None) -> None:
    """After it had ended. The time in between counts for nobody, unless it is said `since` when
    it counts; then it is as if it had not ended."""
    clock.state, clock.running_since = ClockState.RUNNING, since or now.at
    clock.ended_at = None
    if since is not None:
        clock.first_result = clock.first_ended_at = None
    _tell(clock, now, "go_on")
    plan(clock, now, because="reopened")


def revive(clock: SlaClock, now: Now) -> None:
    """After it was cancelled, as it was before."""
    was = next((each["was"] for each in reversed(clock.story) if each["did"] == "cancel"), None)
    clock.state = ClockState(was or ClockState.RUNNING)
    is_running = clock.state is ClockState.RUNNING
    clock.running_since, clock.ended_at = now.at if is_running else None, None
    _tell(clock, now, "go_on")
    plan(clock, now, because="restored")


def promise(clock: SlaClock, now: Now, because: str, **why: Any) -> None:
    """By another target, which is set in it after it was settled. What was counted stays; what is
    over by that already is too late at this moment."""
    _tell(clock, now, "target", target=clock.target // _MICRO, because=because, **why)
    plan(clock, now, because=because)


def change_hours(clock: SlaClock, now: Now) -> None:
    """By the calendar that is set in it after it was settled."""
    named = {"calendar": clock.calendar, "version": clock.calendar_version}
    _tell(clock, now, "hours", zone=clock.time_zone, **named)
    plan(clock, now, because="calendar")


def set_due(clock: SlaClock, now: Now, due_at: datetime, reason: str) -> None:
    """By hand: it stays, whatever is paused, until it is cleared."""
    settle(clock, now)
    clock.manual_since, clock.due_at = now.at, due_at
    _tell(clock, now, "set_due", due=due_at.isoformat(), reason=reason)
    plan(clock, now)


def clear_due(clock: SlaClock, now: Now) -> None:
    settle(clock, now)
    clock.manual_since = None
    _tell(clock, now, "clear_due")
    plan(clock, now, because="cleared")


def settle(clock: SlaClock, now: Now) -> None:
    """What was counted up to now is written down, with the calendar it was counted by."""
    if clock.state is not ClockState.RUNNING or clock.running_since is None:
        return
    if clock.breached_at is None and clock.due_at is not None and clock.due_at < now.at:
        clock.breached_at = clock.due_at
    since, clock.running_since = clock.running_since, max(now.at, clock.running_since)
    passed = business_between(since, now.at, now.hours)
    clock.consumed += passed
    if since < now.at:
        clock.story = [*clock.story, _counted(clock, since, now, passed)]


def _counted(clock: SlaClock, since: datetime, now: Now, length: timedelta) -> Any:
    return {
        "did": "count",
        "since": since.isoformat(),
        "until": now.at.isoformat(),
        "length": length // _MICRO,
        "calendar": clock.calendar,
        "version": clock.calendar_version if now.version is None else now.version,
        "zone": clock.time_zone,
    }


def _tell(clock: AnyClock, now: Now, did: str, **more: Any) -> None:
    clock.story = [*clock.story, {"did": did, "at": now.at.isoformat(), "by": now.by, **more}]


def plan(clock: AnyClock, now: Now, *, because: str | None = None) -> None:
    """When it is due, and when to look at it next."""
    if clock.state is not ClockState.RUNNING or clock.running_since is None:
        # A due time that was set by hand is known even while nothing counts.
        if clock.breached_at is None and clock.manual_since is None and clock.is_open:
            clock.due_at = None
        clock.next_event_at = None
        return
    if clock.breached_at is None:
        _plan_moments(clock, now, because)
    clock.next_event_at = _next_event(clock, now)


def _plan_moments(clock: AnyClock, now: Now, because: str | None) -> None:
    assert clock.running_since is not None
    if clock.manual_since is not None:
        assert clock.due_at is not None
        since, whole = clock.manual_since, clock.due_at
        target = business_between(since, whole, now.hours)
        lengths = [share * target for share in SHARES.values()]
        early = add_each(since, lengths, now.hours) if target else [whole, whole]
        clock.at_risk_75_at, clock.at_risk_90_at = (min(each, whole) for each in early)
        if whole < now.at:
            _be_late(clock, now, because)
        return
    if clock.consumed and clock.consumed >= clock.target:
        _be_late(clock, now, because)
        return
    left = [max(share * clock.target - clock.consumed, _ZERO) for share in SHARES.values()]
    moments = add_each(clock.running_since, [*left, clock.target - clock.consumed], now.hours)
    clock.at_risk_75_at, clock.at_risk_90_at, clock.due_at = moments


def _be_late(clock: AnyClock, now: Now, because: str | None) -> None:
    clock.breached_at, clock.due_at, clock.cause = now.at, now.at, because


def _next_event(clock: AnyClock, now: Now) -> datetime | None:
    said = RANK[clock.warned]
    if clock.breached_at is not None:
        return escalation(clock, now) if said >= RANK[Threshold.BREACH] else now.at
    if RANK[passed(clock, now.at)] > said:
        return now.at
    return next((each for _, each in moments(clock) if each > now.at), now.at)


def escalation(clock: AnyClock, now: Now) -> datetime | None:
    """When the next step up is told of it, if nothing changes until then."""
    if clock.warned is Threshold.LEVEL_3 or not now.escalate_after:
        return None
    return add_business(now.at, now.escalate_after, now.hours)


def moments(clock: AnyClock) -> list[tuple[Threshold, datetime]]:
    """Of the thresholds before and at its due time, in order."""
    known = (
        (Threshold.AT_RISK_75, clock.at_risk_75_at),
        (Threshold.AT_RISK_90, clock.at_risk_90_at),
        (Threshold.BREACH, clock.due_at),
    )
    return [(threshold, each) for threshold, each in known if each is not None]


def passed(clock: AnyClock, at: datetime) -> Threshold | None:
    """The farthest of them."""
    return max(
        (threshold for threshold, each in moments(clock) if each <= at),
        key=RANK.__getitem__,
        default=None,
    )


def consumed_at(clock: SlaClock, now: Now) -> timedelta:
    """With what is not written down yet."""
    if clock.state is not ClockState.RUNNING or clock.running_since is None:
        return clock.consumed
    return clock.consumed + business_between(clock.running_since, now.at, now.hours)
