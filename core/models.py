"""Every table, imported once: whoever imports this knows the whole schema."""

from core.communication.models import (
    CannedReply,
    ChatMessage,
    MessageCopy,
    Notification,
    Thread,
    TicketOffer,
)
from core.db import Base
from core.files.models import Attachment, FileCopy, PassedFile
from core.home.models import HomeVisit
from core.outbox import OutboxMessage
from core.preferences import Preference
from core.tickets import list_indexes  # noqa: F401 - adds to the table of tickets
from core.tickets.calendars import Calendar, CalendarVersion
from core.tickets.models import (
    Approval,
    AuditLog,
    SlaTemplate,
    Ticket,
    TicketParticipant,
)
from core.tickets.parts.models import SubTicket
from core.tickets.sla.models import SlaClock, SlaWarning
from core.tickets.triage.reactions import CardReaction
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department, User

__all__ = [
    "Approval",
    "Attachment",
    "AuditLog",
    "Base",
    "Calendar",
    "CalendarVersion",
    "CannedReply",
    "CardReaction",
    "ChatMessage",
    "Department",
    "FileCopy",
    "HomeVisit",
    "MessageCopy",
    "Notification",
    "OutboxMessage",
    "PassedFile",
    "Preference",
    "RoutingRule",
    "SlaClock",
    "SlaTemplate",
    "SlaWarning",
    "SubTicket",
    "Thread",
    "Ticket",
    "TicketOffer",
    "TicketParticipant",
    "User",
]
