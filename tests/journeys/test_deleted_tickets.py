"""A ticket that is deleted goes out of sight everywhere, and comes back with everything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work
from core.tickets import deletion
from core.tickets.changes import Turn
from core.tickets.models import Source
from core.tickets.policy import read_policy
from core.users.models import User
from core.users.queries import actor_of
from core.users.roles import Role
from tests.journeys.company import GENERAL, Company


@asynccontextmanager
async def acting(company: Company, slack_user_id: str) -> AsyncIterator[tuple[AsyncSession, Turn]]:
    async with unit_of_work(company.sessions) as session:
        user = await session.scalar(select(User).where(User.slack_user_id == slack_user_id))
        assert user is not None
        yield session, Turn(actor_of(user), Source.BUTTON, await read_policy(session))


async def test_a_deleted_ticket_has_no_buttons_until_it_is_restored(company: Company) -> None:
    card = await company.filed("Wrong window")
    ticket_id = await company.value("SELECT id FROM tickets")
    async with acting(company, "U0HUGO") as (session, turn):
        await deletion.delete_ticket(session, turn, ticket_id, reason="filed by mistake")
    await company.deliver()
    for shown in (await company.card(), await company.receipt()):
        assert shown.plain == "This ticket was deleted."
        assert shown.buttons == []
    assert (await company.ann.click(card, "Assign to me")).ok
    window = await company.ann.view()
    assert window is not None
    assert "does not exist any more" in window.text
    await company.bea.command("/ticket", "HD-1", channel=GENERAL)
    assert "does not exist" in (await company.bea.ephemerals())[-1].plain

    await company.ada.command("/ticket", "mine", channel=GENERAL)
    async with acting(company, "U0ADA") as (session, turn):
        assert turn.actor.role is Role.ADMIN
        await deletion.restore_ticket(session, turn, ticket_id, reason="by mistake")
    await company.deliver()
    assert "Assign to me" in (await company.card()).buttons
    assert "HD-1 · Wrong window" in (await company.receipt()).plain
