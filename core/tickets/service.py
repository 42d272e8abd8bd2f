"""What can be done to a ticket. Each verb: lock, ask, move, write the trail, announce."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience
from core.communication.notify import Occasion, notify
from core.communication.ways import ASSIGNED, Event
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, Refused
from core.tickets import history, queries
from core.tickets.approvals import gate as approval_gate
from core.tickets.approvals.steering import withdraw_all
from core.tickets.changes import Turn, begin, finish, give, join, move
from core.tickets.editing import Edit, edit
from core.tickets.endings.closing import close_locked, closes
from core.tickets.filing import file_ticket
from core.tickets.follow_ups import open_follow_up
from core.tickets.following import add_follower, check_may_add, may_add, unwatch, watch
from core.tickets.models import Part, Ticket
from core.tickets.opening import NewTicket, Opened, check_may_file, open_ticket, open_ticket_alone
from core.tickets.parts import queries as sub_queries
from core.tickets.parts import service as sub_tickets
from core.tickets.parts.service import Fate
from core.tickets.standing import lock
from core.tickets.states import (
    IS_OPEN,
    TRANSITIONS,
    Action,
    ResolutionReason,
    Status,
    check,
)
from core.users import queries as users
from core.users.permissions import Permission, authorize, may

__all__ = [
    "Edit",
    "NewTicket",
    "Opened",
    "Turn",
    "add_follower",
    "answer",
    "assign",
    "can_reopen",
    "cancel",
    "check_may_add",
    "check_may_file",
    "claim",
    "close",
    "edit",
    "file_ticket",
    "hold",
    "join",
    "may_add",
    "open_follow_up",
    "open_ticket",
    "open_ticket_alone",
    "release",
    "reopen",
    "resolve",
    "resolve_locked",
    "start",
    "unwatch",
    "wait",
    "wait_after_reply",
    "watch",
]

REQUESTER, DESK = Audience.REQUESTER, Audience.DESK


async def claim(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """Take an unassigned ticket. Raises AlreadyDone, which names who was faster."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.CLAIM, standing)
    if ticket.assignee_id is not None:
        holder = await queries.name_of(session, ticket.assignee_id)
        who = "You have" if ticket.assignee_id == turn.actor.id else f"{holder} has"
        raise AlreadyDone(f"{who} {ticket.key} already.")
    changes = move(ticket, Action.CLAIM) | give(ticket, turn.actor.id)
    await join(session, ticket.id, turn.actor.id, Part.ASSIGNEE)
    await finish(session, turn, ticket, Action.CLAIM, changes, told=(REQUESTER,))
    return ticket


async def assign(
    session: AsyncSession,
    turn: Turn,
    ticket_id: uuid.UUID,
    *,
    assignee_id: uuid.UUID,
    note: str = "",
) -> Ticket:
    """Give it to somebody of the department's desk; the note reaches them with it."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.ASSIGN, standing)
    assignee = await users.get_actor(session, assignee_id)
    if not may(assignee, Permission.CLAIM, standing):
        raise InvalidField("assignee", f"{assignee.name} does not work at this desk.")
    if ticket.assignee_id == assignee_id:
        raise AlreadyDone(f"{assignee.name} has {ticket.key} already.")
    changes = move(ticket, Action.ASSIGN) | give(ticket, assignee_id)
    await join(session, ticket.id, assignee_id, Part.ASSIGNEE)
    details = {"assignee": assignee.name, "note": note}
    await finish(session, turn, ticket, Action.ASSIGN, changes, told=(REQUESTER,), **details)
    given = {"by": turn.actor.name, "note": note}
    occasion = Occasion(Event.ASSIGNED, ASSIGNED, ticket.id, turn.actor, given)
    await notify(session, occasion, [assignee_id])
    return ticket


async def release(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """Back into the queue."""
    ticket = await begin(session, turn, ticket_id, Action.RELEASE)
    changes = move(ticket, Action.RELEASE) | give(ticket, None)
    await finish(session, turn, ticket, Action.RELEASE, changes, told=(DESK,))
    return ticket


async def start(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """Raises Refused where its department begins with an approval, and none was given."""
    ticket = await begin(session, turn, ticket_id, Action.START)
    if turn.policy.desk(ticket.department_id).approval_first:
        await approval_gate.check_begin(session, ticket)
    await finish(session, turn, ticket, Action.START, move(ticket, Action.START), told=(REQUESTER,))
    return ticket


async def wait(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """For the requester's answer."""
    return await _simply(session, turn, ticket_id, Action.WAIT, (REQUESTER,))


async def hold(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, *, reason: str = ""
) -> Ticket:
    """For what lies with neither side. Everybody on it reads the reason, where one is given."""
    said = {"reason": reason.strip()} if reason.strip() else {}
    told = (REQUESTER, DESK) if said else (REQUESTER,)
    return await _simply(session, turn, ticket_id, Action.HOLD, told, **said)


async def resolve(
    session: AsyncSession,
    turn: Turn,
    ticket_id: uuid.UUID,
    *,
    resolution: str,
    reason: ResolutionReason = ResolutionReason.SOLVED,
) -> Ticket:
    """Raises Refused with the list of what is still open."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, TRANSITIONS[Action.RESOLVE].permission, standing)
    if ticket.status is Status.WAITING_APPROVAL:
        await _refuse_while_open(session, ticket)
    labels = turn.policy.labels(ticket.department_id)
    check(Action.RESOLVE, ticket.status, ticket.key, labels)
    await resolve_locked(session, turn, ticket, resolution=resolution, reason=reason)
    return ticket


async def resolve_locked(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    *,
    resolution: str,
    reason: ResolutionReason,
) -> None:
    """The same once the actor was asked for their right to it."""
    needs_note = turn.policy.desk(ticket.department_id).needs_resolution_note
    if needs_note and not resolution.strip():
        raise InvalidField("resolution", "Say how it was solved: the requester reads it.")
    await _refuse_while_open(session, ticket)
    is_free = ticket.assignee_id is None
    if is_free:
        # Before anything of the ticket changes: it would be written twice.
        await join(session, ticket.id, turn.actor.id, Part.ASSIGNEE)
    changes = move(ticket, Action.RESOLVE) | _end(ticket, reason)
    ticket.resolution, ticket.resolved_at = resolution.strip() or None, utc_now()
    if is_free:
        changes |= give(ticket, turn.actor.id)
    details = {
        "resolution": ticket.resolution or "",
        "resolution_reason": reason.value,
        **closes(turn.policy, ticket),
    }
    await finish(session, turn, ticket, Action.RESOLVE, changes, told=(REQUESTER, DESK), **details)


async def reopen(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """Within the grace period. Later, a new ticket is the way. Raises AlreadyDone, which names
    who was faster."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.REOPEN, standing)
    if ticket.status in IS_OPEN and (name := await history.last_doer(session, ticket.id, "reopen")):
        who = "You" if name == turn.actor.name else name
        raise AlreadyDone(f"{who} reopened {ticket.key} already: work on it goes on.")
    check(Action.REOPEN, ticket.status, ticket.key, turn.policy.labels(ticket.department_id))
    if not can_reopen(turn, ticket):
        days = turn.policy.preferences.reopen_grace_days
        raise Refused(
            f"{ticket.key} was resolved more than {days} business days ago. "
            "File a new ticket and name it there."
        )
    changes = move(ticket, Action.REOPEN) | _end(ticket, None)
    ticket.resolved_at = None
    await finish(session, turn, ticket, Action.REOPEN, changes, told=(REQUESTER, DESK))
    return ticket


def _end(ticket: Ticket, reason: ResolutionReason | None) -> dict[str, Any]:
    before, ticket.resolution_reason = ticket.resolution_reason, reason
    pair = [each.value if each else None for each in (before, reason)]
    return {"resolution_reason": pair} if before is not reason else {}


def can_reopen(turn: Turn, ticket: Ticket) -> bool:
    """Whether it is resolved, and its grace period lasts."""
    resolved_at = ticket.resolved_at or ticket.updated_at
    until = turn.policy.reopen_until(turn.policy.desk(ticket.department_id), resolved_at)
    return ticket.status is Status.RESOLVED and utc_now() <= until


async def close(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    ticket = await begin(session, turn, ticket_id, Action.CLOSE)
    await close_locked(session, turn, ticket)
    return ticket


async def cancel(
    session: AsyncSession,
    turn: Turn,
    ticket_id: uuid.UUID,
    *,
    reason: str = "",
    fates: Mapping[int, Fate] | None = None,
) -> Ticket:
    """`fates` say what becomes of its open parts. Raises Refused when one is left out."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, TRANSITIONS[Action.CANCEL].permission, standing)
    if ticket.status is Status.WAITING_APPROVAL:
        await withdraw_all(session, turn, ticket, f"{ticket.key} was cancelled.")
    check(Action.CANCEL, ticket.status, ticket.key, turn.policy.labels(ticket.department_id))
    await sub_tickets.settle(session, turn, ticket, fates)
    changes = move(ticket, Action.CANCEL)
    told = (REQUESTER, DESK)
    await finish(session, turn, ticket, Action.CANCEL, changes, told=told, reason=reason)
    return ticket


async def answer(session: AsyncSession, turn: Turn, ticket: Ticket) -> None:
    """The requester wrote while we waited for them: work goes on. `ticket` is locked."""
    if ticket.status is Status.WAITING_REQUESTER:
        changes = move(ticket, Action.ANSWER)
        await finish(session, turn, ticket, Action.ANSWER, changes)
    elif ticket.status is Status.WAITING_APPROVAL:
        await approval_gate.note_answer(session, ticket.id)


async def wait_after_reply(
    session: AsyncSession, turn: Turn, ticket: Ticket, message_id: int
) -> None:
    """The desk wrote to the requester: their move, where the department has it so."""
    waits = turn.policy.desk(ticket.department_id).waits_after_reply
    if waits and ticket.status in TRANSITIONS[Action.WAIT].now:
        changes = move(ticket, Action.WAIT)
        await finish(session, turn, ticket, Action.WAIT, changes, message_id=message_id)


async def _simply(
    session: AsyncSession,
    turn: Turn,
    ticket_id: uuid.UUID,
    action: Action,
    told: tuple[Audience, ...],
    **details: Any,
) -> Ticket:
    ticket = await begin(session, turn, ticket_id, action)
    await finish(session, turn, ticket, action, move(ticket, action), told=told, **details)
    return ticket


async def _refuse_while_open(session: AsyncSession, ticket: Ticket) -> None:
    parts = await sub_queries.list_open_required(session, ticket.id)
    missing = [
        f"{part.key} {part.summary} ({part.status.words.lower()}, {part.department})"
        for part in parts
    ]
    missing += await approval_gate.list_live(session, ticket.id)
    if missing:
        raise Refused(f"{ticket.key} cannot be resolved yet: {', '.join(missing)}.")
