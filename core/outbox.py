"""The messages still to be sent: one row is one Slack call, written with the change it tells of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, bindparam, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, NumberKey, Timestamps, utc_now


class OutboxMessage(NumberKey, Timestamps, Base):
    """`payload` holds ids only: what is sent shows the state at the moment of sending. Rows of one
    lane leave one after another, in order of their ids. A claim moves `available_at` to the end of
    its lease and counts `attempts`; (id, attempts) therefore names one claim."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index(
            "ix_outbox_messages_due",
            "available_at",
            "id",
            postgresql_where=text("settled_at IS NULL"),
        ),
        # What was delivered for a ticket: rows get in when they are settled.
        Index(
            "ix_outbox_messages_delivered",
            text("(payload ->> 'ticket_id')"),
            text("id DESC"),
            postgresql_where=text("settled_at IS NOT NULL"),
        ),
        Index("ix_outbox_messages_lane", "lane", "id", postgresql_where=text("settled_at IS NULL")),
        Index(
            "uq_outbox_messages_waiting_refresh",
            "fold_key",
            unique=True,
            postgresql_where=text("settled_at IS NULL AND attempts = 0"),
        ),
    )

    topic: Mapped[str]
    lane: Mapped[str]
    fold_key: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    available_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    settled_at: Mapped[datetime | None]
    #: sent, skipped (nothing to say any more) or failed (Slack will never take it).
    outcome: Mapped[str | None]
    last_error: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class Row:
    """`fold_key`: while a row of this key is not taken yet, it stands for this one too."""

    topic: str
    lane: str
    payload: dict[str, Any]
    fold_key: str | None = None
    delay: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Claim:
    """A row this worker holds until its lease ends."""

    id: int
    topic: str
    lane: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    claim: Claim
    outcome: str
    error: str | None = None


async def add(session: AsyncSession, *rows: Row) -> None:
    """One statement for all of them; they leave in the order given."""
    statement = insert(OutboxMessage).values(
        [
            {
                "topic": row.topic,
                "lane": row.lane,
                "payload": row.payload,
                "fold_key": row.fold_key,
                "available_at": func.now() + row.delay,
            }
            for row in rows
        ]
    )
    # DO NOTHING would let a worker take the waiting row, and compose from what was there
    # before this transaction commits. The update locks the row until then.
    statement = statement.on_conflict_do_update(
        index_elements=["fold_key"],
        index_where=text("settled_at IS NULL AND attempts = 0"),
        set_={"updated_at": func.now()},
    )
    await session.execute(statement)


async def lock_waiting(
    session: AsyncSession, topic: str, lanes: Sequence[str], about: dict[str, Any]
) -> list[OutboxMessage]:
    """Rows about the same that nobody has taken. Workers pass them by until this transaction
    ends: what it changes is what they say."""
    waiting = select(OutboxMessage).where(
        _is_about(topic, lanes, about), OutboxMessage.attempts == 0
    )
    rows = await session.scalars(waiting.order_by(OutboxMessage.id).with_for_update())
    return list(rows)


async def is_under_way(
    session: AsyncSession, topic: str, lanes: Sequence[str], about: dict[str, Any]
) -> bool:
    """Whether a worker has taken such a row and not said yet what became of it."""
    taken = select(OutboxMessage.id).where(
        _is_about(topic, lanes, about), OutboxMessage.attempts > 0
    )
    return await session.scalar(taken.limit(1)) is not None


def _is_about(topic: str, lanes: Sequence[str], about: dict[str, Any]) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.topic == topic,
        OutboxMessage.lane.in_(lanes),
        OutboxMessage.payload.contains(about),
        OutboxMessage.settled_at.is_(None),
    )


async def add_ahead(session: AsyncSession, lane: str, *rows: Row) -> None:
    """`rows` leave before what waits in the lane, which gets new ids behind them. For the holder
    of the lane's first row: so long nobody else takes one of it."""
    waiting = await session.scalars(
        select(OutboxMessage.id).where(
            OutboxMessage.lane == lane,
            OutboxMessage.settled_at.is_(None),
            OutboxMessage.attempts == 0,
        )
    )
    behind = list(waiting)
    await add(session, *rows)
    if behind:
        await session.execute(_MOVE_BEHIND, {"ids": behind})


# Materialized, so that the numbers are drawn in the order of the rows.
_MOVE_BEHIND = text(
    """
    WITH waiting AS MATERIALIZED (
        SELECT id FROM outbox_messages WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id
    ), moved AS MATERIALIZED (
        SELECT id, nextval(pg_get_serial_sequence('outbox_messages', 'id')) AS later FROM waiting
    )
    UPDATE outbox_messages AS held SET id = moved.later, updated_at = now()
      FROM moved WHERE held.id = moved.id
    """
)


def is_waiting(lane: str, topic: str) -> ColumnElement[bool]:
    """Whether the lane holds such a row that is not settled, taken or not."""
    return exists().where(
        OutboxMessage.lane == lane,
        OutboxMessage.topic == topic,
        OutboxMessage.settled_at.is_(None),
    )


async def list_waiting(
    session: AsyncSession, lanes: Sequence[str], topics: Sequence[str]
) -> frozenset[str]:
    """Those of the lanes that hold such a row."""
    found = await session.scalars(
        select(OutboxMessage.lane).where(
            OutboxMessage.lane.in_(lanes),
            OutboxMessage.topic.in_(topics),
            OutboxMessage.settled_at.is_(None),
        )
    )
    return frozenset(found)


# Materialized: a plan that runs the look more than once would take more than `most`.
CLAIM = text(
    """
    WITH taken AS MATERIALIZED (
        SELECT due.id FROM outbox_messages AS due
         WHERE due.settled_at IS NULL AND due.available_at <= now()
           AND NOT EXISTS (SELECT FROM outbox_messages AS earlier
                            WHERE earlier.lane = due.lane AND earlier.id < due.id
                              AND earlier.settled_at IS NULL)
         ORDER BY due.available_at, due.id LIMIT :most FOR UPDATE SKIP LOCKED)
    UPDATE outbox_messages AS held
       SET attempts = held.attempts + 1, available_at = now() + :lease, updated_at = now()
      FROM taken WHERE held.id = taken.id
    RETURNING held.id, held.topic, held.lane, held.payload, held.attempts, held.created_at
    """
).columns(
    OutboxMessage.id,
    OutboxMessage.topic,
    OutboxMessage.lane,
    OutboxMessage.payload,
    OutboxMessage.attempts,
    OutboxMessage.created_at,
)


async def claim(session: AsyncSession, *, most: int, lease: timedelta) -> list[Claim]:
    """Up to `most` due rows, at most one of each lane. Other workers pass them by until the
    lease ends."""
    rows = await session.execute(CLAIM, {"most": most, "lease": lease})
    return sorted((Claim(*row) for row in rows), key=lambda claim: claim.id)


_SETTLE = update(OutboxMessage.__table__).where(  # type: ignore[arg-type]
    OutboxMessage.__table__.c.id == bindparam("claim_id"),
    OutboxMessage.__table__.c.attempts == bindparam("claim_attempts"),
    OutboxMessage.__table__.c.settled_at.is_(None),
)


async def settle(session: AsyncSession, settlements: Sequence[Settlement]) -> None:
    """Done for good. A claim whose lease ended and was taken by another worker is left to it."""
    statement = _SETTLE.values(
        settled_at=func.now(),
        updated_at=func.now(),
        outcome=bindparam("to_outcome"),
        last_error=bindparam("error"),
    )
    connection = await session.connection()
    await connection.execute(
        statement,
        [
            {
                "claim_id": each.claim.id,
                "claim_attempts": each.claim.attempts,
                "to_outcome": each.outcome,
                "error": each.error,
            }
            for each in settlements
        ],
    )


async def hold(session: AsyncSession, claim: Claim, lease: timedelta) -> None:
    """Keep what was claimed for so long."""
    connection = await session.connection()
    await connection.execute(
        _SETTLE.values(available_at=func.now() + lease),
        {"claim_id": claim.id, "claim_attempts": claim.attempts},
    )


async def postpone(session: AsyncSession, claim: Claim, *, delay: timedelta, error: str) -> None:
    """Try again later; the lane waits with it."""
    statement = _SETTLE.values(
        available_at=func.now() + delay, updated_at=func.now(), last_error=error
    )
    connection = await session.connection()
    await connection.execute(statement, {"claim_id": claim.id, "claim_attempts": claim.attempts})


async def put_first(session: AsyncSession, lane: str, *rows: Row) -> None:
    """Say these before what waits in the lane and was never taken yet."""
    waiting = await session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.lane == lane,
            OutboxMessage.settled_at.is_(None),
            OutboxMessage.attempts == 0,
        )
        .values(settled_at=func.now(), outcome="skipped", last_error="something goes before it")
        .returning(
            OutboxMessage.id,
            OutboxMessage.topic,
            OutboxMessage.payload,
            OutboxMessage.fold_key,
            OutboxMessage.available_at,
        )
        .execution_options(synchronize_session=False)
    )
    now = utc_now()
    again = [
        Row(row.topic, lane, row.payload, row.fold_key, max(row.available_at - now, timedelta()))
        for row in sorted(waiting, key=lambda row: row.id)
    ]
    await add(session, *rows, *again)
