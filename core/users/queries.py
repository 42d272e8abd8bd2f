"""Reading people and departments."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import with_deleted
from core.errors import NotFound
from core.users.models import Department, User
from core.users.permissions import Actor
from core.users.roles import DESK_ROLES


@dataclass(frozen=True, slots=True)
class Identity:
    """How Slack names a person. Opaque; names and e-mail addresses are not identities."""

    team_id: str
    slack_user_id: str


def actor_of(user: User) -> Actor:
    return Actor(
        id=user.id,
        team_id=user.team_id,
        slack_user_id=user.slack_user_id,
        name=user.name,
        role=user.role,
        department_id=user.department_id,
        is_active=user.is_active and not user.is_deleted,
        is_guest=user.is_guest,
    )


async def find_user(session: AsyncSession, who: Identity) -> User | None:
    """Softly deleted people too: they stay known, and stay refused."""
    found: User | None = await session.scalar(_by_identity(who))
    return found


async def lock_user(session: AsyncSession, who: Identity) -> User | None:
    """The same, held until the transaction ends."""
    statement = _by_identity(who).with_for_update()
    found: User | None = await session.scalar(statement.execution_options(populate_existing=True))
    return found


def _by_identity(who: Identity) -> Select[User]:
    return with_deleted(
        select(User).where(User.team_id == who.team_id, User.slack_user_id == who.slack_user_id)
    )


async def find_actor(session: AsyncSession, who: Identity) -> Actor | None:
    user = await find_user(session, who)
    return actor_of(user) if user else None


async def get_actor(session: AsyncSession, user_id: uuid.UUID) -> Actor:
    user = await session.scalar(select(User).where(User.id == user_id))
    if user is None:
        raise NotFound("This person is not known to the help desk.")
    return actor_of(user)


async def is_code_taken(session: AsyncSession, code: str, by_other_than: User) -> bool:
    others = select(User.id).where(User.employee_code == code, User.id != by_other_than.id)
    return await session.scalar(with_deleted(others)) is not None


async def list_desk(session: AsyncSession, department_id: uuid.UUID) -> list[User]:
    """The people who work on the department's tickets, by name."""
    rows = await session.scalars(
        select(User)
        .where(
            User.department_id == department_id,
            User.role.in_(DESK_ROLES),
            User.is_active.is_(True),
            User.is_guest.is_(False),
        )
        .order_by(User.name, User.id)
    )
    return list(rows)


async def list_departments(session: AsyncSession) -> list[Department]:
    return list(await session.scalars(select(Department).order_by(Department.name)))


async def list_names(
    session: AsyncSession, team_id: str, slack_user_ids: Sequence[str]
) -> dict[str, str]:
    """By Slack user id, of the people we have met; the deleted ones too, who are still named.
    Whom a file of settings gave no name is called by their id until then."""
    named = select(User.slack_user_id, User.name).where(
        User.team_id == team_id,
        User.slack_user_id.in_(slack_user_ids),
        User.name != User.slack_user_id,
    )
    rows = await session.execute(with_deleted(named))
    return {row[0]: row[1] for row in rows}


async def list_slack_ids(session: AsyncSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = await session.execute(select(User.id, User.slack_user_id).where(User.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
