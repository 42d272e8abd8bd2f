"""A duplicate is merged: who follows the winner, where words go, and what is refused."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core import notices, outbox
from core.communication import queries as conversations
from core.communication import redirects
from core.communication import service as communication
from core.communication.models import Audience, Thread
from core.communication.service import Words
from core.db import unit_of_work
from core.engine import Sessions
from core.errors import (
    AlreadyDone,
    HelpDeskError,
    InvalidField,
    InvalidTransition,
    NotAllowed,
    Refused,
)
from core.notices import Place, Topic
from core.outbox import OutboxMessage
from core.tickets.merging.duplicates import merge
from core.tickets.merging.people import follow_through
from core.tickets.models import Part, Ticket, TicketParticipant
from core.tickets.queries import get_view
from core.tickets.states import Status
from core.tickets.triage.candidates import list_candidates
from core.users.models import Department
from tests.core.desks import Desks, add_part, refusal_of
from tests.factories import make_sub_ticket


async def thread_of(
    session: AsyncSession, ticket: Ticket, *, channel: str = "D0EVE", ts: str = "1.0"
) -> Thread:
    thread = Thread(
        ticket_id=ticket.id,
        audience=Audience.REQUESTER,
        channel_id=channel,
        root_ts=ts,
        card_ts=ts,
    )
    session.add(thread)
    await session.flush()
    return thread


async def heard_in(session: AsyncSession, thread: Thread) -> Thread | None:
    merged_into = select(Ticket.merged_into_id).where(Ticket.id == thread.ticket_id)
    return redirects.heard_in(thread, await session.scalar(merged_into))


async def parts(session: AsyncSession, ticket: Ticket) -> dict[Any, str]:
    rows = await session.execute(
        select(TicketParticipant.user_id, TicketParticipant.part).where(
            TicketParticipant.ticket_id == ticket.id
        )
    )
    return {row.user_id: row.part.value for row in rows}


async def pair(session: AsyncSession, desks: Desks, **columns: Any) -> tuple[Ticket, Ticket]:
    """Eve's duplicate, and Bea's ticket."""
    loser = await desks.ticket(session, requester=desks.eve, summary="Printer again")
    return loser, await desks.ticket(session, **columns)


async def test_the_duplicate_is_closed_and_points_to_the_winner(
    session: AsyncSession, desks: Desks
) -> None:
    loser, winner = await pair(session, desks)
    await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    assert (loser.status, loser.merged_into_id) == (Status.CLOSED, winner.id)
    assert loser.closed_at is not None
    assert (await get_view(session, desks.ann, loser.id)).merged_into == winner.number
    assert winner.status is Status.NEW


async def test_who_filed_and_followed_it_follows_the_winner(
    session: AsyncSession, desks: Desks
) -> None:
    loser, winner = await pair(session, desks)
    await add_part(session, loser, desks.cleo, Part.FOLLOWER)
    await add_part(session, loser, desks.ann, Part.ASSIGNEE)
    await add_part(session, loser, desks.bea, Part.FOLLOWER)
    await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    assert await parts(session, winner) == {
        desks.bea.id: "requester",
        desks.eve.id: "follower",
        desks.cleo.id: "follower",
    }


async def test_what_its_requester_writes_is_heard_on_the_winner_and_answers_reach_them(
    session: AsyncSession, desks: Desks
) -> None:
    loser, winner = await pair(session, desks)
    thread = await thread_of(session, loser)
    await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    where = await conversations.find_thread(session, "D0EVE", "1.0")
    assert where is thread
    assert (where.ticket_id, where.audience, where.user_id) == (
        winner.id,
        Audience.FOLLOWER,
        desks.eve.id,
    )
    said = await communication.hear(session, desks.turn(desks.eve), where, Words("Any news?"))
    assert said is not None
    assert said.ticket_id == winner.id
    listeners = await conversations.list_listeners(session, winner.id)
    assert Place(winner.id, Audience.FOLLOWER, desks.eve.id) in listeners


async def test_words_on_their_way_to_the_old_thread_still_reach_it(
    session: AsyncSession, desks: Desks
) -> None:
    loser, winner = await pair(session, desks)
    await thread_of(session, loser)
    await outbox.add(session, *notices.copied(7, Place(loser.id, Audience.REQUESTER)))
    await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    row = await session.scalar(select(OutboxMessage).where(OutboxMessage.topic == "message.copied"))
    assert row is not None
    theirs = Place(winner.id, Audience.FOLLOWER, desks.eve.id)
    assert (row.lane, Place.of(row.payload)) == (theirs.lane, theirs)


async def test_a_receipt_that_comes_late_becomes_a_thread_of_the_winner_too(
    session: AsyncSession, desks: Desks
) -> None:
    loser, winner = await pair(session, desks)
    await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    thread = await thread_of(session, loser)
    await follow_through(session, loser.id)
    assert (thread.ticket_id, thread.user_id) == (winner.id, desks.eve.id)


async def test_who_filed_it_twice_is_told_in_each_thread_and_heard_from_each(
    session: AsyncSession, desks: Desks
) -> None:
    first, winner = await pair(session, desks)
    second = await desks.ticket(session, requester=desks.eve)
    threads = [
        await thread_of(session, first, ts="1.0"),
        await thread_of(session, second, ts="2.0"),
    ]
    for loser in (first, second):
        await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    told = await session.scalars(
        select(OutboxMessage.payload)
        .where(OutboxMessage.topic == "ticket.merged")
        .order_by(OutboxMessage.id)
    )
    assert [each["root_ts"] for each in told] == ["1.0", "2.0"]
    heard = [await heard_in(session, each) for each in threads]
    assert [each.ticket_id for each in heard if each] == [winner.id] * 2


async def test_what_is_private_is_not_said_where_others_read(
    session: AsyncSession, desks: Desks
) -> None:
    loser = await desks.ticket(session)
    winner = await desks.ticket(session, is_private=True)
    thread = await thread_of(session, loser, channel="C0GENERAL")
    await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    assert thread.ticket_id == loser.id
    # What is written there still reaches the winner.
    heard = await heard_in(session, thread)
    assert heard is not None
    assert (heard.ticket_id, heard.audience) == (winner.id, Audience.FOLLOWER)


async def test_a_private_ticket_takes_in_nobody_who_is_not_on_it(
    session: AsyncSession, desks: Desks
) -> None:
    loser, winner = await pair(session, desks, is_private=True)
    with pytest.raises(InvalidField, match="is private, and some people"):
        await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)


async def test_below_the_card_of_a_duplicate_nothing_is_heard(
    session: AsyncSession, desks: Desks
) -> None:
    loser, winner = await pair(session, desks)
    await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    for audience, is_heard in ((Audience.DESK, False), (Audience.FORMER, False)):
        thread = Thread(ticket_id=loser.id, audience=audience, channel_id="C0", root_ts="9.0")
        assert (await heard_in(session, thread) is not None) is is_heard
    own = Thread(ticket_id=winner.id, audience=Audience.DESK, channel_id="C0", root_ts="8.0")
    assert await heard_in(session, own) is own


async def test_there_are_no_chains(session: AsyncSession, desks: Desks) -> None:
    first, second = await pair(session, desks)
    third = await desks.ticket(session)
    thread = await thread_of(session, first)
    turn = desks.turn(desks.ann)
    await merge(session, turn, first.id, winner_id=second.id)
    with pytest.raises(InvalidField, match="is merged already"):
        await merge(session, turn, third.id, winner_id=first.id)
    with pytest.raises(AlreadyDone, match=f"{first.key} was merged into {second.key} already"):
        await merge(session, turn, first.id, winner_id=third.id)
    await merge(session, turn, second.id, winner_id=third.id)
    await session.refresh(first)
    assert first.merged_into_id == third.id
    assert (thread.ticket_id, thread.user_id) == (third.id, desks.eve.id)
    assert (await parts(session, third))[desks.eve.id] == "follower"


async def test_it_is_refused_where_it_makes_no_sense(session: AsyncSession, desks: Desks) -> None:
    loser, winner = await pair(session, desks)
    turn = desks.turn(desks.ann)
    with pytest.raises(InvalidField, match="cannot be merged into itself"):
        await merge(session, turn, loser.id, winner_id=loser.id)
    resolved = await desks.ticket(session, status=Status.RESOLVED)
    with pytest.raises(InvalidField, match="is resolved already"):
        await merge(session, turn, loser.id, winner_id=resolved.id)
    with pytest.raises(InvalidTransition):
        await merge(session, turn, resolved.id, winner_id=winner.id)
    elsewhere = await desks.ticket(session, desk=desks.hr)
    for one, other in ((elsewhere, winner), (loser, elsewhere)):
        with pytest.raises(NotAllowed):
            await merge(session, turn, one.id, winner_id=other.id)
    refusal = await refusal_of(merge(session, desks.turn(desks.bea), loser.id, winner_id=winner.id))
    assert isinstance(refusal, NotAllowed)


async def test_what_is_open_in_it_is_named(session: AsyncSession, desks: Desks) -> None:
    loser, winner = await pair(session, desks)
    hr = await session.get_one(Department, desks.hr.id)
    await make_sub_ticket(session, parent=loser, department=hr)
    with pytest.raises(Refused) as refusal:
        await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    expected = f"{loser.key} cannot be merged yet: {loser.key}/1."
    assert refusal.value.text == expected


async def test_of_two_merged_into_each_other_at_once_one_stays_open(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        one, other = await pair(session, desks)
    start = asyncio.Barrier(4)

    async def go(person: Any, loser: Ticket, winner: Ticket) -> str | None:
        async with unit_of_work(fresh_sessions) as session:
            await session.execute(text("SELECT 1"))
            await start.wait()
            try:
                await merge(session, desks.turn(person), loser.id, winner_id=winner.id)
            except HelpDeskError as refusal:
                return refusal.text
        return None

    said = await asyncio.gather(
        go(desks.ann, one, other),
        go(desks.carl, other, one),
        go(desks.hugo, one, other),
        go(desks.ann, other, one),
    )
    async with fresh_sessions() as session:
        found = list(await session.scalars(select(Ticket).order_by(Ticket.number)))
    assert sorted(each.status for each in found) == [Status.CLOSED, Status.NEW]
    assert said.count(None) == 1


class TestCandidates:
    async def test_they_are_the_other_open_ones_of_the_department(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        loser, winner = await pair(session, desks)
        await desks.ticket(session, status=Status.CLOSED)
        await desks.ticket(session, desk=desks.hr)
        ticket = await get_view(session, desks.ann, loser.id)
        found = await list_candidates(session, desks.ann, ticket, "")
        assert [each.id for each in found] == [winner.id]

    async def test_they_are_found_by_number_and_by_words(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        loser, winner = await pair(session, desks, summary="100% broken_printer")
        other = await desks.ticket(session, summary="Door")
        ticket = await get_view(session, desks.ann, loser.id)

        async def found(typed: str) -> list[int]:
            rows = await list_candidates(session, desks.ann, ticket, typed)
            return [each.number for each in rows]

        assert await found("BROKEN_p") == [winner.number]
        assert await found("0% b") == [winner.number]
        assert await found("r%r") == []
        assert other.number in await found(f"hd-{other.number}")
        assert other.number in await found(str(other.number))

    async def test_nobody_is_offered_what_they_may_not_see(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        loser, _ = await pair(session, desks)
        ticket = await get_view(session, desks.ann, loser.id)
        assert await list_candidates(session, desks.cleo, ticket, "") == []


async def test_who_follows_the_winner_without_a_thread_gets_one(
    session: AsyncSession, desks: Desks
) -> None:
    loser, winner = await pair(session, desks)
    await add_part(session, loser, desks.cleo, Part.AUTHOR)
    await outbox.add(session, notices.receipt(loser.id))
    await merge(session, desks.turn(desks.ann), loser.id, winner_id=winner.id)
    rows = await session.scalars(select(OutboxMessage).where(OutboxMessage.topic == Topic.FOLLOWED))
    # Eve's receipt is still on its way.
    assert [Place.of(row.payload).user_id for row in rows] == [desks.cleo.id]
