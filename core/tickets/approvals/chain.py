"""The trail of a ticket's approvals as a chain: each row's hash covers the row before it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.tickets.approvals.facts import hash_of
from core.tickets.models import AuditLog, Source, Ticket
from core.tickets.policy import Policy
from core.tickets.sla.keeping import keep
from core.users.permissions import Actor

#: What the actions of chained rows begin with.
PREFIX = "approval."


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, if it is a person, from where, under which policy."""

    actor: Actor | None
    source: Source
    policy: Policy


async def record(
    session: AsyncSession,
    by: By,
    ticket: Ticket,
    action: str,
    changes: Mapping[str, Any],
    **details: Any,
) -> AuditLog:
    """`ticket` is locked, so that two rows never follow the same one. Who acted, and on what, is
    among the details as well: there the hash covers it. The ticket's clocks follow its changes."""
    await keep(session, ticket, by.actor, changes, details, by.policy)
    newest = (
        select(AuditLog.hash)
        .where(AuditLog.ticket_id == ticket.id, AuditLog.hash.is_not(None))
        .order_by(AuditLog.id.desc())
        .limit(1)
    )
    previous = await session.scalar(newest)
    named = {"actor": str(by.actor.id) if by.actor else None, "ticket": str(ticket.id)}
    row = AuditLog(
        user_id=by.actor.id if by.actor else None,
        ticket_id=ticket.id,
        action=f"{PREFIX}{action}",
        source=by.source,
        changes=dict(changes),
        details=details | named,
        created_at=utc_now(),
        previous_hash=previous,
    )
    row.hash = hash_of(link(row))
    session.add(row)
    await session.flush()
    return row


def link(row: AuditLog) -> dict[str, Any]:
    """What a row's hash covers."""
    return {
        "action": row.action,
        "source": row.source.value,
        "changes": row.changes,
        "details": row.details,
        "at": written_moment(row.created_at),
        "previous": row.previous_hash,
    }


def written_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


async def list_rows(session: AsyncSession, ticket_id: uuid.UUID) -> list[AuditLog]:
    rows = await session.scalars(
        select(AuditLog)
        .where(AuditLog.ticket_id == ticket_id, AuditLog.action.startswith(PREFIX))
        .order_by(AuditLog.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)
