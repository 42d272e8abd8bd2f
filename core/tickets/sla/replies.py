"""The clocks of what people write to each other: the first answer, and each one after it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.tickets.changes import Turn, fresh_cards
from core.tickets.followers import follower_places
from core.tickets.models import Ticket
from core.tickets.sla import clock as clocks
from core.tickets.sla.keeping import Keeper, load
from core.tickets.sla.models import ClockState, Kind, SlaClock
from core.tickets.sla.showing import reflect
from core.tickets.sla.starting import new_clock
from core.tickets.states import IS_OVER


async def answered(
    session: AsyncSession, turn: Turn, ticket: Ticket, at: datetime, message_id: int
) -> None:
    """Somebody of the desk wrote to the requester; the ticket says so already."""
    keeper = await _keeper(session, turn, ticket)
    keeper.answer()
    for each in keeper.of(Kind.NEXT_REPLY):
        if each.state is ClockState.RUNNING:
            clocks.end(each, keeper.now(each, at), message_id=message_id)
    ended = [each for each in keeper.own if not each.is_open]
    await keeper.drop_warnings(ended)
    await _show(session, turn, ticket, keeper.own, at)


async def asked(session: AsyncSession, turn: Turn, ticket: Ticket, at: datetime) -> None:
    """The requester wrote: from their first message on that nobody has answered, the next answer
    is waited for. Before the first answer that is what is waited for."""
    promise = turn.policy.promise_by(ticket.sla_template_id)
    desk = turn.policy.desks.get(ticket.department_id)
    if promise is None or promise.next_reply is None or desk is None:
        return
    if ticket.first_responded_at is None or ticket.status in IS_OVER:
        return
    keeper = await _keeper(session, turn, ticket)
    before = keeper.of(Kind.NEXT_REPLY)
    if any(each.is_open for each in before):
        return
    made = new_clock(turn.policy, promise, desk, Kind.NEXT_REPLY, at, turn.actor.id)
    if made is not None:
        made.ticket_id, made.cycle = ticket.id, len(before) + 1
        session.add(made)
        await _show(session, turn, ticket, [*keeper.own, made], at)


async def _show(
    session: AsyncSession, turn: Turn, ticket: Ticket, own: Sequence[SlaClock], at: datetime
) -> None:
    before = ticket.sla_state
    reflect(ticket, own, at)
    if ticket.sla_state is not before:
        followers = await follower_places(session, ticket.id)
        await outbox.add(session, *fresh_cards(turn, ticket, followers))


async def _keeper(session: AsyncSession, turn: Turn, ticket: Ticket) -> Keeper:
    return Keeper(session, ticket, await load(session, ticket.id), turn.policy, turn.actor)
