"""The verbs of a ticket: what each does, whom it refuses, and what they are told."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import (
    AlreadyDone,
    InvalidField,
    InvalidTransition,
    NotAllowed,
    NotFound,
    Refused,
)
from core.tickets import service as tickets
from core.tickets.approvals.states import IS_LIVE, RequestStatus
from core.tickets.editing import EditedMeanwhile, read_editable
from core.tickets.merging.service import fingerprint
from core.tickets.models import AuditLog, Part, Ticket, TicketParticipant
from core.tickets.service import Edit
from core.tickets.states import Priority, Status, SubTicketStatus
from core.users.models import User
from tests.core.desks import AGAINST_THE_DATABASE, Desks, add_part, dump, undone
from tests.factories import make_request, make_sub_ticket

#: A Wednesday, 15:00 in Berlin.
RESOLVED_AT = datetime(2026, 3, 4, 14, tzinfo=UTC)


async def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("core.tickets.service.utc_now", lambda: moment)


async def parts(session: AsyncSession, ticket: Ticket) -> dict[uuid.UUID, str]:
    rows = await session.execute(
        select(TicketParticipant.user_id, TicketParticipant.part).where(
            TicketParticipant.ticket_id == ticket.id
        )
    )
    return {row.user_id: row.part.value for row in rows}


async def last_line(session: AsyncSession) -> AuditLog:
    line = await session.scalar(select(AuditLog).order_by(AuditLog.id.desc()).limit(1))
    assert line is not None
    return line


class TestClaiming:
    async def test_the_claimer_becomes_assignee_and_participant(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await tickets.claim(session, desks.turn(desks.ann), ticket.id)
        assert (ticket.status, ticket.assignee_id) == (Status.ASSIGNED, desks.ann.id)
        assert (await parts(session, ticket))[desks.ann.id] == "assignee"
        line = await last_line(session)
        assert line.changes == {
            "status": ["new", "assigned"],
            "assignee_id": [None, str(desks.ann.id)],
        }

    async def test_the_second_of_two_hears_who_was_faster(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await tickets.claim(session, desks.turn(desks.ann), ticket.id)
        with pytest.raises(AlreadyDone) as refusal:
            await tickets.claim(session, desks.turn(desks.carl), ticket.id)
        assert refusal.value.text == f"Ann has {ticket.key} already."
        with pytest.raises(AlreadyDone) as refusal:
            await tickets.claim(session, desks.turn(desks.ann), ticket.id)
        assert refusal.value.text == f"You have {ticket.key} already."

    async def test_of_eight_at_once_one_wins_and_all_others_hear_their_name(
        self, fresh_sessions: Sessions, fresh_desks: Desks
    ) -> None:
        desks = fresh_desks
        async with unit_of_work(fresh_sessions) as session:
            ticket = await desks.ticket(session)
        start = asyncio.Barrier(8)

        async def claim(person: Any) -> str:
            async with unit_of_work(fresh_sessions) as session:
                await session.execute(text("SELECT 1"))
                await start.wait()
                try:
                    await tickets.claim(session, desks.turn(person), ticket.id)
                except AlreadyDone as refusal:
                    return refusal.text
                return person.name

        people = [desks.ann, desks.carl, desks.hugo, desks.ann] * 2
        told = await asyncio.gather(*(claim(person) for person in people))
        async with fresh_sessions() as session:
            found = await session.get_one(Ticket, ticket.id)
            winner = await session.get_one(User, found.assignee_id)
            assert await session.scalar(select(func.count()).select_from(AuditLog)) == 1
        assert told.count(winner.name) == 1
        key = found.key
        others = {f"{winner.name} has {key} already.", f"You have {key} already."}
        assert set(told) - {winner.name} <= others
        assert told.count(f"{winner.name} has {key} already.") >= 4

    async def test_a_cancelled_ticket_cannot_be_taken(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, status=Status.CANCELLED)
        with pytest.raises(InvalidTransition, match="is cancelled: you cannot claim it now"):
            await tickets.claim(session, desks.turn(desks.ann), ticket.id)

    async def test_a_ticket_nobody_knows_is_not_found(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        with pytest.raises(NotFound):
            await tickets.claim(session, desks.turn(desks.ann), uuid.uuid4())


class TestAssigning:
    async def test_the_assignee_is_told_by_whom_and_with_which_note(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        turn = desks.turn(desks.hugo)
        await tickets.assign(session, turn, ticket.id, assignee_id=desks.ann.id, note="Please.")
        assert (ticket.status, ticket.assignee_id) == (Status.ASSIGNED, desks.ann.id)
        (told,) = (await dump(session, "notifications"))["notifications"]
        assert (told["user_id"], told["topic"]) == (str(desks.ann.id), "ticket.assigned")
        assert told["details"] == {"by": "Hugo", "note": "Please."}

    async def test_who_assigns_to_themselves_is_not_told(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await tickets.assign(session, desks.turn(desks.hugo), ticket.id, assignee_id=desks.hugo.id)
        assert (await dump(session, "notifications"))["notifications"] == []

    @pytest.mark.parametrize("name", ["hana", "bea", "cleo", "ada", "finn"])
    async def test_nobody_from_elsewhere_can_be_assigned(
        self, session: AsyncSession, desks: Desks, name: str
    ) -> None:
        ticket, person = await desks.ticket(session), desks.people[name]
        with pytest.raises(InvalidField) as refusal:
            await tickets.assign(session, desks.turn(desks.hugo), ticket.id, assignee_id=person.id)
        assert refusal.value.field == "assignee"
        assert refusal.value.text == f"{person.name} does not work at this desk."

    @pytest.mark.parametrize("out", [{"is_active": False}, {"is_guest": True}])
    async def test_nobody_who_could_not_work_on_it_can_be_assigned(
        self, session: AsyncSession, desks: Desks, out: dict[str, bool]
    ) -> None:
        ticket = await desks.ticket(session)
        await session.execute(update(User).where(User.id == desks.ann.id).values(**out))
        with pytest.raises(InvalidField):
            await tickets.assign(
                session, desks.turn(desks.hugo), ticket.id, assignee_id=desks.ann.id
            )

    async def test_giving_it_to_who_has_it_is_told(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
        with pytest.raises(AlreadyDone, match="Ann has"):
            await tickets.assign(
                session, desks.turn(desks.hugo), ticket.id, assignee_id=desks.ann.id
            )

    async def test_a_released_ticket_is_back_in_the_queue(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
        await tickets.release(session, desks.turn(desks.ann), ticket.id)
        assert (ticket.status, ticket.assignee_id) == (Status.NEW, None)
        await tickets.claim(session, desks.turn(desks.carl), ticket.id)
        assert ticket.assignee_id == desks.carl.id


class TestResolving:
    async def test_who_resolves_an_unassigned_ticket_becomes_its_assignee(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await tickets.resolve(session, desks.turn(desks.ann), ticket.id, resolution=" New fuser. ")
        assert (ticket.status, ticket.assignee_id) == (Status.RESOLVED, desks.ann.id)
        assert ticket.resolution == "New fuser."
        assert ticket.resolved_at is not None

    async def test_a_resolution_without_words_is_refused_beside_its_input(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        with pytest.raises(InvalidField) as refusal:
            await tickets.resolve(session, desks.turn(desks.ann), ticket.id, resolution=" ")
        assert refusal.value.field == "resolution"

    @settings(AGAINST_THE_DATABASE, max_examples=40)
    @given(
        sub_tickets=st.lists(
            st.tuples(st.sampled_from(SubTicketStatus), st.booleans()), max_size=3
        ),
        approvals=st.lists(st.sampled_from(RequestStatus), max_size=2),
    )
    async def test_it_is_refused_while_something_is_open_and_all_of_it_is_listed(
        self,
        sessions: Sessions,
        desks: Desks,
        sub_tickets: list[tuple[SubTicketStatus, bool]],
        approvals: list[RequestStatus],
    ) -> None:
        over = {SubTicketStatus.DONE, SubTicketStatus.CANCELLED}
        async with undone(sessions) as session:
            ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
            missing = []
            for number, (status, is_required) in enumerate(sub_tickets):
                part = await make_sub_ticket(
                    session,
                    parent=ticket,
                    department=desks.hr,
                    summary=f"Part {number}",
                    status=status,
                    is_required=is_required,
                )
                if is_required and status not in over:
                    key, now = f"{ticket.key}/{part.position}", status.words.lower()
                    missing.append(f"{key} Part {number} ({now}, HR)")
            for number, status in enumerate(approvals):
                purpose = f"Laptop {number}"
                await make_request(session, ticket, desks.finn, status=status, purpose=purpose)
                if status in IS_LIVE:
                    missing.append(f"the approval of €900.00 for {purpose} is pending")
            turn = desks.turn(desks.ann)
            if not missing:
                await tickets.resolve(session, turn, ticket.id, resolution="Fixed.")
                assert ticket.status is Status.RESOLVED
                return
            with pytest.raises(Refused) as refusal:
                await tickets.resolve(session, turn, ticket.id, resolution="Fixed.")
            listed = ", ".join(missing)
            assert refusal.value.text == f"{ticket.key} cannot be resolved yet: {listed}."
            assert ticket.status is Status.IN_PROGRESS


class TestReopening:
    # Five business days after Wednesday 15:00 end on the next Wednesday at 15:00.
    @pytest.mark.parametrize("passed", [timedelta(), timedelta(days=5), timedelta(days=7)])
    async def test_within_five_business_days_work_goes_on(
        self,
        session: AsyncSession,
        desks: Desks,
        monkeypatch: pytest.MonkeyPatch,
        passed: timedelta,
    ) -> None:
        ticket = await self._resolved(session, desks)
        await at(monkeypatch, RESOLVED_AT + passed)
        await tickets.reopen(session, desks.turn(desks.bea), ticket.id)
        assert (ticket.status, ticket.assignee_id) == (Status.IN_PROGRESS, desks.ann.id)
        assert ticket.resolved_at is None

    async def test_later_a_new_ticket_is_the_way(
        self, session: AsyncSession, desks: Desks, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ticket = await self._resolved(session, desks)
        await at(monkeypatch, RESOLVED_AT + timedelta(days=7, seconds=1))
        with pytest.raises(Refused, match=r"more than 5 business days ago\. File a new ticket"):
            await tickets.reopen(session, desks.turn(desks.bea), ticket.id)
        assert ticket.status is Status.RESOLVED

    async def test_a_closed_ticket_stays_closed(self, session: AsyncSession, desks: Desks) -> None:
        ticket = await desks.ticket(session, status=Status.RESOLVED, resolved_at=utc_now())
        await tickets.close(session, desks.turn(desks.bea), ticket.id)
        assert ticket.closed_at is not None
        with pytest.raises(InvalidTransition, match="is closed"):
            await tickets.reopen(session, desks.turn(desks.bea), ticket.id)

    @staticmethod
    async def _resolved(session: AsyncSession, desks: Desks) -> Ticket:
        return await desks.ticket(
            session, assignee=desks.ann, status=Status.RESOLVED, resolved_at=RESOLVED_AT
        )


class TestCancelling:
    async def test_the_reason_is_in_the_trail(self, session: AsyncSession, desks: Desks) -> None:
        ticket = await desks.ticket(session)
        await tickets.cancel(session, desks.turn(desks.bea), ticket.id, reason="Found it.")
        assert ticket.status is Status.CANCELLED
        assert (await last_line(session)).details == {"reason": "Found it."}

    async def test_an_agent_cannot_cancel_what_others_ask_for(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
        with pytest.raises(NotAllowed, match="Only its requester and the head"):
            await tickets.cancel(session, desks.turn(desks.ann), ticket.id)


class TestEditing:
    @staticmethod
    def form(ticket: Ticket, **typed: str) -> Edit:
        """Opened now; what is not typed comes back as it was shown."""
        given = {
            "summary": ticket.summary,
            "description": ticket.description,
            "priority": ticket.priority.value,
        }
        return Edit({name: fingerprint(each) for name, each in given.items()}, given | typed)

    async def test_before_and_after_are_in_the_trail(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        form = self.form(ticket, summary="It is on fire", priority="high")
        await tickets.edit(session, desks.turn(desks.ann), ticket.id, form)
        assert (await last_line(session)).changes == {
            "summary": ["The printer is broken", "It is on fire"],
            "priority": ["medium", "high"],
        }

    async def test_a_field_that_both_changed_is_told_and_nothing_of_the_form_is_saved(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        stale = self.form(ticket, summary="Mine", description="Mine, too.")
        theirs = self.form(ticket, summary="Theirs")
        await tickets.edit(session, desks.turn(desks.carl), ticket.id, theirs)
        before, turn = await dump(session), desks.turn(desks.ann)
        with pytest.raises(EditedMeanwhile, match="changed while you were writing") as told:
            await tickets.edit(session, turn, ticket.id, stale)
        assert await dump(session) == before
        (overlap,) = told.value.overlaps
        assert (overlap.field, overlap.value, overlap.who) == ("summary", "Theirs", "Carl")
        assert overlap.at == (await last_line(session)).created_at
        assert told.value.editable.values["summary"] == "Theirs"
        again = self.form(ticket, summary="Mine", description="Mine, too.")
        await tickets.edit(session, turn, ticket.id, again)
        assert (ticket.summary, ticket.description) == ("Mine", "Mine, too.")

    async def test_of_two_saves_of_one_field_at_once_one_is_told(
        self, fresh_sessions: Sessions, fresh_desks: Desks
    ) -> None:
        done, saved = await self._save_at_once(
            fresh_sessions, fresh_desks, {"summary": "One"}, {"summary": "Two"}
        )
        kept = [each for each in done if isinstance(each, str)]
        assert [type(each) for each in done if not isinstance(each, str)] == [EditedMeanwhile]
        assert [saved.summary] == kept

    async def test_two_saves_of_different_fields_at_once_both_survive(
        self, fresh_sessions: Sessions, fresh_desks: Desks
    ) -> None:
        done, saved = await self._save_at_once(
            fresh_sessions, fresh_desks, {"summary": "One"}, {"description": "Two"}
        )
        assert done == ["One", "Two"]
        assert (saved.summary, saved.description, saved.version) == ("One", "Two", 3)

    async def _save_at_once(
        self, sessions: Sessions, desks: Desks, *forms: dict[str, str]
    ) -> tuple[list[Any], Ticket]:
        async with unit_of_work(sessions) as session:
            ticket = await desks.ticket(session, description="")
        start = asyncio.Barrier(len(forms))

        async def save(typed: dict[str, str]) -> str:
            async with unit_of_work(sessions) as session:
                await session.execute(text("SELECT 1"))
                await start.wait()
                form = self.form(ticket, **typed)
                await tickets.edit(session, desks.turn(desks.ann), ticket.id, form)
                return next(iter(typed.values()))

        done = await asyncio.gather(*(save(each) for each in forms), return_exceptions=True)
        async with sessions() as session:
            return list(done), await session.get_one(Ticket, ticket.id)

    async def test_a_requester_changes_words_but_no_priority(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket, turn = await desks.ticket(session), desks.turn(desks.bea)
        assert not (await read_editable(session, desks.bea, ticket.id)).can_prioritise
        before, form = await dump(session), self.form(ticket, summary="Mine", priority="urgent")
        with pytest.raises(NotAllowed, match=r"can change HD-\d+'s priority"):
            await tickets.edit(session, turn, ticket.id, form)
        assert await dump(session) == before
        await tickets.edit(session, turn, ticket.id, self.form(ticket, summary="Mine"))
        assert ticket.summary == "Mine"

    @pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
    async def test_what_is_over_for_good_is_not_edited(
        self, session: AsyncSession, desks: Desks, status: Status
    ) -> None:
        ticket = await desks.ticket(session, status=status)
        before, form = await dump(session), self.form(ticket, summary="Mine")
        with pytest.raises(InvalidTransition, match=f"is {status.value}: you cannot edit it now"):
            await tickets.edit(session, desks.turn(desks.bea), ticket.id, form)
        assert await dump(session) == before

    async def test_a_new_priority_makes_a_new_promise_from_the_beginning(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        opened = await tickets.open_ticket(
            session, desks.form(), author=desks.bea, requester=desks.bea, policy=desks.policy
        )
        ticket = await session.get_one(Ticket, opened.id)
        form = self.form(ticket, priority="urgent")
        await tickets.edit(session, desks.turn(desks.ann), ticket.id, form)
        assert ticket.due_at is not None
        assert ticket.first_response_due_at is not None
        hours = timedelta(hours=4)
        assert ticket.created_at <= ticket.due_at - hours <= utc_now()
        answer_due = ticket.first_response_due_at - timedelta(minutes=30)
        assert ticket.created_at <= answer_due <= utc_now()
        promises = {each.priority: each.id for each in desks.policy.promises}
        assert ticket.sla_template_id == promises[Priority.URGENT]

    @pytest.mark.parametrize("words", ["The printer is broken", "  The printer is broken\n"])
    async def test_an_edit_that_changes_nothing_leaves_no_line(
        self, session: AsyncSession, desks: Desks, words: str
    ) -> None:
        ticket = await desks.ticket(session)
        before = await dump(session)
        form = self.form(ticket, summary=words)
        await tickets.edit(session, desks.turn(desks.ann), ticket.id, form)
        assert await dump(session) == before

    async def test_a_blank_summary_is_refused_beside_its_input(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        with pytest.raises(InvalidField) as refusal:
            await tickets.edit(
                session, desks.turn(desks.ann), ticket.id, self.form(ticket, summary=" ")
            )
        assert refusal.value.field == "summary"

    async def test_a_priority_that_there_is_not_is_refused_beside_its_input(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        form = self.form(ticket, priority="now!")
        with pytest.raises(InvalidField) as refusal:
            await tickets.edit(session, desks.turn(desks.ann), ticket.id, form)
        assert refusal.value.field == "priority"


async def test_who_follows_a_ticket_and_takes_it_stays_known_as_they_were(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await add_part(session, ticket, desks.ann)
    await tickets.claim(session, desks.turn(desks.ann), ticket.id)
    assert (await parts(session, ticket))[desks.ann.id] == "follower"


async def test_who_wrote_at_the_desk_and_takes_it_becomes_its_assignee(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await add_part(session, ticket, desks.ann, Part.AGENT)
    await tickets.claim(session, desks.turn(desks.ann), ticket.id)
    assert (await parts(session, ticket))[desks.ann.id] == "assignee"
