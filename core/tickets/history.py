"""A ticket's audit trail, as people may read it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.tickets import queries
from core.tickets.models import AuditLog
from core.tickets.states import SubAction
from core.users.models import User
from core.users.permissions import Actor

#: Lines of the audit trail that only the desk of the ticket may read.
INTERNAL_ACTIONS = frozenset({"message.note", "ticket.refused"}) | {
    "ticket.ask_split",
    *(f"part.{each}" for each in ("add", "say", "propose", "agree", "keep", *SubAction)),
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


async def list_history(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, *, most: int = 40
) -> list[HistoryLine]:
    """The newest lines of the audit trail the actor may read, oldest first."""
    ticket = await queries.get_view(session, actor, ticket_id)
    at_desk = actor.desk_id == ticket.department_id
    rows = await session.execute(
        _lines()
        .where(AuditLog.ticket_id == ticket_id)
        .where(true() if at_desk else AuditLog.action.not_in(INTERNAL_ACTIONS))
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc())
        .limit(most)
    )
    lines = [HistoryLine(*row[1:]) for row in rows][::-1]
    return lines if at_desk else [_without_internals(line) for line in lines]


def _without_internals(line: HistoryLine) -> HistoryLine:
    shown = {name: said for name, said in line.details.items() if name not in INTERNAL_DETAILS}
    return replace(line, details=shown)


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
