"""What decides how a ticket is handled: departments, promises, calendars and preferences."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import ALWAYS, BusinessHours, add_business, office
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import InvalidField
from core.preferences import Preferences, read_preferences
from core.tickets.calendars import Calendar
from core.tickets.forms import FormField
from core.tickets.models import SlaTemplate
from core.tickets.states import NO_LABELS, Labels, Priority
from core.tickets.triage.routing import RoutingRule, Rule, rule_of
from core.users.models import AutoAssign, Department, Reacting

#: The calendar of departments that name none, and the one that is built in.
OFFICE, AROUND_THE_CLOCK = "office", "always"
#: A business day, where days of business time are counted.
BUSINESS_DAY = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Desk:
    """A department, as far as the handling of its tickets depends on it."""

    id: uuid.UUID
    name: str
    channel_id: str | None
    time_zone: str
    open_threads: bool
    waits_after_reply: bool
    report_at_desk: bool = False
    auto_assign: AutoAssign = AutoAssign.NONE
    reactions: bool = True
    eyes_for: Reacting = Reacting.DESK
    check_mark_for: Reacting = Reacting.DESK
    siren_for: Reacting = Reacting.DESK
    nudge_after: timedelta = timedelta(minutes=30)
    form_fields: tuple[FormField, ...] = ()
    agents_from_channel: bool = False
    approval_first: bool = False
    intake_channel_id: str | None = None
    private_tickets: bool = False
    status_labels: Labels = field(default_factory=dict)
    needs_resolution_note: bool = True
    calendar: str = OFFICE


@dataclass(frozen=True, slots=True)
class Promise:
    """An SLA template; None fits every priority or department."""

    id: int
    priority: Priority | None
    department_id: uuid.UUID | None
    first_response: timedelta
    resolution: timedelta
    calendar: str | None = None
    requester_department_id: uuid.UUID | None = None
    next_reply: timedelta | None = None
    name: str = ""
    version: int = 1

    def fits(self, asked: "Wanted") -> bool:
        return (
            self.priority in (None, asked.priority)
            and self.department_id in (None, asked.department_id)
            and self.requester_department_id in (None, asked.requester_department_id)
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What promises look at."""

    department_id: uuid.UUID
    priority: Priority
    requester_department_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One consistent reading of all of it. `rules` route new tickets, in order."""

    desks: Mapping[uuid.UUID, Desk]
    promises: tuple[Promise, ...]
    hours: Mapping[tuple[str, str], BusinessHours]
    preferences: Preferences
    rules: tuple[Rule, ...] = ()
    #: By the calendar's name; what is built in has none.
    versions: Mapping[str, int] = field(default_factory=dict)

    def desk(self, department_id: uuid.UUID) -> Desk:
        """Raises InvalidField, since departments are chosen in forms."""
        try:
            return self.desks[department_id]
        except KeyError:
            raise InvalidField("department", "This department does not exist any more.") from None

    def desk_taking_in(self, channel_id: str) -> Desk | None:
        """Whose requests are written there."""
        return next(
            (each for each in self.desks.values() if each.intake_channel_id == channel_id), None
        )

    def labels(self, department_id: uuid.UUID) -> Labels:
        """What it calls the statuses; nothing of its own when it does not exist any more."""
        desk = self.desks.get(department_id)
        return desk.status_labels if desk else NO_LABELS

    def business_hours(self, desk: Desk, calendar: str | None = None) -> BusinessHours:
        """By the desk's own calendar, when none is named."""
        return self.hours_of(calendar or desk.calendar, desk.time_zone)

    def hours_of(self, calendar: str, time_zone: str) -> BusinessHours:
        return self.hours.get((calendar, time_zone)) or office(time_zone)

    def promise(self, wanted: Wanted) -> Promise | None:
        """The first that fits; without one, nothing is promised."""
        return next((each for each in self.promises if each.fits(wanted)), None)

    def promise_by(self, template_id: int | None) -> Promise | None:
        return next((each for each in self.promises if each.id == template_id), None)

    def reopen_until(self, desk: Desk, resolved_at: datetime) -> datetime:
        grace = self.preferences.reopen_grace_days * BUSINESS_DAY
        return add_business(resolved_at, grace, self.business_hours(desk))


async def read_policy(session: AsyncSession) -> Policy:
    departments = list(await session.scalars(select(Department).order_by(Department.name)))
    templates = await session.scalars(
        select(SlaTemplate).order_by(SlaTemplate.position, SlaTemplate.id)
    )
    calendars = list(await session.scalars(select(Calendar).order_by(Calendar.name)))
    return Policy(
        desks={each.id: _desk(each) for each in departments},
        promises=tuple(_promise(each) for each in templates),
        hours=_hours(calendars, {each.time_zone for each in departments}),
        preferences=await read_preferences(session),
        rules=await _rules(session, {each.id for each in departments}),
        versions={each.name: each.version for each in calendars},
    )


async def _rules(session: AsyncSession, living: set[uuid.UUID]) -> tuple[Rule, ...]:
    """Without those that lead to a department that was deleted."""
    rows = await session.scalars(select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id))
    rules = [rule_of(row) for row in rows]
    return tuple(each for each in rules if each.to_department_id in {None, *living})


def _desk(department: Department) -> Desk:
    return Desk(
        id=department.id,
        name=department.name,
        channel_id=department.desk_channel_id,
        time_zone=department.time_zone,
        open_threads=department.open_threads,
        waits_after_reply=department.waits_after_reply,
        report_at_desk=department.report_at_desk,
        auto_assign=department.auto_assign,
        reactions=department.reactions,
        eyes_for=department.eyes_for,
        check_mark_for=department.check_mark_for,
        siren_for=department.siren_for,
        nudge_after=department.nudge_after,
        agents_from_channel=department.agents_from_channel,
        approval_first=department.approval_first,
        intake_channel_id=department.intake_channel_id,
        private_tickets=department.private_tickets,
        form_fields=tuple(FormField.of(each) for each in department.form_fields),
        status_labels=department.status_labels,
        needs_resolution_note=department.needs_resolution_note,
        calendar=department.calendar,
    )


def _promise(template: SlaTemplate) -> Promise:
    return Promise(
        id=template.id,
        priority=template.priority,
        department_id=template.department_id,
        first_response=template.first_response_target,
        resolution=template.resolution_target,
        calendar=template.calendar,
        requester_department_id=template.requester_department_id,
        next_reply=template.next_reply_target,
        name=template.name,
        version=template.version,
    )


def _hours(calendars: list[Calendar], zones: set[str]) -> dict[tuple[str, str], BusinessHours]:
    this_year = utc_now().year
    years = range(this_year - 1, this_year + 3)
    found = {(AROUND_THE_CLOCK, zone): ALWAYS for zone in zones}
    for calendar in calendars:
        for zone in zones:
            found[calendar.name, zone] = calendar.business_hours(zone, years)
    return found


class PolicyStore:
    """The policy, read again when it is older than `max_age`."""

    def __init__(self, max_age: timedelta = timedelta(seconds=30)) -> None:
        self._max_age = max_age.total_seconds()
        self._read_at = 0.0
        self._policy: Policy | None = None

    async def current(self, session: AsyncSession) -> Policy:
        policy = self._recall()
        if policy is None:
            policy = self._policy = await read_policy(session)
            self._read_at = monotonic()
        return policy

    async def read(self, sessions: Sessions) -> Policy:
        """The same for who has no transaction yet, and may not need one."""
        policy = self._recall()
        if policy is None:
            async with unit_of_work(sessions) as session:
                policy = await self.current(session)
        return policy

    def _recall(self) -> Policy | None:
        is_old = monotonic() - self._read_at > self._max_age
        return None if is_old else self._policy

    def forget(self) -> None:
        self._policy = None
