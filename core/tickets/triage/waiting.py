"""Tickets that wait for somebody too long: first their desk hears of it, later its head."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, column, text
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.calendar import business_before, is_open
from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.tickets.models import Ticket
from core.tickets.policy import Desk, Policy
from core.tickets.triage import notices as triage_notices
from core.users import queries as users
from core.users.roles import Role

#: Told at once, in one transaction.
BATCH = 200
#: To the head, after this many times as long as to the desk.
_HEAD_AFTER = 2
_HEAD_TOLD = 2
#: The topic of what the head is told.
WAITS = "ticket.waits"

# The statuses are literals, so that the partial index serves a prepared statement too. The count
# of nudges is raised under the row's lock, and so each is said once for each wait.
_NUDGE = text(
    """
    WITH due AS MATERIALIZED (
        SELECT id, nudges AS before FROM tickets
         WHERE department_id = :department_id
           AND assignee_id IS NULL AND status = 'new' AND is_deleted IS false AND nudges < 2
           AND queued_at <= CASE nudges WHEN 0 THEN CAST(:desk_before AS timestamptz)
                                        ELSE CAST(:head_before AS timestamptz) END
           AND queued_at <= :desk_before
         ORDER BY queued_at
         LIMIT :most
           FOR UPDATE SKIP LOCKED
    )
    UPDATE tickets AS waiting
       SET nudges = CASE WHEN waiting.queued_at <= :head_before THEN 2 ELSE 1 END,
           updated_at = now()
      FROM due
     WHERE waiting.id = due.id
    RETURNING waiting.id, waiting.queued_at, waiting.nudges, due.before
    """
).columns(Ticket.id, Ticket.queued_at, Ticket.nudges, column("before", Integer))


@dataclass(frozen=True, slots=True)
class Limits:
    """Whatever lies in the queue since before these moments is said."""

    desk: datetime
    head: datetime


def limits_of(policy: Policy, desk: Desk, now: datetime) -> Limits | None:
    """None while the desk is closed, or wants no nudges."""
    hours = policy.business_hours(desk)
    if not desk.nudge_after or not is_open(now, hours):
        return None
    return Limits(
        business_before(now, desk.nudge_after, hours),
        business_before(now, _HEAD_AFTER * desk.nudge_after, hours),
    )


async def nudge(session: AsyncSession, desk: Desk, limits: Limits) -> int:
    """How many were told; as many as BATCH when there may be more. After a pause only the later
    of the two is said; to the desk, where there is no head."""
    values = {
        "department_id": desk.id,
        "desk_before": limits.desk,
        "head_before": limits.head,
        "most": BATCH,
    }
    told = sorted(await session.execute(_NUDGE, values), key=lambda row: row.queued_at)
    people = await users.list_desk(session, desk.id) if told else []
    heads = [each.id for each in people if each.role is Role.DEPARTMENT_HEAD]
    lines = []
    for row in told:
        if row.nudges == _HEAD_TOLD and heads:
            details = {"since": int(row.queued_at.timestamp())}
            await notify(session, Occasion(Event.ESCALATION, WAITS, row.id, None, details), heads)
        elif not row.before:
            lines.append(triage_notices.nudge(row.id, row.queued_at))
    if lines:
        await outbox.add(session, *lines)
    return len(told)
