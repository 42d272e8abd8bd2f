"""What two desks say to each other about a part. Nothing of it reaches the requester."""

from typing import TYPE_CHECKING

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication import sharing
from core.communication.models import Audience, ChatMessage, Visibility
from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.errors import InvalidField
from core.notices import Place
from core.tickets.changes import Turn, record
from core.tickets.parts import notices as sub_notices
from core.tickets.parts.standing import Piece, lock_part
from core.users.permissions import Permission

if TYPE_CHECKING:
    from core.communication.service import Words


#: The topic of what whoever has the part is told.
PART_WRITTEN = "part.written"


async def hear(
    session: AsyncSession, turn: Turn, part_id: int, words: "Words"
) -> ChatMessage | None:
    """A message in the part's thread, repeated with its files for the desk that passed it on.
    None when it was heard before."""
    piece = await lock_part(session, turn.actor, part_id, Permission.READ_PART)
    return await _keep(session, turn, piece, words, piece.desk)


async def write(
    session: AsyncSession, turn: Turn, part_id: int, words: "Words"
) -> ChatMessage | None:
    """That desk answers with a form; both see it, and whoever has the part hears of it. None when
    the form came twice."""
    piece = await lock_part(session, turn.actor, part_id, Permission.STEER_PART)
    if not words.body.strip():
        raise InvalidField("reply", "Write what the other desk should read.")
    message = await _keep(session, turn, piece, words, piece.place, piece.desk)
    if message is not None:
        told = {"by": turn.actor.name, "note": words.body, "key": piece.key, "part": piece.title}
        details = {**told, "is_private": piece.ticket.is_private}
        occasion = Occasion(Event.ASSIGNED, PART_WRITTEN, by=turn.actor, details=details)
        await notify(session, occasion, [piece.part.assignee_id])
    return message


async def _keep(
    session: AsyncSession, turn: Turn, piece: Piece, words: "Words", *places: Place
) -> ChatMessage | None:
    if not words.body.strip() and not words.files:
        return None
    message: ChatMessage | None = await session.scalar(
        insert(ChatMessage)
        .values(
            ticket_id=piece.ticket.id,
            part_id=piece.part.id,
            sender_id=turn.actor.id,
            body=words.body,
            visibility=Visibility.INTERNAL,
            audience=Audience.PART,
            channel_id=words.channel_id,
            message_ts=words.message_ts,
            source_key=words.source_key,
        )
        .on_conflict_do_nothing()
        .returning(ChatMessage)
    )
    if message is None:
        return None
    about = {"part_id": piece.part.id, "part": piece.title, "message_id": message.id}
    await record(session, turn, piece.ticket, "part.say", {}, **about)
    if words.body.strip():
        await outbox.add(session, *sub_notices.said(piece.part.id, message.id, *places))
    await sharing.offer(session, message, words.files)
    return message
