"""The rows of an export, read with the rights of whoever asked for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Row, Uuid, column, exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import Subquery

from core.db import utc_now
from core.reports.asking import Export
from core.reports.holders import PARTIES, read_seconds
from core.spreadsheets import Cell
from core.tickets.models import Ticket
from core.tickets.policy import Desk
from core.tickets.queries import visible_to
from core.users.permissions import Actor

MOST = 100_000


@dataclass(frozen=True, slots=True)
class Span:
    """Of the tickets that were filed in it."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Table:
    """`about`: what it is, and with which filters it was made."""

    about: Sequence[tuple[str, str]]
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


async def read_table(
    session: AsyncSession, actor: Actor, desk: Desk, kind: Export, span: Span
) -> Table:
    source = _source(kind)
    may_see = exists().where(Ticket.id == source.c.ticket_id, visible_to(actor))
    shown = [source.c[name] for name in COLUMNS[kind]]
    statement = (
        select(source.c.ticket_id, *shown)
        .where(may_see)
        .order_by(source.c.at, source.c.key)
        .limit(MOST + 1)
    )
    values = {"department_id": desk.id, "since": span.since, "until": span.until}
    rows = list(await session.execute(statement, values))
    table = Table(
        about=_about(actor, desk, kind, span, len(rows)),
        columns=[name.replace("_", " ") for name in COLUMNS[kind]],
        rows=[[_cell(each) for each in row[1:]] for row in rows[:MOST]],
    )
    return table if kind is not Export.SLA else await _with_holders(session, table, rows)


async def _with_holders(session: AsyncSession, table: Table, rows: Sequence[Row[Any]]) -> Table:
    """Of the whole ticket, in each of its rows."""
    now = utc_now()
    held = await read_seconds(session, (row.ticket_id for row in rows[:MOST]), now)
    about = ("Held", f"seconds around the clock until {_moment(now)}, of the whole ticket")
    return Table(
        about=[*table.about, about],
        columns=[*table.columns, *(f"held by {each} seconds" for each in PARTIES.values())],
        rows=[
            [*cells, *held.get(row.ticket_id, [None] * len(PARTIES))]
            for cells, row in zip(table.rows, rows[:MOST], strict=True)
        ],
    )


def _about(actor: Actor, desk: Desk, kind: Export, span: Span, count: int) -> list[tuple[str, str]]:
    about = [
        ("Export", kind.value),
        ("Department", desk.name),
        ("Tickets filed from", _moment(span.since)),
        ("Tickets filed until", _moment(span.until)),
        ("With the rights of", actor.name),
        ("Made", _moment(utc_now())),
        ("Rows", str(min(count, MOST))),
    ]
    return [*about, ("Cut off", f"after {MOST} rows")] if count > MOST else about


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int | float | Decimal | None) else str(value)


#: Moments are in UTC, lengths in hours of business time. Those who held a ticket come after SLA's.
COLUMNS: Mapping[Export, Sequence[str]] = {
    Export.TICKETS: (
        *("ticket", "summary", "status", "priority", "private", "requester", "assignee"),
        *("filed", "first_answer", "first_answer_due", "resolved", "closed", "due"),
        *("resolution", "rating", "comment"),
    ),
    Export.EVENTS: ("ticket", "at", "who", "action", "from", "changes", "details"),
    Export.APPROVALS: (
        *("ticket", "asked", "asked_by", "amount", "currency", "purpose", "status"),
        *("decided", "decided_by", "reason"),
    ),
    Export.SLA: (
        *("ticket", "part", "promise", "round", "template", "target_hours", "used_hours"),
        *("state", "started", "due", "ended", "breached", "cause"),
    ),
}

_TICKETS = """
    FROM tickets AS ticket
    JOIN users AS requester ON requester.id = ticket.requestor_id
    LEFT JOIN users AS assignee ON assignee.id = ticket.assignee_id
    LEFT JOIN ratings AS rating ON rating.ticket_id = ticket.id
"""
_FILED = """
    WHERE ticket.department_id = CAST(:department_id AS uuid) AND ticket.is_deleted IS false
      AND ticket.created_at >= CAST(:since AS timestamptz)
      AND ticket.created_at < CAST(:until AS timestamptz)
"""
_KEY = "'HD-' || ticket.number AS ticket"
_SQL: Mapping[Export, str] = {
    Export.TICKETS: f"""
        SELECT ticket.created_at AS at, ticket.number AS key, ticket.id AS ticket_id, {_KEY},
               ticket.summary, ticket.status, ticket.priority, ticket.is_private AS private,
               requester.name AS requester, assignee.name AS assignee,
               ticket.created_at AS filed, ticket.first_responded_at AS first_answer,
               ticket.first_response_due_at AS first_answer_due, ticket.resolved_at AS resolved,
               ticket.closed_at AS closed, ticket.due_at AS due, ticket.resolution,
               rating.score AS rating, rating.comment
        {_TICKETS} {_FILED}""",
    Export.EVENTS: f"""
        SELECT trail.created_at AS at, trail.id AS key, ticket.id AS ticket_id, {_KEY},
               coalesce(who.name, 'The help desk') AS who, trail.action, trail.source AS "from",
               CAST(trail.changes AS text) AS changes, CAST(trail.details AS text) AS details
          FROM tickets AS ticket
          JOIN audit_logs AS trail ON trail.ticket_id = ticket.id
          LEFT JOIN users AS who ON who.id = trail.user_id {_FILED}""",
    Export.APPROVALS: f"""
        SELECT approval.created_at AS at, approval.id AS key, ticket.id AS ticket_id, {_KEY},
               approval.created_at AS asked, asker.name AS asked_by, approval.amount,
               approval.currency, approval.purpose, approval.status,
               approval.decided_at AS decided, decider.name AS decided_by, approval.reason
          FROM tickets AS ticket
          JOIN approvals AS approval ON approval.ticket_id = ticket.id
          JOIN users AS asker ON asker.id = approval.requested_by_id
          LEFT JOIN users AS decider ON decider.id = approval.approved_by_id {_FILED}
           AND approval.is_deleted IS false""",
    Export.SLA: f"""
        SELECT clock.started_at AS at, clock.id AS key, ticket.id AS ticket_id, {_KEY},
               part.position AS part, clock.kind AS promise, clock.cycle AS round,
               template.name AS template,
               round(extract(epoch FROM clock.target) / 3600, 2) AS target_hours,
               round(extract(epoch FROM clock.consumed) / 3600, 2) AS used_hours,
               clock.state, clock.started_at AS started, clock.due_at AS due,
               clock.ended_at AS ended, clock.breached_at AS breached, clock.cause
          FROM tickets AS ticket
          JOIN sla_clocks AS clock ON clock.ticket_id = ticket.id
          LEFT JOIN sub_tickets AS part ON part.id = clock.part_id
          LEFT JOIN sla_templates AS template ON template.id = clock.template_id {_FILED}""",
}


@cache
def _source(kind: Export) -> Subquery:
    names = dict.fromkeys(("at", "key", "ticket_id", *COLUMNS[kind]))
    columns = [column(name, Uuid() if name == "ticket_id" else None) for name in names]
    return text(_SQL[kind]).columns(*columns).subquery("export")
