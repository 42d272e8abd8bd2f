"""Saying something about a ticket: who may, who hears it, and what it does to the ticket."""

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import queries
from core.communication import service as communication
from core.communication.models import Audience, ChatMessage, Thread, Visibility
from core.communication.service import BODY_MAX, Words
from core.db import unit_of_work
from core.engine import Sessions
from core.errors import AlreadyDone, InvalidField, NotAllowed, NotFound
from core.tickets import deletion
from core.tickets.models import AuditLog, Part, Ticket, TicketParticipant
from core.tickets.states import Status
from core.users.models import User
from core.users.permissions import Actor
from tests.core.desks import Desks, add_part, dump

EARLIER = datetime(2026, 3, 2, 12, tzinfo=UTC)
TABLES = ("tickets", "ticket_participants", "chat_messages", "audit_logs", "outbox_messages")


def thread(ticket: Ticket, audience: Audience) -> Thread:
    """Below a card or a receipt of ours."""
    return Thread(
        ticket_id=ticket.id, audience=audience, channel_id="C0", root_ts="1.0", card_ts="1.0"
    )


def source_thread(ticket: Ticket) -> Thread:
    """Below the message that the ticket was made from; our receipt is a reply to it."""
    found = thread(ticket, Audience.REQUESTER)
    found.card_ts = "2.0"
    return found


async def hear(
    session: AsyncSession,
    desks: Desks,
    ticket: Ticket,
    person: Actor,
    where: Audience,
    body: str = "It smells of smoke.",
    **place: Any,
) -> ChatMessage | None:
    return await communication.hear(
        session, desks.turn(person), thread(ticket, where), Words(body, **place)
    )


async def actions(session: AsyncSession) -> list[str]:
    return list(await session.scalars(select(AuditLog.action).order_by(AuditLog.id)))


async def parts(session: AsyncSession) -> dict[uuid.UUID, Part]:
    rows = await session.execute(select(TicketParticipant.user_id, TicketParticipant.part))
    return {row[0]: row[1] for row in rows}


async def copies(session: AsyncSession) -> list[str]:
    """Where words are to be repeated."""
    rows = (await dump(session, "outbox_messages"))["outbox_messages"]
    return [row["lane"] for row in rows if row["topic"] == "message.copied"]


async def outbox_of(session: AsyncSession) -> list[tuple[str, str]]:
    """Topic and audience of what is to be said, without the cards."""
    rows = (await dump(session, "outbox_messages"))["outbox_messages"]
    return [
        (row["topic"], row["payload"].get("audience", ""))
        for row in rows
        if not row["topic"].endswith("_changed")
    ]


class TestInADesksThread:
    async def test_what_is_written_there_stays_there(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
        message = await hear(session, desks, ticket, desks.ann, Audience.DESK)
        assert message is not None
        assert (message.visibility, message.audience) == (Visibility.INTERNAL, Audience.DESK)
        assert await actions(session) == ["message.note"]
        assert ("message.copied", "requester") not in await outbox_of(session)
        assert ticket.status is Status.IN_PROGRESS
        assert ticket.first_responded_at is None

    async def test_the_writer_is_told_the_first_time_that_only_the_desk_sees_it(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        for number, person in enumerate((desks.ann, desks.ann, desks.carl)):
            place = {"channel_id": "C0", "message_ts": f"{number}"}
            await hear(session, desks, ticket, person, Audience.DESK, **place)
        rows = (await dump(session, "outbox_messages"))["outbox_messages"]
        told = [(row["topic"], row["payload"]["reader_id"]) for row in rows]
        topic = "message.kept_internal"
        assert told == [(topic, str(desks.ann.id)), (topic, str(desks.carl.id))]
        place = {"ticket_id": str(ticket.id), "audience": "desk"}
        assert all(row["payload"].items() >= place.items() for row in rows)
        lanes = [f"internal:{ticket.id}:{each.id}" for each in (desks.ann, desks.carl)]
        assert [row["lane"] for row in rows] == lanes

    async def test_a_reply_with_the_form_before_does_not_count_as_told(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await communication.reply(session, desks.turn(desks.ann), ticket.id, Words("Hello."))
        await hear(
            session, desks, ticket, desks.ann, Audience.DESK, channel_id="C0", message_ts="1"
        )
        assert ("message.kept_internal", "desk") in await outbox_of(session)

    async def test_with_open_threads_it_goes_to_the_requester(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(
            session, desk=desks.hr, assignee=desks.hana, status=Status.IN_PROGRESS
        )
        message = await hear(session, desks, ticket, desks.hana, Audience.DESK)
        assert message is not None
        assert message.visibility is Visibility.PUBLIC
        assert ("message.copied", "requester") in await outbox_of(session)
        assert ticket.first_responded_at is not None
        assert ticket.status is Status.WAITING_REQUESTER

    @pytest.mark.parametrize("name", ["bea", "eve", "hana", "ada", "cleo"])
    async def test_who_is_not_of_the_desk_is_refused_and_nothing_is_kept(
        self, session: AsyncSession, desks: Desks, name: str
    ) -> None:
        ticket = await desks.ticket(session)
        before = await dump(session, *TABLES)
        with pytest.raises(NotAllowed):
            await hear(session, desks, ticket, desks.people[name], Audience.DESK)
        assert await dump(session, *TABLES) == before


class TestInTheRequestersThread:
    async def test_the_desk_reads_it_too(self, session: AsyncSession, desks: Desks) -> None:
        ticket = await desks.ticket(session)
        message = await hear(session, desks, ticket, desks.bea, Audience.REQUESTER)
        assert message is not None
        assert message.visibility is Visibility.PUBLIC
        assert await outbox_of(session) == [("message.copied", "desk")]
        assert ticket.first_responded_at is None

    async def test_an_answer_sets_the_work_going_again(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.WAITING_REQUESTER)
        await hear(session, desks, ticket, desks.bea, Audience.REQUESTER)
        assert ticket.status is Status.IN_PROGRESS
        assert await actions(session) == ["message.reply", "ticket.answer"]

    @pytest.mark.parametrize("status", [Status.NEW, Status.ON_HOLD, Status.RESOLVED])
    async def test_otherwise_the_status_stays(
        self, session: AsyncSession, desks: Desks, status: Status
    ) -> None:
        ticket = await desks.ticket(session, status=status)
        await hear(session, desks, ticket, desks.bea, Audience.REQUESTER)
        assert ticket.status is status

    async def test_an_agent_who_writes_there_is_no_answer_but_a_response(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.WAITING_REQUESTER)
        await hear(session, desks, ticket, desks.ann, Audience.REQUESTER)
        assert ticket.status is Status.WAITING_REQUESTER
        assert ticket.first_responded_at is not None

    async def test_a_stranger_is_refused_and_nothing_is_kept(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        before = await dump(session, *TABLES)
        with pytest.raises(NotAllowed, match="You are not on"):
            await hear(session, desks, ticket, desks.eve, Audience.REQUESTER)
        assert await dump(session, *TABLES) == before


class TestBelowTheMessageATicketWasMadeFrom:
    @pytest.mark.parametrize("name", ["eve", "hana", "ada", "cleo"])
    async def test_a_stranger_takes_part_from_then_on(
        self, session: AsyncSession, desks: Desks, name: str
    ) -> None:
        ticket, person = await desks.ticket(session), desks.people[name]
        for words in ("Mine as well.", "Since Monday."):
            heard = Words(words)
            turn = desks.turn(person)
            message = await communication.hear(session, turn, source_thread(ticket), heard)
            assert message is not None
            assert message.visibility is Visibility.PUBLIC
        assert await actions(session) == ["ticket.join", "message.reply", "message.reply"]
        assert (await parts(session))[person.id] is Part.FOLLOWER
        assert ticket.first_responded_at is None
        assert ("message.copied", "desk") in await outbox_of(session)

    async def test_whoever_is_on_it_keeps_their_part(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        for person in (desks.bea, desks.ann):
            turn = desks.turn(person)
            await communication.hear(session, turn, source_thread(ticket), Words("Hm."))
        assert "ticket.join" not in await actions(session)
        assert await parts(session) == {desks.bea.id: Part.REQUESTER, desks.ann.id: Part.AGENT}

    @pytest.mark.parametrize("why", ["private", "guest", "deactivated"])
    async def test_it_stays_closed_where_nobody_may_join(
        self, session: AsyncSession, desks: Desks, why: str
    ) -> None:
        ticket = await desks.ticket(session, is_private=why == "private")
        eve = replace(desks.eve, is_guest=why == "guest", is_active=why != "deactivated")
        before = await dump(session, *TABLES)
        with pytest.raises(NotAllowed):
            await communication.hear(
                session, desks.turn(eve), source_thread(ticket), Words("Mine as well.")
            )
        assert await dump(session, *TABLES) == before

    async def test_the_desks_own_thread_takes_nobody_in(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        desk = source_thread(ticket)
        desk.audience = Audience.DESK
        before = await dump(session, *TABLES)
        with pytest.raises(NotAllowed):
            await communication.hear(session, desks.turn(desks.eve), desk, Words("Hello."))
        assert await dump(session, *TABLES) == before


class TestTheForm:
    async def test_it_reaches_the_requester_and_is_shown_at_the_desk(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
        turn = desks.turn(desks.ann)
        message = await communication.reply(session, turn, ticket.id, Words("Switch it off."))
        assert message is not None
        assert message.visibility is Visibility.PUBLIC
        assert {audience for _, audience in await outbox_of(session)} == {"requester", "desk"}
        assert ticket.status is Status.WAITING_REQUESTER

    async def test_a_department_may_keep_working_after_a_reply(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(
            session, desk=desks.finance, assignee=desks.finn, status=Status.IN_PROGRESS
        )
        await communication.reply(session, desks.turn(desks.finn), ticket.id, Words("Soon."))
        assert ticket.status is Status.IN_PROGRESS

    @pytest.mark.parametrize("body", ["", " \n", "x" * (BODY_MAX + 1)])
    async def test_words_that_do_not_fit_are_refused_beside_their_input(
        self, session: AsyncSession, desks: Desks, body: str
    ) -> None:
        ticket = await desks.ticket(session)
        with pytest.raises(InvalidField) as refusal:
            await communication.reply(session, desks.turn(desks.ann), ticket.id, Words(body))
        assert refusal.value.field == "reply"

    @pytest.mark.parametrize("name", ["bea", "eve", "hana"])
    async def test_only_the_desk_replies_with_it(
        self, session: AsyncSession, desks: Desks, name: str
    ) -> None:
        ticket = await desks.ticket(session)
        before = await dump(session, *TABLES)
        turn = desks.turn(desks.people[name])
        with pytest.raises(NotAllowed):
            await communication.reply(session, turn, ticket.id, Words("Hello."))
        assert await dump(session, *TABLES) == before


class TestTheSameMessageTwice:
    PLACES = ({"channel_id": "C0", "message_ts": "1.0"}, {"source_key": "view:V1"})

    @pytest.mark.parametrize("place", PLACES)
    async def test_it_is_kept_once_and_does_nothing_more(
        self, session: AsyncSession, desks: Desks, place: dict[str, str]
    ) -> None:
        ticket = await desks.ticket(session)
        await hear(session, desks, ticket, desks.bea, Audience.REQUESTER, **place)
        before = await dump(session, *TABLES)
        again = await hear(session, desks, ticket, desks.bea, Audience.REQUESTER, **place)
        assert again is None
        assert await dump(session, *TABLES) == before

    async def test_six_at_once_are_kept_once(
        self, fresh_sessions: Sessions, fresh_desks: Desks
    ) -> None:
        desks = fresh_desks
        async with unit_of_work(fresh_sessions) as session:
            ticket = await desks.ticket(
                session, assignee=desks.ann, status=Status.WAITING_REQUESTER
            )
        start = asyncio.Barrier(6)

        async def deliver() -> bool:
            async with unit_of_work(fresh_sessions) as session:
                await session.execute(text("SELECT 1"))
                await start.wait()
                where = Audience.REQUESTER
                heard = await hear(session, desks, ticket, desks.bea, where, **self.PLACES[0])
                return heard is not None

        heard = await asyncio.gather(*(deliver() for _ in range(6)))
        assert heard.count(True) == 1
        async with fresh_sessions() as session:
            assert len((await dump(session, "chat_messages"))["chat_messages"]) == 1
            assert await actions(session) == ["message.reply", "ticket.answer"]


class TestSendingOnAfterAll:
    async def test_an_internal_message_reaches_the_requester(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
        message = await hear(session, desks, ticket, desks.ann, Audience.DESK)
        assert message is not None
        await communication.publish(session, desks.turn(desks.ann), message.id)
        assert message.visibility is Visibility.PUBLIC
        assert ("message.copied", "requester") in await outbox_of(session)
        assert ticket.first_responded_at is not None
        assert ticket.status is Status.WAITING_REQUESTER

    async def test_it_is_sent_once(self, session: AsyncSession, desks: Desks) -> None:
        ticket = await desks.ticket(session)
        message = await hear(session, desks, ticket, desks.ann, Audience.DESK)
        assert message is not None
        await communication.publish(session, desks.turn(desks.ann), message.id)
        before = await dump(session, *TABLES)
        with pytest.raises(AlreadyDone, match="has this message already"):
            await communication.publish(session, desks.turn(desks.carl), message.id)
        assert await dump(session, *TABLES) == before

    async def test_two_at_once_send_it_once(
        self, fresh_sessions: Sessions, fresh_desks: Desks
    ) -> None:
        desks = fresh_desks
        async with unit_of_work(fresh_sessions) as session:
            ticket = await desks.ticket(session)
            message = await hear(session, desks, ticket, desks.ann, Audience.DESK)
        assert message is not None
        message_id, start = message.id, asyncio.Barrier(2)

        async def publish(person: Actor) -> None:
            async with unit_of_work(fresh_sessions) as session:
                await session.execute(text("SELECT 1"))
                await start.wait()
                await communication.publish(session, desks.turn(person), message_id)

        done = await asyncio.gather(publish(desks.ann), publish(desks.carl), return_exceptions=True)
        assert sorted(type(each).__name__ for each in done) == ["AlreadyDone", "NoneType"]
        async with fresh_sessions() as session:
            assert (await outbox_of(session)).count(("message.copied", "requester")) == 1

    async def test_only_the_desk_may_and_only_what_is_there(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        message = await hear(session, desks, ticket, desks.ann, Audience.DESK)
        assert message is not None
        for person in (desks.bea, desks.hana, desks.ada):
            with pytest.raises(NotAllowed):
                await communication.publish(session, desks.turn(person), message.id)
        assert message.visibility is Visibility.INTERNAL
        await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason="x")
        session.expunge_all()
        with pytest.raises(NotFound):
            await communication.publish(session, desks.turn(desks.ann), message.id)


class TestTheFirstResponse:
    async def test_it_is_set_once(self, session: AsyncSession, desks: Desks) -> None:
        ticket = await desks.ticket(session, first_responded_at=EARLIER)
        await communication.reply(session, desks.turn(desks.ann), ticket.id, Words("Again."))
        assert ticket.first_responded_at == EARLIER

    @pytest.mark.parametrize("part", [Part.REQUESTER, Part.AUTHOR])
    async def test_an_agent_who_filed_it_does_not_respond_to_themselves(
        self, session: AsyncSession, desks: Desks, part: Part
    ) -> None:
        requester = desks.ann if part is Part.REQUESTER else desks.bea
        ticket = await desks.ticket(session, requester=requester)
        if part is Part.AUTHOR:
            await add_part(session, ticket, desks.ann, Part.AUTHOR)
        await communication.reply(session, desks.turn(desks.ann), ticket.id, Words("Also:"))
        assert ticket.first_responded_at is None
        await communication.reply(session, desks.turn(desks.carl), ticket.id, Words("I see."))
        assert ticket.first_responded_at is not None


async def test_whoever_writes_is_on_the_ticket_from_then_on(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await hear(session, desks, ticket, desks.carl, Audience.DESK)
    await hear(session, desks, ticket, desks.bea, Audience.REQUESTER)
    assert await parts(session) == {desks.bea.id: Part.REQUESTER, desks.carl.id: Part.AGENT}


async def test_what_is_public_is_repeated_to_every_follower_and_a_note_to_none(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    for person in (desks.eve, desks.finn):
        await add_part(session, ticket, person)
    await add_part(session, ticket, desks.cleo, Part.AUTHOR)
    await hear(session, desks, ticket, desks.ann, Audience.DESK)
    assert await copies(session) == []
    await hear(session, desks, ticket, desks.bea, Audience.REQUESTER)
    followers = [f"follower:{ticket.id}:{each.id}" for each in (desks.eve, desks.finn)]
    assert await copies(session) == [f"desk:{ticket.id}", *followers]
    await session.execute(text("DELETE FROM outbox_messages"))
    theirs = thread(ticket, Audience.FOLLOWER)
    theirs.user_id = desks.eve.id
    message = await communication.hear(session, desks.turn(desks.eve), theirs, Words("Same."))
    assert message is not None
    assert message.audience is Audience.FOLLOWER
    others = [f"requester:{ticket.id}", f"desk:{ticket.id}", followers[1]]
    assert await copies(session) == others
    assert ticket.first_responded_at is None


async def test_who_left_a_ticket_is_a_stranger_to_it(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    await add_part(session, ticket, desks.eve)
    await hear(session, desks, ticket, desks.eve, Audience.REQUESTER)
    left = update(TicketParticipant).where(TicketParticipant.user_id == desks.eve.id)
    await session.execute(left.values(is_deleted=True, deleted_at=EARLIER))
    with pytest.raises(NotAllowed, match="You are not on"):
        await hear(session, desks, ticket, desks.eve, Audience.REQUESTER)


async def test_an_empty_message_is_not_kept(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    before = await dump(session, *TABLES)
    for where, person in ((Audience.DESK, desks.ann), (Audience.REQUESTER, desks.bea)):
        with pytest.raises(NotAllowed, match="empty"):
            await hear(session, desks, ticket, person, where, body=" \n")
    assert await dump(session, *TABLES) == before


async def test_nothing_more_is_said_about_a_deleted_ticket(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason="x")
    with pytest.raises(NotFound):
        await hear(session, desks, ticket, desks.bea, Audience.REQUESTER)


async def test_words_of_somebody_who_is_gone_are_still_repeated(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    message = await hear(session, desks, ticket, desks.bea, Audience.REQUESTER)
    assert message is not None
    await session.execute(update(User).where(User.id == desks.bea.id).values(is_deleted=True))
    said = await queries.list_said(session, [message.id])
    assert said[message.id].sender.name == "Bea"
