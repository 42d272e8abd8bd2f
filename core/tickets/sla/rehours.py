"""Running clocks, when calendars or desks change: from that moment on, and no earlier."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.db import utc_now
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.policy import Desk, Policy
from core.tickets.queries import IS_OPEN
from core.tickets.sla import clock as clocks
from core.tickets.sla.keeping import Keeper, begin
from core.tickets.sla.models import Kind, SlaClock
from core.tickets.sla.part_clocks import show_due
from core.tickets.sla.showing import reflect
from core.tickets.sla.starting import now_of

_KEEP_VERSIONS = text(
    """
    INSERT INTO calendar_versions
           (name, version, time_zone, hours, country, subdivision, dates, ics)
    SELECT name, version, time_zone, hours, country, subdivision, dates, ics FROM calendars
    ON CONFLICT (name, version) DO NOTHING
    """
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock that is due at another time now."""

    key: str
    kind: Kind
    before: datetime | None
    after: datetime | None


async def keep_versions(session: AsyncSession) -> None:
    """Of calendars as they are now: what was counted by them can be explained later."""
    await session.flush()
    await session.execute(_KEEP_VERSIONS)


async def count_on_by(session: AsyncSession, before: str, after: str, version: int) -> None:
    """A calendar has another name: what counts by it goes on by the same hours."""
    await session.execute(
        update(SlaClock)
        .where(SlaClock.calendar == before, SlaClock.state.in_(["running", "paused"]))
        .values(calendar=after, calendar_version=version)
        .execution_options(synchronize_session=False)
    )


async def rehour(session: AsyncSession, before: Policy, after: Policy) -> list[Moved]:
    """What counts by hours that have changed between the two: up to now by the old ones, from now
    on by the new ones. What has ended is never touched, and a due time set by hand stays.

    Whoever rolls back afterwards has seen what a change would do.
    """
    if _hours_of_desks(before) == _hours_of_desks(after) and before.versions == after.versions:
        return []
    found = await _lock_open(session)
    moved, at = [], utc_now()
    for ticket, own in found.values():
        changed = [_move(each, desk_id, before, after, at) for each, desk_id in own]
        moved += [_named(ticket, each) for each in changed if each is not None]
        reflect(ticket, [each for each, _ in own if each.part_id is None], at)
        if any(changed):
            await outbox.add(session, *notices.refreshes(ticket.id, after.preferences.card_fold))
    await show_due(session, list(found), after.preferences.card_fold)
    return moved


def _hours_of_desks(policy: Policy) -> tuple[object, ...]:
    desks = {each.id: (each.calendar, each.time_zone) for each in policy.desks.values()}
    return policy.hours, desks


Found = dict[uuid.UUID, tuple[Ticket, list[tuple[SlaClock, uuid.UUID]]]]


async def _lock_open(session: AsyncSession) -> Found:
    """Tickets before their clocks, as everybody locks them; each clock with whose desk it is."""
    counting = SlaClock.state.in_(["running", "paused"])
    ids = select(SlaClock.ticket_id).where(counting)
    tickets = await session.scalars(
        select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id).with_for_update()
    )
    found: Found = {each.id: (each, []) for each in tickets}
    rows = await session.execute(
        select(SlaClock, SubTicket.department_id)
        .outerjoin(SubTicket, SubTicket.id == SlaClock.part_id)
        .where(SlaClock.ticket_id.in_(ids))
        .order_by(SlaClock.id)
        .with_for_update(of=SlaClock)
    )
    for each, department_id in rows:
        if each.ticket_id in found:
            ticket, own = found[each.ticket_id]
            own.append((each, department_id or ticket.department_id))
    return found


@dataclass(frozen=True, slots=True)
class _Change:
    clock: SlaClock
    before: datetime | None


def _move(
    clock: SlaClock, desk_id: uuid.UUID, before: Policy, after: Policy, at: datetime
) -> _Change | None:
    """None when nothing about its hours is new."""
    desk = after.desks.get(desk_id)
    if desk is None or not clock.is_open:
        return None
    calendar = _calendar(clock, before.desks.get(desk_id), desk, before)
    new = (calendar, desk.time_zone, after.hours_of(calendar, desk.time_zone))
    now = now_of(before, clock, at)
    if new == (clock.calendar, clock.time_zone, now.hours):
        return None
    due_at = clock.due_at
    clocks.settle(clock, now)
    clock.calendar, clock.time_zone = calendar, desk.time_zone
    clock.calendar_version = after.versions.get(calendar, 0)
    clocks.change_hours(clock, now_of(after, clock, at))
    return _Change(clock, due_at) if clock.due_at != due_at else None


def _calendar(clock: SlaClock, was: Desk | None, now: Desk, before: Policy) -> str:
    """The desk's own, unless its promise named another one."""
    promise = before.promise_by(clock.template_id)
    follows_desk = promise is None or promise.calendar is None
    is_desks = was is not None and clock.calendar == was.calendar
    return now.calendar if follows_desk and is_desks else clock.calendar


def _named(ticket: Ticket, change: _Change) -> Moved:
    return Moved(ticket.key, change.clock.kind, change.before, change.clock.due_at)


async def adopt(session: AsyncSession, policy: Policy) -> int:
    """Open tickets that were filed before there were clocks get theirs; how many."""
    has_clock = exists().where(SlaClock.ticket_id == Ticket.id)
    rows = await session.scalars(
        select(Ticket)
        .where(IS_OPEN, Ticket.sla_template_id.is_not(None), ~has_clock)
        .order_by(Ticket.id)
        .with_for_update()
    )
    adopted: Sequence[Ticket] = list(rows)
    for ticket in adopted:
        made = await begin(session, ticket, policy)
        keeper = Keeper(session, ticket, made, policy, None)
        await keeper.follow({})
        reflect(ticket, made, keeper.at)
    await session.flush()
    return len(adopted)
