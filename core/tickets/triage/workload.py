"""How much each person of a desk has open."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.models import Ticket
from core.tickets.queries import IS_OPEN
from core.users import queries as users
from core.users.models import User


@dataclass(frozen=True, slots=True)
class Load:
    id: uuid.UUID
    name: str
    #: Open tickets that are assigned to them.
    open: int


async def list_by_load(session: AsyncSession, department_id: uuid.UUID) -> list[Load]:
    """The people of the desk, whoever has the least first."""
    people = await users.list_desk(session, department_id)
    counts = await count_open(session, [each.id for each in people])
    loads = [Load(each.id, each.name, counts.get(each.id, 0)) for each in people]
    return sorted(loads, key=lambda load: load.open)


async def count_open(session: AsyncSession, user_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Who has none is missing."""
    ids = bindparam("ids", type_=ARRAY(Uuid()))
    rows = await session.execute(
        select(Ticket.assignee_id, func.count())
        .where(Ticket.assignee_id == any_(ids), IS_OPEN, Ticket.is_deleted.is_(False))
        .group_by(Ticket.assignee_id),
        {"ids": list(user_ids)},
    )
    return {row[0]: row[1] for row in rows if row[0]}


def least_loaded(people: Sequence[User], counts: dict[uuid.UUID, int]) -> User:
    """Of those with as much, whoever was given one by us the longest time ago."""
    return min(people, key=lambda each: (counts.get(each.id, 0), *turn_of(each)))


def turn_of(user: User) -> tuple[bool, float, uuid.UUID]:
    """Sorts people by when it is their turn."""
    last = user.last_assigned_at
    return last is not None, last.timestamp() if last else 0.0, user.id
