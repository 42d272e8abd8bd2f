"""Who held the tickets of a period, around the clock: added up over all of them."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import with_deleted
from core.tickets.models import Ticket
from core.tickets.sla.ownership import Held, Holder, Party, held_by_each
from core.users.models import Department

#: Of the tickets that were resolved in a period, the newest.
MOST = 500

#: As the columns of an export are named, in their order.
PARTIES: Mapping[Party, str] = {
    Party.REQUESTER: "requester",
    Party.DEPARTMENT: "departments",
    Party.APPROVERS: "approvers",
}


class Holding(BaseModel):
    """`name`: the department's."""

    model_config = ConfigDict(frozen=True)

    party: Party
    name: str | None
    length: timedelta


async def read_holdings(
    session: AsyncSession, department_id: uuid.UUID, since: datetime, until: datetime
) -> list[Holding]:
    """Of what the department has resolved in the period; who held it longest comes first."""
    held = await held_by_each(session, newest(department_id, since, until), until)
    return await _named(session, _added_up(held.values()))


def newest(department_id: uuid.UUID, since: datetime, until: datetime) -> Select[uuid.UUID]:
    return (
        select(Ticket.id)
        .where(
            *(Ticket.department_id == department_id, Ticket.merged_into_id.is_(None)),
            *(Ticket.resolved_at >= since, Ticket.resolved_at < until),
        )
        .order_by(Ticket.resolved_at.desc(), Ticket.id.desc())
        .limit(MOST)
    )


def _added_up(tickets: Iterable[Sequence[Held]]) -> dict[Holder, timedelta]:
    found: dict[Holder, timedelta] = {}
    for each in (held for ticket in tickets for held in ticket):
        found[each.holder] = found.get(each.holder, timedelta()) + each.length
    return found


async def _named(session: AsyncSession, held: dict[Holder, timedelta]) -> list[Holding]:
    ids = {each.department_id for each in held} - {None}
    rows = await session.execute(
        with_deleted(select(Department.id, Department.name).where(Department.id.in_(ids)))
    )
    names: dict[uuid.UUID | None, str] = {row[0]: row[1] for row in rows}
    found = [
        Holding(party=holder.party, name=names.get(holder.department_id), length=length)
        for holder, length in held.items()
    ]
    return sorted(found, key=lambda each: (-each.length, each.party, each.name or ""))


async def read_seconds(
    session: AsyncSession, ticket_ids: Iterable[uuid.UUID], until: datetime
) -> dict[uuid.UUID, list[int]]:
    """By ticket, what each kind of holder had it for, in the order of PARTIES."""
    found: dict[uuid.UUID, list[int]] = {}
    for some in _batches(sorted(set(ticket_ids))):
        held = await held_by_each(session, some, until)
        found |= {ticket_id: _seconds(each) for ticket_id, each in held.items()}
    return found


def _batches(ids: Sequence[uuid.UUID]) -> Iterable[Sequence[uuid.UUID]]:
    return (ids[start : start + MOST] for start in range(0, len(ids), MOST))


def _seconds(held: Sequence[Held]) -> list[int]:
    lengths = [
        sum((each.length for each in held if each.holder.party is party), timedelta())
        for party in PARTIES
    ]
    return [round(each.total_seconds()) for each in lengths]
