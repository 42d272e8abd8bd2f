"""The little that other views need of approvals: where to offer them, and how much it was."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.files.models import Attachment
from core.money import money
from core.tickets.approvals.models import Approval, ApprovalRequest, ApprovalSeat
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.users.models import User
from core.users.permissions import Actor
from core.users.roles import Role


async def list_askable(
    session: AsyncSession, ticket_ids: Sequence[uuid.UUID]
) -> frozenset[uuid.UUID]:
    """Those whose assignee or whose desk is of finance. For the workers, who show a button that
    asks for permission itself."""
    return await _list_askable(session, Ticket, ticket_ids)


async def list_askable_parts(session: AsyncSession, part_ids: Sequence[int]) -> frozenset[int]:
    """The same of parts."""
    return await _list_askable(session, SubTicket, part_ids)


async def _list_askable(
    session: AsyncSession, kind: type[Ticket | SubTicket], ids: Sequence[Any]
) -> frozenset[Any]:
    at_work = or_(User.id == kind.assignee_id, User.department_id == kind.department_id)
    found = await session.scalars(
        select(kind.id)
        .join(User, at_work)
        .where(kind.id.in_(ids), User.role == Role.FINANCE, User.is_active.is_(True))
        .distinct()
    )
    return frozenset(found)


async def list_amounts(session: AsyncSession, request_ids: Sequence[int]) -> dict[int, str]:
    """As people write them. For the workers."""
    rows = await session.execute(
        select(ApprovalRequest.id, ApprovalRequest.amount, ApprovalRequest.currency).where(
            ApprovalRequest.id.in_(request_ids)
        )
    )
    return {row[0]: money(row[1], row[2]) for row in rows}


_KEEPS_SEAT = text("approval_seats.state <> 'moved'")


def frozen_for(actor: Actor) -> ColumnElement[bool]:
    """Says of Attachment rows which belong to a request that the actor is, or was, asked about."""
    named = func.jsonb_build_array(func.jsonb_build_object("id", Attachment.id))
    return (
        exists()
        .where(
            ApprovalRequest.ticket_id == Attachment.ticket_id,
            Approval.request_id == ApprovalRequest.id,
            ApprovalSeat.approval_id == Approval.id,
            ApprovalSeat.user_id == actor.id,
            ApprovalRequest.facts["files"].contains(named),
            _KEEPS_SEAT,
        )
        .correlate(Attachment)
    )
