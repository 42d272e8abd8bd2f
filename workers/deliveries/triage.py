"""What triage says, the errand that finds somebody, and what follows when a card was posted."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gateway import Post, Update, Whisper
from bot.views import triage
from core.communication.models import Audience
from core.db import unit_of_work
from core.notices import Topic
from core.outbox import Claim
from core.preferences import read_preferences
from core.tickets.merging.people import follow_through
from core.tickets.models import Ticket
from core.tickets.states import Status
from core.tickets.triage.auto_assign import assign_automatically
from core.tickets.triage.desk_trouble import go_elsewhere
from core.tickets.triage.transfers import leave_desk_thread
from workers.deliveries.calls import Composed, Composer, Errand, Skip, Write
from workers.deliveries.scene import Scene
from workers.runtime import Runtime

GONE = Skip("the ticket was deleted, or there is no such thread or person")
TAKEN = Skip("somebody has it, or it is over")
#: Slack's words for a channel that takes nothing from us.
NO_CHANNEL = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
#: What goes to a desk besides what names it as its place.
_CARDS = frozenset({Topic.CARD, Topic.CARD_CHANGED})
#: What is for a desk, but taken from elsewhere.
FETCHED = frozenset({Topic.SOURCE_FETCHED, Topic.FILE_OFFERED})
#: Roots of the threads of people who filed a ticket or follow it.
_THEIRS = frozenset({Topic.RECEIPT, Topic.FOLLOWED})


def _left_behind(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket = scene.ticket(payload)
    if ticket is None:
        return GONE
    return Update(payload["channel_id"], payload["card_ts"], **triage.left_behind(ticket))


def _gone_from_here(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, reader = scene.ticket(payload), scene.reader(payload)
    if ticket is None or reader is None:
        return GONE
    message = triage.gone_from_here(ticket)
    return Whisper(payload["channel_id"], reader, **message, thread_ts=payload["root_ts"])


def _merged(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket = scene.ticket(payload)
    if ticket is None:
        return GONE
    message = triage.merged(ticket, is_answered=payload.get("is_answered", True))
    return Post(payload["channel_id"], **message, thread_ts=payload["root_ts"])


def _nudge(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread = scene.ticket(payload), scene.thread(payload)
    if ticket is None or thread is None:
        return GONE
    if ticket.status is not Status.NEW:
        return TAKEN
    message = triage.nudge(ticket, payload["since"])
    return Post(thread.channel_id, **message, thread_ts=thread.root_ts)


def _ask_resolve(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread, reader = scene.ticket(payload), scene.thread(payload), scene.reader(payload)
    if ticket is None or thread is None or reader is None:
        return GONE
    return Whisper(thread.channel_id, reader, **triage.ask_resolve(ticket))


def _reaction_refused(payload: dict[str, Any], scene: Scene) -> Composed:
    ticket, thread, reader = scene.ticket(payload), scene.thread(payload), scene.reader(payload)
    line = scene.lines.get(payload["audit_id"])
    if ticket is None or thread is None or reader is None or line is None:
        return GONE
    emoji, why = str(line.details.get("reaction")), str(line.details.get("reason"))
    return Whisper(thread.channel_id, reader, **triage.reaction_refused(ticket, emoji, why))


def _auto_assign(payload: dict[str, Any], scene: Scene) -> Composed:
    wanted = payload.get("assignee_id")
    ticket_id = uuid.UUID(payload["ticket_id"])
    return Errand(_find_somebody(ticket_id, uuid.UUID(wanted) if wanted else None))


def _find_somebody(
    ticket_id: uuid.UUID, wanted: uuid.UUID | None
) -> Callable[[Runtime], Awaitable[Write]]:
    """In a transaction of its own: it waits for others at the same desk, and they for it."""

    async def run(runtime: Runtime) -> Write:
        async with unit_of_work(runtime.sessions) as session:
            fold = (await read_preferences(session)).card_fold
            await assign_automatically(session, ticket_id, fold, wanted)
        return _nothing

    return run


async def _nothing(session: AsyncSession) -> None:
    """All is written down already."""


async def follow_roots(session: AsyncSession, claims: Sequence[Claim]) -> None:
    """After roots were posted: their tickets may have gone elsewhere while they were on their
    way. A card says which department it was posted for."""
    own = [each for each in claims if each.topic in _THEIRS]
    cards = [
        each for each in claims if each.topic == Topic.CARD and "department_id" in each.payload
    ]
    ids = {uuid.UUID(each.payload["ticket_id"]) for each in (*own, *cards)}
    if not ids:
        return
    rows = await session.execute(
        select(Ticket.id, Ticket.department_id, Ticket.merged_into_id).where(Ticket.id.in_(ids))
    )
    now = {str(row.id): row for row in rows}
    for each in own:
        ticket = now.get(each.payload["ticket_id"])
        if ticket is not None and ticket.merged_into_id is not None:
            await follow_through(session, ticket.id)
    for each in cards:
        ticket = now.get(each.payload["ticket_id"])
        if ticket is not None and str(ticket.department_id) != each.payload["department_id"]:
            await leave_desk_thread(session, ticket.id)


async def take_another_way(session: AsyncSession, claim: Claim, code: str) -> timedelta | None:
    """How long to wait for it; None when there is none."""
    is_said_there = claim.payload.get("audience") == Audience.DESK and claim.topic not in FETCHED
    is_at_desk = claim.topic in _CARDS or is_said_there
    if code not in NO_CHANNEL or not is_at_desk:
        return None
    return await go_elsewhere(session, claim, code)


COMPOSERS: Mapping[str, Composer] = {
    Topic.LEFT_BEHIND: _left_behind,
    Topic.GONE_FROM_HERE: _gone_from_here,
    Topic.MERGED: _merged,
    Topic.NUDGE: _nudge,
    Topic.ASK_RESOLVE: _ask_resolve,
    Topic.REACTION_REFUSED: _reaction_refused,
    Topic.AUTO_ASSIGN: _auto_assign,
}
