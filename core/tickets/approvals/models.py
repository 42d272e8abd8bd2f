"""Requests for approval, their steps, the seats of each, and where people see them."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import (
    Base,
    HiddenWhenDeleted,
    NumberKey,
    Timestamps,
    Versioned,
    utc_now,
    vocabulary,
)
from core.tickets.approvals.policy_models import RATE, Day
from core.tickets.approvals.states import (
    Quorum,
    RequestStatus,
    SeatReason,
    SeatState,
    StepKind,
)
from core.tickets.models import Ticket
from core.tickets.states import ApprovalStatus, Status
from core.users.models import User


class ApprovalRequest(NumberKey, Timestamps, Versioned, Base):
    """A question about money. Its facts are frozen, and its ends never change: asking again makes
    another request, which points to this one."""

    __tablename__ = "approval_requests"
    __table_args__ = (
        UniqueConstraint("ticket_id", "number"),
        UniqueConstraint("source_key"),
        Index(
            "uq_approval_requests_live",
            *("ticket_id", "purpose_key"),
            unique=True,
            postgresql_where=text("status IN ('pending', 'changes_requested')"),
        ),
        Index(
            "ix_approval_requests_same_purpose",
            *("requester_id", "purpose_key", "asked_at"),
            postgresql_where=text("status IN ('pending', 'changes_requested', 'approved')"),
        ),
        Index(
            "ix_approval_requests_part_id", "part_id", postgresql_where=text("part_id IS NOT NULL")
        ),
    )

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    #: The part whose desk asked, where it was not the ticket's own.
    part_id: Mapped[int | None] = mapped_column(ForeignKey("sub_tickets.id", ondelete="SET NULL"))
    #: Counts the requests of its ticket.
    number: Mapped[int]
    #: The natural key of the form it came from.
    source_key: Mapped[str | None]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    #: The ticket's, when it was asked.
    requester_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    amount_in_base: Mapped[Decimal]
    base_currency: Mapped[str] = mapped_column(String(3))
    #: None when the amount is in the rules' own currency.
    rate: Mapped[Decimal | None] = mapped_column(RATE)
    rate_on: Mapped[date | None] = mapped_column(Day)
    #: What decided the chain: the amount, with those for the same that came before it.
    counted: Mapped[Decimal]
    payee: Mapped[str]
    #: Where the payee is one of us.
    payee_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    purpose: Mapped[str]
    #: Purpose and payee without regard to case and spaces.
    purpose_key: Mapped[str]
    needed_by: Mapped[date | None] = mapped_column(Day)
    #: From whoever asked, for whoever decides.
    note: Mapped[str] = mapped_column(default="", server_default=text("''"))
    facts: Mapped[dict[str, Any]]
    facts_hash: Mapped[str] = mapped_column(String(64))
    #: {fact: [before, after]}, where it was asked again because of them.
    difference: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    rule_version_id: Mapped[int] = mapped_column(
        ForeignKey("approval_rule_versions.id", ondelete="RESTRICT")
    )
    #: Why these people are asked, as a sentence.
    explanation: Mapped[str]
    status: Mapped[RequestStatus] = mapped_column(
        vocabulary(RequestStatus), default=RequestStatus.PENDING
    )
    #: What the ticket goes back to.
    ticket_status: Mapped[Status] = mapped_column(vocabulary(Status))
    previous_request_id: Mapped[int | None] = mapped_column(
        ForeignKey("approval_requests.id", ondelete="SET NULL")
    )
    asked_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    #: Of a rejection or a withdrawal, word for word.
    end_reason: Mapped[str | None]
    #: What an approver wants to know, and since when; and what they were answered last.
    question: Mapped[str | None]
    questioned_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    answer: Mapped[str | None]
    nudged_at: Mapped[datetime | None]


class Approval(NumberKey, Timestamps, HiddenWhenDeleted, Versioned, Base):
    """One step of a request: the people of one kind who decide together. Terminal states never
    change."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(None, "ticket_id"),
        Index(None, "requested_by_id"),
        Index(None, "status"),
        Index(None, "created_at"),
        # A step that facts made void is followed by another one at its place.
        Index(
            "uq_approvals_step",
            *("request_id", "position"),
            unique=True,
            postgresql_where=text("status <> 'void'"),
        ),
        Index(
            "ix_approvals_clock",
            "next_at",
            postgresql_where=text("status = 'pending' AND is_deleted IS false"),
        ),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("approval_requests.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(vocabulary(StepKind))
    quorum: Mapped[Quorum] = mapped_column(vocabulary(Quorum), default=Quorum.ANY)
    needed: Mapped[int | None]
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    requested_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    #: Who decided it, where one did.
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    status: Mapped[ApprovalStatus] = mapped_column(
        vocabulary(ApprovalStatus), default=ApprovalStatus.WAITING
    )
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    purpose: Mapped[str] = mapped_column(default="")
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    #: Business time that it may take; more than that, once it was escalated.
    deadline: Mapped[timedelta]
    #: Business time that passed in earlier runs: it stands still while changes are asked for.
    used: Mapped[timedelta] = mapped_column(default=timedelta(), server_default=text("'0 seconds'"))
    #: Since when the clock runs; none while it stands still.
    runs_since: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    #: How many of the clock's marks were passed, and when the next one is due.
    marks: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    next_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(back_populates="approvals", lazy="raise")
    requested_by: Mapped[User] = relationship(
        back_populates="requested_approvals", foreign_keys=[requested_by_id], lazy="raise"
    )
    approved_by: Mapped[User | None] = relationship(
        back_populates="approved_requests", foreign_keys=[approved_by_id], lazy="raise"
    )


class ApprovalSeat(NumberKey, Timestamps, Versioned, Base):
    """One person who may decide a step, and what they decided."""

    __tablename__ = "approval_seats"
    __table_args__ = (
        UniqueConstraint("approval_id", "user_id"),
        Index(
            "ix_approval_seats_readers",
            *("user_id", "ticket_id"),
            postgresql_where=text("state <> 'moved'"),
        ),
        Index(
            "ix_approval_seats_asked",
            *("user_id", "created_at", "id"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id", ondelete="CASCADE"))
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    why: Mapped[SeatReason] = mapped_column(vocabulary(SeatReason))
    stands_in_for_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE")
    )
    state: Mapped[SeatState] = mapped_column(vocabulary(SeatState), default=SeatState.PENDING)
    #: A rejection's reason, the question that was asked, or a note.
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class ApprovalCard(NumberKey, Timestamps, Base):
    """Where a request is shown to somebody, so that every copy is kept true."""

    __tablename__ = "approval_cards"
    __table_args__ = (
        UniqueConstraint("channel_id", "message_ts"),
        UniqueConstraint("request_id", "user_id"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("approval_requests.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    channel_id: Mapped[str]
    message_ts: Mapped[str]
