"""Parts of tickets."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, HiddenWhenDeleted, NumberKey, Timestamps, Versioned, vocabulary
from core.tickets.models import Ticket
from core.tickets.states import SubTicketStatus
from core.users.models import Department


class SubTicket(NumberKey, Timestamps, HiddenWhenDeleted, Versioned, Base):
    """A part of a ticket for another department. It knows only what was passed on."""

    __tablename__ = "sub_tickets"
    __table_args__ = (
        Index(None, "parent_ticket_id"),
        Index(None, "status"),
        Index(None, "department_id"),
        Index(None, "parent_ticket_id", "status"),
        UniqueConstraint("parent_ticket_id", "position"),
        UniqueConstraint("source_key"),
    )

    #: The second half of what people call it: HD-12/1.
    position: Mapped[int]
    #: The natural key of the form it came from.
    source_key: Mapped[str | None]
    parent_ticket_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE")
    )
    department_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("departments.id", ondelete="RESTRICT")
    )
    summary: Mapped[str]
    passed_on: Mapped[str] = mapped_column(default="")
    status: Mapped[SubTicketStatus] = mapped_column(
        vocabulary(SubTicketStatus), default=SubTicketStatus.NEW
    )
    is_required: Mapped[bool] = mapped_column(default=True)
    due_at: Mapped[datetime | None]
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    #: What the receiving department would rather have, until somebody answers.
    proposed_due_at: Mapped[datetime | None]
    sent_back_reason: Mapped[str | None]
    done_note: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    parent_ticket: Mapped[Ticket] = relationship(back_populates="sub_tickets", lazy="raise")
    department: Mapped[Department] = relationship(back_populates="sub_tickets", lazy="raise")
