"""The clocks of a ticket follow what happens to it, in the same transaction."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.policy import Policy, Wanted, read_policy
from core.tickets.sla import clock as clocks
from core.tickets.sla.models import RANK, ClockState, Kind, SlaClock, SlaWarning, Threshold
from core.tickets.sla.showing import reflect
from core.tickets.sla.starting import bind, new_clock, now_of, reasons, target_of
from core.tickets.states import IS_OVER, Status
from core.users.models import User
from core.users.permissions import Actor

#: The resolution's clock runs, and whichever of these it is makes no difference.
_COUNTING = frozenset({Status.NEW, Status.ASSIGNED, Status.IN_PROGRESS})
_MATTERS = frozenset({"priority", "department_id", "is_deleted", "first_responded_at"})
#: Why a clock was cancelled, where it may come back.
_DELETED, _UNPROMISED = "deleted", "unpromised"


async def keep(
    session: AsyncSession,
    ticket: Ticket,
    actor: Actor | None,
    changes: Mapping[str, Any],
    details: Mapping[str, Any],
    policy: Policy | None,
) -> None:
    """`ticket` is locked, and says what it is after the `changes`. Before its trail is written."""
    if not _concerns(changes):
        return
    found = await load(session, ticket.id)
    policy = policy or await read_policy(session)
    keeper = Keeper(session, ticket, found, policy, actor)
    if ticket.is_deleted:
        await keeper.cancel(found, _DELETED)
    elif "is_deleted" in changes:
        await keeper.restore()
    else:
        if "visibility" in changes:
            keeper.take_back(details.get("message_id"))
        await keeper.follow(changes)
    reflect(ticket, keeper.own, utc_now())


def _concerns(changes: Mapping[str, Any]) -> bool:
    if changes.keys() & (_MATTERS | {"visibility"}):
        return True
    before, after = changes.get("status") or (None, None)
    return before != after and not {before, after} <= _COUNTING


async def load(session: AsyncSession, ticket_id: uuid.UUID) -> list[SlaClock]:
    """All of a ticket's and its parts', held until the transaction ends. The ticket is."""
    statement = select(SlaClock).where(SlaClock.ticket_id == ticket_id).order_by(SlaClock.id)
    # What this transaction has changed and not written yet must not be read over.
    is_changed = any(isinstance(each, SlaClock) for each in session.dirty)
    with session.no_autoflush:
        rows = await session.scalars(
            statement.with_for_update().execution_options(populate_existing=not is_changed)
        )
    return list(rows)


class Keeper:
    """One change of one ticket, and its clocks."""

    def __init__(
        self,
        session: AsyncSession,
        ticket: Ticket,
        found: Sequence[SlaClock],
        policy: Policy,
        actor: Actor | None,
    ) -> None:
        self.session, self.ticket, self.policy, self.actor = session, ticket, policy, actor
        self.at = utc_now()
        self.all = found
        self.own = [each for each in found if each.part_id is None]

    def now(self, clock: SlaClock, at: datetime | None = None) -> clocks.Now:
        by = self.actor.id if self.actor else None
        return now_of(self.policy, clock, at or self.at, by)

    def of(self, kind: Kind) -> list[SlaClock]:
        return [each for each in self.own if each.kind is kind]

    async def follow(self, changes: Mapping[str, Any]) -> None:
        is_over = self.ticket.status in IS_OVER
        if changes.keys() & {"priority", "department_id"} and not is_over:
            await self._promise_again("transfer" if "department_id" in changes else "priority")
        self.answer()
        if self.ticket.status is Status.RESOLVED:
            await self._resolve(is_new="status" in changes)
        elif is_over and self._never_resolved():
            await self.cancel(self.own, "merged" if self.ticket.merged_into_id else "cancelled")
        elif not is_over:
            await self._go_on()

    def _never_resolved(self) -> bool:
        return any(each.is_open for each in self.own)

    async def _go_on(self) -> None:
        for each in self.of(Kind.RESOLUTION):
            why = None if self.ticket.status in _COUNTING else self.ticket.status.value
            if each.state in (ClockState.MET, ClockState.BREACHED):
                clocks.go_on(each, self.now(each))
                await self._promise_again("reopened")
            if why is None and each.state is ClockState.PAUSED:
                clocks.resume(each, self.now(each))
            elif why is not None and each.is_open and pause_of(each) != why:
                clocks.pause(each, self.now(each), why)

    async def _resolve(self, *, is_new: bool) -> None:
        """What was done is told to the requester: that is an answer too."""
        if is_new and self.ticket.first_responded_at is None and not await self._is_by_who_filed():
            self.ticket.first_responded_at = self.at
        for each in self.own:
            if not each.is_open:
                continue
            if each.kind is Kind.FIRST_RESPONSE and self.ticket.first_responded_at is None:
                clocks.cancel(each, self.now(each), "resolved")
            else:
                clocks.end(each, self.now(each), resolved=True)
        await self.drop_warnings(self.own)

    async def _is_by_who_filed(self) -> bool:
        """Nobody owes them an answer."""
        if self.actor is None:
            return True
        filed = select(TicketParticipant.id).where(
            TicketParticipant.ticket_id == self.ticket.id,
            TicketParticipant.user_id == self.actor.id,
            TicketParticipant.part.in_([Part.REQUESTER, Part.AUTHOR]),
        )
        with self.session.no_autoflush:
            return await self.session.scalar(filed.limit(1)) is not None

    def answer(self) -> None:
        """By what the ticket says of the first answer, which may have been called back."""
        answered_at = self.ticket.first_responded_at
        for each in self.of(Kind.FIRST_RESPONSE):
            ended = each.state in (ClockState.MET, ClockState.BREACHED)
            if ended and answered_at != each.ended_at and not each.story[-1].get("resolved"):
                clocks.go_on(each, self.now(each), since=each.ended_at)
            if answered_at is not None and each.state is ClockState.RUNNING:
                clocks.end(each, self.now(each, answered_at))

    def take_back(self, message_id: Any) -> None:
        """A reply was called back: whoever waited for it waits again."""
        for each in self.of(Kind.NEXT_REPLY):
            if each.ended_at is not None and each.story[-1].get("message_id") == message_id:
                clocks.go_on(each, self.now(each), since=each.ended_at)

    async def _promise_again(self, because: str) -> None:
        ticket, policy = self.ticket, self.policy
        desk = policy.desks.get(ticket.department_id)
        if desk is None:
            return
        wanted = await wanted_of(self.session, ticket, policy)
        promise = policy.promise(wanted)
        ticket.sla_template_id = promise.id if promise else None
        if not self.own and promise is not None:
            await self._begin_late()
        for each in self.own:
            target = target_of(promise, each.kind)
            if promise is None or target is None:
                await self.cancel([each], _UNPROMISED)
                continue
            if each.state is ClockState.CANCELLED and _cancelled_for(each) == _UNPROMISED:
                clocks.revive(each, self.now(each))
            calendar = (promise.id, promise.calendar or desk.calendar, desk.time_zone)
            if each.is_open and (each.template_id, each.calendar, each.time_zone) != calendar:
                clocks.settle(each, self.now(each))
                each.target = target
                bind(each, policy, promise, desk)
                clocks.promise(each, self.now(each), because, **reasons(promise))

    async def _begin_late(self) -> None:
        """Of a ticket that nothing was promised for: counted from when it was filed."""
        self.own = await begin(self.session, self.ticket, self.policy)

    async def cancel(self, which: Sequence[SlaClock], why: str) -> None:
        for each in which:
            if each.is_open:
                clocks.cancel(each, self.now(each), why)
        await self.drop_warnings(which)

    async def restore(self) -> None:
        """What was to be said and was not may be said after all."""
        back = [
            each
            for each in self.all
            if each.state is ClockState.CANCELLED and _cancelled_for(each) == _DELETED
        ]
        said = await forget_unsaid(self.session, [each.id for each in back])
        for each in back:
            each.warned = max(said.get(each.id, ()), key=RANK.__getitem__, default=None)
            clocks.revive(each, self.now(each))

    async def drop_warnings(self, which: Sequence[SlaClock]) -> None:
        await drop_warnings(self.session, [each.id for each in which if each.id], self.at)


async def drop_warnings(session: AsyncSession, clock_ids: Sequence[int], at: datetime) -> None:
    """Of what is not said yet."""
    if not clock_ids:
        return
    with session.no_autoflush:
        await session.execute(
            update(SlaWarning)
            .where(
                SlaWarning.clock_id.in_(clock_ids),
                SlaWarning.said_at.is_(None),
                SlaWarning.cancelled_at.is_(None),
            )
            .values(cancelled_at=at)
            .execution_options(synchronize_session=False)
        )


async def forget_unsaid(
    session: AsyncSession, clock_ids: Sequence[int]
) -> dict[int, list[Threshold]]:
    """What was said of each."""
    theirs = SlaWarning.clock_id.in_(clock_ids)
    found: dict[int, list[Threshold]] = {}
    with session.no_autoflush:
        await session.execute(delete(SlaWarning).where(theirs, SlaWarning.said_at.is_(None)))
        rows = await session.execute(
            select(SlaWarning.clock_id, SlaWarning.threshold).where(theirs)
        )
    for clock_id, threshold in rows:
        found.setdefault(clock_id, []).append(threshold)
    return found


async def begin(session: AsyncSession, ticket: Ticket, policy: Policy) -> list[SlaClock]:
    """The clocks of an open ticket that has none, as if it had had them from the beginning."""
    desk, now = policy.desks.get(ticket.department_id), utc_now()
    promise = policy.promise(await wanted_of(session, ticket, policy))
    if desk is None or promise is None or ticket.status in IS_OVER:
        return []
    made = []
    for kind in (Kind.FIRST_RESPONSE, Kind.RESOLUTION):
        each = new_clock(policy, promise, desk, kind, ticket.created_at, ticket.requestor_id)
        if each is not None:
            each.ticket_id = ticket.id
            clocks.settle(each, now_of(policy, each, now))
            clocks.plan(each, now_of(policy, each, now))
            made.append(each)
    session.add_all(made)
    ticket.sla_template_id = promise.id
    return made


async def wanted_of(session: AsyncSession, ticket: Ticket, policy: Policy) -> Wanted:
    requesters_id = None
    if any(each.requester_department_id for each in policy.promises):
        with session.no_autoflush:
            requesters_id = await session.scalar(
                select(User.department_id).where(User.id == ticket.requestor_id)
            )
    return Wanted(ticket.department_id, ticket.priority, requesters_id)


def pause_of(clock: SlaClock) -> str | None:
    """Why it is paused now."""
    if clock.state is not ClockState.PAUSED:
        return None
    return next((each["why"] for each in reversed(clock.story) if each["did"] == "pause"), None)


def _cancelled_for(clock: SlaClock) -> str | None:
    return next((each["why"] for each in reversed(clock.story) if each["did"] == "cancel"), None)
