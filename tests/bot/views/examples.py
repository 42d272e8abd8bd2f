"""A ticket and a line of its history, as core hands them to the views."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.tickets.history import HistoryLine
from core.tickets.queries import Person, TicketView
from core.tickets.states import Priority, Status

ANN = Person("U0ANN", "Ann Visser")
HUGO = Person("U0HUGO", "Hugo Kern")
MIA = Person("U0MIA", "Mia Lang")
TICKET_ID = UUID("0190b6a0-0000-7000-8000-000000000012")


def make_ticket(**given: Any) -> TicketView:
    usual: dict[str, Any] = {
        "id": TICKET_ID,
        "number": 12,
        "summary": "The printer is broken",
        "description": "It smokes.",
        "status": Status.NEW,
        "priority": Priority.HIGH,
        "is_private": False,
        "version": 3,
        "created_at": datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        "first_response_due_at": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        "due_at": datetime(2026, 3, 2, 16, 0, tzinfo=UTC),
        "resolution": None,
        "department_id": UUID("0190b6a0-0000-7000-8000-0000000000aa"),
        "department": "IT",
        "desk_channel_id": "C0ITDESK",
        "open_threads": False,
        "requester": MIA,
        "assignee": None,
    }
    return TicketView(**{**usual, **given})


def make_line(action: str, who: str | None = "Ann Visser", **details: Any) -> HistoryLine:
    changes = details.pop("changes", {})
    return HistoryLine(datetime(2026, 3, 2, 8, 30, tzinfo=UTC), who, action, changes, details)
