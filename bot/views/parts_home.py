"""Parts of other desks' tickets in lists: those nobody has yet, and those somebody has."""

from collections.abc import Sequence

from bot.ids import Action
from bot.payloads.part_refs import PartRef
from bot.views.part_card import LABELS, title
from bot.views.parts import (
    NAME_MAX,
    Block,
    button,
    clip,
    context,
    date,
    header,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from core.tickets.parts.queries import PartView
from core.tickets.states import SubTicketStatus

TITLE_MAX = 200
FREE, HELD = "Parts that wait for somebody at your desk", "Your parts"


def section_of(free: Sequence[PartView], held: Sequence[PartView]) -> list[Block]:
    """Nothing where there is none."""
    found: list[Block] = []
    for name, parts in ((HELD, held), (FREE, free)):
        if parts:
            found += [header(name), *(block for each in parts for block in _row(each))]
    return found


def _row(part: PartView) -> list[Block]:
    action = Action.PART_ACCEPT if part.status is SubTicketStatus.NEW else Action.PART_DONE
    press = button(action, LABELS[action], PartRef(part.id).dump())
    about = [part.status.words, f"Part of HD-{part.ticket_number}", part.sender]
    facts = [plain_text(" · ".join(clip(one_line(each), NAME_MAX) for each in about))]
    if part.due_at:
        facts.append(mrkdwn(f"Due {date(part.due_at)}"))
    named = plain_text(clip(one_line(title(part)), TITLE_MAX))
    return [section(named) | {"accessory": press}, context(*facts)]
