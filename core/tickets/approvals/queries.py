"""Reading requests for approval."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Refused
from core.tickets.approvals.views import (
    AbsenceView,
    Badge,
    CardView,
    Filters,
    StepTime,
    Waiting,
)
from core.users.permissions import Actor


async def get_card(session: AsyncSession, actor: Actor, request_id: int) -> CardView:
    """Raises NotFound for what the actor may not see, as for what does not exist."""
    raise Refused("Approvals are not ready.")


async def find_card(
    session: AsyncSession, request_id: int, reader_id: uuid.UUID
) -> CardView | None:
    """For the workers: as this person sees it; None when the ticket was deleted, or the person
    may not see it any more."""
    raise Refused("Approvals are not ready.")


async def list_of_ticket(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID
) -> list[CardView]:
    """Newest first."""
    raise Refused("Approvals are not ready.")


async def list_badges(
    session: AsyncSession, ticket_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Badge]]:
    """The newest request of each purpose. For the workers: asks nobody's permission."""
    raise Refused("Approvals are not ready.")


async def asked_of(
    session: AsyncSession,
    actor: Actor,
    filters: Filters | None = None,
    *,
    after: tuple[datetime, int] | None = None,
) -> list[Waiting]:
    """What waits for the actor, oldest first, one page and one more."""
    raise Refused("Approvals are not ready.")


async def list_absences(session: AsyncSession, actor: Actor) -> list[AbsenceView]:
    """The actor's own, and those of others that they may end."""
    raise Refused("Approvals are not ready.")


async def approval_time(session: AsyncSession, ticket_id: uuid.UUID) -> list[StepTime]:
    raise Refused("Approvals are not ready.")


async def register_card(
    session: AsyncSession, request_id: int, user_id: uuid.UUID, channel_id: str, message_ts: str
) -> None:
    """Where it is shown to them; the newest place is the one kept true."""
    raise Refused("Approvals are not ready.")


async def find_place(
    session: AsyncSession, request_id: int, user_id: uuid.UUID
) -> tuple[str, str] | None:
    """Channel and message of that card."""
    raise Refused("Approvals are not ready.")
