"""A ticket as two lines of a list, with a button that shows it."""

from collections.abc import Iterable

from bot.ids import Action
from bot.payloads import TicketRef
from bot.views.due import due_in_line
from bot.views.parts import (
    NAME_MAX,
    Block,
    button,
    clip,
    context,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from core.tickets.lists import TicketRow

#: Of a summary; all of it is in the ticket.
SUMMARY_MAX = 200


def rows(tickets: Iterable[TicketRow]) -> list[Block]:
    return [block for ticket in tickets for block in _row(ticket)]


def _row(ticket: TicketRow) -> list[Block]:
    facts = [ticket.status_words, ticket.priority.value.capitalize(), ticket.department]
    if ticket.who:
        facts.append(ticket.who)
    if ticket.is_private:
        facts.append("Private")
    words = " · ".join(clip(one_line(each), NAME_MAX) for each in facts)
    about = [plain_text(words)]
    if standing := due_in_line(ticket):
        about.append(mrkdwn(standing))
    named = clip(f"{ticket.key} · {one_line(ticket.summary)}", SUMMARY_MAX)
    shown = button(Action.SHOW, "Show", TicketRef(ticket.id, ticket.version).dump())
    return [section(plain_text(named)) | {"accessory": shown}, context(*about)]
