"""The steps every change of a part is made of: begin, move, write the trail, announce."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.notices import Place
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.models import AuditLog
from core.tickets.parts import notices as sub_notices
from core.tickets.parts.standing import Piece, lock_part
from core.tickets.sla.part_clocks import keep_part
from core.tickets.states import SUB_TRANSITIONS, SubAction, check_part
from core.users import queries as users
from core.users.roles import Role


async def begin(session: AsyncSession, turn: Turn, part_id: int, action: SubAction) -> Piece:
    piece = await lock_part(session, turn.actor, part_id, SUB_TRANSITIONS[action].permission)
    check_part(action, piece.part.status, piece.key)
    return piece


def move(piece: Piece, action: SubAction) -> dict[str, Any]:
    before = piece.part.status
    piece.part.status = check_part(action, before, piece.key)
    return {"status": [before.value, piece.part.status.value]}


def give(piece: Piece, assignee_id: uuid.UUID | None) -> dict[str, Any]:
    before, piece.part.assignee_id = piece.part.assignee_id, assignee_id
    if before == assignee_id:
        return {}
    return {"assignee_id": [str(before) if before else None, _text(assignee_id)]}


def due(piece: Piece, moment: datetime | None) -> dict[str, Any]:
    before, piece.part.due_at = piece.part.due_at, moment
    return {"due_at": [_text(before), _text(moment)]} if before != moment else {}


def _text(value: uuid.UUID | datetime | None) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else str(value) if value else None


#: Whoever decides about the part is called by name, and whoever has it.
_CALLS_OWNER = frozenset({SubAction.SEND_BACK.value, "propose"})
_CALLS_HOLDER = frozenset({SubAction.CANCEL.value, "agree", "keep"})


async def finish(
    session: AsyncSession,
    turn: Turn,
    piece: Piece,
    action: str,
    changes: dict[str, Any],
    *,
    told: tuple[Place, ...] = (),
    **details: Any,
) -> AuditLog:
    """Trail, a line in each thread of `told`, and fresh cards of the part and of its ticket."""
    await keep_part(session, turn, piece.ticket, piece.part, changes)
    about = {"part_id": piece.part.id, "part": piece.title}
    row = await record(session, turn, piece.ticket, f"part.{action}", changes, **about, **details)
    owner = await owner_id(session, turn, piece) if action in _CALLS_OWNER else None
    called = {piece.desk: owner, piece.place: _holder_id(turn, piece, action)}
    lines = [
        line
        for each in told
        for line in sub_notices.happened(piece.part.id, row.id, each, reader_id=called.get(each))
    ]
    fold = turn.policy.preferences.card_fold
    refresh = sub_notices.refresh(piece.place, fold)
    await outbox.add(session, *lines, refresh, *fresh_cards(turn, piece.ticket))
    return row


def _holder_id(turn: Turn, piece: Piece, action: str) -> uuid.UUID | None:
    holder = piece.part.assignee_id
    return holder if action in _CALLS_HOLDER and holder != turn.actor.id else None


async def owner_id(session: AsyncSession, turn: Turn, piece: Piece) -> uuid.UUID | None:
    """Who decides about the part at the desk it came from, unless they act themselves."""
    people = await users.list_desk(session, piece.ticket.department_id)
    holder = piece.ticket.assignee_id
    heads = [each.id for each in people if each.role is Role.DEPARTMENT_HEAD]
    found = holder or (heads[0] if heads else None)
    return found if found != turn.actor.id else None
