"""Lists of tickets: page by page, from small indexes, and never more than one may read."""

import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work
from core.engine import Sessions
from core.errors import NotAllowed, NotFound
from core.tickets import queries
from core.tickets.models import Part
from core.tickets.queries import PAGE, TicketView
from core.tickets.states import Status, SubTicketStatus
from core.users.models import Department
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


#: A list reads a few rows of these, never all of them.
LARGE = ("tickets", "ticket_participants", "chat_messages", "attachments", "sub_tickets")

_FOLLOW_UPS = """
    UPDATE tickets SET follows_id = earlier.id FROM tickets AS earlier
     WHERE earlier.number = tickets.number - 1 AND tickets.number % 50 = 0
"""
_PEOPLE = """
    INSERT INTO ticket_participants (ticket_id, user_id, part, joined_at)
    SELECT id, requestor_id, CASE WHEN number % 10 = 0 THEN 'author' ELSE 'requester' END, now()
      FROM tickets
"""
_PARTS = """
    INSERT INTO sub_tickets (parent_ticket_id, position, department_id, summary, status,
                             is_required, passed_on)
    SELECT id, 1, department_id, 'x', 'done', true, 'x'
      FROM tickets WHERE number % 5 = 0
"""
_MESSAGES = """
    INSERT INTO chat_messages (ticket_id, sender_id, body, visibility, audience)
    SELECT id, requestor_id, 'x', CASE n WHEN 2 THEN 'internal' ELSE 'public' END, 'desk'
      FROM tickets, generate_series(1, 2) AS n
"""
_FILES = """
    INSERT INTO attachments (ticket_id, uploaded_by_id, chat_message_id, name, media_type,
                             size_bytes, sha256, storage_key)
    SELECT ticket_id, sender_id, id, 'x', 'text/plain', 1, repeat('0', 64), 'aa/' || id
      FROM chat_messages
"""


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
    for sql in (_FOLLOW_UPS, _PEOPLE, _PARTS, _MESSAGES, _FILES):
        await session.execute(text(sql))
    await session.execute(text(f"ANALYZE users, departments, {', '.join(LARGE)}"))


async def test_lists_read_their_small_indexes_even_when_prepared(
    fresh_sessions: Sessions, fresh_desks: Desks
) -> None:
    ann, place = fresh_desks.ann, (NOON + timedelta(days=400), uuid.UUID(int=0))
    async with unit_of_work(fresh_sessions) as session:
        await fill(session, fresh_desks)
        for before in (None, place):
            plan = await plan_of(session, queries.list_queue(session, ann, before=before))
            # Of each ticket on the page, what goes on from it.
            assert indexes_in(plan) == {"ix_tickets_queue", "ix_tickets_follow_ups"}, plan
            plan = await plan_of(session, queries.list_mine(session, ann, before=before))
            found = indexes_in(plan)
            assert found >= {"ix_tickets_open_by_assignee", "ix_tickets_follow_ups"}, plan
            assert found & {"ix_tickets_by_requestor", "ix_tickets_requestor_id_status"}, plan
            assert "ix_tickets_created_at" not in found, plan


def indexes_in(plan: str) -> set[str]:
    whole = set(re.findall(r"Seq Scan on (\w+)", plan)) & set(LARGE)
    assert not whole, plan
    return set(re.findall(r"\bix_tickets_\w+", plan))
