"""The small indexes that the sweeps over endings read."""

from sqlalchemy import Index, text

from core.tickets.models import Ticket

_LIVING = "is_deleted IS false"

RESOLVED = Index(
    "ix_tickets_resolved",
    Ticket.department_id,
    Ticket.resolved_at,
    postgresql_where=text(f"status = 'resolved' AND {_LIVING}"),
)
UNANSWERED = Index(
    "ix_tickets_unanswered",
    Ticket.department_id,
    Ticket.waiting_since,
    postgresql_where=text(f"status = 'waiting_requester' AND asked_again_at IS NULL AND {_LIVING}"),
)
#: For looking back.
BY_RESOLUTION = Index(
    "ix_tickets_by_resolution",
    Ticket.department_id,
    Ticket.resolved_at,
    Ticket.id,
    postgresql_where=text(f"resolved_at IS NOT NULL AND {_LIVING}"),
)
