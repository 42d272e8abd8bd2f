"""The audit trail: a row beside every change, in the same transaction."""

from typing import Any

from sqlalchemy import select
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


async def record_unseen(session: AsyncSession, actor: Actor, key: str, source: Source) -> None:
    """Somebody tried to reach a ticket, or a part of one, that they may not see."""
    number = int(key.removeprefix("HD-").partition("/")[0])
    ticket = await session.scalar(select(Ticket).where(Ticket.number == number))
    if ticket is not None:
        details = {"reason": "not on the ticket"}
        await record(
            session, actor, "ticket.refused", source=source, ticket=ticket, details=details
        )
