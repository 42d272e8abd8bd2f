"""Looking for clocks that run out: what has to be said of each is written down once."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Uuid, bindparam, column, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices
from core.calendar import add_business, business_before, next_opening
from core.db import UtcDateTime
from core.outbox_batches import add_many
from core.tickets.models import Ticket
from core.tickets.policy import Policy
from core.tickets.sla.clock import moments, passed
from core.tickets.sla.models import RANK, SlaClock, Threshold
from core.tickets.sla.showing import state_of

#: Marked at once, in one transaction.
BATCH = 500

# The state is a literal, so that the partial index serves a prepared statement too. Whoever acts
# on a ticket locks it before its clocks: a ticket that is locked is passed by, and so is a clock
# that another sweep has.
CLAIM = text(
    """
    WITH due AS MATERIALIZED (
        SELECT id, ticket_id, part_id, template_id, calendar, time_zone, due_at, at_risk_75_at,
               at_risk_90_at, warned, breached_at
          FROM sla_clocks
         WHERE state = 'running' AND next_event_at <= :at
         ORDER BY next_event_at, id
         LIMIT :most
           FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT due.id, due.ticket_id, due.part_id, due.calendar, due.time_zone, due.due_at,
           due.at_risk_75_at, due.at_risk_90_at, due.warned, due.breached_at,
           coalesce((SELECT part.department_id FROM sub_tickets AS part
                      WHERE part.id = due.part_id), ticket.department_id) AS department_id,
           EXISTS (SELECT FROM sla_templates AS template
                    WHERE template.id = due.template_id AND template.is_deleted) AS is_gone
      FROM due JOIN tickets AS ticket ON ticket.id = due.ticket_id
       FOR NO KEY UPDATE OF ticket SKIP LOCKED
    """
).columns(
    SlaClock.id,
    SlaClock.ticket_id,
    SlaClock.part_id,
    SlaClock.calendar,
    SlaClock.time_zone,
    SlaClock.due_at,
    SlaClock.at_risk_75_at,
    SlaClock.at_risk_90_at,
    SlaClock.warned,
    SlaClock.breached_at,
    Ticket.department_id,
    column("is_gone", Boolean),
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """What becomes of one clock. `says` is new; `next_at` of None: nothing more will come."""

    id: int
    ticket_id: uuid.UUID
    warned: Threshold | None
    next_at: datetime | None
    breached_at: datetime | None
    says: Threshold | None = None
    deliver_at: datetime | None = None


@dataclass(slots=True)
class _Sweep:
    """One look, by one reading of the policy."""

    policy: Policy
    at: datetime
    changed: Mapping[uuid.UUID, datetime] = field(default_factory=dict)
    # The same for many clocks of one look, and dear to count.
    _openings: dict[uuid.UUID, datetime] = field(default_factory=dict)
    _steps: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def mark(self, row: Any) -> _Mark:
        late_at = row.breached_at or (row.due_at if row.due_at <= self.at else None)
        if late_at is None:
            return self._before_it_is_due(row)
        if RANK[row.warned] < RANK[Threshold.BREACH]:
            return self._say(row, Threshold.BREACH, late_at)
        return self._step_up(row, late_at)

    def _before_it_is_due(self, row: Any) -> _Mark:
        says = passed(row, self.at)
        next_at = next(each for _, each in moments(row) if each > self.at)
        if RANK[says] <= RANK[row.warned]:
            return _Mark(row.id, row.ticket_id, row.warned, next_at, None)
        return _Mark(row.id, row.ticket_id, says, next_at, None, says, self._opening(row))

    def _step_up(self, row: Any, late_at: datetime) -> _Mark:
        """Unless something has changed in the last hours; then it is looked at again later."""
        after, hours = self.policy.preferences.escalate_after, self._hours(row)
        changed_at = self.changed.get(row.ticket_id)
        if not after:
            return _Mark(row.id, row.ticket_id, row.warned, None, late_at)
        if changed_at is not None and changed_at > business_before(self.at, after, hours):
            next_at = add_business(changed_at, after, hours)
            return _Mark(row.id, row.ticket_id, row.warned, next_at, late_at)
        is_second = row.warned is Threshold.LEVEL_2
        return self._say(row, Threshold.LEVEL_3 if is_second else Threshold.LEVEL_2, late_at)

    def _say(self, row: Any, says: Threshold, late_at: datetime) -> _Mark:
        after = self.policy.preferences.escalate_after
        next_at = None
        if after and says is not Threshold.LEVEL_3:
            next_at = self._step_after(row, after)
        opening = self._opening(row)
        return _Mark(row.id, row.ticket_id, says, next_at, late_at, says, opening)

    def _step_after(self, row: Any, after: timedelta) -> datetime:
        clock = (row.calendar, row.time_zone)
        if clock not in self._steps:
            self._steps[clock] = add_business(self.at, after, self._hours(row))
        return self._steps[clock]

    def _hours(self, row: Any) -> Any:
        return self.policy.hours_of(row.calendar, row.time_zone)

    def _opening(self, row: Any) -> datetime:
        """When its department is at work; at once, where the promise holds around the clock."""
        desk = self.policy.desks.get(row.department_id)
        if desk is None or self._hours(row).never_closes:
            return self.at
        if desk.id not in self._openings:
            self._openings[desk.id] = next_opening(self.at, self.policy.business_hours(desk))
        return self._openings[desk.id]


async def sweep(session: AsyncSession, policy: Policy, at: datetime, most: int = BATCH) -> int:
    """How many clocks it looked at; as many as `most` when there may be more."""
    rows = list(await session.execute(CLAIM, {"at": at, "most": most}))
    if not rows:
        return 0
    gone = [row for row in rows if row.is_gone]
    alive = [row for row in rows if not row.is_gone]
    late = [row.ticket_id for row in alive if row.warned in (Threshold.BREACH, Threshold.LEVEL_2)]
    looking = _Sweep(policy, at, await _last_changes(session, late) if late else {})
    marks = [looking.mark(row) for row in alive]
    # A template that was deleted warns of nothing any more, whoever deleted it.
    marks += [_Mark(row.id, row.ticket_id, row.warned, None, row.breached_at) for row in gone]
    await _write(session, marks)
    await _warn(session, [each for each in marks if each.says is not None], at)
    ids = list({row.ticket_id for row in rows})
    await _show(session, policy, ids, at)
    return len(rows)


_LAST_CHANGES = (
    text(
        """
    SELECT ticket.id, max(trail.created_at)
      FROM tickets AS ticket JOIN audit_logs AS trail ON trail.ticket_id = ticket.id
     WHERE ticket.id = ANY (:ids) AND trail.user_id <> ticket.requestor_id
     GROUP BY ticket.id
    """
    )
    .bindparams(bindparam("ids", type_=ARRAY(Uuid())))
    .columns(Ticket.id, Ticket.created_at)
)


async def _last_changes(
    session: AsyncSession, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, datetime]:
    """When somebody other than the requester last did something on each."""
    rows = await session.execute(_LAST_CHANGES, {"ids": list(set(ids))})
    return {row[0]: row[1] for row in rows}


_MOMENTS = ARRAY(UtcDateTime())
_WRITE = text(
    """
    UPDATE sla_clocks AS clock
       SET warned = mark.warned, next_event_at = mark.next_at, breached_at = mark.breached_at,
           updated_at = now()
      FROM unnest(CAST(:ids AS bigint[]), CAST(:warned AS text[]), :next_at, :breached_at)
           AS mark (id, warned, next_at, breached_at)
     WHERE clock.id = mark.id
    """
).bindparams(bindparam("next_at", type_=_MOMENTS), bindparam("breached_at", type_=_MOMENTS))


async def _write(session: AsyncSession, marks: Sequence[_Mark]) -> None:
    await session.execute(
        _WRITE,
        {
            "ids": [each.id for each in marks],
            "warned": [each.warned.value if each.warned else None for each in marks],
            "next_at": [each.next_at for each in marks],
            "breached_at": [each.breached_at for each in marks],
        },
    )


# Of a clock, only the last that is to be said is; what was not said yet is left out.
_WARN = text(
    """
    WITH new AS (
        SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:says AS text[]), :deliver_at)
                   AS warning (clock_id, threshold, deliver_at)
    ), dropped AS (
        UPDATE sla_warnings AS before SET cancelled_at = :at, updated_at = now()
          FROM new
         WHERE before.clock_id = new.clock_id AND before.said_at IS NULL
           AND before.cancelled_at IS NULL
    )
    INSERT INTO sla_warnings (clock_id, threshold, cycle, deliver_at)
    SELECT clock_id, threshold, 1, deliver_at FROM new
    ON CONFLICT (clock_id, threshold, cycle) DO NOTHING
    """
).bindparams(bindparam("deliver_at", type_=_MOMENTS), bindparam("at", type_=UtcDateTime()))


async def _warn(session: AsyncSession, marks: Sequence[_Mark], at: datetime) -> None:
    if marks:
        values = {
            "ids": [each.id for each in marks],
            "says": [each.says.value for each in marks if each.says],
            "deliver_at": [each.deliver_at for each in marks],
            "at": at,
        }
        await session.execute(_WARN, values)


_CLOCKS = text(
    """
    SELECT ticket_id, kind, state, breached_at, at_risk_75_at
      FROM sla_clocks
     WHERE ticket_id = ANY (:ids) AND part_id IS NULL
       AND (kind = 'resolution' OR state IN ('running', 'paused'))
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid())))
_SHOW = text(
    """
    UPDATE tickets AS ticket SET sla_state = shown.state, updated_at = now()
      FROM unnest(:ids, CAST(:states AS text[])) AS shown (id, state)
     WHERE ticket.id = shown.id AND ticket.sla_state IS DISTINCT FROM shown.state
    RETURNING ticket.id
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid())))


async def _show(
    session: AsyncSession, policy: Policy, ids: Sequence[uuid.UUID], at: datetime
) -> None:
    """Past the tickets' version: no form that is open on one is about this."""
    own: dict[uuid.UUID, list[Any]] = {each: [] for each in ids}
    statement = _CLOCKS.columns(
        SlaClock.ticket_id,
        SlaClock.kind,
        SlaClock.state,
        SlaClock.breached_at,
        SlaClock.at_risk_75_at,
    )
    for row in await session.execute(statement, {"ids": list(ids)}):
        own[row.ticket_id].append(row)
    states = [state_of(own[each], at) for each in ids]
    values = {"ids": list(ids), "states": [each.value if each else None for each in states]}
    changed = list(await session.scalars(_SHOW, values))
    fold = policy.preferences.card_fold
    await add_many(session, [row for each in changed for row in notices.refreshes(each, fold)])
