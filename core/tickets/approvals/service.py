"""What can be done to a request for approval. Each verb: lock, ask, change, chain, announce."""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from core.engine import Sessions
from core.errors import Refused
from core.tickets.approvals.forms import Ask, Asked, Decision, NewAbsence, Outcome, Planned
from core.tickets.changes import Turn


async def ask(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, form: Ask) -> Asked:
    raise Refused("Approvals are not ready.")


async def preview(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, form: Ask
) -> list[Planned]:
    """Whom it would go to, without asking them. Raises what `ask` does."""
    raise Refused("Approvals are not ready.")


async def decide(session: AsyncSession, turn: Turn, request_id: int, decision: Decision) -> Outcome:
    """Raises InvalidField(“words”) and NotFound; everything else is an Outcome to commit."""
    raise Refused("Approvals are not ready.")


async def decide_many(
    sessions: Sessions, turn: Turn, decisions: Sequence[tuple[int, Decision]]
) -> list[tuple[int, str, bool]]:
    """Each in a unit of work of its own: (request, what became of it, whether it is done)."""
    raise Refused("Approvals are not ready.")


async def withdraw(session: AsyncSession, turn: Turn, request_id: int, reason: str) -> Asked:
    raise Refused("Approvals are not ready.")


async def answer(
    session: AsyncSession, turn: Turn, request_id: int, words: str, form: Ask | None = None
) -> Asked:
    """Back to the step that asked. With a form whose facts differ it begins again."""
    raise Refused("Approvals are not ready.")


async def change(session: AsyncSession, turn: Turn, request_id: int, form: Ask) -> Asked:
    """The facts of an approved request: it becomes void, and is asked again as another one."""
    raise Refused("Approvals are not ready.")


async def ask_again(session: AsyncSession, turn: Turn, request_id: int) -> Asked:
    """The same once more, after it expired, was withdrawn or became void."""
    raise Refused("Approvals are not ready.")


async def nudge(session: AsyncSession, turn: Turn, request_id: int) -> list[str]:
    """The names of whom it reminded. Raises Refused within four hours of the last time."""
    raise Refused("Approvals are not ready.")


async def set_absence(session: AsyncSession, turn: Turn, form: NewAbsence) -> int:
    raise Refused("Approvals are not ready.")


async def end_absence(session: AsyncSession, turn: Turn, absence_id: int) -> None:
    raise Refused("Approvals are not ready.")
