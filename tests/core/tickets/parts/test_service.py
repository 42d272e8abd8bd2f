"""What can be done to a part, by whom, and who hears of it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import part_threads
from core.communication import service as communication
from core.communication.models import Audience, ChatMessage, Thread
from core.communication.service import Words
from core.communication.timeline import read_timeline
from core.db import utc_now
from core.engine import Sessions
from core.errors import AlreadyDone, InvalidField, InvalidTransition, NotAllowed, NotFound, Refused
from core.tickets import deletion, history, queries
from core.tickets import service as tickets
from core.tickets.changes import Turn
from core.tickets.models import Ticket
from core.tickets.parts import queries as sub_queries
from core.tickets.parts import service as sub_tickets
from core.tickets.parts.models import SubTicket
from core.tickets.parts.service import Fate
from core.tickets.states import SUB_TRANSITIONS, Status, SubAction, SubTicketStatus
from core.users.models import User
from core.users.permissions import Permission
from tests.core.desks import Desks, added, dump, refusal_of, undone

Verb = Callable[[AsyncSession, Turn, int], Awaitable[Any]]
NEW, ACCEPTED, IN_PROGRESS, DONE, SENT_BACK, CANCELLED = SubTicketStatus

# Written out by hand: from where, to where, and whose move it is.
BY_HAND = {
    SubAction.ACCEPT: ({NEW}, ACCEPTED, Permission.WORK_PART),
    SubAction.ASSIGN: ({NEW, ACCEPTED, IN_PROGRESS}, ACCEPTED, Permission.ASSIGN_PART),
    SubAction.START: ({ACCEPTED}, IN_PROGRESS, Permission.WORK_PART),
    SubAction.FINISH: ({ACCEPTED, IN_PROGRESS}, DONE, Permission.WORK_PART),
    SubAction.SEND_BACK: ({NEW, ACCEPTED, IN_PROGRESS}, SENT_BACK, Permission.WORK_PART),
    SubAction.SEND_AGAIN: ({SENT_BACK}, NEW, Permission.STEER_PART),
    SubAction.CANCEL: ({NEW, ACCEPTED, IN_PROGRESS, SENT_BACK}, CANCELLED, Permission.STEER_PART),
}
VERBS: dict[SubAction, Verb] = {
    SubAction.ACCEPT: sub_tickets.accept,
    SubAction.START: sub_tickets.start,
    SubAction.FINISH: sub_tickets.done,
    SubAction.SEND_BACK: lambda s, t, i: sub_tickets.send_back(s, t, i, reason="Not ours."),
    SubAction.SEND_AGAIN: lambda s, t, i: sub_tickets.send_again(
        s, t, i, summary="Order two", passed_on="Black."
    ),
    SubAction.CANCEL: lambda s, t, i: sub_tickets.cancel_part(s, t, i, reason="No need."),
}


async def make_part(
    session: AsyncSession, ticket: Ticket, desks: Desks, **columns: Any
) -> SubTicket:
    given = {"department_id": desks.hr.id, "position": 1, "summary": "Order a toner", **columns}
    part = SubTicket(parent_ticket_id=ticket.id, **given)
    session.add(part)
    await session.flush()
    return part


async def lines(session: AsyncSession) -> list[tuple[str, str]]:
    """What is still to be said, and in which thread."""
    rows = (await dump(session, "outbox_messages"))["outbox_messages"]
    return [(row["topic"], row["payload"].get("audience", "")) for row in rows]


def test_the_table_is_the_one_written_by_hand() -> None:
    found = {
        action: (set(each.now), each.then, each.permission)
        for action, each in SUB_TRANSITIONS.items()
    }
    assert found == BY_HAND


@pytest.mark.parametrize("action", VERBS)
@pytest.mark.parametrize("name", ["hugo", "ann", "carl", "hana", "finn", "bea", "ada"])
async def test_each_action_goes_where_the_table_says_and_for_whom_it_says(
    sessions: Sessions, desks: Desks, action: SubAction, name: str
) -> None:
    """Hana is at the desk that has the part; Hugo heads the other one, and Ann has the ticket."""
    now, then, permission = BY_HAND[action]
    its_people = {Permission.WORK_PART: {"hana"}, Permission.STEER_PART: {"hugo", "ann"}}
    is_theirs = name in its_people[permission]
    for status in SubTicketStatus:
        async with undone(sessions) as session:
            ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
            part = await make_part(session, ticket, desks, status=status)
            before = await dump(session, "sub_tickets", "audit_logs", "outbox_messages")
            turn = desks.turn(desks.people[name])
            refusal = await refusal_of(VERBS[action](session, turn, part.id))
            after = await dump(session, "sub_tickets", "audit_logs", "outbox_messages")
            if not is_theirs:
                assert isinstance(refusal, NotAllowed)
                assert after == before
            elif status not in now:
                assert isinstance(refusal, InvalidTransition | AlreadyDone)
                assert after == before
            else:
                assert refusal is None
                assert after["sub_tickets"][0]["status"] == then
                [line] = added(before, after, "audit_logs")
                assert line["action"] == f"part.{action}"
                assert line["changes"]["status"] == [status, then]
            assert ticket.status is Status.IN_PROGRESS


class TestAccepting:
    async def test_it_is_theirs_then_and_the_next_hears_so(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        part = await make_part(session, ticket, desks)
        await sub_tickets.accept(session, desks.turn(desks.hana), part.id)
        assert (part.assignee_id, part.status) == (desks.hana.id, ACCEPTED)
        assert ("part.happened", "desk") in await lines(session)
        with pytest.raises(AlreadyDone, match=rf"You have {ticket.key}/1 already\."):
            await sub_tickets.accept(session, desks.turn(desks.hana), part.id)

    async def test_it_gives_no_right_to_the_ticket(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        part = await make_part(session, ticket, desks)
        await sub_tickets.accept(session, desks.turn(desks.hana), part.id)
        await sub_tickets.done(session, desks.turn(desks.hana), part.id, note="It came.")
        with pytest.raises(NotFound):
            await queries.get_view(session, desks.hana, ticket.id)
        with pytest.raises(NotFound):
            await read_timeline(session, desks.hana, ticket.id)


class TestTheLastPart:
    async def test_whoever_has_the_ticket_is_asked_to_resolve_it(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
        first = await make_part(session, ticket, desks, status=ACCEPTED)
        second = await make_part(session, ticket, desks, status=ACCEPTED, position=2)
        await make_part(session, ticket, desks, is_required=False, position=3)
        hana = desks.turn(desks.hana)
        await sub_tickets.done(session, hana, first.id)
        assert (await dump(session, "notifications"))["notifications"] == []
        await sub_tickets.done(session, hana, second.id)
        [told] = (await dump(session, "notifications"))["notifications"]
        assert (told["user_id"], told["topic"]) == (str(desks.ann.id), "parts.done")
        assert ticket.status is Status.ASSIGNED

    async def test_a_ticket_that_nobody_has_asks_at_its_desk(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        part = await make_part(session, ticket, desks, status=ACCEPTED)
        await sub_tickets.done(session, desks.turn(desks.hana), part.id)
        assert ("parts.done", "desk") in await lines(session)

    async def test_so_does_one_whose_assignee_left(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
        part = await make_part(session, ticket, desks, status=ACCEPTED)
        gone = update(User).where(User.id == desks.ann.id).values(is_active=False)
        await session.execute(gone)
        await sub_tickets.done(session, desks.turn(desks.hana), part.id)
        assert ("parts.done", "desk") in await lines(session)

    async def test_nobody_is_asked_about_a_ticket_that_is_over(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, status=Status.CANCELLED)
        part = await make_part(session, ticket, desks, status=ACCEPTED)
        await sub_tickets.done(session, desks.turn(desks.hana), part.id)
        assert ("parts.done", "desk") not in await lines(session)


class TestSendingBack:
    async def test_the_other_desk_reads_why_and_sends_it_again(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        part = await make_part(session, ticket, desks, status=ACCEPTED, assignee_id=desks.hana.id)
        hana, hugo = desks.turn(desks.hana), desks.turn(desks.hugo)
        with pytest.raises(InvalidField) as refusal:
            await sub_tickets.send_back(session, hana, part.id, reason=" ")
        assert refusal.value.field == "reason"
        await sub_tickets.send_back(session, hana, part.id, reason="Which colour?")
        assert (part.sent_back_reason, part.assignee_id) == ("Which colour?", None)
        sent = (await dump(session, "outbox_messages"))["outbox_messages"]
        [line] = [row for row in sent if row["topic"] == "part.happened"]
        # The ticket lies with nobody, so its head is called.
        assert line["payload"]["reader_id"] == str(desks.hugo.id)
        await sub_tickets.send_again(session, hugo, part.id, summary="A toner", passed_on="Black.")
        assert (part.status, part.summary, part.passed_on) == (NEW, "A toner", "Black.")
        assert part.sent_back_reason is None
        assert ("part.happened", "part") in await lines(session)

    async def test_nothing_is_sent_again_for_a_ticket_that_is_over(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, status=Status.RESOLVED)
        part = await make_part(session, ticket, desks, status=SENT_BACK)
        with pytest.raises(InvalidTransition, match="you cannot send parts of it again now"):
            await VERBS[SubAction.SEND_AGAIN](session, desks.turn(desks.hugo), part.id)


class TestAnotherTime:
    async def propose(self, session: AsyncSession, desks: Desks) -> SubTicket:
        ticket = await desks.ticket(session)
        due_at = utc_now() + timedelta(hours=1)
        part = await make_part(session, ticket, desks, status=ACCEPTED, due_at=due_at)
        later = due_at + timedelta(days=1)
        await sub_tickets.propose(session, desks.turn(desks.hana), part.id, due_at=later)
        return part

    async def test_it_holds_once_the_other_desk_agrees(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        part = await self.propose(session, desks)
        wanted = part.proposed_due_at
        assert wanted is not None
        assert part.due_at != wanted
        hugo = desks.turn(desks.hugo)
        await sub_tickets.agree(session, hugo, part.id, proposed=wanted)
        assert (part.due_at, part.proposed_due_at) == (wanted, None)
        with pytest.raises(AlreadyDone, match="is answered already"):
            await sub_tickets.keep(session, hugo, part.id, proposed=wanted)

    async def test_otherwise_the_time_stays(self, session: AsyncSession, desks: Desks) -> None:
        part = await self.propose(session, desks)
        wanted, before = part.proposed_due_at, part.due_at
        assert wanted is not None
        await sub_tickets.keep(session, desks.turn(desks.hugo), part.id, proposed=wanted)
        assert (part.due_at, part.proposed_due_at) == (before, None)

    async def test_an_answer_is_to_the_proposal_that_was_seen(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        part = await self.propose(session, desks)
        seen = part.proposed_due_at
        assert seen is not None
        newer = seen + timedelta(days=1)
        await sub_tickets.propose(session, desks.turn(desks.hana), part.id, due_at=newer)
        with pytest.raises(Refused, match="Another time was proposed"):
            await sub_tickets.agree(session, desks.turn(desks.hugo), part.id, proposed=seen)

    async def test_a_time_that_is_over_is_refused(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        part = await self.propose(session, desks)
        hana = desks.turn(desks.hana)
        with pytest.raises(InvalidField) as refusal:
            await sub_tickets.propose(session, hana, part.id, due_at=utc_now())
        assert refusal.value.field == "due"
        with pytest.raises(NotAllowed):
            await sub_tickets.propose(
                session, desks.turn(desks.hugo), part.id, due_at=utc_now() + timedelta(1)
            )


class TestTheTicketsEnd:
    async def test_cancelling_asks_what_becomes_of_each_part(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        one = await make_part(session, ticket, desks)
        two = await make_part(session, ticket, desks, status=IN_PROGRESS, position=2)
        over = await make_part(session, ticket, desks, status=DONE, position=3)
        hugo = desks.turn(desks.hugo)
        for fates in (None, {one.id: Fate.CANCEL}):
            with pytest.raises(Refused, match="Say first what becomes of"):
                await tickets.cancel(session, hugo, ticket.id, fates=fates)
            await session.refresh(ticket)
        fates = {one.id: Fate.CANCEL, two.id: Fate.FINISH}
        await tickets.cancel(session, hugo, ticket.id, fates=fates)
        assert [part.status for part in (one, two, over)] == [CANCELLED, IN_PROGRESS, DONE]
        await sub_tickets.done(session, desks.turn(desks.hana), two.id)
        assert ticket.status is Status.CANCELLED

    async def test_a_requester_who_cancels_is_asked_nothing(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        part = await make_part(session, ticket, desks)
        await tickets.cancel(session, desks.turn(desks.bea), ticket.id)
        assert part.status is CANCELLED
        [line] = await session.scalars(
            select(history.AuditLog.details).where(history.AuditLog.action == "part.cancel")
        )
        assert line["since"] == "cancelled"

    async def test_without_parts_nothing_is_asked(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await tickets.cancel(session, desks.turn(desks.hugo), ticket.id, reason="A mistake.")
        assert ticket.status is Status.CANCELLED

    async def test_closing_takes_what_nobody_had_to_finish_along(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, status=Status.RESOLVED)
        part = await make_part(session, ticket, desks, is_required=False)
        await tickets.close(session, desks.turn(desks.bea), ticket.id)
        assert part.status is CANCELLED

    async def test_a_deleted_tickets_parts_are_gone_and_come_back_with_it(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        part = await make_part(session, ticket, desks)
        await deletion.delete_ticket(session, desks.turn(desks.hugo), ticket.id, reason="Twice.")
        with pytest.raises(NotFound):
            await sub_queries.get_part(session, desks.hana, part.id)
        with pytest.raises(NotFound):
            await sub_tickets.accept(session, desks.turn(desks.hana), part.id)
        await deletion.restore_ticket(session, desks.turn(desks.ada), ticket.id, reason="needed")
        assert (await sub_queries.get_part(session, desks.hana, part.id)).id == part.id


class TestTheThread:
    @staticmethod
    async def thread(session: AsyncSession, ticket: Ticket, part: SubTicket) -> Thread:
        thread = Thread(
            ticket_id=ticket.id,
            audience=Audience.PART,
            part_id=part.id,
            channel_id="C0HRDESK",
            root_ts="1.0",
        )
        session.add(thread)
        await session.flush()
        return thread

    async def test_what_is_written_reaches_the_other_desk_and_nobody_else(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.WAITING_REQUESTER)
        part = await make_part(session, ticket, desks)
        thread = await self.thread(session, ticket, part)
        words = Words("Which colour?", "C0HRDESK", "2.0")
        message = await communication.hear(session, desks.turn(desks.hana), thread, words)
        assert message is not None
        assert (message.audience, message.visibility) == ("part", "internal")
        assert await lines(session) == [("part.said", "desk")]
        assert await communication.hear(session, desks.turn(desks.hana), thread, words) is None
        # It is no answer to anybody, and brings nobody onto the ticket.
        assert ticket.status is Status.WAITING_REQUESTER
        assert ticket.first_responded_at is None
        with pytest.raises(NotFound):
            await queries.get_view(session, desks.hana, ticket.id)
        with pytest.raises(NotAllowed):
            await communication.hear(session, desks.turn(desks.bea), thread, words)
        with pytest.raises(NotAllowed, match="stays between them"):
            await communication.publish(session, desks.turn(desks.ann), message.id)
        for person in (desks.bea, desks.ann):
            page = await read_timeline(session, person, ticket.id)
            told = [(entry.line.action, entry.body) for entry in page.entries]
            assert told == ([("part.say", "Which colour?")] if person is desks.ann else [])

    async def test_the_other_desk_answers_with_a_form(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        part = await make_part(session, ticket, desks)
        words = Words("Black.", source_key="view:V9")
        hugo = desks.turn(desks.hugo)
        assert await part_threads.write(session, hugo, part.id, words)
        assert await part_threads.write(session, hugo, part.id, words) is None
        assert await lines(session) == [("part.said", "part"), ("part.said", "desk")]
        assert len(list(await session.scalars(select(ChatMessage)))) == 1
        with pytest.raises(NotAllowed):
            await part_threads.write(session, desks.turn(desks.hana), part.id, words)
