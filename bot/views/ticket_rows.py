"""A ticket as two lines of a list, with a button that shows it."""

from collections.abc import Iterable

from bot.ids import Action
from bot.payloads import TicketRef
from bot.views.due import due_in_line, status_to_requester, to_requester
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


def rows(
    tickets: Iterable[TicketRow], *, can_take: bool = False, are_own: bool = False
) -> list[Block]:
    """`can_take`: nobody has them, and the reader may. `are_own`: the reader filed them."""
    return [block for ticket in tickets for block in _row(ticket, can_take, are_own)]


def _row(ticket: TicketRow, can_take: bool, is_own: bool) -> list[Block]:
    status = status_to_requester(ticket) if is_own else ticket.status_words
    facts = [status, ticket.priority.value.capitalize(), ticket.department]
    if ticket.who:
        facts.append(ticket.who)
    if ticket.is_private:
        facts.append("Private")
    words = " · ".join(clip(one_line(each), NAME_MAX) for each in facts)
    about = [plain_text(words)]
    if standing := due_in_line(ticket):
        about.append(mrkdwn(to_requester(standing) if is_own else standing))
    named = clip(f"{ticket.key} · {one_line(ticket.summary)}", SUMMARY_MAX)
    ref = TicketRef(ticket.id, ticket.version).dump()
    show = button(Action.SHOW, "Show", ref)
    if can_take:
        take = button(Action.CLAIM, "Assign to me", ref)
        return [section(plain_text(named)), context(*about), actions([take, show])]
    return [section(plain_text(named)) | {"accessory": show}, context(*about)]
