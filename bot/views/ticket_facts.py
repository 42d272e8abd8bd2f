"""What else there is to say of a ticket: answers to its department's questions, and its marks."""

from collections.abc import Iterator

from bot.views.parts import (
    NAME_MAX,
    Block,
    clip,
    clip_escaped,
    context,
    fields,
    one_line,
    plain_text,
)
from core.tickets.queries import TicketView

ANSWER_MAX = 1000
LINKED_MOST = 10


def answers(ticket: TicketView) -> list[Block]:
    """To what its department asked."""
    facts = [
        (clip_escaped(one_line(each.label), NAME_MAX), clip_escaped(each.value, ANSWER_MAX))
        for each in ticket.answers
    ]
    return [fields(facts)] if facts else []


def marks(ticket: TicketView) -> Iterator[Block]:
    found = ["Private"] if ticket.is_private else []
    if ticket.merged_into:
        found.append(f"Merged into HD-{ticket.merged_into}")
    if ticket.author:
        found.append(f"Filed by {clip(ticket.author.name, NAME_MAX)}")
    if ticket.goes_on_from:
        found.append(f"Goes on from HD-{ticket.goes_on_from}")
    if ticket.continued_in:
        later = ", ".join(f"HD-{number}" for number in ticket.continued_in[-LINKED_MOST:])
        found.append(f"Continued in {later}")
    if found:
        yield context(*(plain_text(mark) for mark in found))
