"""What every table has in common: soft deletion, versions, timestamps; and the unit of work."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import exc, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from core.communication.models import ChatMessage
from core.db import deleted, new_id, unit_of_work, utc_now, with_deleted
from core.engine import Sessions, make_engine, make_sessions
from core.errors import ChangedMeanwhile, Unavailable
from core.models import Base
from core.tickets.models import AuditLog, Source, Ticket
from core.users.models import Department, User
from tests.factories import make_department, make_message, make_ticket, make_user
from tests.soon import soon

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
async def ticket(session: AsyncSession) -> Ticket:
    department = await make_department(session)
    ann = await make_user(session, "U0ANN")
    return await make_ticket(session, requestor=ann, department=department)


class TestSoftDeletion:
    async def test_queries_see_the_living_by_default(self, session: AsyncSession) -> None:
        await make_user(session, "U0ANN")
        gone = await make_user(session, "U0BEN")
        gone.delete_softly(NOON)
        names = select(User.name).order_by(User.name)
        assert list(await session.scalars(names)) == ["Ann"]
        assert list(await session.scalars(deleted(names))) == ["Ben"]
        assert list(await session.scalars(with_deleted(names))) == ["Ann", "Ben"]

    async def test_deleted_rows_remember_when_and_can_be_restored(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        ticket.delete_softly(NOON)
        await session.flush()
        session.expunge_all()
        found = await session.scalar(deleted(select(Ticket)))
        assert found is not None
        assert found.deleted_at == NOON
        found.restore()
        await session.flush()
        assert await session.scalar(select(Ticket)) is found
        assert found.deleted_at is None

    async def test_a_deleted_requester_is_still_found_through_the_ticket(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        await session.execute(update(User).values(is_deleted=True, deleted_at=NOON))
        session.expunge_all()
        for load in (joinedload, selectinload):
            found = await session.scalar(select(Ticket).options(load(Ticket.requestor)))
            assert found is not None
            assert found.requestor.name == "Ann"
            session.expunge_all()

    async def test_deleted_messages_are_left_out_along_the_relationship(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        ann = await session.scalar(select(User))
        assert ann is not None
        await make_message(session, ticket=ticket, sender=ann, body="kept")
        gone = await make_message(session, ticket=ticket, sender=ann, body="taken back")
        gone.delete_softly(NOON)
        await session.flush()
        session.expunge_all()
        for load in (joinedload, selectinload):
            found = await session.scalar(select(Ticket).options(load(Ticket.messages)))
            assert found is not None
            assert [message.body for message in found.messages] == ["kept"]
            session.expunge_all()
        everything = with_deleted(select(Ticket).options(selectinload(Ticket.messages)))
        found = await session.scalar(everything)
        assert found is not None
        assert len(found.messages) == 2

    async def test_counts_and_joins_leave_deleted_tickets_out(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        ann = await session.scalar(select(User))
        assert ann is not None
        await make_message(session, ticket=ticket, sender=ann)
        ticket.delete_softly(NOON)
        await session.flush()
        assert await session.scalar(select(func.count()).select_from(Ticket)) == 0
        joined = select(ChatMessage.body).join(Ticket, ChatMessage.ticket_id == Ticket.id)
        assert list(await session.scalars(joined)) == []


class TestVersions:
    async def test_a_save_on_top_of_an_older_version_is_refused(
        self, fresh_sessions: Sessions
    ) -> None:
        async with unit_of_work(fresh_sessions) as session:
            department_id = (await make_department(session)).id

        async def save_after_somebody_else() -> None:
            async with unit_of_work(fresh_sessions) as mine:
                stale = await mine.get_one(Department, department_id)
                async with unit_of_work(fresh_sessions) as theirs:
                    (await theirs.get_one(Department, department_id)).open_threads = True
                stale.name = "Information technology"

        with pytest.raises(ChangedMeanwhile):
            await save_after_somebody_else()
        async with unit_of_work(fresh_sessions) as session:
            found = await session.get_one(Department, department_id)
            assert (found.name, found.open_threads, found.version) == ("IT", True, 2)

    async def test_each_save_counts_the_version_up(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        assert ticket.version == 1
        ticket.summary = "The printer smokes"
        await session.flush()
        assert ticket.version == 2


class TestTimestamps:
    async def test_a_moment_without_a_zone_is_refused(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        ticket.due_at = datetime(2026, 3, 2, 12)  # noqa: DTZ001 - the very thing to refuse
        with pytest.raises(exc.StatementError, match="needs a time zone"):
            await session.flush()

    async def test_moments_come_back_in_utc(self, session: AsyncSession, ticket: Ticket) -> None:
        ticket.due_at = datetime(2026, 3, 2, 14, tzinfo=timezone(timedelta(hours=2)))
        await session.flush()
        session.expunge_all()
        found = await session.scalar(select(Ticket.due_at))
        assert found == NOON
        assert found.tzinfo is UTC

    async def test_a_save_moves_updated_at_and_leaves_created_at(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        created_at, updated_at = ticket.created_at, ticket.updated_at
        ticket.summary = "The printer smokes"
        await session.flush()
        await session.refresh(ticket)
        assert ticket.created_at == created_at
        assert ticket.updated_at > updated_at

    async def test_sql_that_forgets_updated_at_moves_it_too(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        updated_at = ticket.updated_at
        await session.execute(text("UPDATE tickets SET summary = 'The printer smokes'"))
        await session.refresh(ticket)
        assert ticket.updated_at > updated_at

    async def test_a_moment_that_a_save_brings_along_is_kept(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        await session.execute(update(Ticket).values(updated_at=NOON))
        await session.refresh(ticket)
        assert ticket.updated_at == NOON

    async def test_every_table_that_can_be_changed_watches_its_timestamps(
        self, session: AsyncSession
    ) -> None:
        watched = await session.scalars(
            text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'keep_timestamps'")
        )
        assert set(watched) == set(Base.metadata.tables) - {"audit_logs"}

    async def test_created_at_cannot_be_changed(
        self, session: AsyncSession, ticket: Ticket
    ) -> None:
        with pytest.raises(exc.IntegrityError, match="created_at of tickets is set once"):
            await session.execute(update(Ticket).values(created_at=NOON))


def test_later_ids_sort_after_earlier_ones() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {each.version for each in ids} == {7}


class TestAuditTrail:
    @pytest.fixture
    async def row(self, session: AsyncSession, ticket: Ticket) -> AuditLog:
        row = AuditLog(
            user_id=ticket.requestor_id,
            ticket_id=ticket.id,
            action="ticket.open",
            source=Source.FORM,
            changes={"status": [None, "new"]},
        )
        session.add(row)
        await session.flush()
        return row

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_logs SET action = 'ticket.close'",
            "UPDATE audit_logs SET changes = '{}'",
            "UPDATE audit_logs SET is_deleted = true",
            "UPDATE audit_logs SET user_id = NULL",
            "UPDATE audit_logs SET ticket_id = ticket_id",
            "DELETE FROM audit_logs",
            "TRUNCATE audit_logs",
            "TRUNCATE tickets CASCADE",
        ],
    )
    async def test_it_cannot_be_changed(
        self, session: AsyncSession, row: AuditLog, statement: str
    ) -> None:
        with pytest.raises(exc.IntegrityError, match="audit_logs is append-only: "):
            await session.execute(text(statement))

    async def test_it_outlives_the_person_and_the_ticket(
        self, session: AsyncSession, row: AuditLog
    ) -> None:
        before = {c.name: getattr(row, c.name) for c in AuditLog.__table__.columns}
        await session.execute(text("DELETE FROM users"))
        await session.refresh(row)
        after = {c.name: getattr(row, c.name) for c in AuditLog.__table__.columns}
        assert after == {**before, "user_id": None, "ticket_id": None}


class TestUnitOfWork:
    async def test_all_of_it_is_kept_or_nothing(self, fresh_sessions: Sessions) -> None:
        async def fail_half_way() -> None:
            async with unit_of_work(fresh_sessions) as session:
                await make_department(session, "IT")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail_half_way()
        async with unit_of_work(fresh_sessions) as session:
            await make_department(session, "HR")
        async with unit_of_work(fresh_sessions) as session:
            assert list(await session.scalars(select(Department.name))) == ["HR"]

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql+asyncpg://hdms@127.0.0.1:1/hdms",
            "postgresql+asyncpg://hdms@/hdms?host=/nowhere",
        ],
    )
    async def test_a_server_that_is_away_is_unavailable(self, url: str) -> None:
        engine = make_engine(url)
        with pytest.raises(Unavailable):
            async with unit_of_work(make_sessions(engine)) as session:
                await session.execute(text("SELECT 1"))
        await engine.dispose()

    async def test_a_server_that_does_not_answer_in_time_is_unavailable(
        self, database_url: str
    ) -> None:
        engine = make_engine(database_url, command_timeout=0.2)
        with pytest.raises(Unavailable):
            async with unit_of_work(make_sessions(engine)) as session:
                await session.execute(text("SELECT pg_sleep(10)"))
        await engine.dispose()

    async def test_a_server_that_goes_away_in_the_middle_is_unavailable(
        self, fresh_sessions: Sessions
    ) -> None:
        with pytest.raises(Unavailable):
            async with unit_of_work(fresh_sessions) as session:
                await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async def test_connections_that_the_server_closed_in_between_are_replaced(
        self, fresh_sessions: Sessions
    ) -> None:
        async with unit_of_work(fresh_sessions) as one, unit_of_work(fresh_sessions) as two:
            drivers = [
                (await (await each.connection()).get_raw_connection()).driver_connection
                for each in (one, two)
            ]
        async with unit_of_work(fresh_sessions) as session:
            closed = await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
            assert list(closed.scalars()) == [True]
        await soon(lambda: any(each.is_closed() for each in drivers if each))
        async with unit_of_work(fresh_sessions) as one, unit_of_work(fresh_sessions) as two:
            assert await one.scalar(text("SELECT 1")) == 1
            assert await two.scalar(text("SELECT 1")) == 1

    async def test_a_row_that_somebody_holds_too_long_is_unavailable(
        self, fresh_sessions: Sessions
    ) -> None:
        async with unit_of_work(fresh_sessions) as session:
            await make_department(session)

        async def want_the_row() -> None:
            async with unit_of_work(fresh_sessions) as session:
                await session.execute(text("SET LOCAL lock_timeout = '50ms'"))
                await session.execute(select(Department).with_for_update())

        async with unit_of_work(fresh_sessions) as holder:
            await holder.execute(select(Department).with_for_update())
            with pytest.raises(Unavailable):
                await want_the_row()

    async def test_a_value_of_the_wrong_kind_stays_a_fault(self, sessions: Sessions) -> None:
        with pytest.raises(exc.DBAPIError):
            async with unit_of_work(sessions) as session:
                await session.execute(text("SELECT CAST(:n AS integer)"), {"n": "many"})

    async def test_a_broken_rule_of_the_database_stays_a_fault(self, sessions: Sessions) -> None:
        with pytest.raises(exc.IntegrityError):
            async with unit_of_work(sessions) as session:
                await session.execute(
                    text("INSERT INTO tickets (id, summary, requestor_id) VALUES (:id, 'x', :id)"),
                    {"id": uuid.uuid4()},
                )


def test_the_clock_is_in_utc() -> None:
    assert utc_now().tzinfo is UTC
