"""Merging a duplicate into the ticket that goes on."""

import uuid

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core import notices, outbox
from core.communication.models import Audience
from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, Refused
from core.tickets.approvals.steering import withdraw_all
from core.tickets.changes import Turn, fresh_cards, move, record
from core.tickets.followers import follower_places
from core.tickets.merging.people import follow_through, greet, move_people, moving
from core.tickets.models import Ticket, TicketParticipant
from core.tickets.parts import queries as sub_queries
from core.tickets.standing import lock
from core.tickets.states import (
    IS_OVER,
    PART_IS_OPEN,
    TRANSITIONS,
    Action,
    Labels,
    Status,
    check,
    spoken,
)
from core.users.permissions import authorize


async def merge(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, *, winner_id: uuid.UUID
) -> Ticket:
    """Close the ticket as a duplicate of the winner, which is open and no duplicate itself.

    Its requester and followers follow the winner from then on.
    """
    if ticket_id == winner_id:
        raise InvalidField("winner", "Choose another ticket: it cannot be merged into itself.")
    ticket, winner = await _lock_both(session, turn, ticket_id, winner_id)
    await _refuse_merged(session, ticket)
    if ticket.status is Status.WAITING_APPROVAL:
        await withdraw_all(session, turn, ticket, f"{ticket.key} was merged into {winner.key}.")
    labels = turn.policy.labels(ticket.department_id)
    check(Action.MERGE, ticket.status, ticket.key, labels)
    await _check_winner(session, ticket, winner, turn.policy.labels(winner.department_id))
    await _refuse_unfinished(session, ticket)

    changes = move(ticket, Action.MERGE)
    ticket.closed_at, ticket.merged_into_id = utc_now(), winner.id
    merged = await record(session, turn, ticket, f"ticket.{Action.MERGE}", changes, into=winner.key)
    taken = await record(session, turn, winner, "ticket.take_in", {}, loser=ticket.key)
    await _repoint(session, ticket, winner)
    await move_people(session, ticket, winner)
    lines = notices.happened(ticket.id, merged.id, Audience.DESK)
    lines += notices.happened(winner.id, taken.id, Audience.DESK)
    followers = await follower_places(session, ticket.id)
    fresh = [*fresh_cards(turn, ticket, followers), *fresh_cards(turn, winner)]
    await outbox.add(session, *lines, *fresh)
    await follow_through(session, ticket.id)
    await greet(session, ticket, winner)
    return ticket


async def _lock_both(
    session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, winner_id: uuid.UUID
) -> tuple[Ticket, Ticket]:
    # In one order, whichever of the two is merged into the other at the same time.
    both = sorted((ticket_id, winner_id))
    locked = {each: await lock(session, turn.actor, each) for each in both}
    for each in (ticket_id, winner_id):
        authorize(turn.actor, TRANSITIONS[Action.MERGE].permission, locked[each][1])
    return locked[ticket_id][0], locked[winner_id][0]


async def _refuse_merged(session: AsyncSession, ticket: Ticket) -> None:
    if ticket.merged_into_id is not None:
        into = await session.scalar(select(Ticket.number).where(Ticket.id == ticket.merged_into_id))
        raise AlreadyDone(f"{ticket.key} was merged into HD-{into} already.")


async def _check_winner(
    session: AsyncSession, ticket: Ticket, winner: Ticket, labels: Labels
) -> None:
    if winner.status in IS_OVER:
        how = "merged" if winner.merged_into_id else spoken(winner.status, labels)
        raise InvalidField("winner", f"{winner.key} is {how} already. Choose one that is open.")
    if winner.is_private and await _has_strangers(session, ticket, winner):
        raise InvalidField(
            "winner",
            f"{winner.key} is private, and some people of {ticket.key} are not on it. "
            "Add them there first.",
        )


async def _has_strangers(session: AsyncSession, ticket: Ticket, winner: Ticket) -> bool:
    other = aliased(TicketParticipant)
    is_on_winner = exists().where(
        other.ticket_id == winner.id,
        other.user_id == TicketParticipant.user_id,
        other.is_deleted.is_(False),
    )
    return await session.scalar(moving(ticket.id).where(~is_on_winner).limit(1)) is not None


async def _refuse_unfinished(session: AsyncSession, ticket: Ticket) -> None:
    parts = await sub_queries.list_parts(session, ticket.id)
    missing = [part.key for part in parts if part.status in PART_IS_OPEN]
    if missing:
        raise Refused(f"{ticket.key} cannot be merged yet: {', '.join(missing)}.")


async def _repoint(session: AsyncSession, ticket: Ticket, winner: Ticket) -> None:
    """What was merged into it before leads to the winner at once: no chains."""
    await session.execute(
        update(Ticket)
        .where(Ticket.merged_into_id == ticket.id)
        .values(merged_into_id=winner.id)
        .execution_options(synchronize_session=False)
    )
