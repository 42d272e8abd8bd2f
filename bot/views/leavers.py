"""What a head reads about somebody who was deactivated: what is left, and how to hand it on."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bot.ids import Action
from bot.views.parts import (
    NAME_MAX,
    Block,
    Message,
    button,
    clip,
    context,
    message,
    one_line,
    plain_text,
    section,
)
from bot.views.ticket_card import reference, title
from core.tickets.queries import TicketView

#: Of each kind; the rest is counted.
LISTED_MOST = 10
_ASKED_AGAIN = (
    "Others are asked to decide these now. Where nobody else may, whoever asked was told."
)


@dataclass(frozen=True, slots=True)
class Left:
    person: str
    assigned: Sequence[TicketView]
    requested: Sequence[TicketView]
    #: Tickets in which an approval that they asked for is pending.
    awaiting: Sequence[TicketView]
    #: Tickets in which they were to decide about money.
    deciding: Sequence[TicketView]
    #: Keys of parts.
    parts: Sequence[str]
    #: Departments whose tickets the reader may read.
    readable: frozenset[UUID]
    #: Only left the desk, and still is here.
    is_active: bool = False

    @property
    def is_empty(self) -> bool:
        filed = () if self.is_active else self.requested
        return not (self.assigned or filed or self.awaiting or self.deciding or self.parts)


def left_work(left: Left) -> Message:
    who = clip(one_line(left.person), NAME_MAX)
    words = f"{who} was deactivated in Slack, and can do nothing in the help desk any more."
    if left.is_active:
        words = f"{who} left the desk, and works on its tickets no more."
    blocks = [section(plain_text(words))]
    blocks += _listed(f"Tickets that {who} has", left.assigned, left, hands_on=True)
    if left.parts:
        shown = ", ".join(left.parts[:LISTED_MOST])
        blocks.append(section(plain_text(f"Sub-tickets that {who} has: {shown}")))
    blocks += _listed("Approvals are pending that they asked for", left.awaiting, left)
    blocks += _listed(f"Approvals that {who} was to decide", left.deciding, left)
    if left.deciding:
        blocks.append(context(plain_text(_ASKED_AGAIN)))
    if not left.is_active:
        blocks += _listed(f"Tickets that {who} filed", left.requested, left)
    more = "Give what they have to somebody else. What they filed can go on, or be cancelled."
    return message(words, [*blocks, context(plain_text(more))])


def _listed(
    label: str, tickets: Sequence[TicketView], left: Left, *, hands_on: bool = False
) -> list[Block]:
    if not tickets:
        return []
    blocks = [section(plain_text(f"{label}:"))]
    for each in tickets[:LISTED_MOST]:
        may_read = each.department_id in left.readable
        words = title(each) if may_read else f"{each.key} · {each.department}"
        block = section(plain_text(words))
        if hands_on and may_read:
            block["accessory"] = button(Action.ASSIGN, "Assign…", reference(each))
        blocks.append(block)
    if len(tickets) > LISTED_MOST:
        blocks.append(context(plain_text(f"And {len(tickets) - LISTED_MOST} more.")))
    return blocks
