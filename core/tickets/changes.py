"""The steps every change of a ticket is made of: begin, move, write the trail, announce."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience
from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.db import utc_now
from core.notices import Place
from core.tickets import audit
from core.tickets.followers import follower_places
from core.tickets.models import AuditLog, Part, Source, Ticket, TicketParticipant
from core.tickets.policy import Policy
from core.tickets.standing import lock
from core.tickets.states import TRANSITIONS, Action, check
from core.users.permissions import Actor, authorize
from core.users.roles import Role

TOLD_TO_FOLLOWERS = frozenset({Action.RESOLVE, Action.REOPEN, Action.CLOSE, Action.CANCEL})


@dataclass(frozen=True, slots=True)
class Turn:
    """Who acts, from where, under which policy: the same for every verb."""

    actor: Actor
    source: Source
    policy: Policy


#: Acts where the help desk does something by itself.
NOBODY = Actor(uuid.UUID(int=0), "", "", "The help desk", Role.EMPLOYEE, None)


def by_itself(policy: Policy) -> Turn:
    return Turn(NOBODY, Source.JOB, policy)


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
    followers = await follower_places(session, ticket.id)
    readers = followers if action in TOLD_TO_FOLLOWERS else []
    shown_in = frozenset({*told, *(each.audience for each in readers)})
    happened = Occasion(
        Event.STATUS,
        f"ticket.{action}",
        ticket.id,
        turn.actor,
        {"by": turn.actor.name, **_named(details)},
        shown_in,
        is_line=True,
    )
    called = await notify(session, happened, _concerned(ticket, action, changes, readers))
    lines = notices.happened(ticket.id, row.id, *told, calls=called)
    lines += notices.happened_at(row.id, readers)
    await outbox.add(session, *lines, *fresh_cards(turn, ticket, followers))


#: What whoever had the ticket hears of.
_CONCERNS_HOLDER = frozenset(
    {
        *(Action.REOPEN, Action.RESOLVE, Action.CANCEL),
        *(Action.ASSIGN, Action.RELEASE),
    }
)


def _concerned(
    ticket: Ticket, action: Action, changes: dict[str, Any], readers: Sequence[Place]
) -> list[uuid.UUID]:
    """Whoever had it when this was done; and of its end, whom it is for."""
    found = [each.user_id for each in readers]
    if action in TOLD_TO_FOLLOWERS:
        found.append(ticket.requestor_id)
    if action in _CONCERNS_HOLDER:
        before = changes.get("assignee_id", [ticket.assignee_id])[0]
        found.append(uuid.UUID(before) if isinstance(before, str) else before)
    return [each for each in found if each is not None]


def _named(details: dict[str, Any]) -> dict[str, Any]:
    """The words of the trail that the news of it repeats."""
    return {name: details[name] for name in ("assignee", "reason") if name in details}


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
        turn.actor if turn.actor is not NOBODY else None,
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
    return [
        *notices.refreshes(ticket.id, fold),
        *notices.followed_changed(followers, fold),
        *notices.source_marked(ticket.id, ticket.source_key, fold),
    ]
