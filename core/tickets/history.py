"""A ticket's audit trail, as people may read it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.tickets import queries
from core.tickets.models import AuditLog
from core.tickets.states import SubAction
from core.users.models import User

#: Lines of the audit trail that only the desk of the ticket may read.
INTERNAL_ACTIONS = frozenset(
    {
        "message.canned",
        "message.note",
        "message.undo",
        "refused",
        "resolution.add",
        "resolution.remove",
        "sla.warn",
        "ticket.rate",
        "ticket.refused",
    }
) | {
    "ticket.ask_split",
    *(f"part.{each}" for each in ("add", "say", "propose", "agree", "keep", *SubAction)),
    *(f"approval.{each}" for each in ("refused", "nudge", "remind", "escalate", "reseat")),
    *("approval.ask_changes", "approval.answer"),
}
#: Details of other lines that only they may read.
INTERNAL_DETAILS = frozenset({"note"})


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    who: str | None
    action: str
    changes: dict[str, Any]
    details: dict[str, Any]


async def list_lines(session: AsyncSession, ids: Sequence[int]) -> dict[int, HistoryLine]:
    """By id. For the workers: asks nobody's permission."""
    rows = await session.execute(_lines().where(AuditLog.id.in_(ids)))
    return {row[0]: HistoryLine(*row[1:]) for row in rows}


# Made at the first use: the mappers it names know each other only once all are imported.
@cache
def _lines() -> Select[*tuple[Any, ...]]:
    # Under another name people are found when they were deleted, and lines without one stay.
    who = aliased(User)
    return select(
        AuditLog.id,
        AuditLog.created_at,
        who.name,
        AuditLog.action,
        AuditLog.changes,
        AuditLog.details,
    ).outerjoin(who, who.id == AuditLog.user_id)


async def last_doer(session: AsyncSession, ticket_id: uuid.UUID, action: str) -> str | None:
    """The name of whoever did this to the ticket last; None when nobody did."""
    done = select(AuditLog.user_id).where(
        AuditLog.ticket_id == ticket_id, AuditLog.action == f"ticket.{action}"
    )
    newest = done.order_by(AuditLog.created_at.desc(), AuditLog.id.desc()).limit(1)
    row = (await session.execute(newest)).one_or_none()
    return await queries.name_of(session, row[0]) if row else None
