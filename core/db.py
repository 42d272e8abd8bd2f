"""The one base of all tables, the one clock, and the unit of work."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

import asyncpg
import uuid_utils.compat
from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Enum,
    Identity,
    Integer,
    MetaData,
    Numeric,
    Select,
    Text,
    event,
    exc,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.engine import ALONE, Sessions
from core.errors import ChangedMeanwhile, Unavailable

S = TypeVar("S", bound=Select[*tuple[Any, ...]])

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_id() -> uuid.UUID:
    """A version 7 UUID: later ones sort after earlier ones, so indexes grow at their end."""
    return uuid_utils.compat.uuid7()


class UtcDateTime(TypeDecorator[datetime]):
    """timestamptz that refuses naive moments and always gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None


def vocabulary(kind: type[StrEnum], name: str | None = None) -> Enum:
    """A closed list, as text with a check that migrations can widen. `name` is the check's."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: dict[Any, TypeEngine[Any]] = {
        datetime: UtcDateTime(),
        Decimal: Numeric(14, 2),
        str: Text(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class NumberKey:
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)


class UuidKey:
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)


class Timestamps:
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        default=utc_now, server_default=func.now(), onupdate=utc_now
    )


class SoftDelete:
    """Deleted rows stay. Queries for this kind of row see the living only, unless they ask.

    People and departments have just this: reached through an old ticket they are still found.
    """

    is_deleted: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    deleted_at: Mapped[datetime | None]

    def delete_softly(self, now: datetime) -> None:
        self.is_deleted, self.deleted_at = True, now

    def restore(self) -> None:
        self.is_deleted, self.deleted_at = False, None


class HiddenWhenDeleted(SoftDelete):
    """Deleted rows of this kind are also left out of what is loaded along a relationship."""


class Versioned:
    """Optimistic lock: a save on top of an older version raises ChangedMeanwhile."""

    version: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a directive gets the class
        return {"version_id_col": cls.version}


def with_deleted(statement: S) -> S:
    """All rows, the deleted ones too. The caller has asked for Permission.SEE_DELETED."""
    return statement.execution_options(deleted="with")


def deleted(statement: S) -> S:
    """Only deleted rows. The caller has asked for Permission.SEE_DELETED."""
    return statement.execution_options(deleted="only")


@event.listens_for(Session, "do_orm_execute")
def _hide_deleted(state: ORMExecuteState) -> None:
    which = state.execution_options.get("deleted", "without")
    statement: Any = state.statement
    if not isinstance(statement, Select) or state.is_column_load or which == "with":
        return
    if not state.is_relationship_load and statement.column_descriptions:
        # What is asked for is named first; what is joined to it is reached through it.
        asked_for = statement.column_descriptions[0].get("entity")
        if isinstance(asked_for, type) and issubclass(asked_for, SoftDelete):
            statement = statement.where(asked_for.is_deleted.is_(which == "only"))
    if which == "without":
        statement = statement.options(
            with_loader_criteria(
                HiddenWhenDeleted, lambda kind: kind.is_deleted.is_(False), include_aliases=True
            )
        )
    state.statement = statement


@asynccontextmanager
async def unit_of_work(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """One transaction: all of it is committed when the block ends, or none of it.

    Raises ChangedMeanwhile when a row was saved by somebody else in between, and Unavailable
    when the database cannot be reached or does not answer in time.
    """
    async with _closing(sessions()) as session:
        yield session


@asynccontextmanager
async def one_statement(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """A unit of work of a single statement: that is a transaction by itself, and saves the round
    trips of BEGIN and COMMIT. Raises what `unit_of_work` does."""
    alone = sessions.kw.get("info", {}).get(ALONE)
    async with _closing(sessions(bind=alone) if alone else sessions()) as session:
        yield session


@asynccontextmanager
async def _closing(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    with failures_named():
        try:
            yield session
            # One step for both: each step of a session costs a greenlet with a stack of its own.
            await session.run_sync(_finish)
        except BaseException:
            # Shielded, or a request that is cancelled would keep its connection.
            await asyncio.shield(session.close())
            raise


def _finish(session: Session) -> None:
    with session, session.get_transaction() or nullcontext():
        session.flush()


@contextmanager
def failures_named() -> Iterator[None]:
    """What the database does wrong, in the words that people can be told."""
    try:
        yield
    except StaleDataError as error:
        raise ChangedMeanwhile("Someone else changed this a moment ago. Look again.") from error
    except exc.DBAPIError as error:
        if _is_away(error):
            raise Unavailable from error
        raise
    except asyncpg.PostgresError as error:
        if str(error.sqlstate).startswith(_AWAY):
            raise Unavailable from error
        raise
    except (exc.TimeoutError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise Unavailable from error


# Connection lost, rolled back for another's sake, out of resources, lock not to be had, told to
# stop. The driver's errors have no class for these, only the server's code.
_AWAY = ("08", "40", "53", "55P03", "57")


def _is_away(error: exc.DBAPIError) -> bool:
    """Whether the same statement may well succeed later."""
    state = str(getattr(error.orig, "sqlstate", ""))
    return isinstance(error, exc.InterfaceError) or state.startswith(_AWAY)
