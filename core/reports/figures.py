"""How a department did in a period: counted from its tickets and their clocks."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.quiet import zone_of
from core.errors import NotAllowed, NotFound
from core.reports.holders import MOST, Holding, read_holdings
from core.tickets.policy import Desk, Policy
from core.users.permissions import Actor, Permission, authorize

#: Days that one may look back.
PERIODS = (7, 30, 90)
USUAL_PERIOD = 30
_AGENTS_MOST = 10


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Spread(_Frozen):
    """Lengths of business time in seconds; none where nothing was counted."""

    count: int = 0
    median: float | None = None
    p90: float | None = None
    breached: int = 0

    @property
    def breach_rate(self) -> float | None:
        return self.breached / self.count if self.count else None


class Day(_Frozen):
    day: str
    filed: int
    resolved: int


class Group(_Frozen):
    """Of one priority, or one agent."""

    name: str
    resolved: int
    resolution: Spread


class Figures(_Frozen):
    department_id: uuid.UUID
    department: str
    time_zone: str
    since: datetime
    until: datetime
    days: int
    filed: int
    resolved: int
    first_response: Spread
    resolution: Spread
    #: Open tickets by their age, youngest first: under a day, three, a week, a month, and more.
    backlog: Sequence[int]
    oldest_at: datetime | None
    ratings: Sequence[int]
    by_day: Sequence[Day]
    by_priority: Sequence[Group]
    by_agent: Sequence[Group]
    #: Who held the newest `held_of` of those that were resolved. Kept reports may lack it.
    held: Sequence[Holding] = ()
    held_of: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        return sum(self.backlog)

    @property
    def rating(self) -> float | None:
        given = sum(self.ratings)
        total = sum(score * count for score, count in enumerate(self.ratings, start=1))
        return total / given if given else None


BACKLOG = ("under 1 day", "1–3 days", "3–7 days", "7–30 days", "over 30 days")


def desk_of(policy: Policy, actor: Actor, department_id: uuid.UUID | None = None) -> Desk:
    """The department whose report the actor may see: their own. Raises NotAllowed."""
    authorize(actor, Permission.SEE_REPORT)
    wanted = department_id or actor.desk_id
    desk = policy.desks.get(wanted) if wanted else None
    if desk is None:
        raise NotFound("This department does not exist any more.")
    if desk.id != actor.desk_id:
        raise NotAllowed(f"Only the people of {desk.name} see its report.")
    return desk


async def read_figures(session: AsyncSession, desk: Desk, days: int, until: datetime) -> Figures:
    """Asks nobody's permission. First answers are of tickets that were filed in the period,
    resolutions of those that were resolved in it. Of business time that is counted by clocks."""
    since = until - timedelta(days=days)
    values = {"department_id": desk.id, "since": since, "until": until}
    backlog = (await session.execute(_BACKLOG, {"department_id": desk.id, "now": until})).one()
    by_day = await _by_day(session, desk, values)
    resolved = sum(each.resolved for each in by_day)
    cancelled = (await session.execute(_CANCELLED, values)).scalar_one()
    held = await read_holdings(session, desk.id, since, until)
    return Figures(
        department_id=desk.id,
        department=desk.name,
        time_zone=zone_of(desk.time_zone).key,
        since=since,
        until=until,
        days=days,
        filed=sum(each.filed for each in by_day),
        resolved=resolved,
        first_response=_spread((await session.execute(_FIRST_RESPONSE, values)).one()),
        resolution=_spread((await session.execute(_RESOLUTION, values)).one()),
        backlog=list(backlog[:5]),
        oldest_at=backlog[5],
        ratings=await _ratings(session, values),
        by_day=by_day,
        by_priority=await _groups(session, _BY_PRIORITY, values),
        by_agent=await _groups(session, _BY_AGENT, values),
        held=held,
        held_of=min(resolved, MOST),
        cancelled=cancelled,
    )


async def _by_day(session: AsyncSession, desk: Desk, values: Mapping[str, Any]) -> list[Day]:
    zone = zone_of(desk.time_zone)
    rows = await session.execute(_DAYS, {**values, "zone": zone.key})
    counted = {row[0]: (row[1], row[2]) for row in rows}
    first, last = (values[name].astimezone(zone).date() for name in ("since", "until"))
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    found = [(day.isoformat(), *counted.get(day, (0, 0))) for day in days]
    return [Day(day=day, filed=filed, resolved=resolved) for day, filed, resolved in found]


async def _ratings(session: AsyncSession, values: Mapping[str, Any]) -> list[int]:
    rows = await session.execute(_RATINGS, values)
    counted = {row[0]: row[1] for row in rows}
    return [counted.get(score, 0) for score in range(1, 6)]


async def _groups(session: AsyncSession, statement: Any, values: Mapping[str, Any]) -> list[Group]:
    rows = await session.execute(statement, values)
    return [Group(name=row[0], resolved=row[1], resolution=_spread(row[2:])) for row in rows]


def _spread(row: Any) -> Spread:
    return Spread(count=row[0], median=row[1], p90=row[2], breached=row[3])


_SPREAD = """
    count(clock.id),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM clock.consumed)),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM clock.consumed)),
    count(clock.id) FILTER (WHERE clock.state = 'breached')
"""
_FILED = """
    ticket.department_id = CAST(:department_id AS uuid) AND ticket.is_deleted IS false
    AND ticket.created_at >= :since AND ticket.created_at < :until
    AND ticket.merged_into_id IS NULL
"""
_RESOLVED = """
    ticket.department_id = CAST(:department_id AS uuid) AND ticket.is_deleted IS false
    AND ticket.resolved_at >= :since AND ticket.resolved_at < :until
    AND ticket.merged_into_id IS NULL
"""
_RESOLUTION_CLOCK = """
    LEFT JOIN sla_clocks AS clock
      ON clock.ticket_id = ticket.id AND clock.part_id IS NULL AND clock.kind = 'resolution'
     AND clock.cycle = 1 AND clock.state IN ('met', 'breached')
"""
_FIRST_RESPONSE = text(
    f"""
    SELECT {_SPREAD}
      FROM tickets AS ticket
      JOIN sla_clocks AS clock
        ON clock.ticket_id = ticket.id AND clock.part_id IS NULL AND clock.cycle = 1
       AND clock.kind = 'first_response' AND clock.state IN ('met', 'breached')
     WHERE {_FILED}
    """
)
_RESOLUTION = text(f"SELECT {_SPREAD} FROM tickets AS ticket {_RESOLUTION_CLOCK} WHERE {_RESOLVED}")
# The trail says when each was.
_CANCELLED = text(
    """
    SELECT count(DISTINCT ticket.id)
      FROM audit_logs AS trail JOIN tickets AS ticket ON ticket.id = trail.ticket_id
     WHERE trail.action = 'ticket.cancel'
       AND trail.created_at >= :since AND trail.created_at < :until
       AND ticket.department_id = CAST(:department_id AS uuid) AND ticket.is_deleted IS false
       AND ticket.status = 'cancelled' AND ticket.merged_into_id IS NULL
    """
)
_BY_PRIORITY = text(
    f"""
    SELECT ticket.priority, count(*), {_SPREAD}
      FROM tickets AS ticket {_RESOLUTION_CLOCK} WHERE {_RESOLVED}
     GROUP BY ticket.priority
     ORDER BY array_position(ARRAY['urgent', 'high', 'medium', 'low'], CAST(priority AS text))
    """
)
_BY_AGENT = text(
    f"""
    SELECT coalesce(agent.name, 'Nobody'), count(*), {_SPREAD}
      FROM tickets AS ticket {_RESOLUTION_CLOCK}
      LEFT JOIN users AS agent ON agent.id = ticket.assignee_id
     WHERE {_RESOLVED}
     GROUP BY agent.id, agent.name ORDER BY count(*) DESC, agent.name LIMIT {_AGENTS_MOST}
    """
)
_DAYS = text(
    f"""
    SELECT day, sum(filed), sum(resolved) FROM (
        SELECT CAST(ticket.created_at AT TIME ZONE :zone AS date) AS day, 1 AS filed, 0 AS resolved
          FROM tickets AS ticket WHERE {_FILED}
        UNION ALL
        SELECT CAST(ticket.resolved_at AT TIME ZONE :zone AS date), 0, 1
          FROM tickets AS ticket WHERE {_RESOLVED}
    ) AS counted GROUP BY day
    """
)
# The statuses are literals, so that the partial index of open tickets serves it.
_BACKLOG = text(
    """
    SELECT count(*) FILTER (WHERE age < interval '1 day'),
           count(*) FILTER (WHERE age >= interval '1 day' AND age < interval '3 days'),
           count(*) FILTER (WHERE age >= interval '3 days' AND age < interval '7 days'),
           count(*) FILTER (WHERE age >= interval '7 days' AND age < interval '30 days'),
           count(*) FILTER (WHERE age >= interval '30 days'),
           min(created_at)
      FROM (SELECT created_at, CAST(:now AS timestamptz) - created_at AS age FROM tickets
             WHERE department_id = CAST(:department_id AS uuid)
               AND status NOT IN ('resolved', 'closed', 'cancelled') AND is_deleted IS false
           ) AS waiting
    """
)
_RATINGS = text(
    """
    SELECT rating.score, count(*)
      FROM ratings AS rating JOIN tickets AS ticket ON ticket.id = rating.ticket_id
     WHERE rating.score IS NOT NULL AND rating.rated_at >= :since AND rating.rated_at < :until
       AND ticket.department_id = CAST(:department_id AS uuid) AND ticket.is_deleted IS false
     GROUP BY rating.score
    """
)
