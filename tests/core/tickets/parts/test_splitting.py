"""Splitting a ticket: what other departments get of it, and what stays at its desk."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import Audience
from core.db import unit_of_work, utc_now
from core.engine import Sessions
from core.errors import AlreadyDone, InvalidField, InvalidTransition, NotAllowed, NotFound, Refused
from core.files import queries as files
from core.files.models import Attachment, PassedFile
from core.notices import Place
from core.preferences import Preference
from core.tickets import queries
from core.tickets.models import Ticket
from core.tickets.parts import queries as sub_queries
from core.tickets.parts import splitting
from core.tickets.parts import templates as split_templates
from core.tickets.parts.models import SubTicket
from core.tickets.parts.splitting import NewPart
from core.tickets.states import Status, SubTicketStatus
from core.users.models import User
from tests.core.desks import Desks, dump


def new(desks: Desks, place: int = 1, **given: Any) -> NewPart:
    usual = {"department_id": desks.hr.id, "summary": "Order a toner", "passed_on": "A4, black."}
    return NewPart(place, **(usual | given))


async def split(
    session: AsyncSession, desks: Desks, ticket: Ticket, *parts: NewPart, key: str = "view:V1"
) -> list[SubTicket]:
    turn = desks.turn(desks.hugo)
    return await splitting.split(session, turn, ticket.id, parts, source_key=key)


async def test_a_head_splits_off_several_parts_at_once(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session, assignee=desks.ann, status=Status.IN_PROGRESS)
    due_at = utc_now() + timedelta(days=1)
    for_finance = {"department_id": desks.finance.id, "summary": " Pay it ", "is_required": False}
    parts = await split(
        session, desks, ticket, new(desks, due_at=due_at), new(desks, 2, **for_finance)
    )
    assert [(part.position, part.summary, part.status) for part in parts] == [
        (1, "Order a toner", SubTicketStatus.NEW),
        (2, "Pay it", SubTicketStatus.NEW),
    ]
    assert parts[0].due_at == due_at
    # Without a time, the receiving department's promise holds.
    assert parts[1].due_at is not None
    assert ticket.status is Status.IN_PROGRESS
    view = (await queries.list_views(session, [ticket.id]))[ticket.id]
    assert (view.parts_done, view.parts) == (0, 2)
    assert view.next_part_due_at == min(part.due_at for part in parts)
    rows = await dump(session, "outbox_messages", "audit_logs")
    assert [row["topic"] for row in rows["outbox_messages"]] == [
        *("part.card", "part.happened") * 2,
        *("ticket.card_changed", "ticket.receipt_changed"),
    ]
    added = [row for row in rows["audit_logs"] if row["action"] == "part.add"]
    assert [row["details"]["part"] for row in added] == [
        f"{ticket.key}/1 · Order a toner",
        f"{ticket.key}/2 · Pay it",
    ]


async def test_parts_are_counted_on_from_those_before(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    await split(session, desks, ticket, new(desks))
    [later] = await split(session, desks, ticket, new(desks), key="view:V2")
    assert later.position == 2


@pytest.mark.parametrize("name", ["ann", "hana", "bea", "ada", "eve"])
async def test_nobody_else_splits(session: AsyncSession, desks: Desks, name: str) -> None:
    ticket = await desks.ticket(session)
    turn = desks.turn(desks.people[name])
    with pytest.raises(NotAllowed):
        await splitting.split(session, turn, ticket.id, [new(desks)], source_key="view:V1")
    assert await session.scalar(select(func.count()).select_from(SubTicket)) == 0


async def test_what_is_wrong_is_said_beside_the_input_of_its_part(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    without_channel = replace(desks.finance, channel_id=None)
    policy = replace(desks.policy, desks={**desks.policy.desks, desks.finance.id: without_channel})
    turn = replace(desks.turn(desks.hugo), policy=policy)
    wrong = {
        "department_2": {"department_id": desks.it.id},
        "department_3": {"department_id": ticket.id},
        "department_4": {"department_id": desks.finance.id},
        "summary_2": {"summary": " "},
        "summary_3": {"summary": "x" * 151},
        "passed_on_4": {"passed_on": "x" * 3001},
        "due_2": {"due_at": utc_now() - timedelta(minutes=1)},
    }
    for field, given in wrong.items():
        parts = [new(desks), new(desks, int(field[-1]), **given)]
        with pytest.raises(InvalidField) as refusal:
            await splitting.split(session, turn, ticket.id, parts, source_key="view:V1")
        assert refusal.value.field == field
    assert await session.scalar(select(func.count()).select_from(SubTicket)) == 0


async def test_a_ticket_that_is_over_is_not_split(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session, status=Status.RESOLVED)
    with pytest.raises(InvalidTransition, match="is resolved: you cannot split it now"):
        await split(session, desks, ticket, new(desks))


async def test_a_form_holds_five_parts(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session)
    with pytest.raises(Refused, match="up to 5 parts"):
        await split(session, desks, ticket, *[new(desks, n) for n in range(6)])


async def test_the_same_form_five_times_at_once_makes_its_parts_once(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    async with unit_of_work(fresh_sessions) as session:
        ticket = await fresh_desks.ticket(session)

    async def once() -> list[int]:
        async with unit_of_work(fresh_sessions) as session:
            parts = [new(fresh_desks), new(fresh_desks, 2, summary="Pay it")]
            return [part.id for part in await split(session, fresh_desks, ticket, *parts)]

    made = await asyncio.gather(*(once() for _ in range(5)))
    assert made == [made[0]] * 5
    async with fresh_sessions() as session:
        assert await session.scalar(select(func.count()).select_from(SubTicket)) == 2
        cards = text("SELECT count(*) FROM outbox_messages WHERE topic = 'part.card'")
        assert await session.scalar(cards) == 2


class TestFiles:
    @staticmethod
    async def attach(session: AsyncSession, ticket: Ticket, name: str) -> Attachment:
        attachment = Attachment(
            ticket_id=ticket.id,
            uploaded_by_id=ticket.requestor_id,
            name=name,
            media_type="text/plain",
            size_bytes=1,
            sha256="0" * 64,
            storage_key=name,
        )
        session.add(attachment)
        await session.flush()
        return attachment

    async def test_only_what_was_ticked_crosses(self, session: AsyncSession, desks: Desks) -> None:
        ticket, other = await desks.ticket(session), await desks.ticket(session)
        ticked, kept = [await self.attach(session, ticket, name) for name in ("a.txt", "b.txt")]
        foreign = await self.attach(session, other, "c.txt")
        files_of = (ticked.id, ticked.id, foreign.id)
        [part] = await split(session, desks, ticket, new(desks, file_ids=files_of))
        passed = list(await session.scalars(select(PassedFile.attachment_id)))
        assert passed == [ticked.id]
        view = await sub_queries.get_part(session, desks.hana, part.id)
        assert view.files == ("a.txt",)
        lane = Place(ticket.id, Audience.PART, part_id=part.id).lane
        rows = (await dump(session, "outbox_messages"))["outbox_messages"]
        rows = [row for row in rows if row["lane"] == lane]
        assert [row["topic"] for row in rows] == ["part.card", "file.copied"]
        assert rows[1]["payload"]["attachment_id"] == ticked.id
        opened = await files.get_file(session, desks.hana, ticked.id)
        assert opened.name == "a.txt"
        for hidden in (kept, foreign):
            with pytest.raises(NotFound):
                await files.get_file(session, desks.hana, hidden.id)
        with pytest.raises(NotFound):
            await files.get_file(session, desks.finn, ticked.id)


class TestAsking:
    async def test_an_agent_asks_the_head(self, session: AsyncSession, desks: Desks) -> None:
        ticket = await desks.ticket(session)
        names = await splitting.ask_to_split(session, desks.turn(desks.ann), ticket.id)
        assert names == [desks.hugo.name]
        told = (await dump(session, "notifications"))["notifications"]
        assert [(row["user_id"], row["topic"]) for row in told] == [
            (str(desks.hugo.id), "ticket.split_asked")
        ]
        with pytest.raises(AlreadyDone, match=r"Hugo was asked to split HD-\d+ already\."):
            await splitting.ask_to_split(session, desks.turn(desks.carl), ticket.id)

    async def test_a_desk_without_a_head_says_so(self, session: AsyncSession, desks: Desks) -> None:
        ticket = await desks.ticket(session, desk=desks.hr)
        with pytest.raises(NotFound, match="HR has no head who could split"):
            await splitting.ask_to_split(session, desks.turn(desks.hana), ticket.id)

    async def test_who_does_not_work_on_it_does_not_ask(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        with pytest.raises(NotAllowed):
            await splitting.ask_to_split(session, desks.turn(desks.bea), ticket.id)
        assert await session.scalar(select(User.id).where(User.id == desks.hugo.id))


class TestTemplates:
    async def test_it_proposes_parts_due_by_the_hours_of_their_departments(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        part = {"department": "HR", "summary": "Contract", "passed_on": "", "required": False}
        stored = [
            {"name": "New starter", "department": "IT", "parts": [part | {"due_after": 3600.0}]},
            {
                "name": "Everywhere",
                "department": None,
                "parts": [part | {"department": "Legal", "due_after": None}],
            },
            {"name": "For HR", "department": "HR", "parts": []},
        ]
        session.add(Preference(name=split_templates.NAME, value=stored))
        await session.flush()
        found = await split_templates.read_templates(session, "IT")
        assert [each.name for each in found] == ["New starter", "Everywhere"]
        monday = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
        [draft] = split_templates.drafts(found[0].parts, desks.policy, monday)
        assert draft.department == (desks.hr.id, "HR")
        assert not draft.is_required
        # The office in Berlin opens at nine, which is eight in UTC.
        assert draft.due_at == monday.replace(hour=9)
        [gone] = split_templates.drafts(found[1].parts, desks.policy, monday)
        assert (gone.department, gone.due_at) == (None, None)
