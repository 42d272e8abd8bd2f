"""What lists and the search read tickets by, beyond the documented indexes."""

from sqlalchemy import Column, Computed, Index, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from core.tickets.models import Ticket, TicketParticipant

_LIVING = "is_deleted IS false"
_IS_OPEN = f"status NOT IN ('resolved', 'closed', 'cancelled') AND {_LIVING}"
_NEWEST = (text("created_at DESC"), text("id DESC"))

# With whom it lies among the words, the index finds what many tickets say at one desk. Written
# as the database writes it back, which is how the two are compared.
WORDS = (
    "setweight(to_tsvector('simple'::regconfig, summary), 'A'::\"char\")"
    " || setweight(to_tsvector('simple'::regconfig, description), 'B'::\"char\")"
    " || setweight(to_tsvector('simple'::regconfig, coalesce(resolution, ''::text)), 'C'::\"char\")"
    " || array_to_tsvector(ARRAY['@'::text || coalesce(department_id::text, ''::text),"
    " '@'::text || coalesce(requestor_id::text, ''::text),"
    " '@'::text || coalesce(assignee_id::text, ''::text)])"
)
#: Kept by the database, and no field of Ticket: it is only ever searched.
words: Column[str] = Column("words", TSVECTOR(), Computed(WORDS, persisted=True))
Ticket.__table__.append_column(words)  # type: ignore[attr-defined]

Index(
    "ix_tickets_words",
    words,
    postgresql_using="gin",
    postgresql_where=text(_LIVING),
)
Index(
    "ix_tickets_by_department",
    Ticket.department_id,
    *_NEWEST,
    postgresql_where=text(_LIVING),
)
Index(
    "ix_tickets_by_assignee",
    Ticket.assignee_id,
    *_NEWEST,
    postgresql_where=text(_LIVING),
)
Index(
    "ix_tickets_open_by_requestor",
    Ticket.requestor_id,
    *_NEWEST,
    postgresql_where=text(_IS_OPEN),
)
Index(
    "ix_tickets_waiting_by_requestor",
    Ticket.requestor_id,
    *_NEWEST,
    postgresql_where=text(f"status = 'waiting_requester' AND {_LIVING}"),
)
Index(
    "ix_tickets_open_by_status",
    Ticket.department_id,
    Ticket.status,
    *_NEWEST,
    postgresql_where=text(_IS_OPEN),
)
Index(
    "ix_tickets_open_by_priority",
    Ticket.department_id,
    Ticket.priority,
    *_NEWEST,
    postgresql_where=text(_IS_OPEN),
)
Index(
    "ix_tickets_open_by_department_due",
    Ticket.department_id,
    Ticket.due_at,
    Ticket.id,
    postgresql_where=text(_IS_OPEN),
)
Index(
    "ix_tickets_at_risk",
    Ticket.department_id,
    text("coalesce(due_at, created_at)"),
    Ticket.id,
    postgresql_where=text(f"sla_state IN ('at_risk', 'answer_overdue', 'breached') AND {_IS_OPEN}"),
)
Index(
    "ix_ticket_participants_newest",
    TicketParticipant.user_id,
    text("id DESC"),
    postgresql_where=text(_LIVING),
)
