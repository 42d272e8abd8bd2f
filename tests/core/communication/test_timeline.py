"""One order of time for what was done and what was said, and who reads which of it."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import service as communication
from core.communication.models import Audience, Visibility
from core.communication.service import Words
from core.communication.timeline import (
    Position,
    Timeline,
    parameters,
    read_timeline,
    read_whole_timeline,
    statement,
)
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import NotFound
from core.files.models import Attachment
from core.outbox import OutboxMessage
from core.tickets import history
from core.tickets import service as tickets
from core.tickets.models import AuditLog, Source, Ticket
from core.users.models import User
from core.users.permissions import Actor
from core.users.queries import actor_of
from core.users.roles import Role
from tests.core.desks import Desks
from tests.factories import make_department, make_message, make_ticket, make_user

START = utc_now() - timedelta(days=1)
NOTE: dict[str, Any] = {"visibility": Visibility.INTERNAL, "audience": Audience.DESK}


class Desk:
    """A ticket of Bea's at the desk of IT."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def set_up(self) -> "Desk":
        it = await make_department(self.session)
        hr = await make_department(self.session, "HR")
        agent = {"role": Role.AGENT}
        self.ann: User = await make_user(self.session, "U0ANN", department=it, **agent)
        self.hana: User = await make_user(self.session, "U0HANA", department=hr, **agent)
        self.bea: User = await make_user(self.session, "U0BEA")
        self.ticket: Ticket = await make_ticket(self.session, requestor=self.bea, department=it)
        return self

    async def did(self, action: str, at: int, **details: Any) -> AuditLog:
        row = AuditLog(
            user_id=self.ann.id,
            ticket_id=self.ticket.id,
            action=action,
            source=Source.BUTTON,
            changes={},
            details=details,
            created_at=moment(at),
        )
        self.session.add(row)
        await self.session.flush()
        return row

    async def said(self, body: str, at: int, sender: User | None = None, **more: Any) -> Any:
        sender = sender or self.bea
        return await make_message(
            self.session,
            ticket=self.ticket,
            sender=sender,
            body=body,
            created_at=moment(at),
            **more,
        )

    async def read(self, person: User, **given: Any) -> Timeline:
        return await read_timeline(self.session, self.actor(person), self.ticket.id, **given)

    def actor(self, person: User) -> Actor:
        return actor_of(person)


def moment(at: int) -> datetime:
    return START + timedelta(minutes=at)


def told(page: Timeline) -> list[str]:
    return [entry.body or entry.line.action for entry in page.entries]


@pytest.fixture
async def desk(session: AsyncSession) -> Desk:
    return await Desk(session).set_up()


async def test_words_and_deeds_stand_in_the_order_they_happened(desk: Desk) -> None:
    await desk.did("ticket.open", 1)
    await desk.said("it smokes", 2)
    await desk.did("ticket.claim", 3)
    await desk.said("looking", 4, desk.ann, **NOTE)
    await desk.did("ticket.start", 5)
    assert told(await desk.read(desk.ann)) == [
        *("ticket.open", "it smokes", "ticket.claim", "looking", "ticket.start")
    ]


async def test_the_trail_does_not_repeat_what_a_message_tells(desk: Desk) -> None:
    said = await desk.said("hello", 1)
    await desk.did("message.reply", 1, message_id=said.id)
    note = await desk.said("note", 2, desk.ann, **NOTE)
    await desk.did("message.note", 2, message_id=note.id)
    assert told(await desk.read(desk.ann)) == ["hello", "note"]


async def test_notes_and_what_is_about_them_stay_at_the_desk(desk: Desk) -> None:
    note = await desk.said("secret", 1, desk.ann, **NOTE)
    file = Attachment(
        ticket_id=desk.ticket.id,
        uploaded_by_id=desk.ann.id,
        chat_message_id=note.id,
        name="secret.pdf",
        media_type="application/pdf",
        size_bytes=1,
        sha256="0" * 64,
        storage_key="aa/1",
    )
    desk.session.add(file)
    await desk.session.flush()
    await desk.did("message.edit", 2, message_id=note.id)
    await desk.did("file.attach", 3, attachment_id=file.id)
    await desk.did("ticket.assign", 4, assignee="Ann", note="be nice")
    await desk.did("ticket.refused", 5)
    theirs, ours = await desk.read(desk.bea), await desk.read(desk.ann)
    assert told(theirs) == ["ticket.assign"]
    assert theirs.entries[0].line.details == {"assignee": "Ann"}
    assert told(ours) == [
        *("secret", "message.edit", "file.attach", "ticket.assign", "ticket.refused")
    ]
    assert ours.entries[2].line.details["file"] == "secret.pdf"
    assert (theirs.at_desk, ours.at_desk) == (False, True)


async def test_the_assignee_of_another_desk_reads_the_notes(desk: Desk) -> None:
    await desk.said("secret", 1, desk.ann, **NOTE)
    desk.ticket.assignee_id = desk.hana.id
    await desk.session.flush()
    assert told(await desk.read(desk.hana)) == ["secret"]


async def test_a_reply_that_is_still_held_back_is_at_the_desk_only(desk: Desk) -> None:
    said = await desk.said("held", 1, desk.ann, audience=Audience.DESK)
    row = OutboxMessage(
        topic="message.copied",
        lane=f"requester:{desk.ticket.id}",
        payload={"message_id": said.id},
    )
    desk.session.add(row)
    await desk.session.flush()
    assert told(await desk.read(desk.ann)) == ["held"]
    assert told(await desk.read(desk.bea)) == []
    row.settled_at = utc_now()
    await desk.session.flush()
    assert told(await desk.read(desk.bea)) == ["held"]


async def test_the_desk_reads_when_a_note_was_sent_on(desk: Desk) -> None:
    note = await desk.said("was a note", 1, desk.ann, audience=Audience.DESK)
    await desk.did("message.note", 1, message_id=note.id)
    await desk.did("message.reply", 9, message_id=note.id)
    assert told(await desk.read(desk.ann)) == ["was a note", "message.publish"]
    assert told(await desk.read(desk.bea)) == ["was a note"]


async def test_what_was_edited_or_deleted_is_marked(desk: Desk) -> None:
    await desk.said("better", 1, edited_at=utc_now(), edited_ts="2.0")
    await desk.said("gone", 2, is_deleted=True, deleted_at=utc_now())
    marks = [(each.is_edited, each.is_deleted) for each in (await desk.read(desk.bea)).entries]
    assert marks == [(True, False), (False, True)]


async def test_a_number_of_another_ticket_in_the_details_leads_nowhere(desk: Desk) -> None:
    other = await make_ticket(
        desk.session, requestor=desk.bea, department=await make_department(desk.session, "Law")
    )
    foreign = await make_message(desk.session, ticket=other, sender=desk.bea, body="foreign")
    await desk.did("message.edit", 1, message_id=foreign.id)
    await desk.did("message.edit", 2, message_id="7; drop")
    await desk.did("message.edit", 3, message_id=None, attachment_id=[])
    assert told(await desk.read(desk.ann)) == ["message.edit"] * 3


async def test_lines_of_people_who_are_gone_and_of_the_desk_itself_stay(desk: Desk) -> None:
    await desk.did("ticket.claim", 1)
    overdue = AuditLog(
        ticket_id=desk.ticket.id, action="sla.breached", source=Source.JOB, created_at=moment(2)
    )
    desk.session.add(overdue)
    await desk.said("still smoking", 3, desk.ann)
    desk.ann.delete_softly(utc_now())
    await desk.session.flush()
    page = await desk.read(desk.bea)
    assert [(each.line.who, each.body or each.line.action) for each in page.entries] == [
        ("Ann", "ticket.claim"),
        (None, "sla.breached"),
        ("Ann", "still smoking"),
    ]
    found = await history.list_lines(desk.session, [overdue.id])
    assert (found[overdue.id].who, found[overdue.id].action) == (None, "sla.breached")


async def test_what_the_services_write_is_told_once(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    desks, ann = fresh_desks, fresh_desks.turn(fresh_desks.ann)
    async with unit_of_work(fresh_sessions) as session:
        ticket = await desks.ticket(session)
        await tickets.claim(session, ann, ticket.id)
        await communication.note(session, ann, ticket.id, Words("She never reads mail."))
        await communication.reply(session, ann, ticket.id, Words("Is it plugged in?"))
        await tickets.start(session, ann, ticket.id)
        ours = await read_timeline(session, desks.ann, ticket.id)
        theirs = await read_timeline(session, desks.bea, ticket.id)
        for stranger in (desks.eve, desks.hana, desks.ada, desks.cleo):
            with pytest.raises(NotFound, match="or you are not on it"):
                await read_timeline(session, stranger, ticket.id)
    assert told(ours) == [
        *("ticket.claim", "She never reads mail."),
        *("Is it plugged in?", "ticket.wait", "ticket.start"),
    ]
    assert ours.entries[0].line.changes["status"] == ["new", "assigned"]
    # The reply is held back for a moment, and with it what it did to the ticket.
    assert told(theirs) == ["ticket.claim", "ticket.start"]


async def test_strangers_and_a_deleted_ticket_are_refused(desk: Desk) -> None:
    with pytest.raises(NotFound, match="or you are not on it"):
        await desk.read(desk.hana)
    desk.ticket.delete_softly(utc_now())
    await desk.session.flush()
    with pytest.raises(NotFound, match="does not exist any more"):
        await desk.read(desk.ann)


async def test_pages_lead_to_the_beginning_and_back_without_a_gap(desk: Desk) -> None:
    # Ten to a moment: the order must hold where the time alone does not tell.
    for number in range(30):
        await desk.did(f"ticket.n{number}", number // 10)
        await desk.said(f"words {number}", number // 10)
    whole = [
        each.position
        for each in await read_whole_timeline(
            desk.session, desk.actor(desk.ann), desk.ticket.id, most=7
        )
    ]
    assert len(set(whole)) == 60
    assert whole == sorted(whole)
    page = await desk.read(desk.ann, most=7)
    assert (page.has_newer, page.has_older) == (False, True)
    back = [page]
    while page.has_older:
        page = await desk.read(desk.ann, before=page.entries[0].position, most=7)
        back.insert(0, page)
    assert [entry.position for each in back for entry in each.entries] == whole
    forth = [entry.position for entry in page.entries]
    while page.has_newer:
        page = await desk.read(desk.ann, after=page.entries[-1].position, most=7)
        forth += [entry.position for entry in page.entries]
    assert forth == whole


async def test_a_page_takes_two_statements(desk: Desk) -> None:
    await desk.said("hello", 1)
    counted: list[str] = []
    connection = (await desk.session.connection()).sync_connection

    def count(*given: Any) -> None:
        counted.append(given[2])

    event.listen(connection, "before_cursor_execute", count)
    await desk.read(desk.ann)
    event.remove(connection, "before_cursor_execute", count)
    assert len(counted) == 2


_MANY_TICKETS = """
    INSERT INTO tickets (id, summary, description, status, priority, is_private, requestor_id,
                         department_id)
    SELECT gen_random_uuid(), 'printer', '', 'new', 'low', false, :user, :department
      FROM generate_series(1, 300)
"""
_MUCH_DONE = """
    INSERT INTO audit_logs (user_id, ticket_id, action, source, changes, details, created_at)
    SELECT requestor_id, id, 'ticket.start', 'button', '{}', '{}', now() - n * interval '1 hour'
      FROM generate_series(1, 100) AS n, tickets
"""
_MUCH_SAID = """
    INSERT INTO chat_messages (ticket_id, sender_id, body, visibility, audience, created_at)
    SELECT id, requestor_id, 'words', 'public', 'requester', now() - n * interval '1 hour'
      FROM generate_series(1, 100) AS n, tickets
"""


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("at_desk", [True, False])
async def test_a_page_walks_along_the_documented_indexes(
    desk: Desk, forward: bool, at_desk: bool
) -> None:
    for sql in (_MANY_TICKETS, _MUCH_DONE, _MUCH_SAID):
        await desk.session.execute(
            text(sql), {"user": desk.bea.id, "department": desk.ticket.department_id}
        )
    await desk.session.execute(text("ANALYZE tickets, audit_logs, chat_messages"))
    edge = Position(utc_now() - timedelta(days=2), 1, 10)
    values = parameters(desk.ticket.id, edge, at_desk, 21)
    explained = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement(forward=forward).element.text}")
    found = (await desk.session.execute(explained, values)).scalar_one()
    nodes = list(walk((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))
    used = {node["Index Name"]: node for node in nodes if "Index Name" in node}
    for name in ("audit_logs", "chat_messages"):
        assert read(used[f"ix_{name}_ticket_id_created_at"]) < 100
    large = {"audit_logs", "chat_messages"}
    assert not [
        node for node in nodes if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large
    ]


def walk(node: dict[str, Any]) -> Any:
    yield node
    for each in node.get("Plans", ()):
        yield from walk(each)


def read(node: dict[str, Any]) -> float:
    """How many rows it looked at."""
    return float(node["Actual Rows"]) + float(node.get("Rows Removed by Filter", 0))
