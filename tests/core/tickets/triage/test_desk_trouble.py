"""A desk in trouble: said once, by whom it is noticed first, and what was refused goes on."""

import asyncio
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Audience, Thread
from core.db import unit_of_work
from core.engine import Sessions
from core.notices import Place, Topic
from core.outbox import Claim, OutboxMessage, Row
from core.tickets.models import Ticket
from core.tickets.queries import get_view
from core.tickets.states import Status
from core.tickets.triage.desk_trouble import go_elsewhere, note
from core.users.models import Department, User
from tests.core.desks import Desks, dump


async def claim_of(session: AsyncSession, row: Row) -> Claim:
    await outbox.add(session, row)
    [claim] = await outbox.claim(session, most=1, lease=timedelta(minutes=1))
    return claim


async def waiting(session: AsyncSession, lane: str) -> list[tuple[str, object]]:
    rows = await session.execute(
        select(OutboxMessage.topic, OutboxMessage.payload)
        .where(OutboxMessage.lane == lane, OutboxMessage.settled_at.is_(None))
        .order_by(OutboxMessage.id)
    )
    return [(row.topic, row.payload.get("message_id")) for row in rows]


async def shown_at(
    session: AsyncSession, ticket: Ticket, channel: str = "C0ITDESK", ts: str = "1.0"
) -> Thread:
    thread = Thread(
        ticket_id=ticket.id, audience=Audience.DESK, channel_id=channel, root_ts=ts, card_ts=ts
    )
    session.add(thread)
    await session.flush()
    return thread


async def test_cards_go_to_the_head_while_there_is_trouble(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    before = await session.get_one(Department, desks.it.id)
    version = before.version
    assert await note(session, desks.it.id, "is_archived")
    assert (await get_view(session, desks.ann, ticket.id)).desk_channel_id == "U0HUGO"
    assert await note(session, desks.it.id, None)
    assert (await get_view(session, desks.ann, ticket.id)).desk_channel_id == "C0ITDESK"
    await session.refresh(before)
    assert before.version == version


async def test_without_a_head_they_wait_for_the_channel(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, desk=desks.hr)
    await note(session, desks.hr.id, "is_archived")
    assert (await get_view(session, desks.hana, ticket.id)).desk_channel_id == "C0HRDESK"


async def test_each_admin_is_told_once_of_trouble_and_once_of_its_end(
    session: AsyncSession, desks: Desks
) -> None:
    for trouble in ("is_archived", "is_archived", "not_in_channel", None, None):
        await note(session, desks.it.id, trouble)
    told = (await dump(session, "notifications"))["notifications"]
    assert [(row["user_id"], row["topic"]) for row in told] == [
        (str(desks.ada.id), "desk.trouble"),
        (str(desks.ada.id), "desk.mended"),
    ]
    trail = (await dump(session, "audit_logs"))["audit_logs"]
    assert [row["action"] for row in trail] == ["desk.trouble", "desk.mended"]


async def test_when_it_is_mended_open_tickets_without_a_card_get_one(
    session: AsyncSession, desks: Desks
) -> None:
    await note(session, desks.it.id, "is_archived")
    bare, shown = await desks.ticket(session), await desks.ticket(session)
    await shown_at(session, shown, "D0HUGO")
    await desks.ticket(session, status=Status.CLOSED)
    await desks.ticket(session, desk=desks.hr)
    await note(session, desks.it.id, None)
    cards = await session.scalars(
        select(OutboxMessage.payload).where(OutboxMessage.topic == Topic.CARD)
    )
    assert [each["ticket_id"] for each in cards] == [str(bare.id)]


async def test_of_many_who_notice_at_once_one_tells(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    async def notice() -> bool:
        async with unit_of_work(fresh_sessions) as session:
            return await note(session, fresh_desks.it.id, "is_archived")

    assert sorted(await asyncio.gather(*(notice() for _ in range(5)))) == [False] * 4 + [True]
    async with fresh_sessions() as session:
        assert len((await dump(session, "notifications"))["notifications"]) == 1


async def test_a_refused_word_comes_again_below_a_new_card_and_before_newer_ones(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    thread = await shown_at(session, ticket)
    desk = Place(ticket.id, Audience.DESK)
    claim = await claim_of(
        session, Row(Topic.MESSAGE_COPIED, desk.lane, desk.payload(message_id=1))
    )
    later = [Row(Topic.MESSAGE_COPIED, desk.lane, desk.payload(message_id=n)) for n in (2, 3)]
    await outbox.add(session, *later)
    assert await go_elsewhere(session, claim, "is_archived") == timedelta()
    await session.refresh(thread)
    assert thread.audience is Audience.FORMER
    copied = "message.copied"
    assert await waiting(session, desk.lane) == [
        ("ticket.card", None),
        (copied, 1),
        (copied, 2),
        (copied, 3),
    ]


async def test_a_refused_card_is_tried_again_at_the_heads(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    claim = await claim_of(
        session, Row(Topic.CARD, f"desk:{ticket.id}", {"ticket_id": str(ticket.id)})
    )
    assert await go_elsewhere(session, claim, "not_in_channel") == timedelta()
    # And when the head cannot be written to either, that is the end of it.
    assert await go_elsewhere(session, claim, "channel_not_found") is None


async def test_an_old_channel_that_is_gone_is_no_trouble_of_the_desk(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await shown_at(session, ticket, "C0OLDDESK")
    desk = Place(ticket.id, Audience.DESK)
    claim = await claim_of(
        session, Row(Topic.MESSAGE_COPIED, desk.lane, desk.payload(message_id=1))
    )
    assert await go_elsewhere(session, claim, "is_archived") == timedelta()
    assert await session.scalar(select(Department.desk_trouble)) is None
    assert [each[0] for each in await waiting(session, desk.lane)] == [
        "ticket.card",
        "message.copied",
    ]


async def test_where_there_is_no_other_place_words_wait(
    session: AsyncSession, desks: Desks
) -> None:
    hugo = await session.get_one(User, desks.hugo.id)
    hugo.is_active = False
    ticket = await desks.ticket(session)
    await shown_at(session, ticket)
    desk = Place(ticket.id, Audience.DESK)
    claim = await claim_of(
        session, Row(Topic.MESSAGE_COPIED, desk.lane, desk.payload(message_id=1))
    )
    assert await go_elsewhere(session, claim, "is_archived") == timedelta(minutes=5)
