"""Tickets made from messages: one for each conversation, which becomes the requester's thread."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication import source_notices
from core.communication.models import Audience, ChatMessage, Thread, TicketOffer, Visibility
from core.db import utc_now, with_deleted
from core.errors import AlreadyDone
from core.files.offers import Offered
from core.notices import Place
from core.tickets import audit
from core.tickets import service as tickets
from core.tickets.changes import Turn, record
from core.tickets.models import Part, Source, Ticket
from core.tickets.policy import Policy
from core.tickets.service import NewTicket, Opened
from core.tickets.standing import lock
from core.users import queries as users
from core.users.models import User
from core.users.permissions import Actor, Permission, Standing, may
from core.users.queries import Identity

BODY_MAX = 40_000
#: Somebody who takes a reaction back and puts it there again is asked again after this.
ASKED_AGAIN_AFTER = timedelta(minutes=10)
#: Several messages in a row are answered with one offer.
OFFERED_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """`root_ts` names the conversation, `message_ts` the message in it."""

    channel_id: str
    root_ts: str
    message_ts: str
    #: Between two people, of whom one may be the app.
    is_direct: bool = False

    @property
    def key(self) -> str:
        """One ticket each."""
        return f"message:{self.channel_id}:{self.root_ts}"


@dataclass(frozen=True, slots=True)
class Found:
    """What is known before a form opens: the ticket that is there already, and whether a ticket
    can be filed for the author. Whom we never met may well be somebody it can."""

    number: int | None
    is_author_welcome: bool


def already(number: int) -> AlreadyDone:
    return AlreadyDone(f"This conversation is HD-{number} already.")


async def look_up(
    session: AsyncSession, source: SourceMessage, author: Identity | None = None
) -> Found:
    """One query: a trigger is waiting for it."""
    lives_here = select(Thread.ticket_id).where(
        Thread.channel_id == source.channel_id, Thread.root_ts == source.root_ts
    )
    number = select(Ticket.number).where(
        or_(Ticket.source_key == source.key, Ticket.id == lives_here.scalar_subquery())
    )
    welcome = select(
        User.is_active.is_(True) & User.is_guest.is_(False) & User.is_deleted.is_(False)
    ).where(
        User.team_id == (author.team_id if author else None),
        User.slack_user_id == (author.slack_user_id if author else None),
    )
    found = select(number.limit(1).scalar_subquery(), welcome.scalar_subquery())
    row = (await session.execute(with_deleted(found))).one()
    return Found(row[0], author is not None and row[1] is not False)


async def open_from(
    session: AsyncSession,
    form: NewTicket,
    source: SourceMessage,
    *,
    author: Actor,
    requester: Actor,
    policy: Policy,
) -> Opened:
    """File `form`, whose source key is the message's. Raises AlreadyDone, which names the ticket
    that this conversation is."""
    await _refuse_second(session, source)
    opened = await tickets.file_ticket(
        session, form, author=author, requester=requester, policy=policy
    )
    if not opened.is_new:
        raise already(opened.number)
    ticket_id, place = opened.id, (source.channel_id, source.root_ts)
    rows = source_notices.made_from(ticket_id, author.id, *place, source.message_ts)
    rows += notices.source_marked(ticket_id, form.source_key, policy.preferences.card_fold)
    if _is_theirs(source, author, requester, is_private=opened.is_private):
        await _live_in(session, ticket_id, source)
    elif not source.is_direct:
        rows.append(source_notices.filed_quietly(ticket_id, *place))
    await outbox.add(session, *rows)
    return opened


def _is_theirs(source: SourceMessage, author: Actor, requester: Actor, *, is_private: bool) -> bool:
    """Whether the requester and the desk may talk where the message is."""
    return author.id == requester.id if source.is_direct else not is_private


async def _refuse_second(session: AsyncSession, source: SourceMessage) -> None:
    found = await look_up(session, source)
    if found.number is not None:
        raise already(found.number)


async def _live_in(session: AsyncSession, ticket_id: uuid.UUID, source: SourceMessage) -> None:
    thread = insert(Thread).values(
        ticket_id=ticket_id,
        audience=Audience.REQUESTER,
        channel_id=source.channel_id,
        root_ts=source.root_ts,
    )
    made = await session.scalar(thread.on_conflict_do_nothing().returning(Thread.id))
    if made is None:
        raise AlreadyDone("This conversation is a ticket already.")


async def welcome(
    session: AsyncSession, turn: Turn, thread: Thread, ticket: Ticket, standing: Standing
) -> Standing:
    """Whoever writes below the message a ticket was made from takes part from then on, as the
    others who read there do. The ticket is locked."""
    is_source = thread.audience is Audience.REQUESTER and thread.card_ts != thread.root_ts
    if not is_source or ticket.is_private or may(turn.actor, Permission.REPLY, standing):
        return standing
    if not may(turn.actor, Permission.FILE):
        return standing
    await tickets.join(session, ticket.id, turn.actor.id, Part.FOLLOWER)
    await record(session, turn, ticket, "ticket.join", {})
    return replace(standing, follower_ids=standing.follower_ids | {turn.actor.id})


@dataclass(frozen=True, slots=True)
class Earlier:
    """What somebody said before the ticket was made."""

    sender_id: uuid.UUID
    body: str
    channel_id: str
    message_ts: str
    said_at: datetime
    edited_ts: str | None = None
    edited_at: datetime | None = None
    #: As Slack names them.
    files: tuple[str, ...] = ()


async def keep_earlier(
    session: AsyncSession, ticket_id: uuid.UUID, by: uuid.UUID, said: Sequence[Earlier]
) -> None:
    """Store them, and repeat them at the desk before anything newer. `by` made the ticket; their
    right was asked then. What is there already stays as it is."""
    actor = await users.get_actor(session, by)
    ticket, _ = await lock(session, actor, ticket_id)
    kept = await _store(session, ticket_id, said) if said else {}
    if not kept:
        return
    details = {"messages": len(kept)}
    await audit.record(
        session, actor, "ticket.source_read", source=Source.JOB, ticket=ticket, details=details
    )
    desk = Place(ticket_id, Audience.DESK)
    rows = [row for message_id in kept.values() for row in notices.copied(message_id, desk)]
    await outbox.add_ahead(session, desk.lane, *rows)
    there = Place(ticket_id, Audience.REQUESTER)
    files = [
        Offered(there, file, each.sender_id, kept[each.message_ts]).row()
        for each in said
        for file in each.files
        if each.message_ts in kept
    ]
    if files:
        await outbox.add(session, *files)


async def _store(
    session: AsyncSession, ticket_id: uuid.UUID, said: Sequence[Earlier]
) -> dict[str, int]:
    """The ids of those that were not there yet, by time stamp, in the order given."""
    rows = await session.execute(
        insert(ChatMessage)
        .values(
            [
                {
                    "ticket_id": ticket_id,
                    "sender_id": each.sender_id,
                    "body": each.body[:BODY_MAX],
                    "visibility": Visibility.PUBLIC,
                    "audience": Audience.REQUESTER,
                    "channel_id": each.channel_id,
                    "message_ts": each.message_ts,
                    "edited_ts": each.edited_ts,
                    "edited_at": each.edited_at,
                    "created_at": each.said_at,
                }
                for each in said
            ]
        )
        .on_conflict_do_nothing()
        .returning(ChatMessage.message_ts, ChatMessage.id)
    )
    stored = {row[0]: row[1] for row in rows}
    return {each.message_ts: stored[each.message_ts] for each in said if each.message_ts in stored}


async def tell_desk(
    session: AsyncSession, ticket_id: uuid.UUID, by: uuid.UUID, action: str
) -> None:
    """A line about what could not be brought along, once."""
    actor = await users.get_actor(session, by)
    ticket, _ = await lock(session, actor, ticket_id)
    line = await audit.record(session, actor, action, source=Source.JOB, ticket=ticket)
    await outbox.add(session, *notices.happened(ticket_id, line.id, Audience.DESK))


async def link(session: AsyncSession, ticket_id: uuid.UUID, permalink: str) -> None:
    """No change of the ticket's own, so its version stays."""
    await session.execute(update(Ticket).where(Ticket.id == ticket_id).values(permalink=permalink))


async def offer_for_reaction(
    session: AsyncSession, actor: Actor, channel_id: str, message_ts: str
) -> None:
    """Ask whoever reacted whether a ticket shall be made. The event may come several times."""
    subject = f"reaction:{channel_id}:{message_ts}"
    is_due = TicketOffer.offered_at < utc_now() - ASKED_AGAIN_AFTER
    if await _is_to_be_asked(session, actor, subject, message_ts, is_due):
        way = Source.REACTION.value
        row = source_notices.offered(actor.id, actor.team_id, channel_id, message_ts, way)
        await outbox.add(session, row)


async def offer_for_direct_message(
    session: AsyncSession, actor: Actor, channel_id: str, message_ts: str
) -> None:
    """Once for each message, and for the first of several in a row."""
    subject, before = f"direct:{channel_id}", utc_now() - OFFERED_AGAIN_AFTER
    is_due = (TicketOffer.offered_at < before) & (TicketOffer.message_ts < message_ts)
    if await _is_to_be_asked(session, actor, subject, message_ts, is_due):
        way = Source.MESSAGE.value
        row = source_notices.offered(actor.id, actor.team_id, channel_id, message_ts, way)
        await outbox.add(session, row)


async def _is_to_be_asked(
    session: AsyncSession,
    actor: Actor,
    subject: str,
    message_ts: str,
    is_due: ColumnElement[bool],
) -> bool:
    """Whether nobody was asked yet, or it is due again; from now on they were."""
    asked = {"message_ts": message_ts, "offered_at": utc_now()}
    made = await session.scalar(
        insert(TicketOffer)
        .values(subject=subject, user_id=actor.id, **asked)
        .on_conflict_do_update(
            index_elements=["subject", "user_id"],
            set_={**asked, "updated_at": func.now()},
            where=is_due,
        )
        .returning(TicketOffer.id)
    )
    return made is not None
