"""What a writer is asked privately about what they just wrote."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication import queries
from core.communication.models import Audience, ChatMessage, Notification, Visibility
from core.communication.notify import Occasion, notify
from core.communication.ways import MENTIONED, Event
from core.db import utc_now
from core.notices import Topic
from core.tickets import followers
from core.tickets import service as tickets
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.users.models import User
from core.users.permissions import Standing


async def about_mentions(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    standing: Standing,
    message: ChatMessage,
    mentioned: tuple[str, ...],
) -> None:
    """Add them? Once for each ticket, writer and person who is not on it. `ticket` is locked."""
    others = [each for each in mentioned if each != turn.actor.slack_user_id]
    if not others or not tickets.may_add(turn.actor, ticket, standing):
        return
    on_it = await followers.list_on_it(session, ticket, turn.actor.team_id, others)
    rows = [
        notices.add_them(queries.place_of(message), turn.actor.id, turn.actor.team_id, each)
        for each in others
        if each not in on_it
        and await _is_first(session, turn, ticket, Topic.ADD_THEM, mentioned=each)
    ]
    if rows:
        await outbox.add(session, *rows)


async def tell_mentioned(
    session: AsyncSession,
    turn: Turn,
    ticket: Ticket,
    message: ChatMessage,
    mentioned: tuple[str, ...],
) -> None:
    """Those of its people who do not hear of every message. Slack itself tells those who can
    read it where it was written."""
    found = await session.scalars(
        followers.select_on_it(ticket, turn.actor.team_id, mentioned).with_only_columns(User.id)
    )
    details = {"by": turn.actor.name, "message_id": message.id}
    is_public = message.visibility is Visibility.PUBLIC
    shown_in = frozenset({message.audience, *((Audience.FOLLOWER,) if is_public else ())})
    occasion = Occasion(
        Event.NOTE, MENTIONED, ticket.id, turn.actor, details, shown_in, is_pinged=True
    )
    people = set(found) - {ticket.assignee_id, ticket.requestor_id}
    await notify(session, occasion, people)


async def about_the_end(
    session: AsyncSession, turn: Turn, ticket: Ticket, message: ChatMessage
) -> None:
    """A ticket that is over: is it not solved, or is it something new? `ticket` is locked."""
    place = queries.place_of(message)
    if not tickets.can_reopen(turn, ticket):
        await outbox.add(session, notices.goes_on(place, turn.actor.id))
        return
    since = str(ticket.resolved_at)
    if await _is_first(session, turn, ticket, Topic.NOT_SOLVED, resolved_at=since):
        await outbox.add(session, notices.not_solved(place, turn.actor.id))


async def _is_first(
    session: AsyncSession, turn: Turn, ticket: Ticket, topic: Topic, **about: Any
) -> bool:
    """Whether the person was never asked this; afterwards they were."""
    asked = select(Notification.id).where(
        Notification.user_id == turn.actor.id,
        Notification.ticket_id == ticket.id,
        Notification.topic == topic,
        Notification.details == about,
    )
    if await session.scalar(asked.limit(1)) is not None:
        return False
    session.add(
        Notification(
            user_id=turn.actor.id,
            ticket_id=ticket.id,
            topic=topic,
            details=about,
            is_read=True,
            read_at=utc_now(),
        )
    )
    await session.flush()
    return True
