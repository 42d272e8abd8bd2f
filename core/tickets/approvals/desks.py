"""What one person has to decide about money, and who decides for whom meanwhile."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.approvals.queries import PAGE, asked_of, list_absences
from core.tickets.approvals.rulebooks import read_rules
from core.tickets.approvals.settings import read_settings
from core.tickets.approvals.views import AbsenceView, Filters, Waiting
from core.users.permissions import Actor, check_member
from core.users.roles import Role

#: Whose work it is, whether something waits just now or not.
APPROVERS = frozenset({Role.FINANCE, Role.CEO})
_MAY_EXPORT = APPROVERS | {Role.ADMIN}


@dataclass(frozen=True, slots=True)
class ApproversDesk:
    """Up to a page of what waits, oldest first. `bounds`: where other rules begin."""

    reader_id: uuid.UUID
    waiting: Sequence[Waiting]
    has_more: bool
    currency: str
    bounds: Sequence[Decimal]
    small_below: Decimal
    away: Sequence[AbsenceView] = ()
    may_export: bool = False


def may_export(actor: Actor) -> bool:
    return actor.is_active and actor.role in _MAY_EXPORT


async def read_desk(
    session: AsyncSession, actor: Actor, filters: Filters | None = None
) -> ApproversDesk:
    check_member(actor)
    rules = (await read_rules(session)).book
    waiting = await asked_of(session, actor, filters)
    return ApproversDesk(
        reader_id=actor.id,
        waiting=waiting[:PAGE],
        has_more=len(waiting) > PAGE,
        currency=rules.currency,
        bounds=tuple(each.lower for each in rules.ranges if each.lower),
        small_below=(await read_settings(session)).select_below,
        away=await list_absences(session, actor),
        may_export=may_export(actor),
    )
