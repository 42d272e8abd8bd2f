"""The clocks of tickets and parts, and what was said about them."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, NumberKey, Timestamps, vocabulary


class Kind(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"
    NEXT_REPLY = "next_reply"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Kind.FIRST_RESPONSE: "First answer",
    Kind.RESOLUTION: "Resolution",
    Kind.NEXT_REPLY: "Next answer",
}


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    #: Ended, and too late. One that is too late already and still counts is running or paused.
    BREACHED = "breached"
    CANCELLED = "cancelled"


#: It has not ended.
OPEN = frozenset({ClockState.RUNNING, ClockState.PAUSED})


class Threshold(StrEnum):
    """What is said about a clock, each once ever, in this order."""

    AT_RISK_75 = "at_risk_75"
    AT_RISK_90 = "at_risk_90"
    BREACH = "breach"
    #: Nothing has changed since.
    LEVEL_2 = "level_2"
    LEVEL_3 = "level_3"


#: Of each threshold, how far it is; 0 stands for none.
RANK = {None: 0} | {each: number for number, each in enumerate(Threshold, start=1)}


class SlaClock(NumberKey, Timestamps, Base):
    """Counts business time: `consumed` up to `running_since`, and the time from then on.

    No deadline is ever moved: when it is due follows from what is left of the target. What it was
    started with is kept in it, so that later versions of template and calendar change nothing.
    `story` holds all that happened to it, for explaining it.
    """

    __tablename__ = "sla_clocks"
    __table_args__ = (
        UniqueConstraint(
            "ticket_id", "part_id", "kind", "cycle", postgresql_nulls_not_distinct=True
        ),
        Index(
            "ix_sla_clocks_next_event",
            "next_event_at",
            "id",
            postgresql_where=text("state = 'running'"),
        ),
    )

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    part_id: Mapped[int | None] = mapped_column(ForeignKey("sub_tickets.id", ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(vocabulary(Kind, "sla_kind"))
    #: Counts the messages of the requester that were to be answered; 1 for the others.
    cycle: Mapped[int] = mapped_column(default=1)
    template_id: Mapped[int | None] = mapped_column(
        ForeignKey("sla_templates.id", ondelete="SET NULL")
    )
    template_version: Mapped[int]
    calendar: Mapped[str]
    calendar_version: Mapped[int]
    time_zone: Mapped[str]
    target: Mapped[timedelta]
    consumed: Mapped[timedelta]
    state: Mapped[ClockState] = mapped_column(vocabulary(ClockState, "sla_clock_state"))
    started_at: Mapped[datetime]
    running_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    at_risk_75_at: Mapped[datetime | None]
    at_risk_90_at: Mapped[datetime | None]
    #: When the sweep has to look at it next.
    next_event_at: Mapped[datetime | None]
    #: The farthest that was said.
    warned: Mapped[Threshold | None] = mapped_column(vocabulary(Threshold, "sla_warned"))
    breached_at: Mapped[datetime | None]
    #: Why it was too late, when not by the passing of time.
    cause: Mapped[str | None]
    #: The due time was set by hand, at this moment, and stays until it is cleared.
    manual_since: Mapped[datetime | None]
    #: How it first ended, whatever came after.
    first_result: Mapped[ClockState | None] = mapped_column(
        vocabulary(ClockState, "sla_first_result")
    )
    first_ended_at: Mapped[datetime | None]
    story: Mapped[list[Any]] = mapped_column(default=list)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(slots=True)
class OpeningClock:
    """One of a ticket that is just being filed, whose row the same statement writes. It is counted
    like the others, and costs a fraction of a mapped one."""

    kind: Kind
    target: timedelta
    cycle: int = 1
    template_id: int | None = None
    template_version: int = 0
    calendar: str = ""
    calendar_version: int = 0
    time_zone: str = ""
    consumed: timedelta = timedelta()
    state: ClockState = ClockState.RUNNING
    started_at: datetime | None = None
    running_since: datetime | None = None
    due_at: datetime | None = None
    at_risk_75_at: datetime | None = None
    at_risk_90_at: datetime | None = None
    next_event_at: datetime | None = None
    warned: Threshold | None = None
    breached_at: datetime | None = None
    cause: str | None = None
    manual_since: datetime | None = None
    story: list[Any] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


AnyClock = SlaClock | OpeningClock


class SlaWarning(NumberKey, Timestamps, Base):
    """Something to say about a clock: said once, when the department is at work."""

    __tablename__ = "sla_warnings"
    __table_args__ = (
        UniqueConstraint("clock_id", "threshold", "cycle"),
        Index(
            "ix_sla_warnings_waiting",
            "deliver_at",
            "id",
            postgresql_where=text("said_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    clock_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sla_clocks.id", ondelete="CASCADE")
    )
    threshold: Mapped[Threshold] = mapped_column(vocabulary(Threshold, "sla_threshold"))
    cycle: Mapped[int] = mapped_column(default=1)
    deliver_at: Mapped[datetime]
    said_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
