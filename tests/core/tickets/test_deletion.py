"""Out of sight with everything that hangs on it, and back with exactly that."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import ChatMessage, Notification
from core.db import utc_now
from core.errors import InvalidField, NotAllowed, NotFound
from core.files.models import Attachment
from core.tickets import deletion, queries
from core.tickets import service as tickets
from core.tickets.approvals.models import Approval
from core.tickets.approvals.states import RequestStatus
from core.tickets.lists import ListName, read_list
from core.tickets.models import AuditLog, Ticket, TicketParticipant
from core.tickets.parts.models import SubTicket
from core.tickets.search import Query, search
from core.users import queries as users
from core.users.models import User
from core.users.queries import Identity
from tests.core.desks import Desks, add_part
from tests.factories import make_message, make_request, make_step, make_sub_ticket

OWNER = {
    SubTicket: SubTicket.parent_ticket_id,
    ChatMessage: ChatMessage.ticket_id,
    TicketParticipant: TicketParticipant.ticket_id,
    Attachment: Attachment.ticket_id,
    Approval: Approval.ticket_id,
    Notification: Notification.ticket_id,
}


async def furnish(session: AsyncSession, desks: Desks, ticket: Ticket) -> None:
    """One of each kind of thing that can hang on a ticket."""
    await make_sub_ticket(session, parent=ticket, department=desks.hr)
    await make_message(session, ticket=ticket, sender=desks.bea)
    attachment = Attachment(
        ticket_id=ticket.id,
        uploaded_by_id=desks.bea.id,
        name="fire.jpg",
        media_type="image/jpeg",
        size_bytes=1,
        sha256="0" * 64,
        storage_key=f"aa/{ticket.id.hex}",
    )
    request = await make_request(session, ticket, desks.ann, status=RequestStatus.APPROVED)
    await make_step(session, request)
    notice = Notification(user_id=desks.bea.id, ticket_id=ticket.id, topic="ticket.receipt")
    session.add_all([attachment, notice])
    await session.flush()


async def living(session: AsyncSession, ticket_id: uuid.UUID) -> dict[str, int]:
    """How much of it queries see."""
    found = {"Ticket": len(list(await session.scalars(select(Ticket.id))))}
    for kind, owner in OWNER.items():
        found[kind.__name__] = len(
            list(await session.scalars(select(kind.id).where(owner == ticket_id)))
        )
    return found


async def test_deleting_hides_a_ticket_and_all_that_hangs_on_it(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await furnish(session, desks, ticket)
    ticket_id, number = ticket.id, ticket.number
    await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket_id, reason="twice")
    assert set((await living(session, ticket.id)).values()) == {0}
    for look in (
        queries.get_view(session, desks.bea, ticket_id),
        queries.get_view_by_number(session, desks.hugo, number),
        tickets.claim(session, desks.turn(desks.ann), ticket_id),
    ):
        with pytest.raises(NotFound):
            await look
    assert (await read_list(session, desks.bea, ListName.INVOLVED)).rows == []
    assert (await read_list(session, desks.ann, ListName.UNASSIGNED)).rows == []
    assert (await search(session, desks.bea, Query(f"HD-{number}"))).ids == ()


async def test_restoring_brings_back_exactly_what_was_deleted_with_it(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await furnish(session, desks, ticket)
    earlier = await make_message(session, ticket=ticket, sender=desks.bea, body="taken back")
    earlier.delete_softly(utc_now() - timedelta(days=1))
    await session.flush()
    before = await living(session, ticket.id)
    await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason="twice")
    await deletion.restore_ticket(session, desks.turn(desks.ada), ticket.id, reason="needed")
    assert await living(session, ticket.id) == before
    bodies = await session.scalars(select(ChatMessage.body))
    assert list(bodies) == ["It smells of smoke."]


async def test_both_are_in_the_trail_with_the_reason(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason="twice")
    await deletion.restore_ticket(session, desks.turn(desks.ada), ticket.id, reason="needed")
    lines = list(await session.scalars(select(AuditLog).order_by(AuditLog.id)))
    assert [(line.action, line.changes, line.details) for line in lines] == [
        ("ticket.delete", {"is_deleted": [False, True]}, {"reason": "twice"}),
        ("ticket.restore", {"is_deleted": [True, False]}, {"reason": "needed"}),
    ]
    assert [line.user_id for line in lines] == [desks.hugo.id, desks.ada.id]


async def test_only_the_head_deletes_and_only_with_a_reason(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    for person in (desks.ann, desks.bea, desks.ada, desks.hana):
        with pytest.raises(NotAllowed):
            await deletion.delete_ticket(session, desks.turn(person), ticket.id, reason="x")
    with pytest.raises(InvalidField) as refusal:
        await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason=" ")
    assert refusal.value.field == "reason"
    assert ticket.is_deleted is False


async def test_only_an_administrator_restores_and_only_what_is_deleted(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    with pytest.raises(NotFound):
        await deletion.restore_ticket(session, desks.turn(desks.ada), ticket.id, reason="needed")
    await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason="twice")
    for person in (desks.hugo, desks.bea):
        with pytest.raises(NotAllowed, match="Only an administrator"):
            await deletion.restore_ticket(session, desks.turn(person), ticket.id, reason="needed")


class TestAPerson:
    async def test_their_tickets_go_with_them_and_those_of_others_stay(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        theirs = [await desks.ticket(session) for _ in range(2)]
        other = await desks.ticket(session, requester=desks.eve)
        await add_part(session, other, desks.bea)
        await make_message(session, ticket=other, sender=desks.bea, body="Same here.")
        await deletion.delete_person(
            session, desks.turn(desks.ada), desks.bea.id, reason="asked for it"
        )
        assert list(await session.scalars(select(Ticket.id))) == [other.id]
        view = await queries.get_view(session, desks.eve, other.id)
        assert view.requester.name == "Eve"
        assert list(await session.scalars(select(ChatMessage.body))) == ["Same here."]
        actions = await session.execute(
            select(AuditLog.action, AuditLog.ticket_id).order_by(AuditLog.id)
        )
        assert {tuple(row) for row in actions} == {
            ("person.delete", None),
            *(("ticket.delete", each.id) for each in theirs),
        }

    async def test_they_stay_known_and_may_nothing(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        await deletion.delete_person(session, desks.turn(desks.ada), desks.bea.id, reason="left")
        bea = await users.find_actor(session, Identity("T0ACME", "U0BEA"))
        assert bea is not None
        assert not bea.is_active

    async def test_a_ticket_assigned_to_them_still_shows_their_name(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann)
        await deletion.delete_person(session, desks.turn(desks.ada), desks.ann.id, reason="left")
        view = await queries.get_view(session, desks.bea, ticket.id)
        assert view.assignee is not None
        assert view.assignee.name == "Ann"

    async def test_each_of_their_tickets_can_be_restored(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await furnish(session, desks, ticket)
        before = await living(session, ticket.id)
        turn = desks.turn(desks.ada)
        await deletion.delete_person(session, turn, desks.bea.id, reason="left")
        await deletion.restore_ticket(session, turn, ticket.id, reason="needed")
        assert await living(session, ticket.id) == before

    async def test_only_an_administrator_deletes_people_and_only_with_a_reason(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        for person in (desks.hugo, desks.bea, desks.cleo):
            with pytest.raises(NotAllowed):
                await deletion.delete_person(session, desks.turn(person), desks.bea.id, reason="x")
        with pytest.raises(InvalidField) as refusal:
            await deletion.delete_person(session, desks.turn(desks.ada), desks.bea.id, reason="")
        assert refusal.value.field == "reason"

    async def test_nobody_is_deleted_twice(self, session: AsyncSession, desks: Desks) -> None:
        await session.execute(update(User).where(User.id == desks.eve.id).values(is_deleted=True))
        with pytest.raises(NotFound):
            await deletion.delete_person(session, desks.turn(desks.ada), desks.eve.id, reason="x")
