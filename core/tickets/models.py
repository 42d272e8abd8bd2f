"""Tickets, who takes part, and the audit trail."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import (
    Base,
    HiddenWhenDeleted,
    NumberKey,
    Timestamps,
    UuidKey,
    Versioned,
    utc_now,
    vocabulary,
)
from core.tickets.endings.columns import WaitsForRequester
from core.tickets.indexes import tickets_in_view
from core.tickets.promises import SlaTemplate as SlaTemplate
from core.tickets.states import Priority, ResolutionReason, SlaState, Status
from core.users.models import Department, User

if TYPE_CHECKING:
    from core.communication.models import ChatMessage, Notification
    from core.files.models import Attachment
    from core.tickets.approvals.models import Approval
    from core.tickets.parts.models import SubTicket


class Source(StrEnum):
    """Where an action came from, for the audit trail."""

    COMMAND = "command"
    SHORTCUT = "shortcut"
    FORM = "form"
    BUTTON = "button"
    MESSAGE = "message"
    REACTION = "reaction"
    JOB = "job"
    CONFIGURATION = "configuration"


class Part(StrEnum):
    """Why somebody is on a ticket."""

    REQUESTER = "requester"
    AUTHOR = "author"
    ASSIGNEE = "assignee"
    #: Wrote at the desk.
    AGENT = "agent"
    #: Reads and answers in a direct message of their own.
    FOLLOWER = "follower"


class Ticket(UuidKey, Timestamps, HiddenWhenDeleted, Versioned, WaitsForRequester, Base):
    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("source_key"),
        *(Index(None, each) for each in ("status", "department_id", "assignee_id", "created_at")),
        Index(None, "priority"),
        Index(None, "status", "department_id"),
        Index(None, "assignee_id", "status"),
        Index(None, "requestor_id", "status"),
        Index(None, "is_deleted", "status"),
        Index(None, "due_at"),
        *tickets_in_view(),
    )

    #: What people call it: HD-<number>.
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    summary: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    status: Mapped[Status] = mapped_column(vocabulary(Status), default=Status.NEW)
    priority: Mapped[Priority] = mapped_column(vocabulary(Priority), default=Priority.MEDIUM)
    is_private: Mapped[bool] = mapped_column(default=False)
    #: To what its department asked then: [{"label": …, "type": …, "value": …}].
    form_answers: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    #: The natural key of what it was made from (a submitted form, a message): one ticket each.
    source_key: Mapped[str | None]
    permalink: Mapped[str | None]  #: Of the message it was made from.
    #: The ticket this one goes on from, after that could not be reopened any more.
    follows_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("tickets.id", ondelete="SET NULL")
    )
    requestor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    department_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("departments.id", ondelete="RESTRICT")
    )
    sla_template_id: Mapped[int | None] = mapped_column(
        ForeignKey("sla_templates.id", ondelete="SET NULL")
    )
    first_response_due_at: Mapped[datetime | None]
    first_responded_at: Mapped[datetime | None]
    #: None while its clock stands still.
    due_at: Mapped[datetime | None]
    #: As its clocks say.
    sla_state: Mapped[SlaState | None] = mapped_column(vocabulary(SlaState))
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resolution: Mapped[str | None]
    resolution_reason: Mapped[ResolutionReason | None] = mapped_column(
        vocabulary(ResolutionReason, "resolution_reason")
    )
    #: The ticket that this one is a duplicate of.
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("tickets.id", ondelete="SET NULL")
    )
    #: Since when it lies in its department's queue, or when it last came out of there.
    queued_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now())
    #: Who heard that it waits: nobody yet, the desk (1), its head as well (2).
    nudges: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    requestor: Mapped[User] = relationship(
        back_populates="created_tickets", foreign_keys=[requestor_id], lazy="raise"
    )
    assignee: Mapped[User | None] = relationship(
        back_populates="assigned_tickets", foreign_keys=[assignee_id], lazy="raise"
    )
    department: Mapped[Department] = relationship(back_populates="tickets", lazy="raise")
    sla_template: Mapped[SlaTemplate | None] = relationship(back_populates="tickets", lazy="raise")
    sub_tickets: Mapped[list["SubTicket"]] = relationship(
        back_populates="parent_ticket", lazy="raise"
    )
    messages: Mapped[list["ChatMessage"]] = relationship(back_populates="ticket", lazy="raise")
    participants: Mapped[list["TicketParticipant"]] = relationship(
        back_populates="ticket", lazy="raise"
    )
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="ticket", lazy="raise")
    approvals: Mapped[list["Approval"]] = relationship(back_populates="ticket", lazy="raise")
    notifications: Mapped[list["Notification"]] = relationship(
        back_populates="ticket", lazy="raise"
    )
    audit_logs: Mapped[list["AuditLog"]] = relationship(back_populates="ticket", lazy="raise")

    @property
    def key(self) -> str:
        return f"HD-{self.number}"


class TicketParticipant(NumberKey, Timestamps, HiddenWhenDeleted, Base):
    __tablename__ = "ticket_participants"
    __table_args__ = (
        UniqueConstraint("ticket_id", "user_id"),
        Index(None, "ticket_id"),
        Index(None, "user_id"),
        Index(None, "joined_at"),
        Index(None, "ticket_id", "joined_at"),
    )

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    part: Mapped[Part] = mapped_column(vocabulary(Part), default=Part.FOLLOWER)
    joined_at: Mapped[datetime] = mapped_column(default=utc_now)

    ticket: Mapped[Ticket] = relationship(back_populates="participants", lazy="raise")
    user: Mapped[User] = relationship(back_populates="ticket_participations", lazy="raise")


class AuditLog(NumberKey, Timestamps, HiddenWhenDeleted, Base):
    """Who did what, when, from where, before and after. The database refuses to change a row."""

    __tablename__ = "audit_logs"
    __table_args__ = (
        Index(None, "user_id"),
        Index(None, "ticket_id"),
        Index(None, "action"),
        Index(None, "created_at"),
        Index(None, "ticket_id", "created_at"),
        Index(None, "user_id", "created_at"),
        Index(None, "action", "created_at"),
        # A chain does not fork: after each of its rows comes one.
        Index(
            "uq_audit_logs_chain",
            *("ticket_id", "previous_hash"),
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("hash IS NOT NULL"),
        ),
        Index(
            "uq_audit_logs_source_key",
            "source_key",
            unique=True,
            postgresql_where=text("source_key IS NOT NULL"),
        ),
    )

    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    ticket_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("tickets.id", ondelete="SET NULL")
    )
    action: Mapped[str]
    source: Mapped[Source] = mapped_column(vocabulary(Source))
    #: {field: [before, after]}
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Rows about approvals are chained, for each ticket: a row's hash covers the one before it.
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(64))
    #: The natural key of what is written down once, however often it happens.
    source_key: Mapped[str | None]

    user: Mapped[User | None] = relationship(back_populates="audit_actions", lazy="raise")
    ticket: Mapped[Ticket | None] = relationship(back_populates="audit_logs", lazy="raise")
