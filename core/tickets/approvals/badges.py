"""Requests for approval in a line each, for the cards of tickets and parts. For the workers: asks
nobody's permission."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.tickets.approvals.models import Approval, ApprovalRequest
from core.tickets.approvals.views import Badge
from core.tickets.states import ApprovalStatus
from core.users.models import User


async def list_badges(
    session: AsyncSession, ticket_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Badge]]:
    """The newest request of each purpose."""
    return await _list_badges(session, ApprovalRequest.ticket_id, ticket_ids)


async def list_part_badges(
    session: AsyncSession, part_ids: Sequence[int]
) -> dict[int, list[Badge]]:
    """The same of what was asked from each part."""
    return await _list_badges(session, ApprovalRequest.part_id, part_ids)


async def _list_badges(
    session: AsyncSession, owner: InstrumentedAttribute[Any], ids: Sequence[Any]
) -> dict[Any, list[Badge]]:
    asked = (ApprovalStatus.PENDING, ApprovalStatus.CHANGES_REQUESTED)
    # Under another name people are found when they were deleted.
    ender = aliased(User)
    statement = (
        select(
            owner,
            ApprovalRequest.id,
            ApprovalRequest.number,
            ApprovalRequest.status,
            ApprovalRequest.amount,
            ApprovalRequest.currency,
            ApprovalRequest.purpose,
            Approval.kind,
            Approval.due_at,
            ApprovalRequest.ended_at,
            ender.name,
        )
        .outerjoin(ender, ender.id == ApprovalRequest.ended_by_id)
        .outerjoin(
            Approval, (Approval.request_id == ApprovalRequest.id) & Approval.status.in_(asked)
        )
        .where(owner.in_(ids))
        .ext(distinct_on(owner, ApprovalRequest.purpose_key))
        .order_by(owner, ApprovalRequest.purpose_key, ApprovalRequest.id.desc())
    )
    found: dict[Any, list[Badge]] = {}
    for row in await session.execute(statement):
        found.setdefault(row[0], []).append(Badge(*row[1:]))
    return {each: sorted(badges, key=lambda b: b.number) for each, badges in found.items()}
