"""A part is given to somebody of the desk that has it, by the head there."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField
from core.tickets.changes import Turn
from core.tickets.parts.changes import begin, finish, give, move
from core.tickets.parts.models import SubTicket
from core.tickets.states import SubAction
from core.users import queries as users
from core.users.permissions import Permission, may

#: The topic of what its new assignee is told.
PART_GIVEN = "part.given"


async def assign(
    session: AsyncSession, turn: Turn, part_id: int, *, assignee_id: uuid.UUID, note: str = ""
) -> SubTicket:
    """The note reaches the assignee with it. Of the ticket they read no more than the part."""
    piece = await begin(session, turn, part_id, SubAction.ASSIGN)
    part, assignee = piece.part, await users.get_actor(session, assignee_id)
    is_there = assignee.department_id == part.department_id
    if not (is_there and may(assignee, Permission.WORK_PART, piece.standing)):
        raise InvalidField("part_assignee", f"{assignee.name} does not work at this desk.")
    if part.assignee_id == assignee_id:
        raise AlreadyDone(f"{assignee.name} has {piece.key} already.")
    changes = move(piece, SubAction.ASSIGN) | give(piece, assignee_id)
    part.accepted_at = part.accepted_at or utc_now()
    details = {"assignee": assignee.name, "note": note.strip()}
    await finish(session, turn, piece, SubAction.ASSIGN, changes, told=(piece.desk,), **details)
    told = {
        "by": turn.actor.name,
        "note": note.strip(),
        "key": piece.key,
        "part": piece.title,
        "is_private": piece.ticket.is_private,
    }
    occasion = Occasion(Event.ASSIGNED, PART_GIVEN, by=turn.actor, details=told)
    await notify(session, occasion, [assignee_id])
    return part
