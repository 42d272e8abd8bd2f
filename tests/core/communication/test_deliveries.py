"""The delivery log, as the database gives it."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.views.deliveries import REASONS
from core.communication.deliveries import PAGE, read_deliveries
from core.errors import NotAllowed, NotFound
from core.tickets import service as tickets
from core.tickets.models import Part
from tests.core.desks import Desks, add_part
from tests.core.plans import plan_of


async def test_only_the_desk_reads_it(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    await add_part(session, ticket, desks.eve, Part.FOLLOWER)
    for who in (desks.bea, desks.eve):
        with pytest.raises(NotAllowed):
            await read_deliveries(session, who, ticket.id)
    for stranger in (desks.hana, desks.ada):
        with pytest.raises(NotFound):
            await read_deliveries(session, stranger, ticket.id)
    assert (await read_deliveries(session, desks.ann, ticket.id)).deliveries == []


async def test_what_waits_comes_first_then_the_newest(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    other = await desks.ticket(session)
    for each in (ticket, other):
        await tickets.claim(session, desks.turn(desks.ann), each.id)
        await session.flush()
    await session.execute(text("UPDATE outbox_messages SET settled_at = now(), outcome = 'sent'"))
    await tickets.start(session, desks.turn(desks.ann), ticket.id)
    page = await read_deliveries(session, desks.ann, ticket.id)
    outcomes = [each.outcome for each in page.deliveries]
    assert outcomes == [None, None, None, "sent", "sent", "sent"]
    ids = [each.id for each in page.deliveries]
    assert ids == sorted(ids, reverse=True)
    assert not page.has_older


async def test_pages_follow_one_another_without_a_gap(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    rows = text(
        "INSERT INTO outbox_messages (topic, lane, payload, settled_at, outcome)"
        " SELECT 'ticket.card', 'x', jsonb_build_object('ticket_id', CAST(:id AS text)),"
        " now(), 'sent' FROM generate_series(1, 40)"
    )
    await session.execute(rows, {"id": str(ticket.id)})
    seen: list[int] = []
    before = None
    while True:
        page = await read_deliveries(session, desks.ann, ticket.id, before=before)
        seen += [each.id for each in page.deliveries]
        if not page.has_older:
            break
        assert len(page.deliveries) == PAGE
        before = seen[-1]
    assert len(seen) == len(set(seen)) == 40


async def test_among_many_rows_it_reads_its_index(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    await session.execute(
        text(
            "INSERT INTO outbox_messages (topic, lane, payload, settled_at, outcome)"
            " SELECT 'ticket.card', 'x', jsonb_build_object('ticket_id', gen_random_uuid()),"
            " now(), 'sent' FROM generate_series(1, 5000)"
        )
    )
    await session.execute(text("ANALYZE outbox_messages"))
    plan = await plan_of(session, read_deliveries(session, desks.ann, ticket.id))
    assert "ix_outbox_messages_delivered" in plan


def test_every_reason_is_words() -> None:
    assert all(" " in each for each in REASONS.values())
