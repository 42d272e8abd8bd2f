"""A ticket's audit trail, as people may read it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets import queries
from core.tickets.models import AuditLog
from core.users.models import User
from core.users.permissions import Actor

#: Lines of the audit trail that only the desk of the ticket may read.
INTERNAL_ACTIONS = frozenset({"message.note", "ticket.refused"})


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    who: str | None
    action: str
    changes: dict[str, Any]
    details: dict[str, Any]


async def list_history(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, *, most: int = 40
) -> list[HistoryLine]:
    """The newest lines of the audit trail the actor may read, oldest first."""
    ticket = await queries.get_view(session, actor, ticket_id)
    at_desk = actor.desk_id == ticket.department_id
    rows = await session.execute(
        select(AuditLog.created_at, User.name, AuditLog.action, AuditLog.changes, AuditLog.details)
        .outerjoin(User, User.id == AuditLog.user_id)
        .where(AuditLog.ticket_id == ticket_id)
        .where(true() if at_desk else AuditLog.action.not_in(INTERNAL_ACTIONS))
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc())
        .limit(most)
    )
    return [HistoryLine(*row) for row in rows][::-1]


async def list_lines(session: AsyncSession, ids: Sequence[int]) -> dict[int, HistoryLine]:
    """By id. For the workers: asks nobody's permission."""
    rows = await session.execute(
        select(
            AuditLog.id,
            AuditLog.created_at,
            User.name,
            AuditLog.action,
            AuditLog.changes,
            AuditLog.details,
        )
        .outerjoin(User, User.id == AuditLog.user_id)
        .where(AuditLog.id.in_(ids))
    )
    return {row[0]: HistoryLine(*row[1:]) for row in rows}
