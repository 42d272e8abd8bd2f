"""Attaching files and opening them: each once on a ticket, and only for who may read them."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience, ChatMessage, Visibility
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import NotFound
from core.files import queries
from core.files import service as files
from core.files.models import Attachment
from core.files.offers import Offered
from core.files.service import NewFile
from core.files.storage import Stored, key_of
from core.notices import Place
from core.tickets import deletion
from core.tickets import queries as tickets
from core.tickets.models import AuditLog, Ticket
from core.users.permissions import Actor
from tests.core.desks import Desks, add_part, added, dump, refusal_of

FLAMES = "F0FIRE"
TABLES = ("attachments", "audit_logs", "outbox_messages", "notifications")
NOTE: dict[str, Any] = {"visibility": Visibility.INTERNAL, "audience": Audience.DESK}


def offered(ticket: Ticket, person: Actor, message: ChatMessage | None = None) -> Offered:
    place = Place(ticket.id, message.audience if message else Audience.REQUESTER)
    return Offered(place, FLAMES, person.id, message.id if message else None)


def picture(ticket: Ticket, person: Actor, message: ChatMessage | None = None) -> NewFile:
    stored = Stored(key_of(ticket.id, FLAMES), 6, "0" * 64)
    return NewFile(offered(ticket, person, message), "fire.jpg", "image/jpeg", stored)


async def said(session: AsyncSession, ticket: Ticket, person: Actor, **columns: Any) -> ChatMessage:
    given = {"visibility": Visibility.PUBLIC, "audience": Audience.REQUESTER} | columns
    message = ChatMessage(ticket_id=ticket.id, sender_id=person.id, body="Look:", **given)
    session.add(message)
    await session.flush()
    return message


async def attach(
    session: AsyncSession,
    desks: Desks,
    ticket: Ticket,
    person: Actor,
    message: ChatMessage | None = None,
) -> Attachment:
    file = picture(ticket, person, message)
    attachment = await files.attach(session, desks.turn(person), file)
    assert attachment is not None
    return attachment


async def readers(session: AsyncSession, desks: Desks, ticket: Ticket, file_id: int) -> set[str]:
    """Whom it opens for. A list of the ticket's files says the same, for everyone."""
    found = set()
    for name, person in desks.people.items():
        listed = [each.id for each in await queries.list_files(session, person, ticket.id)]
        refusal = await refusal_of(queries.get_file(session, person, file_id))
        assert listed == ([] if refusal else [file_id])
        if refusal is None:
            found.add(name)
        else:
            assert type(refusal) is NotFound
            assert refusal.text == "This file does not exist, or you are not on its ticket."
    return found


@pytest.fixture
async def ticket(session: AsyncSession, desks: Desks) -> Ticket:
    return await desks.ticket(session)


async def test_a_file_is_kept_with_what_proves_it_and_a_line_in_the_trail(
    session: AsyncSession, desks: Desks, ticket: Ticket
) -> None:
    before = await dump(session, *TABLES)
    attachment = await attach(session, desks, ticket, desks.bea)
    assert (attachment.name, attachment.uploaded_by_id) == ("fire.jpg", desks.bea.id)
    assert (attachment.sha256, attachment.size_bytes) == ("0" * 64, 6)
    assert attachment.storage_key == key_of(ticket.id, FLAMES)
    line = await session.scalar(select(AuditLog))
    assert line is not None
    assert (line.action, line.user_id) == ("file.attach", desks.bea.id)
    assert line.details == {
        "attachment_id": attachment.id,
        "media_type": "image/jpeg",
        "size_bytes": 6,
    }
    rows = added(before, await dump(session, *TABLES), "outbox_messages")
    assert [row["topic"] for row in rows] == ["ticket.card_changed", "ticket.receipt_changed"]


async def test_the_same_file_twice_is_attached_once_on_each_ticket(
    session: AsyncSession, desks: Desks, ticket: Ticket
) -> None:
    await attach(session, desks, ticket, desks.bea)
    before = await dump(session, *TABLES)
    again = picture(ticket, desks.bea)
    assert await files.attach(session, desks.turn(desks.bea), again) is None
    assert await dump(session, *TABLES) == before
    other = await desks.ticket(session)
    attachment = await attach(session, desks, other, desks.bea)
    assert attachment.storage_key != key_of(ticket.id, FLAMES)


async def test_six_workers_with_one_file_attach_it_once(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    desks = fresh_desks
    async with unit_of_work(fresh_sessions) as session:
        ticket = await desks.ticket(session)
    start = asyncio.Barrier(6)

    async def work() -> bool:
        async with unit_of_work(fresh_sessions) as session:
            await session.execute(text("SELECT 1"))
            await start.wait()
            file = picture(ticket, desks.bea)
            return await files.attach(session, desks.turn(desks.bea), file) is not None

    done = await asyncio.gather(*(work() for _ in range(6)))
    assert done.count(True) == 1
    async with fresh_sessions() as session:
        rows = await dump(session, *TABLES)
    assert (len(rows["attachments"]), len(rows["audit_logs"])) == (1, 1)


async def test_a_file_opens_for_whoever_may_read_its_ticket(
    session: AsyncSession, desks: Desks, ticket: Ticket
) -> None:
    attachment = await attach(session, desks, ticket, desks.bea)
    desk = {"bea", "hugo", "ann", "carl", "vera"}
    assert await readers(session, desks, ticket, attachment.id) == desk
    await add_part(session, ticket, desks.eve)
    assert await readers(session, desks, ticket, attachment.id) == desk | {"eve"}


async def test_what_came_with_a_note_opens_for_those_who_may_read_notes(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.hana)
    await add_part(session, ticket, desks.eve)
    note = await said(session, ticket, desks.ann, **NOTE)
    attachment = await attach(session, desks, ticket, desks.ann, note)
    at_desk = {"hugo", "ann", "carl", "vera", "hana"}
    assert await readers(session, desks, ticket, attachment.id) == at_desk
    assert not (await tickets.get_view(session, desks.bea, ticket.id)).has_files
    assert await queries.find_kept(session, attachment.id) is None
    note.visibility = Visibility.PUBLIC
    await session.flush()
    assert await readers(session, desks, ticket, attachment.id) == at_desk | {"bea", "eve"}
    assert (await tickets.get_view(session, desks.bea, ticket.id)).has_files
    assert await queries.find_kept(session, attachment.id) is not None


async def test_deleting_a_note_does_not_open_its_file_to_anybody(
    session: AsyncSession, desks: Desks, ticket: Ticket
) -> None:
    note = await said(session, ticket, desks.ann, **NOTE)
    attachment = await attach(session, desks, ticket, desks.ann, note)
    note.delete_softly(utc_now())
    await session.flush()
    assert await readers(session, desks, ticket, attachment.id) == {"hugo", "ann", "carl", "vera"}
    assert not (await tickets.get_view(session, desks.bea, ticket.id)).has_files


@pytest.mark.parametrize("way", ["deleted", "called back"])
async def test_what_was_taken_away_is_passed_on_no_more(
    session: AsyncSession, desks: Desks, ticket: Ticket, way: str
) -> None:
    message = await said(session, ticket, desks.bea)
    attachment = await attach(session, desks, ticket, desks.bea, message)
    kept = await queries.find_kept(session, attachment.id)
    assert kept is not None
    assert (kept.name, kept.uploader) == ("fire.jpg", "Bea")
    if way == "deleted":
        message.delete_softly(utc_now())
    else:
        message.taken_back_at = utc_now()
    await session.flush()
    assert await queries.find_kept(session, attachment.id) is None


@pytest.mark.parametrize("way", ["ticket", "attachment"])
async def test_nobody_opens_what_was_deleted(
    session: AsyncSession, desks: Desks, ticket: Ticket, way: str
) -> None:
    attachment = await attach(session, desks, ticket, desks.bea)
    file_id = attachment.id
    if way == "ticket":
        await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason="x")
    else:
        attachment.delete_softly(utc_now())
        await session.flush()
    session.expunge_all()
    assert await readers(session, desks, ticket, file_id) == set()
    assert await queries.find_kept(session, file_id) is None


async def test_what_was_shared_in_a_note_and_then_openly_is_everybodys(
    session: AsyncSession, desks: Desks, ticket: Ticket
) -> None:
    note = await said(session, ticket, desks.ann, **NOTE)
    attachment = await attach(session, desks, ticket, desks.ann, note)
    turn, another = desks.turn(desks.ann), await said(session, ticket, desks.ann, **NOTE)
    again = offered(ticket, desks.ann, another)
    assert await files.attach_again(session, turn, again) is None
    openly = await said(session, ticket, desks.ann)
    again = offered(ticket, desks.ann, openly)
    assert await files.attach_again(session, turn, again) is attachment
    assert attachment.chat_message_id == openly.id
    assert "bea" in await readers(session, desks, ticket, attachment.id)
    before = await dump(session, *TABLES)
    for message in (openly, note):
        back = offered(ticket, desks.ann, message)
        assert await files.attach_again(session, turn, back) is None
    assert await dump(session, *TABLES) == before


async def test_a_refusal_is_told_once_for_each_message(
    session: AsyncSession, desks: Desks, ticket: Ticket
) -> None:
    turn, reason = desks.turn(desks.bea), "fire.exe was not passed on: IT takes no programs."
    offer = offered(ticket, desks.bea, await said(session, ticket, desks.bea))
    for _ in range(2):
        await files.refuse(session, turn, offer, reason)
    rows = await dump(session, *TABLES)
    (line,), (told,) = rows["audit_logs"], rows["outbox_messages"]
    assert (line["action"], line["details"]["reason"]) == ("file.refuse", reason)
    assert (told["topic"], told["payload"]["audit_id"]) == ("file.refused", line["id"])
    assert told["payload"]["reader_id"] == str(desks.bea.id)
    assert rows["attachments"] == []
    later = offered(ticket, desks.bea, await said(session, ticket, desks.bea))
    await files.refuse(session, turn, later, reason)
    assert len((await dump(session, "audit_logs"))["audit_logs"]) == 2


async def test_asking_twice_sends_once_and_strangers_get_nothing(
    session: AsyncSession, desks: Desks, ticket: Ticket
) -> None:
    attachment = await attach(session, desks, ticket, desks.bea)
    file_id, before = attachment.id, await dump(session, *TABLES)
    with pytest.raises(NotFound):
        await files.send_to(session, desks.turn(desks.eve), file_id)
    with pytest.raises(NotFound):
        await files.send_to(session, desks.turn(desks.ann), file_id + 1)
    assert await dump(session, *TABLES) == before
    for _ in range(2):
        await files.send_to(session, desks.turn(desks.ann), file_id)
    after = await dump(session, *TABLES)
    (told,) = added(before, after, "notifications")
    (row,) = added(before, after, "outbox_messages")
    assert (told["user_id"], told["topic"]) == (str(desks.ann.id), "file.sent")
    assert (row["topic"], row["payload"]) == ("file.sent", {"notification_id": told["id"]})
    assert (await queries.get_asker(session, told["id"])).id == desks.ann.id
    await files.note_sending(session, told["id"], slack_file_id="F1", is_sent=True)
    await files.send_to(session, desks.turn(desks.ann), file_id)
    assert len(added(before, await dump(session, *TABLES), "notifications")) == 2


async def test_the_rules_are_those_of_a_ticket_and_message_that_are_still_there(
    session: AsyncSession, desks: Desks, ticket: Ticket
) -> None:
    message = await said(session, ticket, desks.bea)
    assert (await queries.get_rules(session, ticket.id, message.id)).department == "IT"
    message.delete_softly(utc_now())
    await session.flush()
    assert (await queries.get_rules(session, ticket.id, None)).department == "IT"
    for ticket_id, message_id in ((ticket.id, message.id), (uuid.uuid4(), None)):
        with pytest.raises(NotFound):
            await queries.get_rules(session, ticket_id, message_id)
