"""Reactions and priorities: what they change, once, and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import AlreadyDone, InvalidTransition, NotAllowed
from core.tickets.models import AuditLog, Source
from core.tickets.policy import read_policy
from core.tickets.service import Turn
from core.tickets.states import Priority, Status
from core.tickets.triage.priority import set_priority
from core.tickets.triage.reactions import CardReaction, Emoji, Reaction, react, refuse
from core.users.models import Department, Reacting
from core.users.permissions import Actor
from tests.core.desks import Desks, dump


def reaction(emoji: Emoji, event_ts: str = "5.0") -> Reaction:
    return Reaction("C0ITDESK", "1.0", emoji, event_ts)


async def topics(session: AsyncSession) -> list[str]:
    rows = (await dump(session, "outbox_messages"))["outbox_messages"]
    return [row["topic"] for row in rows]


async def test_the_same_event_twice_does_nothing_more(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    turn = desks.turn(desks.ann)
    await react(session, turn, ticket.id, reaction(Emoji.URGENT))
    await set_priority(session, turn, ticket.id, Priority.LOW)
    await react(session, turn, ticket.id, reaction(Emoji.URGENT))
    assert ticket.priority is Priority.LOW
    await react(session, turn, ticket.id, reaction(Emoji.URGENT, "6.0"))
    assert ticket.priority is Priority.URGENT


async def test_eyes_claim_and_mean_nothing_new_to_who_has_it(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    for event_ts in ("5.0", "6.0"):
        await react(session, desks.turn(desks.ann), ticket.id, reaction(Emoji.CLAIM, event_ts))
    assert ticket.assignee_id == desks.ann.id
    assert await session.scalar(select(func.count()).select_from(AuditLog)) == 1
    with pytest.raises(AlreadyDone):
        await react(session, desks.turn(desks.carl), ticket.id, reaction(Emoji.CLAIM))


@pytest.mark.parametrize("emoji", Emoji)
async def test_who_may_not_is_refused(session: AsyncSession, desks: Desks, emoji: Emoji) -> None:
    ticket = await desks.ticket(session)
    for person in (desks.bea, desks.hana, desks.ada):
        with pytest.raises(NotAllowed):
            await react(session, desks.turn(person), ticket.id, reaction(emoji))
    assert (ticket.status, ticket.priority) == (Status.NEW, Priority.MEDIUM)


async def test_a_tick_only_asks_and_only_where_it_can_be_resolved(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await react(session, desks.turn(desks.ann), ticket.id, reaction(Emoji.RESOLVE))
    assert ticket.status is Status.NEW
    assert await topics(session) == ["reaction.resolve"]
    closed = await desks.ticket(session, status=Status.CLOSED)
    with pytest.raises(InvalidTransition):
        await react(session, desks.turn(desks.ann), closed.id, reaction(Emoji.RESOLVE, "6.0"))


async def test_a_refusal_is_kept_and_told_once(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    for _ in range(2):
        await refuse(
            session,
            desks.turn(desks.bea),
            ticket.id,
            reaction(Emoji.CLAIM),
            NotAllowed("Not yours."),
        )
    [line] = list(await session.scalars(select(AuditLog)))
    assert (line.action, line.details["reason"]) == ("ticket.refused", "Not yours.")
    assert await topics(session) == ["reaction.refused"]


async def test_a_department_can_do_without_them(session: AsyncSession, desks: Desks) -> None:
    await session.execute(update(Department).values(reactions=False))
    session.expire_all()
    ticket = await desks.ticket(session)
    base = desks.turn(desks.bea)
    turn = Turn(base.actor, base.source, await read_policy(session))
    await react(session, turn, ticket.id, reaction(Emoji.CLAIM))
    assert await session.scalar(select(func.count()).select_from(CardReaction)) == 0


class TestPriority:
    async def test_its_promise_is_made_again_from_when_it_was_filed(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await set_priority(session, desks.turn(desks.carl), ticket.id, Priority.URGENT)
        assert ticket.due_at == ticket.created_at + timedelta(hours=4)
        [line] = list(await session.scalars(select(AuditLog)))
        assert line.changes == {"priority": ["medium", "urgent"]}

    async def test_the_same_again_changes_nothing(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await set_priority(session, desks.turn(desks.carl), ticket.id, Priority.MEDIUM)
        assert await topics(session) == []

    async def test_requesters_may_not_and_what_is_over_stays(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        with pytest.raises(NotAllowed):
            await set_priority(session, desks.turn(desks.bea), ticket.id, Priority.HIGH)
        ticket.status = Status.RESOLVED
        with pytest.raises(InvalidTransition, match="is resolved"):
            await set_priority(session, desks.turn(desks.ann), ticket.id, Priority.HIGH)


@pytest.mark.parametrize(
    ("emoji", "column"),
    [
        (Emoji.CLAIM, "eyes_for"),
        (Emoji.RESOLVE, "check_mark_for"),
        (Emoji.URGENT, "siren_for"),
    ],
)
async def test_each_emoji_can_be_left_to_the_head_or_to_nobody(
    session: AsyncSession, desks: Desks, emoji: Emoji, column: str
) -> None:
    ticket = await desks.ticket(session)
    others = [each for each in Emoji if each is not emoji]

    async def allow(who: Reacting) -> None:
        await session.execute(update(Department).values({column: who}))

    async def by(person: Actor, which: Emoji, event_ts: str) -> bool:
        """Whether it was taken as a wish."""
        turn = Turn(person, Source.REACTION, await read_policy(session))
        await react(session, turn, ticket.id, reaction(which, event_ts))
        taken = select(CardReaction.id).where(CardReaction.event_ts == event_ts)
        return await session.scalar(taken) is not None

    await allow(Reacting.NOBODY)
    assert not await by(desks.hugo, emoji, "1.0")
    await allow(Reacting.HEAD)
    with pytest.raises(NotAllowed, match="At IT only the head does this with an emoji"):
        await by(desks.ann, emoji, "2.0")
    with pytest.raises(NotAllowed, match="Only the people of its department"):
        await by(desks.bea, emoji, "2.0")
    assert (ticket.status, ticket.priority) == (Status.NEW, Priority.MEDIUM)
    for number, other in enumerate(others):
        assert await by(desks.hugo, other, f"3.{number}")
    assert await by(desks.hugo, emoji, "4.0")
