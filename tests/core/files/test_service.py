"""Attaching files and opening them: only for people on the ticket, each file once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotAllowed, NotFound
from core.files import service as files
from core.files.models import Attachment
from core.files.service import NewFile
from core.files.storage import LocalStorage, Stored
from core.tickets import deletion
from core.tickets.models import AuditLog, Ticket
from tests.core.desks import Desks, add_part, dump

PICTURE = NewFile("fire.jpg", "image/jpeg", slack_file_id="F0FIRE")


async def flames() -> AsyncIterator[bytes]:
    yield b"flames"


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path)


@pytest.fixture
async def stored(storage: LocalStorage) -> Stored:
    return await storage.put(flames(), most=100)


@pytest.fixture
async def ticket(session: AsyncSession, desks: Desks) -> Ticket:
    return await desks.ticket(session)


async def test_a_file_is_kept_with_what_proves_it_and_a_line_in_the_trail(
    session: AsyncSession, desks: Desks, ticket: Ticket, stored: Stored
) -> None:
    attachment = await files.attach(session, desks.turn(desks.bea), ticket.id, PICTURE, stored)
    assert attachment is not None
    assert (attachment.name, attachment.uploaded_by_id) == ("fire.jpg", desks.bea.id)
    assert (attachment.sha256, attachment.size_bytes) == (stored.sha256, 6)
    line = await session.scalar(select(AuditLog))
    assert line is not None
    assert (line.action, line.details) == ("file.attach", {"attachment_id": attachment.id})


async def test_the_same_file_twice_is_attached_once(
    session: AsyncSession, desks: Desks, ticket: Ticket, storage: LocalStorage, stored: Stored
) -> None:
    turn = desks.turn(desks.bea)
    await files.attach(session, turn, ticket.id, PICTURE, stored)
    before = await dump(session, "attachments", "audit_logs")
    again = await storage.put(flames(), most=100)
    assert await files.attach(session, turn, ticket.id, PICTURE, again) is None
    assert await dump(session, "attachments", "audit_logs") == before
    other = await desks.ticket(session)
    assert await files.attach(session, turn, other.id, PICTURE, again) is not None


async def test_who_is_not_on_the_ticket_attaches_nothing(
    session: AsyncSession, desks: Desks, ticket: Ticket, stored: Stored
) -> None:
    for person in (desks.eve, desks.hana, desks.ada):
        with pytest.raises(NotAllowed):
            await files.attach(session, desks.turn(person), ticket.id, PICTURE, stored)
    assert list(await session.scalars(select(Attachment))) == []


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("bea", True),
        ("ann", True),
        ("hugo", True),
        ("eve", False),
        ("hana", False),
        ("cleo", False),
        ("ada", False),
    ],
)
async def test_a_file_opens_for_whoever_may_read_its_ticket(
    session: AsyncSession,
    desks: Desks,
    ticket: Ticket,
    storage: LocalStorage,
    stored: Stored,
    name: str,
    may: bool,
) -> None:
    turn = desks.turn(desks.bea)
    attachment = await files.attach(session, turn, ticket.id, PICTURE, stored)
    assert attachment is not None
    if not may:
        with pytest.raises(NotFound, match="or you are not on its ticket"):
            await files.open_file(session, desks.people[name], storage, attachment.id)
        return
    found, chunks = await files.open_file(session, desks.people[name], storage, attachment.id)
    assert found is attachment
    assert b"".join([chunk async for chunk in chunks]) == b"flames"


async def test_it_opens_for_a_follower_until_the_ticket_is_deleted(
    session: AsyncSession, desks: Desks, ticket: Ticket, storage: LocalStorage, stored: Stored
) -> None:
    attachment = await files.attach(session, desks.turn(desks.bea), ticket.id, PICTURE, stored)
    assert attachment is not None
    attachment_id = attachment.id
    await add_part(session, ticket, desks.eve)
    await files.open_file(session, desks.eve, storage, attachment_id)
    await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason="x")
    session.expunge_all()
    for person in (desks.eve, desks.hugo):
        with pytest.raises(NotFound):
            await files.open_file(session, person, storage, attachment_id)
