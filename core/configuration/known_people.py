"""People a configuration names, among the thousands there may be."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, cast, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from core.db import with_deleted
from core.users.models import User
from core.users.roles import Role


async def list_known(session: AsyncSession, team_id: str, ids: Sequence[str]) -> list[User]:
    theirs = select(User).where(User.team_id == team_id, User.slack_user_id == _any_of(ids, Text()))
    return list(await session.scalars(with_deleted(theirs)))


async def list_holders(session: AsyncSession, codes: Iterable[str | None]) -> dict[str, str]:
    """Whose each of these employee codes is."""
    named = [each for each in codes if each]
    held = select(User.employee_code, User.slack_user_id).where(
        User.employee_code == _any_of(named, Text())
    )
    rows = await session.execute(with_deleted(held))
    return dict(rows.all())


async def list_ids(session: AsyncSession, people: Iterable[str | None]) -> dict[str, UUID]:
    named = [each for each in people if each]
    asked = select(User.slack_user_id, User.id).where(User.slack_user_id == _any_of(named, Text()))
    rows = await session.execute(with_deleted(asked))
    return dict(rows.all())


async def list_heads(
    session: AsyncSession, team_id: str, departments: Iterable[UUID]
) -> list[tuple[str, Any]]:
    """Of (who, department)."""
    theirs = select(User.slack_user_id, User.department_id).where(
        User.team_id == team_id,
        User.role == Role.DEPARTMENT_HEAD,
        User.is_active.is_(True),
        User.is_deleted.is_(False),
        User.department_id == _any_of(list(departments), Uuid()),
    )
    return [(who, where) for who, where in await session.execute(theirs.order_by(User.id))]


def _any_of(values: Sequence[Any], kind: TypeEngine[Any]) -> Any:
    """One parameter, however many there are."""
    return any_(cast(literal(list(values), ARRAY(kind)), ARRAY(kind)))
