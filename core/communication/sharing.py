"""Files on their way to the other sides of a ticket, as far as the message they came with goes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication import queries
from core.communication.models import Audience, ChatMessage, Visibility
from core.db import utc_now
from core.files import offers
from core.files import queries as kept
from core.files import service as files
from core.files.models import Attachment
from core.files.offers import Offered
from core.files.service import NewFile
from core.notices import Place
from core.tickets.changes import Turn, fresh_cards
from core.tickets.models import Ticket


async def offer(session: AsyncSession, message: ChatMessage, files: Sequence[str]) -> None:
    """What came with a message that was accepted just now; `files` as Slack names them."""
    if files:
        place, who = queries.place_of(message), message.sender_id
        rows = [Offered(place, each, who, message.id).row() for each in files]
        await outbox.add(session, *rows)


async def take(session: AsyncSession, turn: Turn, file: NewFile) -> None:
    await pass_on(session, await files.attach(session, turn, file))


async def take_again(session: AsyncSession, turn: Turn, offered: Offered) -> None:
    await pass_on(session, await files.attach_again(session, turn, offered))


async def publish(session: AsyncSession, turn: Turn, ticket: Ticket, message: ChatMessage) -> None:
    """The files of a message that goes to the requester after all."""
    attachments = await kept.list_of_message(session, message.id)
    for attachment in attachments:
        await pass_on(session, attachment)
    if attachments:
        await outbox.add(session, *fresh_cards(turn, ticket))


async def pass_on(session: AsyncSession, attachment: Attachment | None) -> None:
    """To everyone who reads what it came with, apart from the place where it was shared. What
    came in a part's thread is for the two desks alone."""
    if attachment is None:
        return
    message = await session.scalar(
        select(ChatMessage).where(ChatMessage.id == attachment.chat_message_id)
    )
    if message is None and attachment.chat_message_id is not None:
        return
    if message is not None and message.part_id is not None:
        desk = Place(message.ticket_id, Audience.DESK)
        await outbox.add(session, offers.between_desks(attachment.id, desk, message.part_id))
        return
    if message is not None and message.visibility is Visibility.INTERNAL:
        return
    if message is None:
        places = await _others_than_author(session, attachment)
    else:
        places = await queries.list_others(session, message)
    now = utc_now()
    held_until = message.held_until if message else None
    hold = max(held_until or now, now) - now
    if places:
        await outbox.add(session, *(offers.copied(attachment.id, each, hold) for each in places))


async def _others_than_author(session: AsyncSession, attachment: Attachment) -> list[Place]:
    """A form belongs to who filed it: only their own thread need not hear of its files."""
    ticket_id = attachment.ticket_id
    places = await queries.list_listeners(session, ticket_id)
    requester = await session.scalar(select(Ticket.requestor_id).where(Ticket.id == ticket_id))
    theirs = Place(ticket_id, Audience.REQUESTER)
    is_theirs = requester == attachment.uploaded_by_id
    return [each for each in places if each != theirs or not is_theirs]
