"""Every table, imported once: whoever imports this knows the whole schema."""

from core.communication.choices import NotificationChoice, QuietHours
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
from core.reports.models import Digest
from core.tickets import list_indexes  # noqa: F401 - adds to the table of tickets
from core.tickets.approvals.models import Approval, ApprovalCard, ApprovalRequest, ApprovalSeat
from core.tickets.approvals.policy_models import Absence, ApprovalRuleVersion, ExchangeRate
from core.tickets.calendars import Calendar, CalendarVersion
from core.tickets.endings import indexes
from core.tickets.models import AuditLog, SlaTemplate, Ticket, TicketParticipant
from core.tickets.parts.models import SubTicket
from core.tickets.ratings import Rating
from core.tickets.sla.models import SlaClock, SlaWarning
from core.tickets.triage.reactions import CardReaction
from core.tickets.triage.routing import RoutingRule
from core.users.models import Department, User

__all__ = [
    "Absence",
    "Approval",
    "ApprovalCard",
    "ApprovalRequest",
    "ApprovalRuleVersion",
    "ApprovalSeat",
    "Attachment",
    "AuditLog",
    "Base",
    "Calendar",
    "CalendarVersion",
    "CannedReply",
    "CardReaction",
    "ChatMessage",
    "Department",
    "Digest",
    "ExchangeRate",
    "FileCopy",
    "HomeVisit",
    "MessageCopy",
    "Notification",
    "NotificationChoice",
    "OutboxMessage",
    "PassedFile",
    "Preference",
    "QuietHours",
    "Rating",
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
    "indexes",
]
