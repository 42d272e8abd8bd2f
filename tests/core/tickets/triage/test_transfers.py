"""A ticket moves to another department: what goes with it, what stays, and who wins a race."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Audience, Thread
from core.communication.timeline import read_timeline
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import AlreadyDone, HelpDeskError, InvalidField, InvalidTransition, NotAllowed
from core.notices import Topic
from core.outbox import OutboxMessage, Row
from core.tickets import service as tickets
from core.tickets.models import AuditLog, Part, Ticket
from core.tickets.states import Priority, Status
from core.tickets.triage.transfers import transfer
from tests.core.desks import Desks, add_part, dump, refusal_of


async def card_of(session: AsyncSession, ticket: Ticket, channel: str = "C0ITDESK") -> Thread:
    ts = f"1700000{ticket.number:03}.0001"
    thread = Thread(
        ticket_id=ticket.id, audience=Audience.DESK, channel_id=channel, root_ts=ts, card_ts=ts
    )
    session.add(thread)
    await session.flush()
    return thread


async def topics(session: AsyncSession) -> list[str]:
    rows = await session.scalars(
        select(OutboxMessage.topic)
        .where(OutboxMessage.settled_at.is_(None))
        .order_by(OutboxMessage.id)
    )
    return list(rows)


async def test_it_lies_in_the_queue_of_the_other_department(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS, nudges=2)
    before = ticket.queued_at
    await transfer(
        session, desks.turn(desks.ann), ticket.id, department_id=desks.hr.id, reason="Payroll."
    )
    assert (ticket.status, ticket.assignee_id) == (Status.NEW, None)
    assert (ticket.department_id, ticket.nudges) == (desks.hr.id, 0)
    assert ticket.queued_at > before
    line = await session.scalar(select(AuditLog))
    assert line is not None
    assert line.changes["department_id"] == [str(desks.it.id), str(desks.hr.id)]
    assert line.changes["status"] == ["in_progress", "new"]
    assert line.details == {"from": "IT", "department": "HR", "note": "Payroll."}


async def test_its_promise_is_made_again_from_when_it_was_filed(
    session: AsyncSession, desks: Desks
) -> None:
    filed = utc_now() - timedelta(days=3)
    ticket = await desks.ticket(session, created_at=filed, priority=Priority.URGENT)
    await transfer(session, desks.turn(desks.ann), ticket.id, department_id=desks.hr.id)
    assert ticket.due_at == filed + timedelta(hours=4)
    assert ticket.first_response_due_at == filed + timedelta(minutes=30)


async def test_the_old_card_is_left_behind_and_a_new_one_is_posted_first(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    thread = await card_of(session, ticket)
    lane = f"desk:{ticket.id}"
    await outbox.add(session, Row(Topic.MESSAGE_COPIED, lane, {"message_id": 1}))
    await transfer(session, desks.turn(desks.ann), ticket.id, department_id=desks.hr.id)
    await session.refresh(thread)
    assert thread.audience is Audience.FORMER
    assert await topics(session) == [
        "ticket.left_behind",
        "ticket.card",
        "message.copied",
        "ticket.happened",
        "ticket.happened",
        "ticket.card_changed",
        "ticket.receipt_changed",
    ]


async def test_it_may_go_round_in_circles(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    for number, (person, desk, channel) in enumerate(
        [
            (desks.ann, desks.hr, "C0ITDESK"),
            (desks.hana, desks.it, "C0HRDESK"),
            (desks.carl, desks.hr, "C0ITDESK"),
        ]
    ):
        session.add(
            Thread(
                ticket_id=ticket.id,
                audience=Audience.DESK,
                channel_id=channel,
                root_ts=f"{number}.0",
            )
        )
        await session.flush()
        await transfer(session, desks.turn(person), ticket.id, department_id=desk.id)
    left = await session.scalars(select(Thread).where(Thread.audience == Audience.FORMER))
    assert len(list(left)) == 3


async def test_the_people_of_the_desk_it_leaves_are_on_it_no_more(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
    await add_part(session, ticket, desks.ann, Part.ASSIGNEE)
    await add_part(session, ticket, desks.carl, Part.AGENT)
    await add_part(session, ticket, desks.eve, Part.FOLLOWER)
    await transfer(session, desks.turn(desks.ann), ticket.id, department_id=desks.hr.id)
    for person in (desks.ann, desks.carl):
        with pytest.raises(NotAllowed, match="You are not on"):
            await tickets.edit(session, desks.turn(person), ticket.id, None)  # type: ignore[arg-type]
    assert (await read_timeline(session, desks.eve, ticket.id)).entries
    # Whoever gets it back takes part again.
    await transfer(session, desks.turn(desks.hana), ticket.id, department_id=desks.it.id)
    await tickets.claim(session, desks.turn(desks.ann), ticket.id)
    rows = (await dump(session, "ticket_participants"))["ticket_participants"]
    [ann] = [row for row in rows if row["user_id"] == str(desks.ann.id)]
    assert (ann["part"], ann["is_deleted"]) == ("assignee", False)


async def test_the_reason_and_earlier_notes_are_read_at_the_new_desk_only(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await transfer(
        session, desks.turn(desks.ann), ticket.id, department_id=desks.hr.id, reason="Payroll."
    )
    [at_desk] = (await read_timeline(session, desks.hana, ticket.id)).entries
    assert at_desk.line.details["note"] == "Payroll."
    [for_requester] = (await read_timeline(session, desks.bea, ticket.id)).entries
    assert "note" not in for_requester.line.details


@pytest.mark.parametrize("name", ["hana", "bea", "ada", "cleo", "finn"])
async def test_only_the_people_of_its_department_may(
    session: AsyncSession, desks: Desks, name: str
) -> None:
    ticket = await desks.ticket(session)
    refusal = await refusal_of(
        transfer(session, desks.turn(desks.people[name]), ticket.id, department_id=desks.hr.id)
    )
    assert isinstance(refusal, NotAllowed)
    assert ticket.department_id == desks.it.id


async def test_it_cannot_go_where_it_is_nor_when_it_is_over(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    with pytest.raises(InvalidField, match="is with IT already"):
        await transfer(session, desks.turn(desks.ann), ticket.id, department_id=desks.it.id)
    closed = await desks.ticket(session, status=Status.CLOSED)
    with pytest.raises(InvalidTransition):
        await transfer(session, desks.turn(desks.ann), closed.id, department_id=desks.hr.id)


async def test_the_second_of_two_hears_who_was_faster(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    await transfer(session, desks.turn(desks.ann), ticket.id, department_id=desks.hr.id)
    with pytest.raises(AlreadyDone) as refusal:
        await transfer(session, desks.turn(desks.carl), ticket.id, department_id=desks.finance.id)
    assert refusal.value.text == f"Ann moved {ticket.key} to HR already."


async def test_of_transfers_and_claims_at_once_each_sees_what_the_others_left(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        ticket = await desks.ticket(session)
        await card_of(session, ticket)
    start = asyncio.Barrier(8)

    async def go(act: Any, person: Any, **more: Any) -> str | None:
        async with unit_of_work(fresh_sessions) as session:
            await session.execute(text("SELECT 1"))
            await start.wait()
            try:
                await act(session, desks.turn(person), ticket.id, **more)
            except HelpDeskError as refusal:
                return refusal.text
        return None

    hr, finance = {"department_id": desks.hr.id}, {"department_id": desks.finance.id}
    said = await asyncio.gather(
        go(transfer, desks.ann, **hr),
        go(transfer, desks.carl, **finance),
        go(transfer, desks.hugo, **hr),
        go(transfer, desks.ann, **finance),
        go(tickets.claim, desks.carl),
        go(tickets.claim, desks.ann),
        go(tickets.claim, desks.hana),
        go(tickets.claim, desks.finn),
    )
    async with fresh_sessions() as session:
        found = await session.get_one(Ticket, ticket.id)
        moves = list(
            await session.scalars(select(AuditLog).where(AuditLog.action == "ticket.transfer"))
        )
        threads = [each.audience for each in await session.scalars(select(Thread))]
    # Whoever came first moved it; nobody of the desk it left could move or take it afterwards.
    assert len(moves) == 1
    assert sum(text is None for text in said[:4]) == 1
    assert str(found.department_id) == moves[0].changes["department_id"][1]
    assert found.assignee_id in {None, desks.hana.id, desks.finn.id}
    assert threads == [Audience.FORMER]
