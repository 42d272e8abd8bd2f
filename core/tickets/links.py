"""Links to tickets that people share: what everybody who reads the message may see of them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core import outbox
from core.notices import Topic
from core.outbox import Row
from core.tickets.models import Ticket
from core.tickets.queries import visible_to
from core.tickets.states import Status
from core.users.models import Department
from core.users.permissions import Actor

#: More in one message are an attempt at something else.
MOST = 20


@dataclass(frozen=True, slots=True)
class LinkedTicket:
    """Nothing that was written in it: whoever reads the conversation reads this."""

    id: uuid.UUID
    number: int
    version: int
    status: Status
    department: str
    is_private: bool

    @property
    def key(self) -> str:
        return f"HD-{self.number}"


async def share(
    session: AsyncSession, actor: Actor, links: Sequence[tuple[str, int]], place: dict[str, str]
) -> None:
    """Addresses and numbers of tickets, and where they stand, in Slack's own words."""
    if not links or not actor.is_active or actor.is_guest:
        return
    payload: dict[str, Any] = {
        "reader_id": str(actor.id),
        "place": place,
        "links": [list(each) for each in links[:MOST]],
    }
    key = f"{Topic.LINKED}:{':'.join(place.values())}"
    await outbox.add(session, Row(Topic.LINKED, key, payload, fold_key=key))


async def read_linked(
    session: AsyncSession, actor: Actor, numbers: Sequence[int]
) -> dict[int, LinkedTicket]:
    """By number. Of what the one who shares it may not see, nobody learns that it exists."""
    department = aliased(Department)
    rows = await session.execute(
        select(
            *(Ticket.id, Ticket.number, Ticket.version, Ticket.status),
            *(department.name, Ticket.is_private),
        )
        .join(department, department.id == Ticket.department_id)
        .where(Ticket.number.in_(numbers), visible_to(actor))
    )
    return {row[1]: LinkedTicket(*row) for row in rows}
