"""Short lists of tickets, seen by who asked only."""

from collections.abc import Sequence

from bot.views.due import due_in_line
from bot.views.parts import (
    NAME_MAX,
    Block,
    Message,
    clip,
    context,
    header,
    message,
    mrkdwn,
    plain_text,
    section,
)
from bot.views.ticket_card import title
from core.tickets.queries import PAGE, TicketView


def mine(tickets: Sequence[TicketView]) -> Message:
    """Given one more than a page holds, it says that there are more."""
    return _page(
        "Your open tickets",
        tickets,
        empty="You have no open tickets. Type /ticket whenever you need something.",
    )


def queue(tickets: Sequence[TicketView]) -> Message:
    return _page(
        "Waiting for somebody to take them",
        tickets,
        empty="Your queue is empty: everything has somebody who looks after it.",
    )


def _page(name: str, tickets: Sequence[TicketView], *, empty: str) -> Message:
    if not tickets:
        return message(empty, [section(plain_text(empty))])
    blocks = [header(name)]
    for ticket in tickets[:PAGE]:
        blocks += _row(ticket)
    if len(tickets) > PAGE:
        blocks.append(
            context(plain_text("… and more. Type /ticket and a number to see any of them."))
        )
    keys = ", ".join(ticket.key for ticket in tickets[:PAGE])
    return message(f"{name}: {keys}", blocks)


def _row(ticket: TicketView) -> list[Block]:
    facts = f"{ticket.status.words} · {ticket.priority.value.capitalize()}"
    if ticket.assignee:
        facts += f" · {clip(ticket.assignee.name, NAME_MAX)}"
    about = [plain_text(facts)]
    if standing := due_in_line(ticket):
        about.append(mrkdwn(standing))
    return [section(plain_text(title(ticket))), context(*about)]
