"""Whatever people do to a ticket, in any order: its clocks say what it says."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now, with_deleted
from core.engine import Sessions
from core.tickets import service as tickets
from core.tickets.models import Ticket
from core.tickets.sla.models import ClockState, Kind, SlaClock
from core.tickets.sla.showing import state_of
from core.tickets.states import SlaState, Status
from tests.core.desks import AGAINST_THE_DATABASE, Desks, refusal_of, undone
from tests.core.tickets.test_actions_property import ACTORS, STEPS, take

_EXPECTED = {
    Status.NEW: ClockState.RUNNING,
    Status.ASSIGNED: ClockState.RUNNING,
    Status.IN_PROGRESS: ClockState.RUNNING,
    Status.WAITING_REQUESTER: ClockState.PAUSED,
    Status.ON_HOLD: ClockState.PAUSED,
    Status.RESOLVED: ClockState.MET,
    Status.CLOSED: ClockState.MET,
    Status.CANCELLED: ClockState.CANCELLED,
}


@settings(AGAINST_THE_DATABASE, max_examples=40)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(ACTORS), st.sampled_from(STEPS)), min_size=5, max_size=25
    )
)
async def test_clocks_follow(
    sessions: Sessions, desks: Desks, steps: list[tuple[str, str]]
) -> None:
    async with undone(sessions) as session:
        opened = await tickets.open_ticket(
            session, desks.form(), author=desks.bea, requester=desks.bea, policy=desks.policy
        )
        ticket = await session.scalar(select(Ticket).where(Ticket.id == opened.id))
        assert ticket is not None
        for step in steps:
            await refusal_of(take(session, desks, ticket, step))
            await session.flush()
            await expect_agreement(session, ticket)


async def expect_agreement(session: AsyncSession, ticket: Ticket) -> None:
    rows = await session.scalars(
        with_deleted(select(SlaClock).where(SlaClock.ticket_id == ticket.id))
    )
    found = {each.kind: each for each in rows}
    whole, first = found[Kind.RESOLUTION], found[Kind.FIRST_RESPONSE]
    for clock in (whole, first):
        told = [each["length"] for each in clock.story if each["did"] == "count"]
        assert timedelta(microseconds=sum(told)) == clock.consumed
        assert (clock.next_event_at is not None) == (clock.state is ClockState.RUNNING)
    if ticket.is_deleted:
        assert not whole.is_open
        assert not first.is_open
        return
    assert whole.state is _EXPECTED[ticket.status]
    expect_answer(ticket, first)
    is_counted = whole.state is not ClockState.CANCELLED
    assert ticket.due_at == (whole.due_at if is_counted else None)
    assert ticket.sla_state is state_of([first, whole], utc_now())
    if whole.state is ClockState.PAUSED and first.state is not ClockState.RUNNING:
        assert ticket.sla_state is SlaState.PAUSED


def expect_answer(ticket: Ticket, first: SlaClock) -> None:
    """By the first message that answers, or by how it was solved, whichever came first."""
    if ticket.first_responded_at is None:
        assert first.state is not ClockState.MET
    elif first.state is not ClockState.CANCELLED:
        assert (first.state, first.ended_at) == (ClockState.MET, ticket.first_responded_at)
