"""What somebody is to a ticket, in SQL about Ticket rows."""

import uuid

from sqlalchemy import ColumnElement, exists, text
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.tickets.approvals.models import ApprovalSeat
from core.tickets.models import Ticket, TicketParticipant

#: A person's id, or a column that holds one.
Whose = uuid.UUID | InstrumentedAttribute[uuid.UUID]


def is_on_it(who: Whose) -> ColumnElement[bool]:
    return exists().where(
        TicketParticipant.ticket_id == Ticket.id,
        TicketParticipant.user_id == who,
        TicketParticipant.is_deleted.is_(False),
    )


def is_asked(who: Whose) -> ColumnElement[bool]:
    """They have, or had, a seat in an approval. Who gave it back reads no more."""
    # Under another name, so that it can stand beside the seats that a list is about. The state is
    # a literal, so that the partial index serves a prepared statement too.
    seat = aliased(ApprovalSeat, name="read_by")
    keeps_it = text("read_by.state <> 'moved'")
    return exists().where(seat.ticket_id == Ticket.id, seat.user_id == who, keeps_it)
