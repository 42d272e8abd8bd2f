"""The clocks of a ticket follow what people do to it."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import holding
from core.communication import service as communication
from core.communication.models import Audience, ChatMessage, Thread
from core.communication.service import Words
from core.tickets import deletion
from core.tickets import service as tickets
from core.tickets.merging.duplicates import merge
from core.tickets.models import AuditLog, Ticket
from core.tickets.policy import read_policy
from core.tickets.promises import SlaTemplate
from core.tickets.sla.models import ClockState, Kind, SlaClock
from core.tickets.states import Priority, SlaState
from core.tickets.triage.priority import set_priority
from core.tickets.triage.transfers import transfer
from tests.core.desks import Desks
from tests.core.tickets.sla.frozen import Frozen, local

HOUR = timedelta(hours=1)


class Desk:
    """One ticket of Bea's, filed on a Monday at nine, and what happens to it."""

    def __init__(self, session: AsyncSession, desks: Desks, frozen: Frozen) -> None:
        self.session, self.desks, self.frozen = session, desks, frozen

    async def file(self, at: str = "09:00", **form: Any) -> Ticket:
        self.frozen.at(local(9, at))
        opened = await tickets.open_ticket(
            self.session,
            self.desks.form(**form),
            author=self.desks.bea,
            requester=self.desks.bea,
            policy=self.desks.policy,
        )
        found: Ticket = await self.session.get_one(Ticket, opened.id)
        self.ticket = found
        return found

    async def at(self, at: str, doing: Awaitable[Any], day: int = 9) -> None:
        self.frozen.at(local(day, at))
        await doing
        await self.session.flush()

    def does(self, verb: Any, who: str = "ann", **more: Any) -> Awaitable[Any]:
        turn = self.desks.turn(self.desks.people[who])
        return verb(self.session, turn, self.ticket.id, **more)  # type: ignore[no-any-return]

    async def clock(self, kind: Kind = Kind.RESOLUTION) -> SlaClock:
        found = await self.session.scalars(
            select(SlaClock)
            .where(
                SlaClock.ticket_id == self.ticket.id,
                SlaClock.kind == kind,
                SlaClock.part_id.is_(None),
            )
            .order_by(SlaClock.cycle.desc())
            .limit(1)
        )
        return found.one()


@pytest.fixture
async def desk(session: AsyncSession, berlin: Desks, frozen: Frozen) -> Desk:
    made = Desk(session, berlin, frozen)
    await made.file()
    return made


async def test_a_new_ticket_has_a_clock_for_the_answer_and_one_for_the_resolution(
    desk: Desk,
) -> None:
    ticket = desk.ticket
    first, whole = await desk.clock(Kind.FIRST_RESPONSE), await desk.clock()
    assert (first.due_at, whole.due_at) == (local(9, "10:00"), local(9, "13:00"))
    assert (ticket.first_response_due_at, ticket.due_at) == (first.due_at, whole.due_at)
    assert ticket.sla_state is SlaState.ON_TRACK
    assert whole.next_event_at == whole.at_risk_75_at == local(9, "12:00")
    assert whole.story[0]["template"] == "rest"
    assert whole.template_id == ticket.sla_template_id
    assert (whole.calendar, whole.time_zone) == ("office", "Europe/Berlin")


async def test_it_stops_while_it_waits_or_is_held_and_goes_on_with_what_is_used(
    desk: Desk,
) -> None:
    await desk.at("09:30", desk.does(tickets.claim))
    await desk.at("09:40", desk.does(tickets.wait))
    assert desk.ticket.due_at is None
    assert desk.ticket.sla_state is SlaState.PAUSED
    await desk.at("12:00", desk.does(tickets.hold))
    assert (await desk.clock()).consumed == timedelta(minutes=40)
    await desk.at("14:00", desk.does(tickets.start))
    assert desk.ticket.due_at == local(10, "09:20")
    # The first answer is owed all the same.
    assert (await desk.clock(Kind.FIRST_RESPONSE)).state is ClockState.RUNNING


async def test_resolved_it_is_met_and_reopened_it_goes_on(desk: Desk) -> None:
    await desk.at("09:30", desk.does(tickets.claim))
    await desk.at("10:00", desk.does(tickets.resolve, resolution="Done."))
    clock = await desk.clock()
    assert clock.state is clock.first_result is ClockState.MET
    assert desk.ticket.sla_state is SlaState.MET
    await desk.at("11:00", desk.does(tickets.reopen, "bea"))
    assert desk.ticket.due_at == local(9, "14:00")
    assert desk.ticket.sla_state is SlaState.ON_TRACK
    assert (await desk.clock()).first_result is ClockState.MET
    # What was told at the end was an answer, and stays one.
    first = await desk.clock(Kind.FIRST_RESPONSE)
    assert (first.state, first.ended_at) == (ClockState.MET, local(9, "10:00"))
    assert desk.ticket.first_responded_at == first.ended_at


async def test_nobody_answers_themselves_by_resolving(
    session: AsyncSession, berlin: Desks, frozen: Frozen
) -> None:
    desk = Desk(session, berlin, frozen)
    frozen.at(local(9, "09:00"))
    opened = await tickets.open_ticket(
        session, berlin.form(), author=berlin.ann, requester=berlin.bea, policy=berlin.policy
    )
    desk.ticket = await session.get_one(Ticket, opened.id)
    await desk.at("10:00", desk.does(tickets.resolve, resolution="Done."))
    assert (await desk.clock(Kind.FIRST_RESPONSE)).state is ClockState.CANCELLED
    assert desk.ticket.first_responded_at is None


async def test_resolved_too_late_it_stays_late(desk: Desk) -> None:
    await desk.at("09:30", desk.does(tickets.claim))
    await desk.at("14:00", desk.does(tickets.resolve, resolution="Done."))
    clock = await desk.clock()
    assert (clock.state, clock.breached_at) == (ClockState.BREACHED, local(9, "13:00"))
    assert clock.consumed == 5 * HOUR
    assert desk.ticket.sla_state is SlaState.BREACHED


async def test_too_late_and_on_hold_says_both(desk: Desk) -> None:
    await desk.at("09:30", desk.does(tickets.claim))
    await desk.at("14:00", desk.does(tickets.hold))
    assert desk.ticket.due_at == local(9, "13:00")
    assert desk.ticket.sla_state is SlaState.BREACHED


async def test_another_priority_keeps_what_is_used(desk: Desk) -> None:
    await desk.at("10:00", desk.does(set_priority, priority=Priority.HIGH))
    assert desk.ticket.due_at == local(9, "11:00")
    clock = await desk.clock()
    assert (clock.target, clock.consumed) == (2 * HOUR, HOUR)
    assert clock.story[-1]["template"] == "high"


async def test_a_shorter_promise_that_is_over_is_late_at_that_moment(desk: Desk) -> None:
    await desk.at("12:00", desk.does(set_priority, priority=Priority.HIGH))
    clock = await desk.clock()
    assert (clock.breached_at, clock.cause) == (local(9, "12:00"), "priority")
    assert desk.ticket.sla_state is SlaState.BREACHED


async def test_moved_to_another_desk_it_keeps_what_is_used(desk: Desk) -> None:
    await desk.at("10:00", desk.does(transfer, department_id=desk.desks.hr.id))
    assert (await desk.clock()).consumed == timedelta()  # The same promise, and the same hours.
    assert desk.ticket.due_at == local(9, "13:00")


@pytest.mark.parametrize("way", ["cancel", "delete", "merge"])
async def test_what_is_over_without_an_end_warns_of_nothing(desk: Desk, way: str) -> None:
    loser = desk.ticket
    winner = await desk.file("09:10")
    desk.ticket = loser
    doing = {
        "cancel": lambda: desk.does(tickets.cancel, "bea"),
        "delete": lambda: desk.does(deletion.delete_ticket, "hugo", reason="twice"),
        "merge": lambda: desk.does(merge, winner_id=winner.id),
    }
    await desk.at("10:00", doing[way]())
    for kind in (Kind.FIRST_RESPONSE, Kind.RESOLUTION):
        clock = await desk.clock(kind)
        assert (clock.state, clock.next_event_at) == (ClockState.CANCELLED, None)
    assert loser.due_at is None


async def test_restored_it_goes_on_and_the_time_between_is_nobodys(desk: Desk) -> None:
    await desk.at("10:00", desk.does(deletion.delete_ticket, "hugo", reason="twice"))
    await desk.at("12:00", desk.does(deletion.restore_ticket, "ada", reason="Needed."))
    assert (await desk.clock()).state is ClockState.RUNNING
    assert desk.ticket.due_at == local(9, "15:00")
    assert desk.ticket.first_response_due_at == local(9, "12:00")


class TestAnswers:
    """In real time: a message is kept with the moment at which it came."""

    @pytest.fixture
    async def talk(self, session: AsyncSession, berlin: Desks, frozen: Frozen) -> Desk:
        made = Desk(session, berlin, frozen)
        opened = await tickets.open_ticket(
            session,
            berlin.form(priority=Priority.URGENT),
            author=berlin.bea,
            requester=berlin.bea,
            policy=berlin.policy,
        )
        made.ticket = await session.get_one(Ticket, opened.id)
        return made

    async def test_a_reply_of_the_desk_is_the_first_answer(self, talk: Desk) -> None:
        await talk.does(communication.reply, words=Words("Looking."))
        clock = await talk.clock(Kind.FIRST_RESPONSE)
        assert (clock.state, clock.ended_at) == (ClockState.MET, talk.ticket.first_responded_at)

    async def test_a_note_and_the_requester_are_none(self, talk: Desk) -> None:
        await talk.does(communication.note, words=Words("She is away."))
        await talk.does(tickets.claim)
        assert (await talk.clock(Kind.FIRST_RESPONSE)).state is ClockState.RUNNING

    async def test_a_reply_that_makes_it_wait_counts_all_the_same(self, talk: Desk) -> None:
        await talk.does(tickets.claim)
        await talk.does(communication.reply, words=Words("Which one?"))
        assert talk.ticket.sla_state is SlaState.PAUSED
        assert (await talk.clock(Kind.FIRST_RESPONSE)).state is ClockState.MET
        assert (await talk.clock()).state is ClockState.PAUSED

    async def test_a_reply_that_is_called_back_was_none(
        self, session: AsyncSession, talk: Desk
    ) -> None:
        await talk.does(tickets.claim)
        await talk.does(communication.reply, words=Words("Wrong window"))
        said = (await session.scalars(select(ChatMessage.id))).one()
        turn = talk.desks.turn(talk.desks.ann)
        await holding.undo(session, turn, said)
        first, whole = await talk.clock(Kind.FIRST_RESPONSE), await talk.clock()
        assert (first.state, first.first_result) == (ClockState.RUNNING, None)
        assert first.due_at == talk.ticket.created_at + HOUR / 2
        assert whole.state is ClockState.RUNNING
        assert talk.ticket.first_response_due_at == first.due_at

    async def test_called_back_after_it_was_resolved_that_is_the_answer(
        self, session: AsyncSession, talk: Desk
    ) -> None:
        await talk.does(communication.reply, words=Words("Wrong window"))
        said = (await session.scalars(select(ChatMessage.id))).one()
        await talk.does(tickets.resolve, "carl", resolution="Done.")
        await holding.undo(session, talk.desks.turn(talk.desks.ann), said)
        first, resolved_at = await talk.clock(Kind.FIRST_RESPONSE), await when(session, "resolve")
        assert talk.ticket.first_responded_at == first.ended_at == resolved_at
        assert first.state is ClockState.MET

    async def test_called_back_after_who_filed_it_resolved_it_there_was_none(
        self, session: AsyncSession, talk: Desk
    ) -> None:
        desks = talk.desks
        opened = await tickets.open_ticket(
            session, desks.form(), author=desks.carl, requester=desks.bea, policy=desks.policy
        )
        talk.ticket = await session.get_one(Ticket, opened.id)
        await talk.does(communication.reply, words=Words("Wrong window"))
        said = (await session.scalars(select(ChatMessage.id))).one()
        await talk.does(tickets.resolve, "carl", resolution="Done.")
        await holding.undo(session, desks.turn(desks.ann), said)
        assert talk.ticket.first_responded_at is None
        assert (await talk.clock(Kind.FIRST_RESPONSE)).state is ClockState.CANCELLED

    async def test_after_an_answer_by_resolving_the_next_one_is_waited_for(
        self, talk: Desk
    ) -> None:
        await talk.does(tickets.resolve, resolution="Done.")
        await talk.does(tickets.reopen, "bea")
        talk.ticket.sla_template_id = talk.desks.policy.promises[-1].id
        await hear(talk, Words("It smokes again."))
        assert (await talk.clock(Kind.NEXT_REPLY)).state is ClockState.RUNNING

    async def test_each_later_message_waits_for_an_answer_of_its_own(self, talk: Desk) -> None:
        asks = Words("And the fax?")
        rest = talk.desks.policy.promises[-1]
        talk.ticket.sla_template_id = rest.id
        for cycle in (1, 2):
            await talk.does(communication.reply, words=Words("Looking."))
            await hear(talk, asks)
            await hear(talk, asks)
            clock = await talk.clock(Kind.NEXT_REPLY)
            assert (clock.cycle, clock.state) == (cycle, ClockState.RUNNING)
            assert clock.target == HOUR / 2
        await talk.does(communication.reply, words=Words("That too."))
        assert (await talk.clock(Kind.NEXT_REPLY)).state is ClockState.MET

    async def test_before_the_first_answer_no_later_one_is_waited_for(
        self, session: AsyncSession, talk: Desk
    ) -> None:
        talk.ticket.sla_template_id = talk.desks.policy.promises[-1].id
        await hear(talk, Words("Hello?"))
        kinds = await session.scalars(select(SlaClock.kind))
        assert Kind.NEXT_REPLY not in set(kinds)


async def when(session: AsyncSession, verb: str) -> datetime:
    trail = select(AuditLog.created_at).where(AuditLog.action == f"ticket.{verb}")
    return (await session.scalars(trail)).one()


async def hear(talk: Desk, words: Words) -> None:
    thread = Thread(
        ticket_id=talk.ticket.id, audience=Audience.REQUESTER, channel_id="D0", root_ts="1.0"
    )
    turn = talk.desks.turn(talk.desks.bea)
    await communication.hear(talk.session, turn, thread, words)


class TestWhichPromise:
    async def test_the_first_whose_conditions_all_fit(
        self, session: AsyncSession, berlin: Desks, frozen: Frozen
    ) -> None:
        for_finance = SlaTemplate(
            name="for finance",
            position=-1,
            requester_department_id=berlin.finance.id,
            department_id=berlin.it.id,
            first_response_target=HOUR,
            resolution_target=3 * HOUR,
        )
        session.add(for_finance)
        await session.flush()
        policy = await read_policy(session)
        frozen.at(local(9, "09:00"))
        found = []
        for requester in (berlin.finn, berlin.bea):
            opened = await tickets.open_ticket(
                session, berlin.form(), author=requester, requester=requester, policy=policy
            )
            ticket = await session.get_one(Ticket, opened.id)
            clock = await session.scalar(
                select(SlaClock).where(
                    SlaClock.ticket_id == ticket.id, SlaClock.kind == Kind.RESOLUTION
                )
            )
            assert clock is not None
            found.append((clock.story[0]["template"], clock.story[0]["fits"]))
            assert ticket.sla_template_id == clock.template_id
        assert found == [
            ("for finance", ["department", "requester_department"]),
            ("rest", []),
        ]

    async def test_moved_elsewhere_it_is_asked_anew_whose_ticket_it_is(
        self, session: AsyncSession, desk: Desk
    ) -> None:
        template = SlaTemplate(
            name="hr",
            position=-1,
            department_id=desk.desks.hr.id,
            first_response_target=HOUR,
            resolution_target=8 * HOUR,
            calendar="always",
        )
        session.add(template)
        await session.flush()
        desk.desks = replace(desk.desks, policy=await read_policy(session))
        await desk.at("10:00", desk.does(transfer, department_id=desk.desks.hr.id))
        clock = await desk.clock()
        assert (clock.consumed, clock.calendar) == (HOUR, "always")
        assert desk.ticket.due_at == local(9, "17:00")
        assert clock.story[-1]["because"] == "transfer"

    async def test_a_new_version_is_for_new_tickets(
        self, session: AsyncSession, desk: Desk
    ) -> None:
        rest = await session.get_one(SlaTemplate, desk.desks.policy.promises[-1].id)
        rest.resolution_target = HOUR
        await session.flush()
        desk.desks = replace(desk.desks, policy=await read_policy(session))
        await desk.at("09:30", desk.does(tickets.claim))
        await desk.at("09:40", desk.does(tickets.hold))
        await desk.at("09:50", desk.does(set_priority, priority=Priority.LOW))
        assert (await desk.clock()).target == 4 * HOUR
        assert (await desk.clock()).template_version == 1

    async def test_where_nothing_is_promised_any_more_nothing_is_due(self, desk: Desk) -> None:
        bare = replace(desk.desks.policy, promises=())
        whole, desk.desks = desk.desks, replace(desk.desks, policy=bare)
        await desk.at("10:00", desk.does(set_priority, priority=Priority.LOW))
        assert (desk.ticket.due_at, desk.ticket.sla_state) == (None, None)
        assert desk.ticket.sla_template_id is None
        desk.desks = whole
        await desk.at("12:00", desk.does(set_priority, priority=Priority.HIGH))
        assert (await desk.clock()).state is ClockState.RUNNING
        assert desk.ticket.due_at == local(9, "13:00")
