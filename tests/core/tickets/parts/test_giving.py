"""A head gives a part to somebody of their desk: who may, to whom, and who hears of it."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import AlreadyDone, InvalidField, InvalidTransition, NotAllowed
from core.tickets.models import Ticket
from core.tickets.parts import service as sub_tickets
from core.tickets.parts.giving import PART_GIVEN, assign
from core.tickets.parts.models import SubTicket
from core.tickets.states import Status, SubTicketStatus
from core.users.models import User
from core.users.permissions import Actor
from core.users.queries import actor_of
from core.users.roles import Role
from tests.core.desks import Desks, dump
from tests.factories import make_user


async def make_part(session: AsyncSession, desks: Desks, **columns: object) -> SubTicket:
    ticket = await desks.ticket(
        session, assignee=desks.hana, desk=desks.hr, status=Status.IN_PROGRESS
    )
    given = {"department_id": desks.it.id, "position": 1, "summary": "A laptop", **columns}
    part = SubTicket(parent_ticket_id=ticket.id, **given)
    session.add(part)
    await session.flush()
    return part


async def test_its_head_gives_it_and_may_give_it_to_another(
    session: AsyncSession, desks: Desks
) -> None:
    part, turn = await make_part(session, desks), desks.turn(desks.hugo)
    await assign(session, turn, part.id, assignee_id=desks.carl.id, note=" You know these. ")
    assert (part.status, part.assignee_id) == (SubTicketStatus.ACCEPTED, desks.carl.id)
    accepted_at = part.accepted_at
    assert accepted_at is not None
    await sub_tickets.start(session, desks.turn(desks.carl), part.id)
    await assign(session, turn, part.id, assignee_id=desks.ann.id)
    assert (part.status, part.assignee_id) == (SubTicketStatus.ACCEPTED, desks.ann.id)
    assert part.accepted_at == accepted_at
    rows = await dump(session)
    trail = [row for row in rows["audit_logs"] if row["action"] == "part.assign"]
    assert [row["changes"] for row in trail] == [
        {"status": ["new", "accepted"], "assignee_id": [None, str(desks.carl.id)]},
        {
            "status": ["in_progress", "accepted"],
            "assignee_id": [str(desks.carl.id), str(desks.ann.id)],
        },
    ]
    assert trail[0]["details"]["note"] == "You know these."
    told = [row for row in rows["notifications"] if row["topic"] == PART_GIVEN]
    assert [row["user_id"] for row in told] == [str(desks.carl.id), str(desks.ann.id)]
    # Who was given a part may not see its ticket, so nothing leads there.
    assert all(row["ticket_id"] is None for row in told)


async def test_giving_it_to_oneself_is_no_news(session: AsyncSession, desks: Desks) -> None:
    part = await make_part(session, desks)
    await assign(session, desks.turn(desks.hugo), part.id, assignee_id=desks.hugo.id)
    assert part.assignee_id == desks.hugo.id
    assert (await dump(session, "notifications"))["notifications"] == []


@pytest.mark.parametrize("name", ["ann", "hana", "bea", "finn", "ada", "cleo"])
async def test_nobody_else_gives_it(session: AsyncSession, desks: Desks, name: str) -> None:
    part = await make_part(session, desks)
    with pytest.raises(NotAllowed):
        await assign(session, desks.turn(desks.people[name]), part.id, assignee_id=desks.carl.id)
    assert part.assignee_id is None


async def test_the_head_of_the_desk_that_passed_it_on_does_not_either(
    session: AsyncSession, desks: Desks
) -> None:
    row = await make_user(session, "U0HELA", role=Role.DEPARTMENT_HEAD)
    head: Actor = replace(actor_of(row), department_id=desks.hr.id)
    part = await make_part(session, desks)
    with pytest.raises(NotAllowed, match="Only the head of the department it was passed on to"):
        await assign(session, desks.turn(head), part.id, assignee_id=desks.carl.id)


async def test_only_people_of_that_desk_get_it(session: AsyncSession, desks: Desks) -> None:
    part, turn = await make_part(session, desks), desks.turn(desks.hugo)
    for person in (desks.hana, desks.bea, desks.finn):
        with pytest.raises(InvalidField, match="does not work at this desk") as refusal:
            await assign(session, turn, part.id, assignee_id=person.id)
        assert refusal.value.field == "part_assignee"
    await session.execute(update(User).where(User.id == desks.carl.id).values(is_active=False))
    with pytest.raises(InvalidField):
        await assign(session, turn, part.id, assignee_id=desks.carl.id)
    # Whoever had it, and works elsewhere now, does not get it again.
    part.assignee_id = desks.hana.id
    await session.flush()
    with pytest.raises(InvalidField):
        await assign(session, turn, part.id, assignee_id=desks.hana.id)


async def test_what_somebody_has_already_or_is_over_is_said(
    session: AsyncSession, desks: Desks
) -> None:
    part, turn = await make_part(session, desks), desks.turn(desks.hugo)
    await assign(session, turn, part.id, assignee_id=desks.carl.id)
    ticket = await session.get_one(Ticket, part.parent_ticket_id)
    with pytest.raises(AlreadyDone, match=f"Carl has {ticket.key}/1 already"):
        await assign(session, turn, part.id, assignee_id=desks.carl.id)
    part.status = SubTicketStatus.DONE
    await session.flush()
    with pytest.raises(InvalidTransition, match="is done: you cannot assign it now"):
        await assign(session, turn, part.id, assignee_id=desks.ann.id)


async def test_whoever_has_it_is_called_when_it_is_cancelled_or_answered(
    session: AsyncSession, desks: Desks
) -> None:
    part, turn = await make_part(session, desks), desks.turn(desks.hugo)
    await assign(session, turn, part.id, assignee_id=desks.carl.id)
    await sub_tickets.cancel_part(session, desks.turn(desks.hana), part.id, reason="No need.")
    rows = (await dump(session, "outbox_messages"))["outbox_messages"]
    lines = [row["payload"] for row in rows if row["topic"] == "part.happened"]
    at_part = [each for each in lines if each["audience"] == "part"]
    assert [each.get("reader_id") for each in at_part] == [str(desks.carl.id)]
    assert [each.get("reader_id") for each in lines if each["audience"] == "desk"] == [None, None]
