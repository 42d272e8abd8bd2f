"""Meeting people once, keeping what we know of them true, and remembering it for a moment."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work
from core.engine import Sessions
from core.errors import NotAllowed, NotFound
from core.tickets import service as tickets
from core.users import queries
from core.users import service as users
from core.users.directory import Directory
from core.users.models import User
from core.users.permissions import Permission, may
from core.users.queries import Identity
from core.users.roles import Role
from core.users.service import Profile
from tests.core.desks import Desks
from tests.factories import TEAM, make_department, make_user

NORA = Identity(TEAM, "U0NORA")
PROFILE = Profile(
    name="Nora Lind",
    email="nora@example.com",
    image_url="https://example.com/nora.png",
    time_zone="Europe/Oslo",
)


async def count(session: AsyncSession) -> int:
    return int(await session.scalar(select(func.count()).select_from(User)) or 0)


class TestMeeting:
    async def test_the_first_contact_makes_an_employee_of_them(self, session: AsyncSession) -> None:
        actor = await users.meet(session, NORA, PROFILE)
        assert (actor.role, actor.department_id) == (Role.EMPLOYEE, None)
        user = await queries.find_user(session, NORA)
        assert user is not None
        assert (user.name, user.email) == ("Nora Lind", "nora@example.com")
        assert (user.time_zone, user.image_url) == ("Europe/Oslo", "https://example.com/nora.png")
        assert user.employee_code == "U0NORA"

    async def test_meeting_again_keeps_the_role_and_the_department(
        self, session: AsyncSession
    ) -> None:
        department = await make_department(session)
        head = await make_user(session, "U0NORA", role=Role.DEPARTMENT_HEAD, department=department)
        actor = await users.meet(session, NORA, PROFILE)
        assert (actor.id, actor.role) == (head.id, Role.DEPARTMENT_HEAD)
        assert (actor.department_id, actor.name) == (department.id, "Nora Lind")
        assert await count(session) == 1

    async def test_the_same_name_and_mail_do_not_make_the_same_person(
        self, session: AsyncSession
    ) -> None:
        first = await users.meet(session, NORA, PROFILE)
        second = await users.meet(session, replace(NORA, slack_user_id="U0NORA2"), PROFILE)
        assert first.id != second.id

    async def test_eight_first_contacts_at_once_make_one_row(
        self, fresh_sessions: Sessions
    ) -> None:
        start = asyncio.Barrier(8)

        async def meet() -> users.Actor:
            async with unit_of_work(fresh_sessions) as session:
                await session.execute(text("SELECT 1"))
                await start.wait()
                return await users.meet(session, NORA, PROFILE)

        met = await asyncio.gather(*(meet() for _ in range(8)))
        assert len({actor.id for actor in met}) == 1
        async with fresh_sessions() as session:
            assert await count(session) == 1

    async def test_a_deleted_person_stays_known_and_refused(self, session: AsyncSession) -> None:
        await users.meet(session, NORA, PROFILE)
        await session.execute(update(User).values(is_deleted=True))
        actor = await users.meet(session, NORA, PROFILE)
        assert not may(actor, Permission.FILE)


class TestEmployeeCodes:
    async def test_the_profile_tells_the_real_one(self, session: AsyncSession) -> None:
        await users.meet(session, NORA, replace(PROFILE, employee_code="E-7"))
        user = await queries.find_user(session, NORA)
        assert user is not None
        assert user.employee_code == "E-7"

    async def test_one_learned_later_replaces_the_slack_id_and_stays(
        self, session: AsyncSession
    ) -> None:
        await users.meet(session, NORA, PROFILE)
        await users.refresh(session, NORA, replace(PROFILE, employee_code="E-7"))
        await users.refresh(session, NORA, PROFILE)
        user = await queries.find_user(session, NORA)
        assert user is not None
        assert user.employee_code == "E-7"

    async def test_one_that_somebody_else_has_keeps_nobody_out(self, session: AsyncSession) -> None:
        await make_user(session, "U0ANN", employee_code="E-7")
        actor = await users.meet(session, NORA, replace(PROFILE, employee_code="E-7"))
        assert actor.name == "Nora Lind"
        user = await queries.find_user(session, NORA)
        assert user is not None
        assert user.employee_code == "U0NORA"


class TestRefreshing:
    async def test_what_slack_tells_replaces_what_we_knew(self, session: AsyncSession) -> None:
        await users.meet(session, NORA, PROFILE)
        actor = await users.refresh(session, NORA, Profile(name="Nora Berg", is_guest=True))
        assert actor is not None
        assert (actor.name, actor.is_guest) == ("Nora Berg", True)
        user = await queries.find_user(session, NORA)
        assert user is not None
        assert (user.email, user.image_url) == (None, None)

    async def test_somebody_we_never_met_is_left_alone(self, session: AsyncSession) -> None:
        assert await users.refresh(session, NORA, PROFILE) is None
        assert await count(session) == 0

    async def test_news_that_arrives_at_once_is_taken_over_by_all(
        self, fresh_sessions: Sessions
    ) -> None:
        async with unit_of_work(fresh_sessions) as session:
            await users.meet(session, NORA, PROFILE)
        start = asyncio.Barrier(4)

        async def refresh(name: str) -> None:
            async with unit_of_work(fresh_sessions) as session:
                await session.execute(text("SELECT 1"))
                await start.wait()
                await users.refresh(session, NORA, replace(PROFILE, name=name))

        names = ["One", "Two", "Three", "Four"]
        await asyncio.gather(*(refresh(name) for name in names))
        async with fresh_sessions() as session:
            user = await queries.find_user(session, NORA)
            assert user is not None
            assert user.name in names
            assert user.version == 2 + len(names)

    async def test_a_deactivation_takes_their_rights_at_once(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket = await desks.ticket(session)
        ann = Identity(TEAM, desks.ann.slack_user_id)
        await users.refresh(session, ann, Profile(name="Ann", is_active=False))
        actor = await queries.find_actor(session, ann)
        assert actor is not None
        with pytest.raises(NotAllowed, match="deactivated"):
            await tickets.claim(session, desks.turn(actor), ticket.id)
        await users.refresh(session, ann, Profile(name="Ann"))
        actor = await queries.find_actor(session, ann)
        assert actor is not None
        await tickets.claim(session, desks.turn(actor), ticket.id)
        assert ticket.assignee_id == desks.ann.id


class TestPeopleOfADesk:
    async def test_only_who_works_there_now_is_listed_by_name(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        names = [each.name for each in await queries.list_desk(session, desks.it.id)]
        assert names == ["Ann", "Carl", "Hugo"]
        for name, out in (("ann", "is_active"), ("carl", "is_guest")):
            value = out == "is_guest"
            statement = update(User).where(User.id == desks.people[name].id)
            await session.execute(statement.values(**{out: value}))
        assert [each.name for each in await queries.list_desk(session, desks.it.id)] == ["Hugo"]

    async def test_a_person_nobody_knows_is_not_found(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        assert await queries.find_actor(session, NORA) is None
        with pytest.raises(NotFound):
            await queries.get_actor(session, desks.it.id)


class TestTheDirectory:
    @pytest.fixture
    def now(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        moment = [100.0]
        monkeypatch.setattr("core.users.directory.monotonic", lambda: moment[0])
        return moment

    async def test_people_are_read_once_and_recalled_until_they_are_too_old(
        self, session: AsyncSession, desks: Desks, now: list[float]
    ) -> None:
        directory = Directory(max_age=timedelta(seconds=30))
        bea = Identity(TEAM, desks.bea.slack_user_id)
        assert directory.recall(bea) is None
        assert await directory.find(session, bea) == desks.bea
        now[0] += 30
        assert directory.recall(bea) == desks.bea
        now[0] += 1
        assert directory.recall(bea) is None

    async def test_somebody_busy_is_read_again_all_the_same(
        self, session: AsyncSession, desks: Desks, now: list[float]
    ) -> None:
        directory = Directory(max_age=timedelta(seconds=30))
        bea = Identity(TEAM, desks.bea.slack_user_id)
        await directory.find(session, bea)
        await session.execute(update(User).where(User.id == desks.bea.id).values(is_active=False))
        for _ in range(4):
            now[0] += 10
            found = await directory.find(session, bea)
        assert found == replace(desks.bea, is_active=False)

    async def test_somebody_forgotten_is_read_again(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        directory = Directory()
        bea = Identity(TEAM, desks.bea.slack_user_id)
        await directory.find(session, bea)
        await session.execute(update(User).where(User.id == desks.bea.id).values(name="Beatrice"))
        directory.forget(bea)
        directory.forget(bea)
        found = await directory.find(session, bea)
        assert found is not None
        assert found.name == "Beatrice"

    async def test_strangers_are_not_remembered(self, session: AsyncSession, desks: Desks) -> None:
        directory = Directory()
        assert await directory.find(session, NORA) is None
        await users.meet(session, NORA, PROFILE)
        assert await directory.find(session, NORA) is not None

    def test_it_keeps_no_more_than_it_may(self, now: list[float]) -> None:
        directory = Directory(most=3)
        people = [
            users.Actor(
                id=users.new_id(),
                team_id=TEAM,
                slack_user_id=f"U{number}",
                name="x",
                role=Role.EMPLOYEE,
                department_id=None,
            )
            for number in range(4)
        ]
        for person in people:
            directory.remember(person)
        recalled = [directory.recall(Identity(TEAM, f"U{number}")) for number in range(4)]
        assert recalled[3] == people[3]
        assert len([each for each in recalled if each]) <= 3
