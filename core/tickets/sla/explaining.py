"""Why a ticket is due when it is: its clocks line by line, and who had it meanwhile."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import BusinessHours
from core.db import utc_now, with_deleted
from core.tickets.calendars import CalendarVersion
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.parts.queries import part_visible_to
from core.tickets.parts.standing import key_of
from core.tickets.policy import Policy
from core.tickets.sla.clock import Now, consumed_at
from core.tickets.sla.lines import HoursOf, Line, lines_of
from core.tickets.sla.models import OPEN, ClockState, Kind, SlaClock
from core.tickets.sla.ownership import Held, Party, held_by
from core.tickets.standing import load_readable
from core.users.models import Department, User
from core.users.permissions import Actor, Permission, may

#: Of the clocks for later answers, how many of the last ones are told of.
_LATER_ANSWERS = 1
#: Of a ticket's parts, how many are told of.
_PARTS_MOST = 10


@dataclass(frozen=True, slots=True)
class Told:
    """One clock. The lengths of its lines add up to `consumed`."""

    kind: Kind
    state: ClockState
    due_at: datetime | None
    breached_at: datetime | None
    is_manual: bool
    calendar: str
    time_zone: str
    target: timedelta
    consumed: timedelta
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class ToldPart:
    """The clock of a part of it, which whoever asks may read."""

    key: str
    summary: str
    clock: Told


@dataclass(frozen=True, slots=True)
class Why:
    ticket_id: uuid.UUID
    version: int
    key: str
    summary: str
    #: Whether who asks works at its desk.
    at_desk: bool
    can_set: bool
    clocks: Sequence[Told]
    #: Who had it, by name, and for how long; None: nobody.
    held: Sequence[tuple[str | None, timedelta]]
    #: Of people, by the ids that lines have.
    names: Mapping[str, str]
    parts: Sequence[ToldPart] = ()
    parts_more: int = 0

    @property
    def is_manual(self) -> bool:
        return any(each.is_manual and each.kind is Kind.RESOLUTION for each in self.clocks)


async def explain(session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, policy: Policy) -> Why:
    """Raises NotFound for what the actor may not read."""
    ticket, standing = await load_readable(session, actor, ticket_id)
    found = await _read_clocks(session, ticket.id)
    theirs, more = await _read_parts(session, actor, ticket)
    every = [*found, *(clock for _, _, clock in theirs)]
    hours_of, now = await _calendars(session, every, policy), utc_now()
    told = [_told(each, hours_of, now) for each in found]
    parts = [ToldPart(key, name, _told(each, hours_of, now)) for key, name, each in theirs]
    held = await held_by(session, ticket, now)
    is_running = any(each.kind is Kind.RESOLUTION and each.state in OPEN for each in found)
    return Why(
        ticket_id=ticket.id,
        version=ticket.version,
        key=ticket.key,
        summary=ticket.summary,
        at_desk=may(actor, Permission.READ_NOTES, standing),
        can_set=is_running and may(actor, Permission.SET_DUE, standing),
        clocks=told,
        held=await _named(session, ticket, held),
        names=await _names(session, [*told, *(each.clock for each in parts)]),
        parts=parts,
        parts_more=more,
    )


async def _read_clocks(session: AsyncSession, ticket_id: uuid.UUID) -> list[SlaClock]:
    """The resolution's first; of those for later answers, the last."""
    rows = await session.scalars(
        select(SlaClock)
        .where(SlaClock.ticket_id == ticket_id, SlaClock.part_id.is_(None))
        .order_by(SlaClock.id)
    )
    found = list(rows)
    whole = [each for each in found if each.kind is Kind.RESOLUTION]
    first = [each for each in found if each.kind is Kind.FIRST_RESPONSE]
    later = [each for each in found if each.kind is Kind.NEXT_REPLY]
    return [*whole, *first, *later[-_LATER_ANSWERS:]]


async def _read_parts(
    session: AsyncSession, actor: Actor, ticket: Ticket
) -> tuple[list[tuple[str, str, SlaClock]], int]:
    """What they are called, with their clocks, and how many there are beyond them."""
    rows = await session.execute(
        select(SubTicket.position, SubTicket.summary, SlaClock, func.count().over())
        .join(SlaClock, SlaClock.part_id == SubTicket.id)
        .join(Ticket, Ticket.id == SubTicket.parent_ticket_id)
        .where(
            SlaClock.ticket_id == ticket.id,
            SubTicket.status != "cancelled",
            part_visible_to(actor),
        )
        .order_by(SubTicket.position)
        .limit(_PARTS_MOST)
    )
    found = list(rows)
    parts = [(key_of(ticket.number, row[0]), row[1], row[2]) for row in found]
    return parts, (found[0][3] if found else 0) - len(found)


def _told(clock: SlaClock, hours_of: HoursOf, now: datetime) -> Told:
    hours = hours_of(clock.calendar, clock.calendar_version, clock.time_zone)
    return Told(
        kind=clock.kind,
        state=clock.state,
        due_at=clock.due_at,
        breached_at=clock.breached_at,
        is_manual=clock.manual_since is not None,
        calendar=clock.calendar,
        time_zone=hours.time_zone,
        target=clock.target,
        consumed=consumed_at(clock, Now(now, hours)),
        lines=lines_of(clock, hours_of, now),
    )


async def _calendars(session: AsyncSession, found: Sequence[SlaClock], policy: Policy) -> HoursOf:
    """Those that were counted by, as they were then."""
    counted = [told for each in found for told in each.story if told["did"] == "count"]
    keys = {(told["calendar"], told["version"]) for told in counted}
    years = range(
        min((each.started_at.year for each in found), default=utc_now().year) - 1,
        utc_now().year + 3,
    )
    rows = await session.scalars(
        select(CalendarVersion).where(
            tuple_(CalendarVersion.name, CalendarVersion.version).in_(sorted(keys))
        )
    )
    known = {(each.name, each.version): each for each in rows}

    def hours_of(name: str, version: int, zone: str) -> BusinessHours:
        is_current = policy.versions.get(name, 0) == version
        if is_current or (name, version) not in known:
            return policy.hours_of(name, zone)
        return known[name, version].business_hours(zone, years)

    return hours_of


async def _named(
    session: AsyncSession, ticket: Ticket, held: Sequence[Held]
) -> list[tuple[str | None, timedelta]]:
    ids = {each.holder.department_id for each in held} - {None}
    rows = await session.execute(
        with_deleted(select(Department.id, Department.name).where(Department.id.in_(ids)))
    )
    departments: dict[uuid.UUID | None, str] = {row[0]: row[1] for row in rows}
    requester = await session.scalar(
        with_deleted(select(User.name).where(User.id == ticket.requestor_id))
    )
    names = {Party.REQUESTER: f"{requester} (requester)", Party.APPROVERS: "Approvers"}
    return [
        (names.get(each.holder.party) or departments.get(each.holder.department_id), each.length)
        for each in held
    ]


async def _names(session: AsyncSession, told: Sequence[Told]) -> dict[str, str]:
    ids = {line.by for each in told for line in each.lines if line.by}
    rows = await session.execute(
        with_deleted(select(User.id, User.name).where(User.id.in_([uuid.UUID(i) for i in ids])))
    )
    return {str(row[0]): row[1] for row in rows}
