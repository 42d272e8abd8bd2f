"""The people of a merged ticket: they follow the winner, each in the thread they have."""

import uuid

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience, Thread
from core.db import utc_now
from core.notices import Place, Topic
from core.outbox import OutboxMessage, Row
from core.tickets.followers import follower_places
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.triage import notices as triage_notices

#: Those who filed it or follow it; the people of a desk are on its other tickets anyway.
_MOVING = (Part.REQUESTER, Part.AUTHOR, Part.FOLLOWER)
_ROOTS = (Topic.RECEIPT, Topic.FOLLOWED)
_ON_THEIR_WAY = (Topic.MESSAGE_COPIED, Topic.MESSAGE_CHANGED, Topic.FILE_COPIED)


def moving(ticket_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(TicketParticipant.user_id).where(
        TicketParticipant.ticket_id == ticket_id,
        TicketParticipant.part.in_(_MOVING),
        TicketParticipant.is_deleted.is_(False),
    )


async def move_people(session: AsyncSession, ticket: Ticket, winner: Ticket) -> None:
    """Whoever is on the winner already keeps their part there."""
    ids = list(await session.scalars(moving(ticket.id).order_by(TicketParticipant.id)))
    if not ids:
        return
    row = insert(TicketParticipant).values(
        [{"ticket_id": winner.id, "user_id": each, "part": Part.FOLLOWER} for each in ids]
    )
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["ticket_id", "user_id"],
            set_={"part": row.excluded.part, "is_deleted": False, "deleted_at": None},
            where=TicketParticipant.is_deleted.is_(True),
        )
    )


async def follow_through(session: AsyncSession, ticket_id: uuid.UUID) -> None:
    """Make the threads of those who filed or followed a merged ticket their threads of the
    winner. Also for one whose root was still on its way when the ticket was merged."""
    ticket = await session.scalar(select(Ticket).where(Ticket.id == ticket_id))
    if ticket is None or ticket.merged_into_id is None:
        return
    winner = await session.scalar(select(Ticket).where(Ticket.id == ticket.merged_into_id))
    if winner is None:
        return
    rows: list[Row] = []
    listening = await follower_places(session, winner.id)
    moving_threads, staying = await _sort_threads(session, ticket, winner)
    for thread in staying:
        lane = Place(ticket.id, thread.audience, thread.user_id).lane
        there = (lane, thread.channel_id, thread.root_ts)
        rows.append(triage_notices.merged(ticket.id, *there, is_answered=False))
    for user_id, thread in moving_threads.items():
        theirs = Place(winner.id, Audience.FOLLOWER, user_id)
        before = Place(ticket.id, thread.audience, thread.user_id)
        thread.ticket_id, thread.audience, thread.user_id = winner.id, Audience.FOLLOWER, user_id
        there = (theirs.lane, thread.channel_id, thread.root_ts)
        is_answered = theirs in listening
        rows.append(triage_notices.merged(ticket.id, *there, is_answered=is_answered))
        if thread.card_ts:
            place = (thread.channel_id, thread.card_ts)
            rows.append(triage_notices.left_behind(ticket.id, Topic.RECEIPT_CHANGED, *place))
        await _readdress(session, before, theirs)
    if rows:
        await outbox.add(session, *rows)
    await session.flush()


async def greet(session: AsyncSession, ticket: Ticket, winner: Ticket) -> None:
    """A thread of their own for those who follow the winner now and brought none. One that is
    still on its way is theirs as soon as it is there."""
    moved = set(await session.scalars(moving(ticket.id)))
    threads = await session.scalars(
        select(Thread.user_id).where(
            Thread.ticket_id == winner.id, Thread.audience == Audience.FOLLOWER
        )
    )
    there = set(threads)
    places = [
        each
        for each in await follower_places(session, winner.id)
        if each.user_id in moved and each.user_id not in there
    ]
    before = {each: _place_before(ticket, each.user_id) for each in places}
    lanes = [each.lane for each in before.values()]
    coming = await outbox.list_waiting(session, lanes, _ROOTS) if lanes else frozenset()
    rows = [notices.followed(each) for each in places if before[each].lane not in coming]
    if rows:
        await outbox.add(session, *rows)


def _place_before(ticket: Ticket, user_id: uuid.UUID | None) -> Place:
    if user_id == ticket.requestor_id:
        return Place(ticket.id, Audience.REQUESTER)
    return Place(ticket.id, Audience.FOLLOWER, user_id)


async def _sort_threads(
    session: AsyncSession, ticket: Ticket, winner: Ticket
) -> tuple[dict[uuid.UUID, Thread], list[Thread]]:
    """One that moves for each person who has none there yet, and those that stay. What is
    private stays among those who are on it: a thread that others read as well does not move."""
    kinds = (Audience.REQUESTER, Audience.FOLLOWER)
    threads = await session.scalars(
        select(Thread)
        .where(Thread.ticket_id.in_([ticket.id, winner.id]), Thread.audience.in_(kinds))
        .order_by(Thread.id)
    )
    there: set[uuid.UUID | None] = set()
    own: list[Thread] = []
    for each in threads:
        if each.ticket_id == ticket.id:
            own.append(each)
        elif each.audience is Audience.FOLLOWER:
            there.add(each.user_id)
    moving_threads: dict[uuid.UUID, Thread] = {}
    staying: list[Thread] = []
    for each in own:
        user_id = each.user_id or ticket.requestor_id
        is_shared = winner.is_private and not each.channel_id.startswith("D")
        if is_shared or user_id in there or user_id in moving_threads:
            staying.append(each)
        else:
            moving_threads[user_id] = each
    return moving_threads, staying


async def _readdress(session: AsyncSession, before: Place, after: Place) -> None:
    """Words that were on their way to the thread still reach it."""
    await session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.lane == before.lane,
            OutboxMessage.topic.in_(_ON_THEIR_WAY),
            OutboxMessage.settled_at.is_(None),
            OutboxMessage.attempts == 0,
        )
        .values(
            lane=after.lane,
            payload=OutboxMessage.payload.op("||")(after.payload()),
            updated_at=utc_now(),
        )
        .execution_options(synchronize_session=False)
    )
