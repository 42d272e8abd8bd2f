"""SLA templates: what is promised, and for which tickets."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, HiddenWhenDeleted, NumberKey, Timestamps, Versioned, vocabulary
from core.tickets.states import Priority

if TYPE_CHECKING:
    from core.tickets.models import Ticket


class SlaTemplate(NumberKey, Timestamps, HiddenWhenDeleted, Versioned, Base):
    """A promise. Ordered by position; the first whose conditions fit is taken."""

    __tablename__ = "sla_templates"

    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    priority: Mapped[Priority | None] = mapped_column(vocabulary(Priority))
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("departments.id", ondelete="CASCADE")
    )
    #: The requester's own.
    requester_department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("departments.id", ondelete="CASCADE")
    )
    #: Business time by the named calendar, or by the department's when it names none.
    first_response_target: Mapped[timedelta]
    resolution_target: Mapped[timedelta]
    #: From each message of the requester to the next answer.
    next_reply_target: Mapped[timedelta | None]
    calendar: Mapped[str | None]

    tickets: Mapped[list["Ticket"]] = relationship(back_populates="sla_template", lazy="raise")
