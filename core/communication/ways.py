"""What people hear of, and by which way."""

from enum import StrEnum

#: Topics of notifications.
ASSIGNED, REPLIED, NOTED = "ticket.assigned", "message.replied", "message.noted"
MENTIONED, ASKED_AGAIN = "message.mentioned", "ticket.asked_again"
RATED = "ticket.rated"
#: What somebody asked for themselves.
REPORT_MADE, REPORT_REFUSED = "report.made", "report.refused"


class Event(StrEnum):
    """Kinds of news, as people choose among them."""

    #: A ticket is given to somebody, or all of its parts came back.
    ASSIGNED = "assigned"
    REPLY = "reply"
    #: A note at the desk, or a mention.
    NOTE = "note"
    STATUS = "status"
    SLA = "sla"
    APPROVAL = "approval"
    #: What a head, or an administrator, is asked to look at.
    ESCALATION = "escalation"
    RATING = "rating"


class Way(StrEnum):
    #: A mention in the ticket's thread.
    THREAD = "thread"
    DM = "dm"
    #: A line in the next morning's digest.
    DIGEST = "digest"
    OFF = "off"
