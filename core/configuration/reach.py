"""Times that a calendar opens too rarely for: each would be a fault whenever it is counted."""

from collections.abc import Iterator
from datetime import timedelta

from core.calendar import BusinessHours, add_business
from core.configuration.file import Configuration
from core.configuration.yaml_lines import Path
from core.db import utc_now
from core.tickets.policy import BUSINESS_DAY, Desk, Policy


def check_reach(file: Configuration, policy: Policy) -> None:
    """Raises WrongConfiguration."""
    for desk in policy.desks.values():
        for path, what, length, hours in [
            *_promised(file, policy, desk),
            *_waits(file, policy, desk),
        ]:
            try:
                add_business(utc_now(), length, hours)
            except ValueError as error:
                raise file.fault(path, f"{error} for {what} at {desk.name}") from error


Reach = tuple[Path, str, timedelta, BusinessHours]


def _promised(file: Configuration, policy: Policy, desk: Desk) -> Iterator[Reach]:
    named = {each.name: position for position, each in enumerate(file.sla_templates)}
    for promise in policy.promises:
        path: Path = ("sla_templates", named.get(promise.name, 0))
        longest = max(promise.first_response, promise.resolution)
        hours = policy.business_hours(desk, promise.calendar)
        yield path, f"the SLA template “{promise.name}”", longest, hours


def _waits(file: Configuration, policy: Policy, desk: Desk) -> Iterator[Reach]:
    """Some of them are counted twice as long as well."""
    named = {each.name: position for position, each in enumerate(file.departments)}
    chosen, hours = policy.preferences, policy.business_hours(desk)
    lengths: dict[Path, timedelta] = {
        ("settings", "reopen_grace"): chosen.reopen_grace_days * BUSINESS_DAY,
        ("settings", "auto_close"): chosen.auto_close_days * BUSINESS_DAY,
        ("settings", "nudge_requester"): 2 * chosen.nudge_requester_days * BUSINESS_DAY,
        ("settings", "escalate_after"): chosen.escalate_after,
        ("departments", named.get(desk.name, 0), "nudge_after"): 2 * desk.nudge_after,
    }
    for path, length in lengths.items():
        yield path, str(path[-1]), length, hours
