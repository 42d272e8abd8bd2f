"""What somebody is to a ticket, in SQL about Ticket rows."""

from sqlalchemy import ColumnElement, exists, text

from core.tickets.approvals.models import ApprovalSeat
from core.tickets.models import Ticket, TicketParticipant
from core.users.permissions import Actor

#: A literal, so that the partial index serves a prepared statement too.
_KEEPS_SEAT = text("approval_seats.state <> 'moved'")


def is_on_it(actor: Actor) -> ColumnElement[bool]:
    return exists().where(
        TicketParticipant.ticket_id == Ticket.id,
        TicketParticipant.user_id == actor.id,
        TicketParticipant.is_deleted.is_(False),
    )


def is_asked(actor: Actor) -> ColumnElement[bool]:
    """They have, or had, a seat in an approval. Who gave it back reads no more."""
    # A list of seats has them in its own FROM, which these are not.
    held = exists().where(
        ApprovalSeat.ticket_id == Ticket.id, ApprovalSeat.user_id == actor.id, _KEEPS_SEAT
    )
    return held.correlate(Ticket)
