"""Whether a ticket has files, as everybody on it may know."""

from sqlalchemy import ColumnElement, exists

from core.communication.models import ChatMessage, Visibility
from core.files.models import Attachment
from core.tickets.models import Ticket


def has_files() -> ColumnElement[bool]:
    """Of Ticket rows; what came with an internal message does not count."""
    came_internally = exists().where(
        ChatMessage.id == Attachment.chat_message_id,
        ChatMessage.visibility == Visibility.INTERNAL,
    )
    return (
        exists()
        .where(
            Attachment.ticket_id == Ticket.id, Attachment.is_deleted.is_(False), ~came_internally
        )
        .correlate(Ticket)
    )
