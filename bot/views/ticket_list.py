"""Lists of tickets, seen by who asked only, with buttons that turn their pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from bot.ids import Action
from bot.payloads.lists import ListRef, SearchRef
from bot.views.parts import (
    Block,
    Message,
    actions,
    button,
    clip,
    context,
    header,
    message,
    one_line,
    plain_text,
    section,
)
from bot.views.ticket_rows import rows
from core.tickets.lists import COUNTED_MOST, ListName, Page, TicketRow

_TYPED_MAX = 80
#: What a list that was asked for is called, and what stands there when it is empty.
_LISTS: Mapping[ListName, tuple[str, str]] = {
    ListName.INVOLVED: (
        "Your open tickets",
        "You have no open tickets. Type /ticket whenever you need something.",
    ),
    ListName.UNASSIGNED: (
        "Waiting for somebody to take them",
        "Your queue is empty: everything has somebody who looks after it.",
    ),
}


def listed(name: ListName, page: Page) -> Message:
    title, empty = _LISTS[name]
    if not page.rows:
        return message(empty, [section(plain_text(empty))])
    turns = [
        button(action, label, ListRef(name, edge).dump())
        for action, label, edge in (
            (Action.LIST_BACK, "Previous", page.back),
            (Action.LIST_ON, "Next", page.on),
        )
        if edge is not None
    ]
    return _shown(title, page.rows, turns)


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what was found, and how much there is in all."""

    typed: str
    rows: Sequence[TicketRow]
    number: int
    back: UUID | None = None
    on: UUID | None = None
    are_alike: bool = False


def found(hits: Hits) -> Message:
    typed = clip(one_line(hits.typed), _TYPED_MAX)
    if not hits.rows:
        words = f"Nothing that you may see says “{typed}”. Fewer or shorter words find more."
        return message(words, [section(plain_text(words))])
    many = f"{COUNTED_MOST}+" if hits.number > COUNTED_MOST else str(hits.number)
    title = f"Found {many} for “{typed}”"
    if hits.are_alike:
        title = f"Like “{typed}”"
    turns = [
        button(action, label, SearchRef(hits.typed, edge, is_back=is_back).dump())
        for action, label, edge, is_back in (
            (Action.SEARCH_BACK, "Previous", hits.back, True),
            (Action.SEARCH_ON, "Next", hits.on, False),
        )
        if edge is not None
    ]
    note = "Nothing says just that, but these come close."
    notes = [context(plain_text(note))] if hits.are_alike else []
    return _shown(title, hits.rows, turns, notes)


def _shown(
    title: str, tickets: Sequence[TicketRow], turns: Sequence[Block], notes: Sequence[Block] = ()
) -> Message:
    keys = ", ".join(ticket.key for ticket in tickets)
    pages = [actions(turns)] if turns else []
    return message(f"{title}: {keys}", [header(title), *notes, *rows(tickets), *pages])
