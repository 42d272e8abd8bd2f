"""How each person wants to hear of what happens, and when they do not want to be disturbed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.communication.quiet import Quiet
from core.communication.ways import Event, Way
from core.db import Base, NumberKey, Timestamps, vocabulary
from core.errors import InvalidField
from core.users.permissions import Actor, Permission, authorize

#: What people get who chose nothing.
USUAL: Mapping[Event, Way] = {
    Event.ASSIGNED: Way.DM,
    Event.REPLY: Way.DM,
    Event.NOTE: Way.DM,
    Event.STATUS: Way.THREAD,
    Event.SLA: Way.DM,
    Event.APPROVAL: Way.DM,
    Event.ESCALATION: Way.DM,
    Event.RATING: Way.DIGEST,
}
#: Nobody can look away from what others wait for.
FIXED = frozenset({Event.APPROVAL})


class NotificationChoice(NumberKey, Timestamps, Base):
    __tablename__ = "notification_choices"
    __table_args__ = (UniqueConstraint("user_id", "event"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    event: Mapped[Event] = mapped_column(vocabulary(Event, "notification_event"))
    way: Mapped[Way] = mapped_column(vocabulary(Way, "notification_way"))


class QuietHours(NumberKey, Timestamps, Base):
    """A person's own, as local times; the same time twice: never quiet."""

    __tablename__ = "quiet_hours"
    __table_args__ = (UniqueConstraint("user_id"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    starts: Mapped[str]
    ends: Mapped[str]


@dataclass(frozen=True, slots=True)
class Choices:
    """`quiet` of None: as the desk has it."""

    ways: Mapping[Event, Way]
    quiet: Quiet | None = None


async def read_choices(session: AsyncSession, actor: Actor) -> Choices:
    authorize(actor, Permission.FILE)
    rows = await session.execute(
        select(NotificationChoice.event, NotificationChoice.way).where(
            NotificationChoice.user_id == actor.id
        )
    )
    own = await session.execute(
        select(QuietHours.starts, QuietHours.ends).where(QuietHours.user_id == actor.id)
    )
    hours = own.one_or_none()
    chosen: dict[Event, Way] = dict(rows.all())
    return Choices({**USUAL, **chosen}, Quiet.of(*hours) if hours else None)


async def save_choices(session: AsyncSession, actor: Actor, choices: Choices) -> None:
    """What is chosen anew; events that are left out stay as they are."""
    authorize(actor, Permission.FILE)
    for event, way in choices.ways.items():
        if event in FIXED and way is not USUAL[event]:
            raise InvalidField(event.value, "Approval requests always reach you directly.")
    rows = [
        {"user_id": actor.id, "event": event, "way": way} for event, way in choices.ways.items()
    ]
    if rows:
        chosen = insert(NotificationChoice).values(rows)
        await session.execute(
            chosen.on_conflict_do_update(
                index_elements=["user_id", "event"], set_={"way": chosen.excluded.way}
            )
        )
    await _keep_quiet(session, actor, choices.quiet)


async def _keep_quiet(session: AsyncSession, actor: Actor, quiet: Quiet | None) -> None:
    if quiet is None:
        await session.execute(delete(QuietHours).where(QuietHours.user_id == actor.id))
        return
    starts, ends = (f"{each:%H:%M}" for each in (quiet.starts, quiet.ends))
    row = insert(QuietHours).values(user_id=actor.id, starts=starts, ends=ends)
    await session.execute(
        row.on_conflict_do_update(index_elements=["user_id"], set_={"starts": starts, "ends": ends})
    )
