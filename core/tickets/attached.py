"""Files of tickets, as far as whoever reads a ticket may know of them."""

from sqlalchemy import ColumnElement, exists

from core.communication.models import ChatMessage, Visibility
from core.files.models import Attachment
from core.tickets.models import Ticket

#: The table, not the mapper: a note that was deleted since must count as the note it was.
MESSAGES = ChatMessage.metadata.tables["chat_messages"]


def came_internally() -> ColumnElement[bool]:
    """Of Attachment rows."""
    return exists().where(
        MESSAGES.c.id == Attachment.chat_message_id,
        MESSAGES.c.visibility == Visibility.INTERNAL,
    )


def has_files() -> ColumnElement[bool]:
    """Of Ticket rows; what came with an internal message does not count."""
    return (
        exists()
        .where(
            Attachment.ticket_id == Ticket.id, Attachment.is_deleted.is_(False), ~came_internally()
        )
        .correlate(Ticket)
    )
