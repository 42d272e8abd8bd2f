"""What Slack tells of a person who is known, and what follows from it once."""

import asyncio
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import unit_of_work
from core.engine import Sessions
from core.users.queries import Identity
from core.users.service import Profile, sync_person
from tests.factories import TEAM, make_user

NORA = Identity(TEAM, "U0NORA")
HERE = Profile(name="Nora Lind")
GONE = replace(HERE, is_active=False)


async def rows(session: AsyncSession, table: str, what: str) -> list[object]:
    found = await session.scalars(text(f"SELECT {what} FROM {table} ORDER BY id"))
    return list(found)


async def test_nobody_is_met_by_it(session: AsyncSession) -> None:
    assert await sync_person(session, NORA, HERE) is None
    assert await rows(session, "users", "name") == []


async def test_a_new_name_is_no_matter_of_rights(session: AsyncSession) -> None:
    await make_user(session, "U0NORA")
    actor = await sync_person(session, NORA, HERE)
    assert actor is not None
    assert actor.name == "Nora Lind"
    assert await rows(session, "audit_logs", "action") == []


async def test_each_deactivation_is_told_once(session: AsyncSession) -> None:
    await make_user(session, "U0NORA")
    for profile in (GONE, GONE, HERE, GONE):
        await sync_person(session, NORA, profile)
    assert await rows(session, "outbox_messages", "topic") == ["person.left", "person.left"]
    assert await rows(session, "audit_logs", "changes->'is_active'") == [
        [True, False],
        [False, True],
        [True, False],
    ]


async def test_slack_telling_it_twice_at_once_is_one_deactivation(
    fresh_sessions: Sessions,
) -> None:
    async with unit_of_work(fresh_sessions) as session:
        await make_user(session, "U0NORA")

    async def hear() -> None:
        async with unit_of_work(fresh_sessions) as session:
            await sync_person(session, NORA, GONE)

    await asyncio.gather(*(hear() for _ in range(6)))
    async with unit_of_work(fresh_sessions) as session:
        assert await rows(session, "outbox_messages", "topic") == ["person.left"]
        assert await rows(session, "audit_logs", "action") == ["person.sync"]
