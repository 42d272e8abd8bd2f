"""The steps every change of a ticket is made of: begin, move, write the trail, announce."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience
from core.db import utc_now
from core.notices import Place
from core.tickets import audit
from core.tickets.followers import follower_places
from core.tickets.models import AuditLog, Part, Source, Ticket, TicketParticipant
from core.tickets.policy import Policy
from core.tickets.standing import lock
from core.tickets.states import TRANSITIONS, Action, check
from core.users.permissions import Actor, authorize

TOLD_TO_FOLLOWERS = frozenset({Action.RESOLVE, Action.REOPEN, Action.CLOSE, Action.CANCEL})


@dataclass(frozen=True, slots=True)
class Turn:
    """Who acts, from where, under which policy: the same for every verb."""

    actor: Actor
    source: Source
    policy: Policy


async def begin(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, action: Action) -> Ticket:
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, TRANSITIONS[action].permission, standing)
    check(action, ticket.status, ticket.key, turn.policy.labels(ticket.department_id))
    return ticket


def move(ticket: Ticket, action: Action) -> dict[str, Any]:
    before, after = ticket.status, check(action, ticket.status, ticket.key)
    ticket.status = after
    return {"status": [before.value, after.value]} if before is not after else {}


def give(ticket: Ticket, assignee_id: uuid.UUID | None) -> dict[str, Any]:
    before, ticket.assignee_id = ticket.assignee_id, assignee_id
    after = ticket.assignee_id
    if assignee_id is None:
        ticket.queued_at, ticket.nudges = utc_now(), 0
    return {"assignee_id": [str(before) if before else None, str(after) if after else None]}


async def join(session: AsyncSession, ticket_id: uuid.UUID, user_id: uuid.UUID, part: Part) -> None:
    """Onto the ticket's participants, or back onto them. Who is on it already keeps their part:
    only who wrote at the desk becomes its assignee."""
    row = insert(TicketParticipant).values(ticket_id=ticket_id, user_id=user_id, part=part)
    is_raised = (TicketParticipant.part == Part.AGENT) & (row.excluded.part == Part.ASSIGNEE)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["ticket_id", "user_id"],
            set_={"part": row.excluded.part, "is_deleted": False, "deleted_at": None},
            where=TicketParticipant.is_deleted.is_(True) | is_raised,
        )
    )


async def finish(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    action: Action,
    changes: dict[str, Any],
    *,
    told: tuple[Audience, ...] = (),
    **details: Any,
) -> None:
    """Trail, a line in each thread of `told`, and fresh cards. Followers are told of the end."""
    row = await record(session, turn, ticket, f"ticket.{action}", changes, **details)
    lines = notices.happened(ticket.id, row.id, *told)
    followers = await follower_places(session, ticket.id)
    if action in TOLD_TO_FOLLOWERS:
        lines += notices.happened_at(row.id, followers)
    await outbox.add(session, *lines, *fresh_cards(turn, ticket, followers))


async def record(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    action: str,
    changes: dict[str, Any],
    **details: Any,
) -> AuditLog:
    label = turn.policy.labels(ticket.department_id).get(ticket.status)
    if label and "status" in changes:
        details["status_label"] = label
    return await audit.record(
        session,
        turn.actor,
        action,
        source=turn.source,
        ticket=ticket,
        changes=changes,
        details=details,
        policy=turn.policy,
    )


def fresh_cards(turn: Turn, ticket: Ticket, followers: Sequence[Place] = ()) -> list[outbox.Row]:
    """The desk's, the requester's, and what stands at the top of the followers' threads."""
    fold = turn.policy.preferences.card_fold
    return [*notices.refreshes(ticket.id, fold), *notices.followed_changed(followers, fold)]
