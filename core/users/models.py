"""People and the departments they belong to."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, SoftDelete, Timestamps, UuidKey, Versioned, vocabulary
from core.users.roles import Role

if TYPE_CHECKING:
    from core.communication.models import ChatMessage, Notification
    from core.files.models import Attachment
    from core.tickets.approvals.models import Approval
    from core.tickets.models import AuditLog, Ticket, TicketParticipant
    from core.tickets.parts.models import SubTicket


class AutoAssign(StrEnum):
    NONE = "none"
    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"


class Reacting(StrEnum):
    """Who does something by an emoji on a card."""

    DESK = "desk"
    HEAD = "head"
    NOBODY = "nobody"


def _reacting(name: str) -> Any:
    kind = vocabulary(Reacting, name)
    return mapped_column(kind, default=Reacting.DESK, server_default=text("'desk'"))


class Department(UuidKey, Timestamps, SoftDelete, Versioned, Base):
    """A team, its private desk channel and its habits. Its head is the member with that role."""

    __tablename__ = "departments"

    name: Mapped[str] = mapped_column(unique=True)
    desk_channel_id: Mapped[str | None]
    #: Where every new message becomes a ticket to it.
    intake_channel_id: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    #: The name of its business hours.
    calendar: Mapped[str] = mapped_column(default="office", server_default=text("'office'"))
    #: Every desk reply goes to the requester; notes need their own form.
    open_threads: Mapped[bool] = mapped_column(default=False)
    #: A public reply of the desk makes the ticket wait for its requester.
    waits_after_reply: Mapped[bool] = mapped_column(default=True)
    #: The week's report appears in the desk channel.
    report_at_desk: Mapped[bool] = mapped_column(default=False, server_default=false())
    auto_assign: Mapped[AutoAssign] = mapped_column(vocabulary(AutoAssign), default=AutoAssign.NONE)

    #: 👀, ✅ and 🚨 on a card do something, for whom each of them is.
    reactions: Mapped[bool] = mapped_column(default=True, server_default=true())
    eyes_for: Mapped[Reacting] = _reacting("eyes_for")
    check_mark_for: Mapped[Reacting] = _reacting("check_mark_for")
    siren_for: Mapped[Reacting] = _reacting("siren_for")
    #: Whoever is in the desk channel is an agent.
    agents_from_channel: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Work on its tickets begins once money was approved.
    approval_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Whatever is filed with it is private.
    private_tickets: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Business time that a ticket may wait for somebody before its desk hears of it; zero: never.
    nudge_after: Mapped[timedelta] = mapped_column(
        default=timedelta(minutes=30), server_default=text("'30 minutes'")
    )
    #: Slack's word for why cards cannot be posted in the desk channel; none while they can.
    desk_trouble: Mapped[str | None]
    #: Slack told that everybody can read the desk channel.
    desk_is_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: What it calls a status, where that is not our word: {"on_hold": "With the vendor"}.
    status_labels: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    #: Nothing is resolved without words about how.
    needs_resolution_note: Mapped[bool] = mapped_column(default=True, server_default=true())
    #: {"most_mb": 25, "types": ["pdf", "png"]}; what is left out keeps its default.
    file_rules: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))

    #: Further inputs of the form for tickets to it, as the configuration file has them.
    form_fields: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))

    members: Mapped[list["User"]] = relationship(back_populates="department", lazy="raise")
    tickets: Mapped[list["Ticket"]] = relationship(back_populates="department", lazy="raise")
    sub_tickets: Mapped[list["SubTicket"]] = relationship(back_populates="department", lazy="raise")


class User(UuidKey, Timestamps, SoftDelete, Versioned, Base):
    """A person, known by Slack team and user id; names and e-mail are labels that change."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("employee_code"),
        UniqueConstraint("team_id", "slack_user_id"),
        Index(None, "role"),
        Index(None, "department_id"),
        Index(None, "is_deleted", "role"),
    )

    team_id: Mapped[str]
    slack_user_id: Mapped[str]
    #: The Slack user id until the profile or an import tells the real one.
    employee_code: Mapped[str]
    name: Mapped[str]
    email: Mapped[str | None]
    image_url: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    role: Mapped[Role] = mapped_column(vocabulary(Role), default=Role.EMPLOYEE)
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("departments.id", ondelete="SET NULL")
    )
    is_active: Mapped[bool] = mapped_column(default=True)
    is_guest: Mapped[bool] = mapped_column(default=False)
    #: When a ticket was last given to them without anybody choosing.
    last_assigned_at: Mapped[datetime | None]

    department: Mapped[Department | None] = relationship(back_populates="members", lazy="raise")
    created_tickets: Mapped[list["Ticket"]] = relationship(
        back_populates="requestor", foreign_keys="Ticket.requestor_id", lazy="raise"
    )
    assigned_tickets: Mapped[list["Ticket"]] = relationship(
        back_populates="assignee", foreign_keys="Ticket.assignee_id", lazy="raise"
    )
    sent_messages: Mapped[list["ChatMessage"]] = relationship(
        back_populates="sender", foreign_keys="ChatMessage.sender_id", lazy="raise"
    )
    ticket_participations: Mapped[list["TicketParticipant"]] = relationship(
        back_populates="user", lazy="raise"
    )
    uploaded_attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="uploaded_by", lazy="raise"
    )
    requested_approvals: Mapped[list["Approval"]] = relationship(
        back_populates="requested_by", foreign_keys="Approval.requested_by_id", lazy="raise"
    )
    approved_requests: Mapped[list["Approval"]] = relationship(
        back_populates="approved_by", foreign_keys="Approval.approved_by_id", lazy="raise"
    )
    notifications: Mapped[list["Notification"]] = relationship(back_populates="user", lazy="raise")
    audit_actions: Mapped[list["AuditLog"]] = relationship(back_populates="user", lazy="raise")
