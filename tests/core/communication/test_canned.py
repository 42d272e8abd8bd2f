"""Canned replies: who may save them, which variables there are, and what they become."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import canned
from core.communication import service as communication
from core.communication.canned import CannedForm
from core.communication.models import CannedReply
from core.communication.service import Words
from core.configuration.deleted import Kind, list_deleted
from core.db import unit_of_work
from core.engine import Sessions
from core.errors import InvalidField, NotAllowed, NotFound
from core.tickets import queries
from core.tickets.history import INTERNAL_ACTIONS
from core.tickets.models import AuditLog
from core.tickets.states import Status
from tests.core.desks import Desks, refusal_of

RESTART = CannedForm("Restart it", "Hello {requester}, please restart it. {assignee}")


async def save(session: AsyncSession, desks: Desks, form: CannedForm = RESTART) -> CannedReply:
    return await canned.save_canned(session, desks.turn(desks.ada), form)


@pytest.mark.parametrize("name", ["hugo", "ann", "bea", "cleo"])
async def test_only_an_administrator_saves_lists_and_removes_them(
    session: AsyncSession, desks: Desks, name: str
) -> None:
    row = await save(session, desks)
    turn = desks.turn(desks.people[name])
    for doing in (
        canned.save_canned(session, turn, RESTART),
        canned.remove_canned(session, turn, row.id),
        canned.list_canned(session, turn.actor),
        canned.get_canned(session, turn.actor, row.id),
    ):
        assert type(await refusal_of(doing)) is NotAllowed


@pytest.mark.parametrize(
    ("title", "body", "field", "words"),
    [
        (" ", "Hello", "title", "Give it a title"),
        ("x" * 76, "Hello", "title", "within 75 characters"),
        ("Hello", "\n", "body", "Write what the requester"),
        ("Hello", "x" * 2501, "body", "it has 2501"),
        ("Hello", "{requester} {who} {what}", "body", "{who}, {what} is no variable. There are"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_input(
    session: AsyncSession, desks: Desks, title: str, body: str, field: str, words: str
) -> None:
    refusal = await refusal_of(save(session, desks, CannedForm(title, body)))
    assert isinstance(refusal, InvalidField)
    assert refusal.field == field
    assert words in refusal.text


async def test_a_title_is_there_once_in_each_department(
    session: AsyncSession, desks: Desks
) -> None:
    first = await save(session, desks)
    await save(session, desks, CannedForm("Restart it", "For IT.", desks.it.id))
    refusal = await refusal_of(save(session, desks))
    assert isinstance(refusal, InvalidField)
    assert refusal.text == "There is a canned reply “Restart it” already."
    await canned.remove_canned(session, desks.turn(desks.ada), first.id)
    again = await save(session, desks)
    assert again.id != first.id
    with pytest.raises(NotFound):
        await canned.get_canned(session, desks.ada, first.id)


async def test_two_who_save_the_same_title_at_once_make_one(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    async def attempt() -> str | None:
        async with unit_of_work(fresh_sessions) as session:
            refusal = await refusal_of(save(session, fresh_desks))
            return refusal.text if refusal else None

    said = await asyncio.gather(*(attempt() for _ in range(4)))
    assert said.count(None) == 1
    assert said.count("There is a canned reply “Restart it” already.") == 3
    async with unit_of_work(fresh_sessions) as session:
        assert len(list(await session.scalars(select(CannedReply)))) == 1


async def test_every_change_is_in_the_audit_trail(session: AsyncSession, desks: Desks) -> None:
    row = await save(session, desks)
    turn = desks.turn(desks.ada)
    changed = CannedForm("Restart it", "Please restart it.", desks.it.id, row.id)
    await canned.save_canned(session, turn, changed)
    await canned.save_canned(session, turn, changed)
    await canned.remove_canned(session, turn, row.id)
    trail = list(await session.scalars(select(AuditLog).order_by(AuditLog.id)))
    assert [each.action for each in trail] == [
        "configuration.add",
        "configuration.change",
        "configuration.delete",
    ]
    assert trail[1].changes == {
        "body": [RESTART.body, "Please restart it."],
        "department_id": [None, str(desks.it.id)],
    }
    assert {each.details["what"] for each in trail} == {"canned reply Restart it"}


async def test_of_a_deleted_one_it_is_known_who_and_why(
    session: AsyncSession, desks: Desks
) -> None:
    row = await save(session, desks)
    turn = desks.turn(desks.ada)
    await canned.remove_canned(session, turn, row.id, reason="Nobody restarts any more.")
    [listed] = await list_deleted(session, desks.ada, Kind.CANNED_REPLIES)
    assert (listed.label, listed.who, listed.reason) == (
        "Restart it",
        "Ada",
        "Nobody restarts any more.",
    )


async def test_a_desk_finds_its_own_and_those_for_everybody(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    view = await queries.get_view(session, desks.ann, ticket.id)
    assert not await canned.has_canned(session, desks.it.id)
    await save(session, desks)
    await save(session, desks, CannedForm("Toner", "Toner is on its way.", desks.it.id))
    hr = await save(session, desks, CannedForm("Leave", "Toner and leave.", desks.hr.id))
    assert await canned.has_canned(session, desks.it.id)

    async def titles(typed: str) -> list[str]:
        return [each.title for each in await canned.find_canned(session, view, typed)]

    assert await titles("") == ["Restart it", "Toner"]
    assert await titles("TONER way") == ["Toner"]
    assert await titles("100%") == []
    refusal = await refusal_of(canned.fill_in(session, view, hr.id))
    assert type(refusal) is NotFound


async def test_the_ticket_fills_in_the_variables(session: AsyncSession, desks: Desks) -> None:
    body = "{requester}|{ticket}|{assignee}|{department}|{due}|{ {}"
    row = await save(session, desks, CannedForm("All", body))
    ticket = await desks.ticket(session)
    view = await queries.get_view(session, desks.ann, ticket.id)
    key = ticket.key
    words = f"Bea|{key}|the IT desk|IT|not set yet|{{ {{}}"
    assert await canned.fill_in(session, view, row.id) == words
    ticket.assignee_id, ticket.status = desks.ann.id, Status.ASSIGNED
    ticket.due_at = datetime(2026, 3, 2, 16, 5, tzinfo=UTC)
    await session.flush()
    view = await queries.get_view(session, desks.ann, ticket.id)
    # In the requester's own time: Berlin is an hour ahead.
    words = f"Bea|{key}|Ann|IT|Monday, 2 March 2026, 17:05|{{ {{}}"
    assert await canned.fill_in(session, view, row.id) == words


async def test_its_use_is_in_the_trail_for_the_desk_alone(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
    row = await save(session, desks)
    words = Words("Please restart it.", source_key="view:V1", canned_id=row.id)
    turn = desks.turn(desks.ann)
    assert await communication.reply(session, turn, ticket.id, words) is not None
    assert await communication.reply(session, turn, ticket.id, words) is None
    used = select(AuditLog).where(AuditLog.action == "message.canned")
    [trail] = await session.scalars(used)
    assert (trail.ticket_id, trail.user_id) == (ticket.id, desks.ann.id)
    assert trail.details == {"canned": "Restart it", "canned_id": row.id}
    assert trail.action in INTERNAL_ACTIONS
