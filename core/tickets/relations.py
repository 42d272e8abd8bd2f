"""What somebody is to a ticket, in SQL about Ticket rows."""

import uuid

from sqlalchemy import ColumnElement, exists, text
from sqlalchemy.orm import aliased

from core.tickets.approvals.models import ApprovalSeat
from core.tickets.models import Ticket, TicketParticipant

#: Of a person or a department: known now, or a parameter of a statement that is made once.
Id = uuid.UUID | ColumnElement[uuid.UUID]


def is_on_it(person: Id) -> ColumnElement[bool]:
    return exists().where(
        TicketParticipant.ticket_id == Ticket.id,
        TicketParticipant.user_id == person,
        TicketParticipant.is_deleted.is_(False),
    )


def is_asked(person: Id) -> ColumnElement[bool]:
    """They have, or had, a seat in an approval. Who gave it back reads no more."""
    # Under another name, so that it can stand beside the seats that a list is about. The state is
    # a literal, so that the partial index serves a prepared statement too.
    seat = aliased(ApprovalSeat, name="read_by")
    keeps_it = text("read_by.state <> 'moved'")
    return exists().where(seat.ticket_id == Ticket.id, seat.user_id == person, keeps_it)
