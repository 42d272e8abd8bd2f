"""Following a ticket, leaving it, and adding others to it."""

import uuid

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication.models import Audience
from core.db import utc_now, with_deleted
from core.errors import AlreadyDone, Refused
from core.notices import Place
from core.tickets.changes import Turn, record
from core.tickets.followers import find_part, has_thread, has_worked
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.standing import load, lock
from core.users import queries as users
from core.users.permissions import Actor, Permission, Standing, authorize, may


async def watch(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    """The actor follows the ticket: what is said publicly reaches a thread of their own."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    # Those who may read it, without the guests: they may leave, but take part in nothing new.
    authorize(turn.actor, Permission.REPLY, standing)
    part = await find_part(session, ticket, turn.actor.id)
    if part is Part.FOLLOWER and await has_thread(session, ticket.id, turn.actor.id):
        raise AlreadyDone(f"You follow {ticket.key} already.")
    if part is Part.REQUESTER:
        raise Refused(f"{ticket.key} is yours: what is said publicly reaches you already.")
    if part is Part.AUTHOR:
        raise Refused(f"You filed {ticket.key}, so you are on it already.")
    await record(session, turn, ticket, "ticket.watch", {})
    await _follow(session, turn, ticket, turn.actor.id)
    return ticket


async def unwatch(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> Ticket:
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.READ, standing)
    if await find_part(session, ticket, turn.actor.id) is not Part.FOLLOWER:
        raise AlreadyDone(f"You do not follow {ticket.key}.")
    await record(session, turn, ticket, "ticket.unwatch", {})
    await _leave(session, ticket, turn.actor.id)
    place = Place(ticket.id, Audience.FOLLOWER, turn.actor.id)
    fold = turn.policy.preferences.card_fold
    root = notices.followed_changed([place], fold)
    await outbox.add(session, notices.unfollowed(place), *root)
    return ticket


async def add_follower(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, user_id: uuid.UUID
) -> tuple[Ticket, Actor]:
    """Somebody whom the actor mentioned and wants to have on the ticket."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, _to_add(ticket), standing)
    person = await users.get_actor(session, user_id)
    if not person.is_active:
        raise Refused(f"The account of {person.name} is deactivated, so they cannot be added.")
    if person.is_guest:
        raise Refused(f"{person.name} is a guest. Guests cannot use the help desk.")
    part = await find_part(session, ticket, user_id)
    if part is not None or user_id == ticket.assignee_id:
        raise AlreadyDone(f"{person.name} is on {ticket.key} already.")
    row = await record(session, turn, ticket, "ticket.add_follower", {}, follower=person.name)
    lines = notices.happened(ticket.id, row.id, Audience.REQUESTER, Audience.DESK)
    await outbox.add(session, *lines)
    await _follow(session, turn, ticket, user_id)
    return ticket, person


async def check_may_add(session: AsyncSession, actor: Actor, ticket_id: uuid.UUID) -> None:
    """Before anybody is looked up for them. Raises NotAllowed."""
    ticket, standing = await load(session, actor, ticket_id)
    authorize(actor, _to_add(ticket), standing)


def may_add(actor: Actor, ticket: Ticket, standing: Standing) -> bool:
    return may(actor, _to_add(ticket), standing)


def _to_add(ticket: Ticket) -> Permission:
    return Permission.ADD_TO_PRIVATE if ticket.is_private else Permission.ADD_FOLLOWER


async def _follow(session: AsyncSession, turn: Turn, ticket: Ticket, user_id: uuid.UUID) -> None:
    was_on_it = await session.scalar(
        with_deleted(
            select(TicketParticipant.id).where(
                TicketParticipant.ticket_id == ticket.id, TicketParticipant.user_id == user_id
            )
        )
    )
    row = insert(TicketParticipant).values(ticket_id=ticket.id, user_id=user_id, part=Part.FOLLOWER)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["ticket_id", "user_id"],
            set_={
                "part": Part.FOLLOWER,
                "is_deleted": False,
                "deleted_at": None,
                "joined_at": row.excluded.joined_at,
            },
        )
    )
    place = Place(ticket.id, Audience.FOLLOWER, user_id)
    # Whoever comes back has a root, which says that they do not follow it.
    roots = [place] if was_on_it is not None else []
    changed = notices.followed_changed(roots, turn.policy.preferences.card_fold)
    await outbox.add(session, notices.followed(place), *changed)


async def _leave(session: AsyncSession, ticket: Ticket, user_id: uuid.UUID) -> None:
    """Whoever also works on it stays on it for that."""
    now = utc_now()
    left: dict[str, object] = {"is_deleted": True, "deleted_at": now}
    if user_id == ticket.assignee_id:
        left = {"part": Part.ASSIGNEE}
    elif await has_worked(session, ticket, user_id):
        left = {"part": Part.AGENT}
    await session.execute(
        update(TicketParticipant)
        .where(TicketParticipant.ticket_id == ticket.id, TicketParticipant.user_id == user_id)
        .values(**left)
        .execution_options(synchronize_session=False)
    )
