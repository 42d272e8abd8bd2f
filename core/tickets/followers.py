"""Reading who takes part in a ticket, and how."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Audience, ChatMessage, Thread
from core.notices import Place, Topic
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.queries import Person
from core.users.models import User
from core.users.roles import DESK_ROLES


async def follower_places(session: AsyncSession, ticket_id: uuid.UUID) -> list[Place]:
    """The conversations of those who follow the ticket, whoever came first first."""
    ids = await session.scalars(
        select(TicketParticipant.user_id)
        .where(TicketParticipant.ticket_id == ticket_id, TicketParticipant.part == Part.FOLLOWER)
        .order_by(TicketParticipant.id)
    )
    return [Place(ticket_id, Audience.FOLLOWER, user_id) for user_id in ids]


async def list_following(
    session: AsyncSession, ticket_ids: Sequence[uuid.UUID]
) -> frozenset[Place]:
    """The same of several tickets. For the workers."""
    rows = await session.execute(
        select(TicketParticipant.ticket_id, TicketParticipant.user_id).where(
            TicketParticipant.ticket_id.in_(ticket_ids), TicketParticipant.part == Part.FOLLOWER
        )
    )
    return frozenset(Place(row[0], Audience.FOLLOWER, row[1]) for row in rows)


async def list_followers(session: AsyncSession, ticket_id: uuid.UUID) -> list[Person]:
    """By name. Asks nobody's permission: whoever may read the ticket may read this."""
    rows = await session.execute(
        select(User.slack_user_id, User.name, User.image_url)
        .join(TicketParticipant, TicketParticipant.user_id == User.id)
        .where(
            TicketParticipant.ticket_id == ticket_id,
            TicketParticipant.part == Part.FOLLOWER,
            TicketParticipant.is_deleted.is_(False),
        )
        .order_by(User.name, User.id)
    )
    return [Person(*row) for row in rows]


async def find_part(session: AsyncSession, ticket: Ticket, user_id: uuid.UUID) -> Part | None:
    """Why the person is on the ticket; None when they are not."""
    if user_id == ticket.requestor_id:
        return Part.REQUESTER
    found: Part | None = await session.scalar(
        select(TicketParticipant.part).where(
            TicketParticipant.ticket_id == ticket.id, TicketParticipant.user_id == user_id
        )
    )
    return found


async def has_thread(session: AsyncSession, ticket_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    """Whether the person follows it in direct messages, or will in a moment. Who only writes
    below the message that the ticket was made from does not."""
    place = Place(ticket_id, Audience.FOLLOWER, user_id)
    posted = exists().where(
        Thread.ticket_id == ticket_id,
        Thread.audience == Audience.FOLLOWER,
        Thread.user_id == user_id,
    )
    found = await session.scalar(select(or_(posted, outbox.is_waiting(place.lane, Topic.FOLLOWED))))
    return bool(found)


async def has_worked(session: AsyncSession, ticket: Ticket, user_id: uuid.UUID) -> bool:
    """Whether the person wrote at the desk of the ticket."""
    written = select(ChatMessage.id).where(
        ChatMessage.ticket_id == ticket.id,
        ChatMessage.sender_id == user_id,
        ChatMessage.audience == Audience.DESK,
    )
    return await session.scalar(written.limit(1)) is not None


async def list_on_it(
    session: AsyncSession, ticket: Ticket, team_id: str, slack_user_ids: Sequence[str]
) -> set[str]:
    """Those of the people who are on the ticket, or work at its desk."""
    return set(await session.scalars(select_on_it(ticket, team_id, slack_user_ids)))


def select_on_it(ticket: Ticket, team_id: str, slack_user_ids: Sequence[str]) -> Select[str]:
    takes_part = exists().where(
        TicketParticipant.ticket_id == ticket.id,
        TicketParticipant.user_id == User.id,
        TicketParticipant.is_deleted.is_(False),
    )
    at_desk = and_(User.department_id == ticket.department_id, User.role.in_(DESK_ROLES))
    holders = [each for each in (ticket.requestor_id, ticket.assignee_id) if each]
    return select(User.slack_user_id).where(
        User.team_id == team_id,
        User.slack_user_id.in_(slack_user_ids),
        or_(User.id.in_(holders), takes_part, at_desk),
    )
