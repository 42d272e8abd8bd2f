"""A ticket and a line of its history, as core hands them to the views."""

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.communication.timeline import Entry, Position, Timeline
from core.tickets.history import HistoryLine
from core.tickets.lists import TicketRow
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


def make_row(**given: Any) -> TicketRow:
    usual = asdict(make_ticket()) | {"who": None}
    names = [each.name for each in fields(TicketRow)]
    return TicketRow(**{name: (usual | given)[name] for name in names})


def make_page(*entries: Entry | HistoryLine, at_desk: bool = False, **given: Any) -> Timeline:
    """A page of a ticket's history, of entries or just their lines."""
    listed = [
        Entry(Position(each.at, 0, number), each) if isinstance(each, HistoryLine) else each
        for number, each in enumerate(entries)
    ]
    usual = {"key": "HD-12", "summary": "The printer is broken", "version": 3}
    return Timeline(ticket_id=TICKET_ID, at_desk=at_desk, entries=listed, **{**usual, **given})


def make_said(
    body: str, action: str = "message.reply", *, edited: bool = False, deleted: bool = False
) -> Entry:
    line = make_line(action)
    return Entry(Position(line.at, 1, 1), line, body, edited, deleted)


def make_line(action: str, who: str | None = "Ann Visser", **details: Any) -> HistoryLine:
    changes = details.pop("changes", {})
    return HistoryLine(datetime(2026, 3, 2, 8, 30, tzinfo=UTC), who, action, changes, details)
