"""What the note of a resolution begins with: who may put what into it, and once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import resolution_notes as notes
from core.communication.models import Audience, ChatMessage, MessageCopy, Thread
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import HelpDeskError, InvalidTransition, NotAllowed, NotFound, Refused
from core.tickets.models import AuditLog, Ticket
from core.tickets.states import IS_OVER, Status
from tests.core.desks import Desks, add_part
from tests.factories import make_sub_ticket

CHANNEL = "C0ITDESK"


def desk_of(ticket: Ticket) -> Thread:
    return Thread(ticket_id=ticket.id, audience=Audience.DESK, channel_id=CHANNEL, root_ts="1.0")


async def said(
    session: AsyncSession, desks: Desks, ticket: Ticket, ts: str, body: str, **columns: Any
) -> ChatMessage:
    given = {
        "sender_id": desks.ann.id,
        "visibility": "internal",
        "audience": Audience.DESK,
        "channel_id": CHANNEL,
        "message_ts": ts,
    }
    message = ChatMessage(ticket_id=ticket.id, body=body, **(given | columns))
    session.add(message)
    await session.flush()
    return message


async def bodies(session: AsyncSession, ticket: Ticket) -> list[str]:
    return [each.body for each in await notes.list_noted(session, ticket.id)]


async def trail(session: AsyncSession) -> list[str]:
    return list(await session.scalars(select(AuditLog.action).order_by(AuditLog.id)))


async def test_messages_are_in_it_once_in_the_order_they_were_said(
    session: AsyncSession, desks: Desks
) -> None:
    ticket, turn = await desks.ticket(session), desks.turn(desks.carl)
    first = await said(session, desks, ticket, "2.0", "The fuser was worn.")
    await said(session, desks, ticket, "3.0", "Changed it.")
    await said(session, desks, ticket, "4.0", "Lunch?")
    assert await notes.add(session, turn, desk_of(ticket), "3.0")
    assert await notes.add(session, turn, desk_of(ticket), "2.0")
    assert not await notes.add(session, turn, desk_of(ticket), "2.0")
    assert await bodies(session, ticket) == ["The fuser was worn.", "Changed it."]

    assert await notes.remove(session, turn, ticket.id, first.id)
    assert not await notes.remove(session, turn, ticket.id, first.id)
    assert await bodies(session, ticket) == ["Changed it."]
    assert await notes.add(session, turn, desk_of(ticket), "2.0")
    added, removed = "resolution.add", "resolution.remove"
    assert await trail(session) == [added, added, removed, added]


async def test_what_is_repeated_at_the_desk_counts_for_who_said_it(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    where = {"audience": Audience.REQUESTER, "visibility": "public", "channel_id": "D0BEA"}
    message = await said(session, desks, ticket, "9.0", "It works now!", **where)
    copy = MessageCopy(chat_message_id=message.id, channel_id=CHANNEL, message_ts="2.5")
    session.add(copy)
    await session.flush()
    assert await notes.add(session, desks.turn(desks.ann), desk_of(ticket), "2.5")
    assert await bodies(session, ticket) == ["It works now!"]


async def test_what_was_deleted_since_is_not_in_it(session: AsyncSession, desks: Desks) -> None:
    ticket, turn = await desks.ticket(session), desks.turn(desks.ann)
    message = await said(session, desks, ticket, "2.0", "The fuser was worn.")
    await notes.add(session, turn, desk_of(ticket), "2.0")
    message.delete_softly(utc_now())
    await session.flush()
    assert await bodies(session, ticket) == []
    with pytest.raises(NotFound):
        await notes.add(session, turn, desk_of(ticket), "2.0")


async def test_nothing_else_can_be_in_it(session: AsyncSession, desks: Desks) -> None:
    ticket, other = await desks.ticket(session), await desks.ticket(session)
    turn, desk = desks.turn(desks.ann), desk_of(ticket)
    part = await make_sub_ticket(session, parent=ticket, department=desks.hr)
    await said(session, desks, ticket, "2.0", "  ")
    await said(session, desks, other, "3.0", "Of another ticket.")
    await said(session, desks, ticket, "4.0", "From HR.", part_id=part.id, audience="part")
    for ts, why in (
        ("2.0", "no words"),
        ("3.0", "Only what somebody wrote here"),
        ("4.0", "stays between them"),
        ("5.0", "Only what somebody wrote here"),
    ):
        with pytest.raises(Refused, match=why):
            await notes.add(session, turn, desk, ts)
    assert await trail(session) == []


@pytest.mark.parametrize("status", sorted(IS_OVER))
async def test_when_it_is_over_nothing_changes_any_more(
    session: AsyncSession, desks: Desks, status: Status
) -> None:
    ticket = await desks.ticket(session, status=status)
    message = await said(session, desks, ticket, "2.0", "Changed it.", in_resolution_at=utc_now())
    turn = desks.turn(desks.ann)
    with pytest.raises(InvalidTransition, match="its resolution note cannot change now"):
        await notes.add(session, turn, desk_of(ticket), "2.0")
    with pytest.raises(InvalidTransition):
        await notes.remove(session, turn, ticket.id, message.id)


async def test_only_who_works_on_it_may(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    message = await said(session, desks, ticket, "2.0", "Changed it.", in_resolution_at=utc_now())
    await add_part(session, ticket, desks.hana)
    for person in (desks.bea, desks.eve, desks.hana, desks.ada):
        for doing in (
            notes.add(session, desks.turn(person), desk_of(ticket), "2.0"),
            notes.remove(session, desks.turn(person), ticket.id, message.id),
        ):
            with pytest.raises(NotAllowed):
                await doing
    assert await bodies(session, ticket) == ["Changed it."]


async def test_a_message_is_taken_out_of_its_own_ticket_only(
    session: AsyncSession, desks: Desks
) -> None:
    """What is shown afterwards is the note of the ticket that was named."""
    mine, theirs = await desks.ticket(session), await desks.ticket(session, desk=desks.hr)
    message = await said(session, desks, mine, "2.0", "Changed it.", in_resolution_at=utc_now())
    with pytest.raises(NotFound):
        await notes.remove(session, desks.turn(desks.hana), theirs.id, message.id)
    with pytest.raises(NotAllowed):
        await notes.remove(session, desks.turn(desks.ann), theirs.id, message.id)
    assert await bodies(session, mine) == ["Changed it."]


async def test_two_at_once_put_it_there_once(fresh_sessions: Sessions, fresh_desks: Desks) -> None:
    async with unit_of_work(fresh_sessions) as session:
        ticket = await fresh_desks.ticket(session)
        await said(session, fresh_desks, ticket, "2.0", "Changed it.")

    async def add() -> bool | HelpDeskError:
        async with unit_of_work(fresh_sessions) as session:
            turn = fresh_desks.turn(fresh_desks.ann)
            return await notes.add(session, turn, desk_of(ticket), "2.0")

    assert sorted(await asyncio.gather(*(add() for _ in range(4)))) == [False, False, False, True]
    async with unit_of_work(fresh_sessions) as session:
        assert await trail(session) == ["resolution.add"]
