"""Lists of tickets: page by page, from small indexes, and never more than one may read."""

import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import service as communication
from core.communication.models import Audience, Thread
from core.communication.service import Words
from core.db import Sessions, unit_of_work
from core.errors import NotAllowed, NotFound
from core.tickets import history, queries
from core.tickets import service as tickets
from core.tickets.models import AuditLog, Part, Source, Ticket
from core.tickets.queries import PAGE, TicketView
from core.tickets.states import Status, SubTicketStatus
from core.users.models import Department, User
from core.users.permissions import Actor
from tests.core.desks import Desks, add_part
from tests.core.plans import plan_of
from tests.factories import make_sub_ticket

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

List = Callable[..., Awaitable[list[TicketView]]]


async def all_pages(session: AsyncSession, actor: Actor, listing: List) -> list[list[int]]:
    """The numbers on each page, as somebody sees them who always asks for the next."""
    pages: list[list[int]] = []
    before = None
    while found := await listing(session, actor, before=before):
        page = found[:PAGE]
        pages.append([view.number for view in page])
        if len(found) <= PAGE:
            break
        before = (page[-1].created_at, page[-1].id)
    return pages


@pytest.mark.parametrize("listing", [queries.list_mine, queries.list_queue])
async def test_pages_show_every_ticket_once_newest_first(
    session: AsyncSession, desks: Desks, listing: List
) -> None:
    # Three at each moment, so that moments alone would not tell where a page ends.
    for number in range(25):
        moment = NOON + timedelta(minutes=number // 3)
        await desks.ticket(session, requester=desks.ann, created_at=moment, number=100 + number)
    pages = await all_pages(session, desks.ann, listing)
    assert [len(page) for page in pages] == [10, 10, 5]
    seen = [number for page in pages for number in page]
    assert sorted(seen) == list(range(100, 125))
    moments = [(number - 100) // 3 for number in seen]
    assert moments == sorted(moments, reverse=True)


async def test_a_ticket_filed_meanwhile_moves_nothing_to_the_next_page(
    session: AsyncSession, desks: Desks
) -> None:
    for number in range(12):
        moment = NOON + timedelta(minutes=number)
        await desks.ticket(session, created_at=moment, number=100 + number)
    first = (await queries.list_mine(session, desks.bea))[:PAGE]
    await desks.ticket(session, created_at=NOON + timedelta(hours=1), number=200)
    place = (first[-1].created_at, first[-1].id)
    rest = await queries.list_mine(session, desks.bea, before=place)
    assert [view.number for view in rest] == [101, 100]


async def test_mine_are_those_one_filed_or_works_on(session: AsyncSession, desks: Desks) -> None:
    filed = await desks.ticket(session, requester=desks.ann)
    works_on = await desks.ticket(session, assignee=desks.ann, status=Status.ASSIGNED)
    followed = await desks.ticket(session, requester=desks.eve)
    await add_part(session, followed, desks.ann)
    await desks.ticket(session, requester=desks.ann, status=Status.CLOSED)
    mine = await queries.list_mine(session, desks.ann)
    assert {view.id for view in mine} == {filed.id, works_on.id}


@pytest.mark.parametrize("name", ["bea", "cleo", "ada"])
async def test_only_a_desk_has_a_queue(session: AsyncSession, desks: Desks, name: str) -> None:
    with pytest.raises(NotAllowed, match="have a queue"):
        await queries.list_queue(session, desks.people[name])


async def test_a_queue_holds_what_nobody_has_taken(session: AsyncSession, desks: Desks) -> None:
    waiting = await desks.ticket(session)
    await desks.ticket(session, assignee=desks.carl, status=Status.ASSIGNED)
    await desks.ticket(session, desk=desks.hr)
    await desks.ticket(session, status=Status.CANCELLED)
    assert [view.id for view in await queries.list_queue(session, desks.ann)] == [waiting.id]


async def test_a_view_names_its_people_and_counts_its_parts(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session, assignee=desks.carl, status=Status.ASSIGNED)
    await add_part(session, ticket, desks.ann, Part.AUTHOR)
    for status in ("new", "done", "done", "cancelled"):
        await make_sub_ticket(
            session, parent=ticket, department=desks.hr, status=SubTicketStatus(status)
        )
    gone = await make_sub_ticket(session, parent=ticket, department=desks.hr)
    gone.delete_softly(NOON)
    await session.flush()
    view = await queries.get_view_by_number(session, desks.bea, ticket.number)
    assert (view.requester.name, view.assignee.name, view.author.name) == ("Bea", "Carl", "Ann")
    assert (view.department, view.desk_channel_id) == ("IT", "C0ITDESK")
    assert (view.parts_done, view.parts) == (2, 3)
    assert (await queries.list_views(session, [ticket.id, uuid.uuid4()])) == {ticket.id: view}


async def test_the_tickets_of_a_department_that_was_closed_are_still_found(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await desks.ticket(session)
    await session.execute(update(Department).values(is_deleted=True, deleted_at=NOON))
    assert (await queries.get_view(session, desks.bea, ticket.id)).department == "IT"
    assert [view.id for view in await queries.list_mine(session, desks.bea)] == [ticket.id]


@pytest.mark.parametrize("number", [0, -1, 10**6, 2**63 - 1, 2**63, 10**30])
async def test_a_number_that_is_no_ticket_is_not_found(
    session: AsyncSession, desks: Desks, number: int
) -> None:
    with pytest.raises(NotFound, match=f"HD-{number} does not exist"):
        await queries.get_view_by_number(session, desks.ann, number)


class TestHistory:
    async def test_it_tells_what_happened_oldest_first(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await self._talked_about(session, desks)
        lines = await history.list_history(session, desks.ann, ticket.id)
        assert [(line.who, line.action) for line in lines] == [
            ("Ann", "ticket.claim"),
            ("Ann", "message.note"),
            ("Ann", "message.reply"),
            ("Ann", "ticket.wait"),
            ("Ann", "ticket.start"),
        ]
        assert lines[0].changes["status"] == ["new", "assigned"]

    @pytest.mark.parametrize("name", ["bea", "eve"])
    async def test_internal_lines_stay_at_the_desk(
        self, session: AsyncSession, desks: Desks, name: str
    ) -> None:
        ticket = await self._talked_about(session, desks)
        await add_part(session, ticket, desks.eve)
        lines = await history.list_history(session, desks.people[name], ticket.id)
        assert "message.note" not in {line.action for line in lines}
        assert len(lines) == 4

    async def test_a_note_to_the_assignee_stays_at_the_desk(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        turn = desks.turn(desks.hugo)
        await tickets.assign(session, turn, ticket.id, assignee_id=desks.ann.id, note="Careful!")
        (at_desk,) = await history.list_history(session, desks.ann, ticket.id)
        (outside,) = await history.list_history(session, desks.bea, ticket.id)
        assert at_desk.details == {"assignee": "Ann", "note": "Careful!"}
        assert outside.details == {"assignee": "Ann"}

    async def test_lines_of_people_who_are_gone_and_of_the_desk_itself_stay(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        await tickets.claim(session, desks.turn(desks.ann), ticket.id)
        overdue = AuditLog(ticket_id=ticket.id, action="sla.breached", source=Source.JOB)
        session.add(overdue)
        await session.flush()
        await session.execute(update(User).where(User.id == desks.ann.id).values(is_deleted=True))
        lines = await history.list_history(session, desks.bea, ticket.id)
        assert [(line.who, line.action) for line in lines] == [
            ("Ann", "ticket.claim"),
            (None, "sla.breached"),
        ]
        found = await history.list_lines(session, [overdue.id])
        assert found[overdue.id].action == "sla.breached"

    async def test_the_newest_lines_are_kept_when_there_are_many(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await self._talked_about(session, desks)
        lines = await history.list_history(session, desks.ann, ticket.id, most=2)
        assert [line.action for line in lines] == ["ticket.wait", "ticket.start"]

    async def test_who_is_not_on_the_ticket_reads_none_of_it(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await self._talked_about(session, desks)
        for person in (desks.eve, desks.hana, desks.ada, desks.cleo):
            with pytest.raises(NotFound):
                await history.list_history(session, person, ticket.id)

    @staticmethod
    async def _talked_about(session: AsyncSession, desks: Desks) -> Ticket:
        ticket, ann = await desks.ticket(session), desks.turn(desks.ann)
        await tickets.claim(session, ann, ticket.id)
        thread = Thread(
            ticket_id=ticket.id, audience=Audience.DESK, channel_id="C0ITDESK", root_ts="1.0"
        )
        await communication.hear(session, ann, thread, Words("She never reads mail."))
        await communication.reply(session, ann, ticket.id, Words("Is it plugged in?"))
        await tickets.start(session, ann, ticket.id)
        return ticket


async def fill(session: AsyncSession, desks: Desks) -> None:
    """A desk that has been at it for years: most tickets are over, and belong to many people."""
    await session.execute(
        text(
            """
            INSERT INTO users (id, team_id, slack_user_id, employee_code, name, time_zone, role,
                               is_active, is_guest)
            SELECT gen_random_uuid(), 'T0ACME', 'U9' || n, 'E9' || n, 'Person', 'UTC',
                   'employee', true, false
              FROM generate_series(1, 200) AS n
            """
        )
    )
    await session.execute(
        text(
            """
            INSERT INTO tickets (id, summary, description, status, priority, is_private,
                                 requestor_id, assignee_id, department_id, created_at, updated_at)
            SELECT gen_random_uuid(), 'x', '',
                   CASE WHEN n % 50 = 0 THEN 'new' WHEN n % 50 = 1 THEN 'in_progress'
                        ELSE 'closed' END,
                   'low', false, person.id,
                   CASE WHEN n % 50 = 0 THEN NULL WHEN n % 100 = 1 THEN CAST(:ann AS uuid)
                        ELSE CAST(:carl AS uuid) END,
                   :it, moment, moment
              FROM generate_series(1, 20000) AS n
              CROSS JOIN LATERAL (SELECT now() - n * interval '1 minute' AS moment) AS at
              JOIN (SELECT id, row_number() OVER () AS place FROM users) AS person
                ON person.place = 1 + n % 200
            """
        ),
        {"ann": desks.ann.id, "carl": desks.carl.id, "it": desks.it.id},
    )
    await session.execute(text("ANALYZE users, tickets, ticket_participants, departments"))


async def test_lists_read_their_small_indexes_even_when_prepared(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    ann, place = fresh_desks.ann, (NOON + timedelta(days=400), uuid.UUID(int=0))
    async with unit_of_work(fresh_sessions) as session:
        await fill(session, fresh_desks)
        for before in (None, place):
            plan = await plan_of(session, queries.list_queue(session, ann, before=before))
            assert indexes_in(plan) == {"ix_tickets_queue"}, plan
            plan = await plan_of(session, queries.list_mine(session, ann, before=before))
            found = indexes_in(plan)
            assert "ix_tickets_open_by_assignee" in found, plan
            assert found & {"ix_tickets_by_requestor", "ix_tickets_requestor_id_status"}, plan
            assert "ix_tickets_created_at" not in found, plan


def indexes_in(plan: str) -> set[str]:
    assert "Seq Scan on tickets" not in plan, plan
    return set(re.findall(r"\bix_tickets_\w+", plan))
