"""Replies of the desk wait a moment before they leave, and can be called back until then."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication import queries
from core.communication.models import Audience, ChatMessage, MessageCopy, Thread, Visibility
from core.db import utc_now, with_deleted
from core.errors import AlreadyDone
from core.files import queries as files
from core.notices import Place, Topic
from core.tickets.changes import Turn, fresh_cards, move, record
from core.tickets.followers import follower_places
from core.tickets.models import AuditLog, Part, Ticket, TicketParticipant
from core.tickets.standing import lock
from core.tickets.states import Action, Status
from core.users.permissions import Permission, authorize

#: How a ticket comes out of waiting for its requester, back to where it was.
_BACK: Mapping[Status, Action] = {
    Status.ASSIGNED: Action.ASSIGN,
    Status.IN_PROGRESS: Action.START,
    Status.ON_HOLD: Action.HOLD,
}


def hold_of(turn: Turn, ticket: Ticket, message: ChatMessage) -> timedelta:
    """How long it waits. What the requester's side writes never does."""
    is_desks = message.audience is Audience.DESK and message.sender_id != ticket.requestor_id
    return turn.policy.preferences.reply_hold if is_desks else timedelta()


async def undo(session: AsyncSession, turn: Turn, message_id: int) -> ChatMessage:
    """Call a reply back. Raises AlreadyDone when it has left, or was called back before."""
    message = await queries.get_message(session, message_id)
    ticket, standing = await lock(session, turn.actor, message.ticket_id)
    authorize(turn.actor, Permission.WORK, standing)
    await session.refresh(message, with_for_update=True)
    if message.visibility is Visibility.INTERNAL:
        raise AlreadyDone("It was called back already: the requester does not get it.")
    changes = await call_back(session, ticket, message)
    if changes is None:
        raise AlreadyDone("It has left already.")
    await record(session, turn, ticket, "message.undo", changes, message_id=message.id)
    desk = Place(ticket.id, Audience.DESK)
    rows = [notices.taken_back(desk, message.id, turn.actor.id)]
    rows += await all_cards(session, turn, ticket)
    if message.channel_id is None:
        rows += notices.copy_changed(message.id, desk)
    await outbox.add(session, *rows)
    return message


async def call_back(
    session: AsyncSession, ticket: Ticket, message: ChatMessage
) -> dict[str, Any] | None:
    """What this changed; None when it has left. Ticket and message are locked.

    A worker may be taking it at the same moment: whoever gets its rows first decides.
    """
    lanes = [place.lane for place in await _list_addressed(session, ticket, message)]
    about = {"message_id": message.id}
    rows = await outbox.lock_waiting(session, Topic.MESSAGE_COPIED, lanes, about)
    is_taken = await outbox.is_under_way(session, Topic.MESSAGE_COPIED, lanes, about)
    if not rows or is_taken or await _is_read(session, message):
        return None
    for attachment in await files.list_of_message(session, message.id):
        about = {"attachment_id": attachment.id}
        rows += await outbox.lock_waiting(session, Topic.FILE_COPIED, lanes, about)
    now = utc_now()
    for row in rows:
        row.settled_at, row.outcome, row.last_error = now, "skipped", "it was called back"
    message.visibility, message.held_until, message.taken_back_at = Visibility.INTERNAL, None, now
    await session.flush()
    changes = {"visibility": [Visibility.PUBLIC.value, Visibility.INTERNAL.value]}
    return changes | await _without_reply(session, ticket, message)


async def all_cards(session: AsyncSession, turn: Turn, ticket: Ticket) -> list[outbox.Row]:
    """Wherever the ticket's status is shown."""
    followers = await follower_places(session, ticket.id)
    fold = turn.policy.preferences.card_fold
    return [*fresh_cards(turn, ticket), *notices.followed_changed(followers, fold)]


async def _list_addressed(
    session: AsyncSession, ticket: Ticket, message: ChatMessage
) -> list[Place]:
    """Of a ticket that was merged meanwhile, what it says reaches people on the winner."""
    places = await queries.list_others(session, message)
    if ticket.merged_into_id is not None:
        places += await follower_places(session, ticket.merged_into_id)
    return places


async def _is_read(session: AsyncSession, message: ChatMessage) -> bool:
    """Whether somebody beyond the desk has a copy."""
    at_desk = select(Thread.channel_id).where(
        Thread.ticket_id == message.ticket_id, Thread.audience == Audience.DESK
    )
    copy = select(MessageCopy.id).where(
        MessageCopy.chat_message_id == message.id, MessageCopy.channel_id.not_in(at_desk)
    )
    return await session.scalar(copy.limit(1)) is not None


async def _without_reply(
    session: AsyncSession, ticket: Ticket, message: ChatMessage
) -> dict[str, Any]:
    """Take back what the reply did to the ticket, unless another reply stands for it too."""
    changes: dict[str, Any] = {}
    said_at = await _said_at(session, message)
    if said_at is not None and ticket.first_responded_at == said_at:
        ticket.first_responded_at = await _first_response(session, ticket)
        pair = (said_at, ticket.first_responded_at)
        changes["first_responded_at"] = [each.isoformat() if each else None for each in pair]
    before = await _before_waiting(session, ticket)
    if before is not None:
        changes |= move(ticket, _BACK[before])
    return changes


async def _said_at(session: AsyncSession, message: ChatMessage) -> datetime | None:
    said: datetime | None = await session.scalar(
        select(AuditLog.created_at)
        .where(
            AuditLog.ticket_id == message.ticket_id,
            AuditLog.action == "message.reply",
            AuditLog.details.contains({"message_id": message.id}),
        )
        .order_by(AuditLog.id.desc())
        .limit(1)
    )
    return said


async def _first_response(session: AsyncSession, ticket: Ticket) -> datetime | None:
    """Of what has been sent and not called back; of a message sent twice, the second time. Or that
    it was resolved before, and not by whoever filed it."""
    replies = with_deleted(
        select(ChatMessage.id, AuditLog.created_at)
        .join(ChatMessage, ChatMessage.id == _message_id())
        .where(
            AuditLog.ticket_id == ticket.id,
            AuditLog.action == "message.reply",
            AuditLog.details.contains({"response": True}),
            ChatMessage.visibility == Visibility.PUBLIC,
        )
        .order_by(AuditLog.id)
    )
    rows = await session.execute(replies)
    answers = {row[0]: row[1] for row in rows}.values()
    return min([*answers, *await _list_resolved(session, ticket)], default=None)


async def _list_resolved(session: AsyncSession, ticket: Ticket) -> Sequence[datetime]:
    """When somebody did who owed its requester an answer."""
    filed = select(TicketParticipant.user_id).where(
        TicketParticipant.ticket_id == ticket.id,
        TicketParticipant.part.in_([Part.REQUESTER, Part.AUTHOR]),
    )
    rows = await session.scalars(
        select(AuditLog.created_at).where(
            AuditLog.ticket_id == ticket.id,
            AuditLog.action == f"ticket.{Action.RESOLVE}",
            AuditLog.user_id.not_in(filed),
        )
    )
    return list(rows)


async def _before_waiting(session: AsyncSession, ticket: Ticket) -> Status | None:
    """The status before a reply made it wait; None when something else did, or when one of its
    replies still goes out."""
    last = await session.scalar(
        select(AuditLog)
        .where(AuditLog.ticket_id == ticket.id, AuditLog.changes.has_key("status"))
        .order_by(AuditLog.id.desc())
        .limit(1)
    )
    if ticket.status is not Status.WAITING_REQUESTER or last is None:
        return None
    if last.action != f"ticket.{Action.WAIT}" or "message_id" not in last.details:
        return None
    others = with_deleted(
        select(AuditLog.id)
        .join(ChatMessage, ChatMessage.id == _message_id())
        .where(
            AuditLog.ticket_id == ticket.id,
            AuditLog.action == "message.reply",
            AuditLog.details.contains({"from_desk": True}),
            (AuditLog.id > last.id) | (ChatMessage.id == last.details["message_id"]),
            ChatMessage.visibility == Visibility.PUBLIC,
        )
    )
    if await session.scalar(others.limit(1)) is not None:
        return None
    before = Status(last.changes["status"][0])
    return before if before in _BACK else None


def _message_id() -> Any:
    return cast(AuditLog.details["message_id"].astext, BigInteger)
