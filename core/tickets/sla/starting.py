"""Making clocks: by which promise, and why by that one."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from core.calendar import business_between
from core.tickets.policy import Desk, Policy, Promise, Wanted
from core.tickets.sla.clock import Now, start
from core.tickets.sla.models import AnyClock, Kind, OpeningClock, SlaClock

#: Of a clock, what is written for a new ticket, and the types that the database reads it as.
_COLUMNS = {
    "kind": "text",
    "cycle": "integer",
    "template_id": "bigint",
    "template_version": "integer",
    "calendar": "text",
    "calendar_version": "integer",
    "time_zone": "text",
    "target": "interval",
    "consumed": "interval",
    "state": "text",
    "started_at": "timestamptz",
    "running_since": "timestamptz",
    "due_at": "timestamptz",
    "at_risk_75_at": "timestamptz",
    "at_risk_90_at": "timestamptz",
    "next_event_at": "timestamptz",
    "story": "jsonb",
}
#: A part of the statement that opens a ticket: beside its row `ticket`, from the JSON `clocks`.
INSERT_CLOCKS = f"""
        INSERT INTO sla_clocks (ticket_id, {", ".join(_COLUMNS)})
        SELECT ticket.id, clock.*
          FROM ticket, jsonb_to_recordset(CAST(:clocks AS jsonb))
               AS clock ({", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
"""


def target_of(promise: Promise | None, kind: Kind) -> timedelta | None:
    if promise is None:
        return None
    match kind:
        case Kind.FIRST_RESPONSE:
            return promise.first_response
        case Kind.RESOLUTION:
            return promise.resolution
        case Kind.NEXT_REPLY:
            return promise.next_reply


def reasons(promise: Promise) -> dict[str, Any]:
    """What is told of a template: its name and version, and which of its conditions fit."""
    asked = {
        "priority": promise.priority,
        "department": promise.department_id,
        "requester_department": promise.requester_department_id,
    }
    fits = [name for name, value in asked.items() if value is not None]
    return {"template": promise.name, "version": promise.version, "fits": fits}


def bind(clock: AnyClock, policy: Policy, promise: Promise, desk: Desk) -> None:
    """To the promise as it is now, and to the hours it is counted by at this desk."""
    calendar = promise.calendar or desk.calendar
    clock.template_id, clock.template_version = promise.id, promise.version
    clock.calendar, clock.time_zone = calendar, desk.time_zone
    clock.calendar_version = policy.versions.get(calendar, 0)


def new_clock(
    policy: Policy, promise: Promise, desk: Desk, kind: Kind, at: datetime, by: uuid.UUID | None
) -> SlaClock | None:
    """None when this is not promised."""
    target = target_of(promise, kind)
    if target is None:
        return None
    clock = SlaClock(kind=kind, cycle=1, target=target)
    _begin(clock, policy, promise, desk, at, by)
    return clock


def _begin(
    clock: AnyClock,
    policy: Policy,
    promise: Promise,
    desk: Desk,
    at: datetime,
    by: uuid.UUID | None,
) -> None:
    bind(clock, policy, promise, desk)
    start(clock, now_of(policy, clock, at, by), reasons(promise))


def by_hand(policy: Policy, desk: Desk, at: datetime, due_at: datetime) -> SlaClock:
    """For a resolution that nothing is promised for, but that is to be due then."""
    hours = policy.business_hours(desk)
    clock = SlaClock(kind=Kind.RESOLUTION, cycle=1, target=business_between(at, due_at, hours))
    clock.template_id, clock.template_version = None, 0
    clock.calendar, clock.time_zone = desk.calendar, desk.time_zone
    clock.calendar_version = policy.versions.get(desk.calendar, 0)
    start(clock, now_of(policy, clock, at), {})
    return clock


def opening_clocks(
    policy: Policy, desk: Desk, wanted: Wanted, at: datetime, by: uuid.UUID | None
) -> list[OpeningClock]:
    """Of a new ticket: for the first answer and for the resolution, if anything is promised."""
    promise = policy.promise(wanted)
    if promise is None:
        return []
    made = [
        OpeningClock(Kind.FIRST_RESPONSE, promise.first_response),
        OpeningClock(Kind.RESOLUTION, promise.resolution),
    ]
    for clock in made:
        _begin(clock, policy, promise, desk, at, by)
    return made


def now_of(policy: Policy, clock: AnyClock, at: datetime, by: uuid.UUID | None = None) -> Now:
    return Now(
        at,
        policy.hours_of(clock.calendar, clock.time_zone),
        policy.preferences.escalate_after,
        str(by) if by else None,
        policy.versions.get(clock.calendar, 0),
    )


def as_json(clocks: Sequence[OpeningClock]) -> list[Mapping[str, Any]]:
    """As the database reads them from JSON."""
    return [{name: _plain(getattr(each, name)) for name in _COLUMNS} for each in clocks]


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return f"{value.total_seconds()} seconds"
    return value.isoformat() if isinstance(value, datetime) else value
