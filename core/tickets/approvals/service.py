"""What can be done to a request for approval. Each verb: lock, ask, change, chain, announce."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work
from core.engine import Sessions
from core.errors import HelpDeskError, Refused
from core.money import money
from core.tickets.approvals.absences import check_may_set, end_absence, set_absence
from core.tickets.approvals.asking import (
    ask,
    ask_again,
    change,
    check_may_ask,
    check_may_change,
    form_of,
    preview,
)
from core.tickets.approvals.deciding import decide
from core.tickets.approvals.forms import Decision
from core.tickets.approvals.models import ApprovalRequest
from core.tickets.approvals.settings import read_settings
from core.tickets.approvals.steering import answer, nudge, withdraw, withdraw_all, withdraw_of_part
from core.tickets.changes import Turn
from core.users import queries as users

__all__ = [
    "answer",
    "ask",
    "ask_again",
    "change",
    "check_may_ask",
    "check_may_change",
    "check_may_set",
    "decide",
    "decide_many",
    "end_absence",
    "form_of",
    "nudge",
    "preview",
    "set_absence",
    "withdraw",
    "withdraw_all",
    "withdraw_of_part",
]


async def decide_many(
    sessions: Sessions, turn: Turn, decisions: Sequence[tuple[int, Decision]]
) -> list[tuple[int, str, bool]]:
    """Each in a unit of work of its own: (request, what became of it, whether it is done). The
    actor's rights are read again for each. What is too large for that is left out."""
    return [await _decide_one(sessions, turn, *each) for each in decisions]


async def _decide_one(
    sessions: Sessions, turn: Turn, request_id: int, decision: Decision
) -> tuple[int, str, bool]:
    try:
        async with unit_of_work(sessions) as session:
            actor = await users.get_actor(session, turn.actor.id)
            now = Turn(actor, turn.source, turn.policy)
            await _refuse_large(session, request_id)
            outcome = await decide(session, now, request_id, decision)
    except HelpDeskError as refusal:
        return request_id, refusal.text, False
    return request_id, outcome.text, outcome.is_done


async def _refuse_large(session: AsyncSession, request_id: int) -> None:
    """From some amount on, each is decided by itself. What does not exist is told of later."""
    limit = (await read_settings(session)).select_below
    found = await session.execute(
        select(ApprovalRequest.amount_in_base, ApprovalRequest.base_currency).where(
            ApprovalRequest.id == request_id
        )
    )
    for amount, currency in found:
        if amount >= limit:
            raise Refused(f"What is not under {money(limit, currency)} is decided one by one.")
