"""Ratings: asked once, given by the requester alone, changeable for a day."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Notification
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import InvalidField, NotAllowed, Refused
from core.tickets import ratings
from core.tickets import service as tickets
from core.tickets.models import Part, Ticket
from core.tickets.ratings import COMMENT_MAX, Rating, Shown, list_ratings
from core.tickets.states import Status
from core.users.models import User
from tests.core.desks import Desks, add_part, dump

SHOWN = Shown("D1", "1.0")


async def closed(session: AsyncSession, desks: Desks, **columns: object) -> Ticket:
    given = {"status": Status.RESOLVED, "resolved_at": utc_now(), "assignee": desks.ann} | columns
    ticket = await desks.ticket(session, **given)  # type: ignore[arg-type]
    await tickets.close(session, desks.turn(desks.bea), ticket.id)
    return ticket


async def said(session: AsyncSession, topic: str) -> int:
    rows = (await dump(session, "outbox_messages"))["outbox_messages"]
    return len([each for each in rows if each["topic"] == topic])


async def test_a_ticket_that_is_closed_asks_once(session: AsyncSession, desks: Desks) -> None:
    ticket = await closed(session, desks)
    assert await said(session, "rating.asked") == 1
    await ratings.ask(session, ticket)
    assert await said(session, "rating.asked") == 1


async def test_what_was_resolved_long_ago_is_closed_without_a_question(
    session: AsyncSession, desks: Desks
) -> None:
    await closed(session, desks, resolved_at=utc_now() - timedelta(days=31))
    assert await said(session, "rating.asked") == 0


async def test_the_requester_rates_and_the_desk_reads_it(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await closed(session, desks)
    turn = desks.turn(desks.bea)
    await ratings.rate(session, turn, ticket.id, 4, SHOWN)
    await ratings.rate(session, turn, ticket.id, 4, SHOWN)
    await ratings.rate(session, turn, ticket.id, 2, SHOWN)
    await ratings.comment(session, turn, ticket.id, "  Slow. ", SHOWN)
    await ratings.comment(session, turn, ticket.id, "Slow.", SHOWN)
    found = (await list_ratings(session, [ticket.id]))[ticket.id]
    assert (found.score, found.comment) == (2, "Slow.")
    lines = (await dump(session, "audit_logs"))["audit_logs"]
    rated = [
        (each["changes"], each["details"]) for each in lines if each["action"] == "ticket.rate"
    ]
    assert rated == [
        ({"score": [None, 4]}, {"score": 4, "comment": ""}),
        ({"score": [4, 2]}, {"score": 2, "comment": ""}),
        ({}, {"score": 2, "comment": "Slow."}),
    ]
    heard = await session.execute(
        select(User.slack_user_id, Notification.way)
        .join(User, User.id == Notification.user_id)
        .where(Notification.topic == "ticket.rated")
    )
    assert set(heard) == {("U0HUGO", "digest"), ("U0ANN", "digest")}
    # The message is brought up to date once.
    assert await said(session, "rating.changed") == 1


async def test_nobody_else_rates(session: AsyncSession, desks: Desks) -> None:
    ticket = await closed(session, desks)
    await add_part(session, ticket, desks.eve, Part.FOLLOWER)
    await add_part(session, ticket, desks.finn, Part.AUTHOR)
    for who in (desks.ann, desks.hugo, desks.eve, desks.finn, desks.hana, desks.ada):
        with pytest.raises(NotAllowed):
            await ratings.rate(session, desks.turn(who), ticket.id, 5, SHOWN)
        with pytest.raises(NotAllowed):
            await ratings.comment(session, desks.turn(who), ticket.id, "x", SHOWN)


async def test_what_cannot_be_rated_says_why(session: AsyncSession, desks: Desks) -> None:
    turn = desks.turn(desks.bea)
    open_one = await desks.ticket(session)
    with pytest.raises(Refused, match="is new: it cannot be rated now"):
        await ratings.rate(session, turn, open_one.id, 5, SHOWN)
    never_asked = await desks.ticket(session, status=Status.CLOSED)
    with pytest.raises(Refused, match="Nobody asked"):
        await ratings.rate(session, turn, never_asked.id, 5, SHOWN)
    ticket = await closed(session, desks)
    for score in (0, 6, -1):
        with pytest.raises(Refused, match="from 1 to 5"):
            await ratings.rate(session, turn, ticket.id, score, SHOWN)
    with pytest.raises(Refused, match="number first"):
        await ratings.comment(session, turn, ticket.id, "x", SHOWN)
    await ratings.rate(session, turn, ticket.id, 5, SHOWN)
    with pytest.raises(InvalidField, match="within 1000"):
        await ratings.comment(session, turn, ticket.id, "x" * (COMMENT_MAX + 1), SHOWN)


async def test_after_a_day_it_stays(session: AsyncSession, desks: Desks) -> None:
    ticket_id = (await closed(session, desks)).id
    turn = desks.turn(desks.bea)
    await ratings.rate(session, turn, ticket_id, 5, SHOWN)
    almost = utc_now() - timedelta(hours=23)
    await session.execute(update(Rating).values(rated_at=almost))
    session.expire_all()
    await ratings.rate(session, turn, ticket_id, 1, SHOWN)
    await session.execute(update(Rating).values(rated_at=utc_now() - timedelta(hours=25)))
    session.expire_all()
    with pytest.raises(Refused, match="That day is over"):
        await ratings.rate(session, turn, ticket_id, 3, SHOWN)


async def test_two_clicks_at_once_are_one_after_the_other(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    async with unit_of_work(fresh_sessions) as session:
        ticket = await closed(session, fresh_desks)

    async def click(score: int) -> None:
        async with unit_of_work(fresh_sessions) as session:
            turn = fresh_desks.turn(fresh_desks.bea)
            await ratings.rate(session, turn, ticket.id, score, SHOWN)

    await asyncio.gather(*(click(score) for score in (1, 2, 3, 4, 5, 5, 5)))
    async with fresh_sessions() as session:
        changes = await session.scalars(
            text(
                "SELECT changes -> 'score' FROM audit_logs WHERE action = 'ticket.rate' ORDER BY id"
            )
        )
        chain = list(changes)
        score = await session.scalar(select(Rating.score))
    assert chain[0][0] is None
    assert all(before[1] == after[0] for before, after in pairwise(chain))
    assert chain[-1][1] == score
