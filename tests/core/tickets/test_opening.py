"""Opening a ticket: one statement for all of it, once for each source, or nothing at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from core.calendar import add_business, office
from core.db import unit_of_work, utc_now
from core.engine import Sessions, make_engine, make_sessions
from core.errors import InvalidField, NotAllowed
from core.tickets import deletion
from core.tickets.models import Source, Ticket
from core.tickets.opening import DESCRIPTION_MAX, SUMMARY_MAX, NewTicket, Opened
from core.tickets.policy import Policy, PolicyStore
from core.tickets.service import open_ticket
from core.tickets.states import Priority
from core.users.directory import Directory
from core.users.models import User
from core.users.permissions import Actor
from core.users.queries import Identity
from tests.core.desks import TABLES, Desks, dump, move_in, refusal_of


async def file(session: AsyncSession, desks: Desks, form: NewTicket, **people: Actor) -> Opened:
    given = {"author": desks.bea, "requester": desks.bea} | people
    return await open_ticket(session, form, policy=desks.policy, **given)


async def test_a_ticket_comes_with_its_people_trail_notice_and_messages(
    session: AsyncSession, desks: Desks
) -> None:
    opened = await file(session, desks, desks.form(priority=Priority.HIGH, is_private=True))
    rows = await dump(session)
    (ticket,) = rows["tickets"]
    assert (ticket["id"], ticket["number"]) == (str(opened.id), opened.number)
    assert (ticket["summary"], ticket["description"]) == ("The printer is broken", "It smokes.")
    assert (ticket["status"], ticket["priority"], ticket["is_private"]) == ("new", "high", True)
    (participant,) = rows["ticket_participants"]
    assert (participant["user_id"], participant["part"]) == (str(desks.bea.id), "requester")
    (line,) = rows["audit_logs"]
    assert (line["action"], line["user_id"], line["source"]) == (
        "ticket.open",
        str(desks.bea.id),
        "form",
    )
    assert line["changes"] == {"status": [None, "new"]}
    (notice,) = rows["notifications"]
    assert (notice["user_id"], notice["topic"]) == (str(desks.bea.id), "ticket.receipt")
    assert [(row["topic"], row["lane"]) for row in rows["outbox_messages"]] == [
        ("ticket.receipt", f"requester:{opened.id}"),
        ("ticket.card", f"desk:{opened.id}"),
    ]
    for table in TABLES[1:-1]:
        assert {row["ticket_id"] for row in rows[table]} == {str(opened.id)}
    assert {row["payload"]["ticket_id"] for row in rows["outbox_messages"]} == {str(opened.id)}


async def test_who_files_for_somebody_else_is_on_the_ticket_too(
    session: AsyncSession, desks: Desks
) -> None:
    await file(session, desks, desks.form(), author=desks.ann, requester=desks.bea)
    rows = await dump(session)
    assert {(row["user_id"], row["part"]) for row in rows["ticket_participants"]} == {
        (str(desks.bea.id), "requester"),
        (str(desks.ann.id), "author"),
    }
    assert rows["tickets"][0]["requestor_id"] == str(desks.bea.id)
    assert rows["audit_logs"][0]["user_id"] == str(desks.ann.id)
    assert rows["notifications"][0]["user_id"] == str(desks.bea.id)


async def test_the_first_promise_that_fits_sets_the_due_times(
    session: AsyncSession, desks: Desks
) -> None:
    await file(session, desks, desks.form(priority=Priority.URGENT))
    await file(session, desks, desks.form(priority=Priority.LOW))
    rows = await session.execute(
        text("SELECT created_at, first_response_due_at, due_at FROM tickets ORDER BY number")
    )
    hour = timedelta(hours=1)
    urgent, rest = rows.all()
    assert urgent.first_response_due_at - urgent.created_at == hour / 2
    assert urgent.due_at - urgent.created_at == 4 * hour
    hours = office("Europe/Berlin")
    assert rest.first_response_due_at == add_business(rest.created_at, 4 * hour, hours)
    assert rest.due_at == add_business(rest.created_at, 24 * hour, hours)


async def test_without_a_promise_nothing_is_due(session: AsyncSession, desks: Desks) -> None:
    unpromised = replace(desks, policy=replace(desks.policy, promises=()))
    await file(session, unpromised, desks.form())
    (ticket,) = (await dump(session, "tickets"))["tickets"]
    assert (ticket["due_at"], ticket["first_response_due_at"]) == (None, None)
    assert ticket["sla_template_id"] is None


async def test_words_are_stored_without_the_blanks_around_them(
    session: AsyncSession, desks: Desks
) -> None:
    await file(session, desks, desks.form(summary="  No toner \n", description=" Black.\n"))
    (ticket,) = (await dump(session, "tickets"))["tickets"]
    assert (ticket["summary"], ticket["description"]) == ("No toner", "Black.")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"summary": " \n\t"}, "summary"),
        ({"summary": "x" * (SUMMARY_MAX + 1)}, "summary"),
        ({"description": "x" * (DESCRIPTION_MAX + 1)}, "description"),
    ],
)
async def test_words_that_do_not_fit_are_refused_beside_their_input(
    session: AsyncSession, desks: Desks, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidField) as refusal:
        await file(session, desks, desks.form(**fields))
    assert refusal.value.field == field
    assert not any((await dump(session)).values())


async def test_the_longest_words_that_fit_are_kept_whole(
    session: AsyncSession, desks: Desks
) -> None:
    form = desks.form(summary="é" * SUMMARY_MAX, description="x" * DESCRIPTION_MAX)
    await file(session, desks, form)
    (ticket,) = (await dump(session, "tickets"))["tickets"]
    assert (ticket["summary"], ticket["description"]) == (form.summary, form.description)


class TestWhatChangedMeanwhile:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE users SET is_active = false WHERE id = :bea",
            "UPDATE users SET is_guest = true WHERE id = :bea",
            "UPDATE users SET is_deleted = true, deleted_at = now() WHERE id = :bea",
            "UPDATE users SET is_active = false WHERE id = :ann",
            "UPDATE users SET is_guest = true WHERE id = :ann",
            "UPDATE users SET is_deleted = true, deleted_at = now() WHERE id = :ann",
            "UPDATE departments SET is_deleted = true, deleted_at = now() WHERE id = :it",
        ],
    )
    async def test_a_person_or_department_gone_since_they_were_cached_files_nothing(
        self, session: AsyncSession, desks: Desks, change: str
    ) -> None:
        ids = {"bea": desks.bea.id, "ann": desks.ann.id, "it": desks.it.id}
        used = {name: ids[name] for name in ids if f":{name}" in change}
        await session.execute(text(change), used)
        with pytest.raises(NotAllowed, match="changed meanwhile"):
            await file(session, desks, desks.form(), author=desks.ann, requester=desks.bea)
        assert not any((await dump(session)).values())

    async def test_a_department_nobody_knows_is_refused_beside_its_input(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        with pytest.raises(InvalidField) as refusal:
            await file(session, desks, desks.form(department_id=desks.bea.id))
        assert refusal.value.field == "department"

    async def test_guests_file_for_themselves_where_that_is_set(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        preferences = replace(desks.policy.preferences, guests_may_file=True)
        policy = replace(desks.policy, preferences=preferences)
        await session.execute(update(User).where(User.id == desks.bea.id).values(is_guest=True))
        guest = replace(desks.bea, is_guest=True)

        async def file(author: Actor, requester: Actor, policy: Policy = policy) -> None:
            people = {"author": author, "requester": requester}
            await open_ticket(session, desks.form(), policy=policy, **people)

        assert await refusal_of(file(guest, guest)) is None
        for doing in (
            file(guest, guest, desks.policy),
            file(guest, desks.eve),
            file(desks.ann, guest),
            file(replace(guest, is_active=False), guest),
        ):
            assert await refusal_of(doing) is not None
        assert len(list(await session.scalars(select(Ticket.id)))) == 1

    @pytest.mark.parametrize("out", [{"is_active": False}, {"is_guest": True}])
    async def test_nobody_files_for_who_may_not_use_the_desk(
        self, session: AsyncSession, desks: Desks, out: dict[str, bool]
    ) -> None:
        with pytest.raises(InvalidField) as refusal:
            await file(session, desks, desks.form(), requester=replace(desks.eve, **out))
        assert refusal.value.field == "on_behalf_of"
        with pytest.raises(NotAllowed):
            await file(session, desks, desks.form(), author=replace(desks.eve, **out))
        assert not any((await dump(session)).values())


class TestTheSameSourceTwice:
    async def test_it_gives_the_same_ticket_and_doubles_nothing(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        form = desks.form(source=Source.SHORTCUT, source_key="message:C0GENERAL:1.0")
        first = await file(session, desks, form)
        before = await dump(session)
        again = await file(session, desks, replace(form, summary="Other words"))
        assert (again.id, again.number) == (first.id, first.number)
        assert (first.is_new, again.is_new) == (True, False)
        assert await dump(session) == before

    async def test_it_stays_the_same_when_the_ticket_was_deleted_since(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        form = desks.form()
        first = await file(session, desks, form)
        await deletion.delete_ticket(session, desks.turn(desks.hugo), first.id, reason="test")
        before = await dump(session)
        assert await file(session, desks, form) == replace(first, is_new=False)
        assert await dump(session) == before

    async def test_eight_at_once_make_one_ticket(
        self, fresh_sessions: Sessions, fresh_desks: Desks
    ) -> None:
        form = fresh_desks.form()
        start = asyncio.Barrier(8)

        async def file_together() -> Opened:
            async with unit_of_work(fresh_sessions) as session:
                await session.execute(text("SELECT 1"))
                await start.wait()
                return await file(session, fresh_desks, form)

        opened = await asyncio.gather(*(file_together() for _ in range(8)))
        assert len({each.id for each in opened}) == 1
        assert [each.is_new for each in opened].count(True) == 1
        async with fresh_sessions() as session:
            rows = await dump(session)
        counts = {table: len(found) for table, found in rows.items()}
        assert counts == dict.fromkeys(TABLES, 1) | {"outbox_messages": 2}


@asynccontextmanager
async def statements(engine: AsyncEngine) -> AsyncIterator[list[str]]:
    """What is sent: the driver tells of the transaction's ends, SQLAlchemy of all between."""
    sent: list[str] = []

    def note(sql: str) -> None:
        sent.append(" ".join(sql.split()[:2]))

    def watch(connection: Any, *_: Any) -> None:
        connection.driver_connection.add_query_logger(lambda record: note(record.query))

    def execute(*given: Any) -> None:
        note(given[2])

    event.listen(engine.sync_engine, "checkout", watch)
    event.listen(engine.sync_engine, "before_cursor_execute", execute)
    yield sent
    event.remove(engine.sync_engine, "checkout", watch)
    event.remove(engine.sync_engine, "before_cursor_execute", execute)


async def test_with_warm_caches_filing_sends_three_statements(database_url: str) -> None:
    engine = make_engine(database_url, pool_size=1)
    sessions = make_sessions(engine)
    async with unit_of_work(sessions) as session:
        desks = await move_in(session)
    directory, policies = Directory(), PolicyStore()

    async def submit() -> None:
        who = Identity(desks.bea.team_id, desks.bea.slack_user_id)
        async with unit_of_work(sessions) as session:
            bea = await directory.find(session, who)
            policy = await policies.current(session)
            assert bea is not None
            await open_ticket(session, desks.form(), author=bea, requester=bea, policy=policy)

    await submit()
    async with statements(engine) as sent:
        await submit()
    await engine.dispose()
    assert sorted(sent) == ["BEGIN;", "COMMIT;", "WITH ticket"]


async def test_the_moment_of_filing_is_the_same_everywhere(
    session: AsyncSession, desks: Desks
) -> None:
    before = utc_now()
    await file(session, desks, desks.form())
    rows = await session.execute(
        text(
            "SELECT created_at FROM tickets UNION SELECT joined_at FROM ticket_participants"
            " UNION SELECT created_at FROM audit_logs"
        )
    )
    (moment,) = rows.scalars()
    assert before <= moment <= utc_now()
