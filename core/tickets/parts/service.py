"""What can be done to a part of a ticket. Each verb: lock, ask, move, write the trail, announce."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, InvalidTransition, NotFound, Refused
from core.tickets import queries
from core.tickets.approvals import gate
from core.tickets.approvals.service import withdraw_of_part
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.tickets.parts import notices as sub_notices
from core.tickets.parts import queries as sub_queries
from core.tickets.parts.changes import begin, due, finish, give, move
from core.tickets.parts.models import SubTicket
from core.tickets.parts.queries import PartView
from core.tickets.parts.splitting import check_divisible, check_words
from core.tickets.parts.standing import Piece, lock_open_parts, lock_part
from core.tickets.states import (
    PART_IS_HELD,
    PART_IS_OPEN,
    PART_IS_OUT,
    Action,
    SubAction,
    allows,
)
from core.users import queries as users
from core.users.permissions import Actor, Permission, may

PARTS_DONE = "parts.done"
NOTE_MAX = 3000


class Fate(StrEnum):
    """What becomes of an open part when its ticket is cancelled."""

    CANCEL = "cancel"
    FINISH = "finish"


async def accept(session: AsyncSession, turn: Turn, part_id: int) -> SubTicket:
    """For oneself. Raises AlreadyDone, which names who was faster."""
    piece = await lock_part(session, turn.actor, part_id, Permission.WORK_PART)
    part = piece.part
    if part.status in PART_IS_HELD:
        holder = await queries.name_of(session, part.assignee_id)
        who = "You have" if part.assignee_id == turn.actor.id else f"{holder} has"
        raise AlreadyDone(f"{who} {piece.key} already.")
    changes = move(piece, SubAction.ACCEPT) | give(piece, turn.actor.id)
    part.accepted_at = utc_now()
    await finish(session, turn, piece, SubAction.ACCEPT, changes, told=(piece.desk,))
    return part


async def start(session: AsyncSession, turn: Turn, part_id: int) -> SubTicket:
    piece = await begin(session, turn, part_id, SubAction.START)
    await finish(session, turn, piece, SubAction.START, move(piece, SubAction.START))
    return piece.part


async def done(session: AsyncSession, turn: Turn, part_id: int, *, note: str = "") -> SubTicket:
    """With the last required one, whoever has the ticket is asked to resolve it."""
    piece = await begin(session, turn, part_id, SubAction.FINISH)
    part = piece.part
    _check_length("note", note)
    await gate.check_finish(session, piece)
    changes = move(piece, SubAction.FINISH)
    part.done_note, part.done_at, part.proposed_due_at = note.strip() or None, utc_now(), None
    if part.assignee_id is None:
        changes |= give(piece, turn.actor.id)
    told = (piece.desk,)
    await finish(session, turn, piece, SubAction.FINISH, changes, told=told, note=note.strip())
    if part.is_required and not await sub_queries.list_open_required(session, piece.ticket.id):
        await _all_done(session, piece)
    return part


async def _all_done(session: AsyncSession, piece: Piece) -> None:
    ticket = piece.ticket
    if not allows(Action.RESOLVE, ticket.status):
        return
    if await _is_here(session, ticket):
        occasion = Occasion(Event.ASSIGNED, PARTS_DONE, ticket.id)
        await notify(session, occasion, [ticket.assignee_id])
    else:
        await outbox.add(session, sub_notices.parts_done(piece.desk))


async def _is_here(session: AsyncSession, ticket: Ticket) -> bool:
    """Whether somebody has the ticket, who still works with us."""
    if ticket.assignee_id is None:
        return False
    try:
        return (await users.get_actor(session, ticket.assignee_id)).is_active
    except NotFound:
        return False


async def send_back(session: AsyncSession, turn: Turn, part_id: int, *, reason: str) -> SubTicket:
    """To the desk it came from, which reads the reason."""
    piece = await begin(session, turn, part_id, SubAction.SEND_BACK)
    _check_reason(reason, "Say why: the desk that passed it on reads it.")
    told, why = (piece.desk,), reason.strip()
    await withdraw_of_part(session, turn, piece, f"{piece.key} was sent back: {why}")
    changes = move(piece, SubAction.SEND_BACK) | give(piece, None)
    piece.part.sent_back_reason, piece.part.proposed_due_at = why, None
    await finish(session, turn, piece, SubAction.SEND_BACK, changes, told=told, reason=why)
    return piece.part


async def send_again(
    session: AsyncSession,
    turn: Turn,
    part_id: int,
    *,
    summary: str,
    passed_on: str,
    due_at: datetime | None = None,
) -> SubTicket:
    """With better words, to the same department, where anybody may accept it."""
    piece = await begin(session, turn, part_id, SubAction.SEND_AGAIN)
    check_divisible(piece.ticket, doing="send parts of it again")
    check_words(summary, passed_on)
    if due_at is not None:
        _check_to_come(due_at)
    part = piece.part
    changes = move(piece, SubAction.SEND_AGAIN) | due(piece, due_at or part.due_at)
    if part.summary != summary.strip():
        changes["summary"] = [part.summary, summary.strip()]
    part.summary, part.passed_on = summary.strip(), passed_on.strip()
    part.sent_back_reason, part.accepted_at = None, None
    told = (piece.place, piece.desk)
    await finish(session, turn, piece, SubAction.SEND_AGAIN, changes, told=told)
    return part


async def cancel_part(
    session: AsyncSession, turn: Turn, part_id: int, *, reason: str = ""
) -> SubTicket:
    piece = await begin(session, turn, part_id, SubAction.CANCEL)
    await _cancel(session, turn, piece, reason=reason.strip())
    return piece.part


async def _cancel(session: AsyncSession, turn: Turn, piece: Piece, **details: Any) -> None:
    await withdraw_of_part(session, turn, piece, f"{piece.key} was cancelled.")
    changes = move(piece, SubAction.CANCEL)
    piece.part.proposed_due_at = None
    told = (piece.place, piece.desk)
    await finish(session, turn, piece, SubAction.CANCEL, changes, told=told, **details)


async def propose(
    session: AsyncSession, turn: Turn, part_id: int, *, due_at: datetime, reason: str = ""
) -> SubTicket:
    """Another due time. It holds when somebody at the desk the part came from agrees."""
    piece = await lock_part(session, turn.actor, part_id, Permission.WORK_PART)
    part = piece.part
    if part.status not in PART_IS_OUT:
        now = part.status.words.lower()
        raise InvalidTransition(f"{piece.key} is {now}: its time does not matter any more.")
    _check_to_come(due_at)
    _check_length("reason", reason)
    if due_at == part.due_at:
        raise InvalidField("due", "It is due then already.")
    before, part.proposed_due_at = part.proposed_due_at, due_at
    changes = {"proposed_due_at": [before.isoformat() if before else None, due_at.isoformat()]}
    told = (piece.desk,)
    when, why = due_at.isoformat(), reason.strip()
    await finish(session, turn, piece, "propose", changes, told=told, due_at=when, reason=why)
    return part


async def agree(
    session: AsyncSession, turn: Turn, part_id: int, *, proposed: datetime
) -> SubTicket:
    """`proposed` is what the person saw: a newer proposal is another question."""
    piece = await _proposal(session, turn, part_id, proposed)
    changes = due(piece, proposed)
    piece.part.proposed_due_at = None
    told, when = (piece.place, piece.desk), proposed.isoformat()
    await finish(session, turn, piece, "agree", changes, told=told, due_at=when)
    return piece.part


async def keep(session: AsyncSession, turn: Turn, part_id: int, *, proposed: datetime) -> SubTicket:
    """The time stays as it was."""
    piece = await _proposal(session, turn, part_id, proposed)
    piece.part.proposed_due_at = None
    changes = {"proposed_due_at": [proposed.isoformat(), None]}
    told, now = (piece.place, piece.desk), piece.part.due_at
    when = now.isoformat() if now else ""
    await finish(session, turn, piece, "keep", changes, told=told, due_at=when)
    return piece.part


async def _proposal(session: AsyncSession, turn: Turn, part_id: int, proposed: datetime) -> Piece:
    piece = await lock_part(session, turn.actor, part_id, Permission.STEER_PART)
    now = piece.part.proposed_due_at
    if now is None:
        raise AlreadyDone(f"The question about the time of {piece.key} is answered already.")
    if now != proposed:
        raise Refused(f"Another time was proposed for {piece.key} since. Look for the newer one.")
    return piece


async def settle(
    session: AsyncSession, turn: Turn, ticket: Ticket, fates: Mapping[int, Fate] | None
) -> None:
    """The ticket is being cancelled: each open part is cancelled or left to be finished.

    Who may decide about the parts has to; for the others they are cancelled.
    """
    pieces = await lock_open_parts(session, ticket)
    deciding = [each for each in pieces if may(turn.actor, Permission.STEER_PART, each.standing)]
    missing = [each for each in deciding if each.part.id not in (fates or {})]
    if missing:
        titles = ", ".join(f"“{each.title}”" for each in missing)
        raise Refused(f"Say first what becomes of {titles}.")
    for piece in pieces:
        fate = (fates or {}).get(piece.part.id) if piece in deciding else Fate.CANCEL
        if fate is Fate.CANCEL:
            await _cancel(session, turn, piece, since="cancelled")


async def list_to_decide(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID
) -> list[PartView]:
    """The open parts about which `settle` would ask the actor."""
    return [
        part
        for part in await sub_queries.list_parts(session, ticket_id)
        if part.status in PART_IS_OPEN and may(actor, Permission.STEER_PART, part.standing)
    ]


async def follow(session: AsyncSession, turn: Turn, ticket: Ticket) -> None:
    """The ticket is closed: what nobody has finished by now is not needed any more."""
    for piece in await lock_open_parts(session, ticket):
        await _cancel(session, turn, piece, since="closed")


def _check_reason(reason: str, words: str) -> None:
    if not reason.strip():
        raise InvalidField("reason", words)
    _check_length("reason", reason)


def _check_length(field: str, text: str) -> None:
    if len(text) > NOTE_MAX:
        raise InvalidField(field, f"Keep it under {NOTE_MAX} characters.")


def _check_to_come(due_at: datetime) -> None:
    if due_at <= utc_now():
        raise InvalidField("due", "Choose a time that is still to come.")
