"""Saying that a clock runs out or has: to whom, as they are when it is said."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Audience
from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.db import UtcDateTime
from core.notices import Place, Topic
from core.tickets import audit
from core.tickets.models import Source, Ticket
from core.tickets.sla import notices as sla_notices
from core.tickets.sla.models import ClockState, SlaClock, SlaWarning, Threshold
from core.users import queries as users
from core.users.models import User
from core.users.roles import Role

#: Told at once, in one transaction.
BATCH = 100
WARN = "sla.warn"
#: Not worth a word about a clock that stands still.
_EARLY = frozenset({Threshold.AT_RISK_75, Threshold.AT_RISK_90})

# Tickets are locked before what hangs on them: one that somebody acts on is passed by.
CLAIM = text(
    """
    WITH due AS MATERIALIZED (
        SELECT id, clock_id, threshold FROM sla_warnings
         WHERE said_at IS NULL AND cancelled_at IS NULL AND deliver_at <= :at
         ORDER BY deliver_at, id
         LIMIT :most
           FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT due.id AS warning_id, due.threshold, clock.kind, clock.state, clock.part_id,
           clock.due_at, ticket.id,
           coalesce(part.department_id, ticket.department_id) AS department_id,
           CASE WHEN part.id IS NULL THEN ticket.assignee_id ELSE part.assignee_id END
               AS assignee_id,
           'HD-' || ticket.number || coalesce('/' || part.position, '') AS key
      FROM due
      JOIN sla_clocks AS clock ON clock.id = due.clock_id
      JOIN tickets AS ticket ON ticket.id = clock.ticket_id
      LEFT JOIN sub_tickets AS part ON part.id = clock.part_id
     ORDER BY due.id
       FOR NO KEY UPDATE OF ticket SKIP LOCKED
    """
).columns(
    column("warning_id", BigInteger),
    SlaWarning.threshold,
    SlaClock.kind,
    SlaClock.state,
    SlaClock.part_id,
    SlaClock.due_at,
    Ticket.id,
    Ticket.department_id,
    Ticket.assignee_id,
    column("key", String),
)
_SETTLE = text(
    "UPDATE sla_warnings SET said_at = :said_at, cancelled_at = :cancelled_at, updated_at = now()"
    " WHERE id = ANY (CAST(:ids AS bigint[]))"
).bindparams(
    bindparam("said_at", type_=UtcDateTime()), bindparam("cancelled_at", type_=UtcDateTime())
)


async def tell(session: AsyncSession, at: datetime) -> int:
    """How many it looked at; as many as BATCH when there may be more."""
    rows = list(await session.execute(CLAIM, {"at": at, "most": BATCH}))
    if not rows:
        return 0
    desks = {each: await users.list_desk(session, each) for each in {r.department_id for r in rows}}
    admins = await _list_admins(session, rows)
    holders = await _list_active(session, {row.assignee_id for row in rows} - {None})
    tickets = await _read_tickets(session, [row.id for row in rows])
    idle = [r for r in rows if r.threshold in _EARLY and r.state is not ClockState.RUNNING]
    for row in rows:
        if row in idle:
            continue
        heads = [each for each in desks[row.department_id] if each.role is Role.DEPARTMENT_HEAD]
        people = _recipients(row.threshold, holders.get(row.assignee_id), heads)
        above = admins if row.threshold is Threshold.LEVEL_3 else []
        await _say(session, row, tickets[row.id], people, above)
    for which, times in (
        ([row for row in rows if row not in idle], {"said_at": at, "cancelled_at": None}),
        (idle, {"said_at": None, "cancelled_at": at}),
    ):
        await session.execute(_SETTLE, {"ids": [row.warning_id for row in which], **times})
    return len(rows)


def _recipients(threshold: Threshold, holder: User | None, heads: Sequence[User]) -> list[User]:
    """Those of the desk. What nobody has is for its head, and for all who read its channel."""
    match threshold:
        case Threshold.AT_RISK_75:
            return [holder] if holder else list(heads)
        case Threshold.AT_RISK_90 | Threshold.BREACH:
            others = [each for each in heads if holder is None or each.id != holder.id]
            return [*([holder] if holder else []), *others]
        case Threshold.LEVEL_2 | Threshold.LEVEL_3:
            return list(heads)


async def _say(
    session: AsyncSession, row: Any, ticket: Ticket, people: Sequence[User], above: Sequence[User]
) -> None:
    about = {
        "threshold": row.threshold.value,
        "kind": row.kind.value,
        "due": row.due_at.isoformat() if row.due_at else None,
        "key": row.key,
    }
    if row.part_id is not None:
        about |= {"part_id": row.part_id}
    place = Place(row.id, Audience.DESK)
    if row.part_id is not None:
        place = Place(row.id, Audience.PART, part_id=row.part_id)
    occasion = Occasion(
        Event.SLA,
        WARN,
        row.id,
        details=about,
        shown_in=frozenset({place.audience}),
        is_line=True,
        said_as=Topic.SLA_TOLD,
    )
    called = await notify(session, occasion, [each.id for each in people])
    names = {"called": [each.slack_user_id for each in people if each.id in called]}
    line = await audit.record(
        session, None, WARN, source=Source.JOB, ticket=ticket, details=about | names
    )
    await outbox.add(session, sla_notices.warned(place, line.id))
    # An administrator may not read what it is about.
    bare = replace(occasion, event=Event.ESCALATION, details=about | {"is_bare": True})
    await notify(session, replace(bare, shown_in=frozenset()), [each.id for each in above])


async def _list_admins(session: AsyncSession, rows: Iterable[Any]) -> list[User]:
    if all(row.threshold is not Threshold.LEVEL_3 for row in rows):
        return []
    found = await session.scalars(
        select(User).where(User.role == Role.ADMIN, User.is_active.is_(True)).order_by(User.id)
    )
    return list(found)


async def _list_active(
    session: AsyncSession, ids: set[uuid.UUID]
) -> Mapping[uuid.UUID | None, User]:
    found = await session.scalars(select(User).where(User.id.in_(ids), User.is_active.is_(True)))
    return {each.id: each for each in found}


async def _read_tickets(session: AsyncSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Ticket]:
    found = await session.scalars(select(Ticket).where(Ticket.id.in_(ids)))
    return {each.id: each for each in found}
