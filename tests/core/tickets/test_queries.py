"""Reading one ticket: its people, its parts, and numbers that are no ticket."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.tickets import queries
from core.tickets.models import Part
from core.tickets.states import Status, SubTicketStatus
from core.users.models import Department
from tests.core.desks import Desks, add_part
from tests.factories import make_sub_ticket

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_a_view_names_its_people_and_counts_its_parts(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.carl, status=Status.ASSIGNED)
    await add_part(session, ticket, desks.ann, Part.AUTHOR)
    for status in ("new", "done", "done", "cancelled"):
        await make_sub_ticket(
            session, parent=ticket, department=desks.hr, status=SubTicketStatus(status)
        )
    gone = await make_sub_ticket(session, parent=ticket, department=desks.hr)
    gone.delete_softly(NOON)
    await session.flush()
    view = await queries.get_view_by_number(session, desks.bea, ticket.number)
    assert (view.requester.name, view.assignee.name, view.author.name) == ("Bea", "Carl", "Ann")
    assert (view.department, view.desk_channel_id) == ("IT", "C0ITDESK")
    assert (view.parts_done, view.parts) == (2, 3)
    assert (await queries.list_views(session, [ticket.id, uuid.uuid4()])) == {ticket.id: view}


async def test_the_tickets_of_a_department_that_was_closed_are_still_found(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await session.execute(update(Department).values(is_deleted=True, deleted_at=NOON))
    assert (await queries.get_view(session, desks.bea, ticket.id)).department == "IT"


@pytest.mark.parametrize("number", [0, -1, 10**6, 2**63 - 1, 2**63, 10**30])
async def test_a_number_that_is_no_ticket_is_not_found(
    session: AsyncSession, desks: Desks, number: int
) -> None:
    with pytest.raises(NotFound, match=f"HD-{number} does not exist"):
        await queries.get_view_by_number(session, desks.ann, number)
