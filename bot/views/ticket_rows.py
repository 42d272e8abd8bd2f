"""A ticket as two lines of a list, with a button that shows it."""

from collections.abc import Iterable

from bot.ids import Action
from bot.payloads import TicketRef
from bot.views.due import due_in_line
from bot.views.parts import (
    NAME_MAX,
    Block,
    actions,
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


def rows(tickets: Iterable[TicketRow], *, can_take: bool = False) -> list[Block]:
    """`can_take`: the reader works at their desk, and nobody has them."""
    return [block for ticket in tickets for block in _row(ticket, can_take)]


def _row(ticket: TicketRow, can_take: bool) -> list[Block]:
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
    ref = TicketRef(ticket.id, ticket.version).dump()
    show = button(Action.SHOW, "Show", ref)
    if can_take:
        take = button(Action.CLAIM, "Assign to me", ref)
        return [section(plain_text(named)), context(*about), actions([take, show])]
    return [section(plain_text(named)) | {"accessory": show}, context(*about)]
