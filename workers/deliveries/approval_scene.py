"""What a batch of rows needs to know of approvals."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.views.approval_badges import NONE, Approvals
from core.communication.queries import Told
from core.notices import Topic
from core.outbox import Claim
from core.tickets.approvals import badges, queries
from core.tickets.approvals.glances import list_amounts, list_askable, list_askable_parts
from core.tickets.approvals.views import CardView

_DESK_CARDS = frozenset({Topic.CARD, Topic.CARD_CHANGED})
_PART_CARDS = frozenset({Topic.PART_CARD, Topic.PART_CARD_CHANGED})
#: Rows about what one person decides.
CARDS = frozenset({Topic.APPROVAL_ASKED, Topic.APPROVAL_CHANGED})

#: A request, and who looks at it.
Copy = tuple[int, uuid.UUID]


@dataclass(frozen=True, slots=True)
class ApprovalScene:
    """Each request as its reader sees it, and the channel and message where they do."""

    cards: Mapping[Copy, CardView] = field(default_factory=dict)
    places: Mapping[Copy, tuple[str, str]] = field(default_factory=dict)
    tickets: Mapping[uuid.UUID, Approvals] = field(default_factory=dict)
    parts: Mapping[int, Approvals] = field(default_factory=dict)
    #: Of requests that somebody is told of.
    amounts: Mapping[int, str] = field(default_factory=dict)

    def card(self, payload: dict[str, Any]) -> CardView | None:
        return self.cards.get(copy_of(payload))

    def place(self, payload: dict[str, Any]) -> tuple[str, str] | None:
        return self.places.get(copy_of(payload))

    def of_ticket(self, ticket_id: uuid.UUID) -> Approvals:
        return self.tickets.get(ticket_id, NONE)

    def of_part(self, part_id: int) -> Approvals:
        return self.parts.get(part_id, NONE)


def request_of(told: Told) -> int:
    """The request that somebody is told of; 0 where it is about something else."""
    number = told.details.get("request_id")
    return number if isinstance(number, int) else 0


def copy_of(payload: dict[str, Any]) -> Copy:
    return payload["request_id"], uuid.UUID(payload["reader_id"])


async def read_approvals(
    session: AsyncSession, claims: Sequence[Claim], told: Iterable[Told]
) -> ApprovalScene:
    about = {number for each in told if (number := request_of(each))}
    copies = {copy_of(each.payload) for each in claims if each.topic in CARDS}
    ids = {uuid.UUID(each.payload["ticket_id"]) for each in claims if each.topic in _DESK_CARDS}
    parts = {int(each.payload["part_id"]) for each in claims if each.topic in _PART_CARDS}
    cards, places = {}, {}
    for copy in copies:
        if (card := await queries.find_card(session, *copy)) is not None:
            cards[copy] = card
        if (place := await queries.find_place(session, *copy)) is not None:
            places[copy] = place
    return ApprovalScene(
        cards,
        places,
        await _of_tickets(session, list(ids)) if ids else {},
        await _of_parts(session, list(parts)) if parts else {},
        await list_amounts(session, list(about)) if about else {},
    )


async def _of_tickets(
    session: AsyncSession, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Approvals]:
    asked = await badges.list_badges(session, ids)
    askable = await list_askable(session, ids)
    return {each: Approvals(asked.get(each, ()), each in askable) for each in ids}


async def _of_parts(session: AsyncSession, ids: Sequence[int]) -> dict[int, Approvals]:
    asked = await badges.list_part_badges(session, ids)
    askable = await list_askable_parts(session, ids)
    return {each: Approvals(asked.get(each, ()), each in askable) for each in ids}
