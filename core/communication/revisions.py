"""What people change about a message afterwards, in Slack: our row and its copies follow."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication import queries
from core.communication.copy_notices import changed_elsewhere
from core.communication.holding import all_cards, call_back
from core.communication.models import Audience, ChatMessage, Thread, Visibility
from core.db import utc_now, with_deleted
from core.notices import Place, Topic
from core.preferences import OldTexts
from core.tickets.changes import Turn, record
from core.tickets.models import Source, Ticket
from core.tickets.parts import notices as part_notices
from core.tickets.parts.standing import lock_part
from core.tickets.policy import Policy
from core.tickets.standing import lock
from core.users.models import User
from core.users.permissions import Permission, authorize
from core.users.queries import actor_of


@dataclass(frozen=True, slots=True)
class Original:
    """A message by its place in Slack."""

    channel_id: str
    message_ts: str


async def edit(
    session: AsyncSession, policy: Policy, original: Original, body: str, edited_ts: str
) -> bool:
    """Its author changed it. False when it was never heard.

    An older version than ours changes nothing, nor does the same text again. Who may read it
    stays as it is.
    """
    found = await _hold(session, policy, original)
    if found is None:
        return False
    message, ticket, turn = found
    if message.is_deleted or edited_ts <= (message.edited_ts or ""):
        return True
    message.edited_ts = edited_ts
    if body == message.body:
        return True
    keeps = policy.preferences.old_texts is OldTexts.KEEP
    changes = {"body": [message.body, body]} if keeps else {}
    had_words = bool(message.body.strip())
    message.body, message.edited_at = body, utc_now()
    await record(session, turn, ticket, "message.edit", changes, message_id=message.id)
    await _bring_up_to_date(session, message, had_words=had_words)
    return True


async def delete(session: AsyncSession, policy: Policy, original: Original) -> bool:
    """Its author took it away. False when it was never heard. What has not left never will."""
    found = await _hold(session, policy, original)
    if found is None:
        return False
    message, ticket, turn = found
    if message.is_deleted:
        return True
    called_back = None
    if message.visibility is Visibility.PUBLIC and message.audience is Audience.DESK:
        called_back = await call_back(session, ticket, message)
    message.delete_softly(utc_now())
    if policy.preferences.old_texts is OldTexts.ERASE:
        message.body = ""
    changes = called_back or {}
    await record(session, turn, ticket, "message.delete", changes, message_id=message.id)
    await _bring_up_to_date(session, message, had_words=True)
    if called_back:
        await outbox.add(session, *await all_cards(session, turn, ticket))
    return True


async def bury(session: AsyncSession, turn: Turn, thread: Thread, original: Original) -> None:
    """A message that was deleted before it was heard: when it comes, it is not heard any more."""
    ticket, standing = await lock(session, turn.actor, thread.ticket_id)
    if thread.part_id is not None:
        await lock_part(session, turn.actor, thread.part_id, Permission.READ_PART)
    else:
        is_desks = thread.audience is Audience.DESK
        authorize(turn.actor, Permission.NOTE if is_desks else Permission.REPLY, standing)
    await session.execute(
        insert(ChatMessage)
        .values(
            ticket_id=ticket.id,
            sender_id=turn.actor.id,
            body="",
            visibility=Visibility.INTERNAL,
            audience=thread.audience,
            part_id=thread.part_id,
            channel_id=original.channel_id,
            message_ts=original.message_ts,
            is_deleted=True,
            deleted_at=utc_now(),
        )
        .on_conflict_do_nothing()
    )


async def _hold(
    session: AsyncSession, policy: Policy, original: Original
) -> tuple[ChatMessage, Ticket, Turn] | None:
    """The message and its ticket, locked. Slack has let its author do it, so no right is asked."""
    message = await queries.find_message(session, original.channel_id, original.message_ts)
    if message is None:
        return None
    # People who were deleted since may still take back what they wrote.
    sender = with_deleted(select(User).where(User.id == message.sender_id))
    actor = actor_of((await session.scalars(sender)).one())
    turn = Turn(actor, Source.MESSAGE, policy)
    ticket, _ = await lock(session, turn.actor, message.ticket_id)
    await session.refresh(message, with_for_update=True)
    return message, ticket, turn


async def _bring_up_to_date(
    session: AsyncSession, message: ChatMessage, *, had_words: bool
) -> None:
    """A copy that nobody has taken yet says the new words anyway. Files without words have no
    copy: those are repeated now."""
    topic = Topic.MESSAGE_COPIED if message.part_id is None else Topic.PART_SAID
    if message.visibility is Visibility.INTERNAL and topic is Topic.MESSAGE_COPIED:
        return
    places = await _list_copied(session, message)
    stale = {place.lane: place for place in places}
    about: dict[str, Any] = {"message_id": message.id}
    for row in await outbox.lock_waiting(session, topic, list(stale), about):
        stale.pop(row.lane, None)
    if had_words:
        rows = notices.copy_changed(message.id, *stale.values())
        rows += await _changed_elsewhere(session, message, set(places.values()))
    elif message.part_id is not None:
        rows = part_notices.said(message.part_id, message.id, *stale.values())
    else:
        others = await queries.list_others(session, message)
        rows = notices.copied(message.id, *(each for each in others if each.lane in stale))
    if rows:
        await outbox.add(session, *rows)


async def _list_copied(session: AsyncSession, message: ChatMessage) -> dict[Place, str | None]:
    """Where it may have been repeated, and the channel of that, where there is a thread already.
    Of what is said about a part, that is the desk it came from."""
    threads = await queries.list_threads(session, [message.ticket_id])
    if message.part_id is not None:
        desk = Place(message.ticket_id, Audience.DESK)
        return {desk: threads[desk].channel_id if desk in threads else None}
    home = queries.place_of(message)
    return {
        place: thread.channel_id
        for place, thread in threads.items()
        if place != home and place.audience is not Audience.PART
    }


async def _changed_elsewhere(
    session: AsyncSession, message: ChatMessage, channels: set[str | None]
) -> list[outbox.Row]:
    """Its copies at desks that the ticket has left, and in threads that went to another ticket
    with their people. In `channels` they are found by their place."""
    copies = await queries.list_copies(session, [message.id])
    return [
        changed_elsewhere(message.ticket_id, each)
        for each in copies
        if each.channel_id not in channels
    ]
