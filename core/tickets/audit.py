"""The audit trail: a row beside every change, in the same transaction."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.models import AuditLog, Source, Ticket
from core.tickets.policy import Policy
from core.tickets.sla.keeping import keep
from core.users.permissions import Actor


async def record(  # noqa: PLR0913 - one argument a column
    session: AsyncSession,
    actor: Actor | None,
    action: str,
    *,
    source: Source,
    ticket: Ticket | None = None,
    changes: dict[str, Any] | None = None,
    details: dict[str, Any] | None = None,
    policy: Policy | None = None,
) -> AuditLog:
    """`action` is `area.verb`; `changes` holds {field: [before, after]} in JSON's own types.
    Without an actor the help desk did it by itself. The ticket's clocks follow its changes.

    Writes what is pending in the session, so that the row has its id afterwards.
    """
    if ticket is not None and not action.startswith("part."):
        await keep(session, ticket, actor, changes or {}, details or {}, policy)
    row = AuditLog(
        user_id=actor.id if actor else None,
        ticket_id=ticket.id if ticket else None,
        action=action,
        source=source,
        changes=changes or {},
        details=details or {},
    )
    session.add(row)
    await session.flush()
    return row
