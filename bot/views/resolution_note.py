"""What the note of a resolution begins with, shown to who changed it alone."""

from collections.abc import Sequence
from enum import StrEnum

from bot.ids import Action
from bot.payloads import TEXT_MAX, MessageRef
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    button,
    clip,
    context,
    modal,
    one_line,
    plain_text,
    section,
)
from core.communication.resolution_notes import Noted
from core.tickets.queries import TicketView

#: Messages that a window lists.
SHOWN_MOST = 40
_EXCERPT_MAX = 500
_WORD_MAX = 100
_GAP = "\n\n"


class Came(StrEnum):
    """What was done just now."""

    ADDED = "This message is in the resolution note of {key} now."
    WAS_THERE = "This message is in the resolution note of {key} already."
    TAKEN_OUT = "The message is not in the resolution note of {key} any more."
    WAS_OUT = "That message was taken out of the resolution note of {key} already."


def resolution_note(ticket: TicketView, noted: Sequence[Noted], came: Came) -> Form:
    blocks = [section(plain_text(came.format(key=ticket.key)))]
    if noted:
        more = "“Resolve…” begins with these words. Nobody else reads them before, and you can "
        blocks.append(context(plain_text(f"{more}change them there.")))
    else:
        blocks.append(context(plain_text("The note is empty.")))
    blocks += [_row(ticket, each) for each in noted[:SHOWN_MOST]]
    if len(noted) > SHOWN_MOST:
        blocks.append(context(plain_text(f"… and {len(noted) - SHOWN_MOST} more.")))
    if _is_too_long(noted):
        words = f"“Resolve…” holds {TEXT_MAX} characters, so the end of this is left out there."
        blocks.append(context(plain_text(words)))
    return modal("Resolution note", blocks, close="Close")


def gathered(noted: Sequence[Noted], most: int = TEXT_MAX) -> str:
    """The words, one message below the other. What does not fit is cut, between two words where
    there is a gap nearby."""
    whole = _whole(noted)
    if len(whole) <= most:
        return whole
    cut = whole[: most - 1]
    gap = max(cut.rfind(" "), cut.rfind("\n"))
    is_within_word = not whole[most - 1].isspace() and gap > most - _WORD_MAX
    return (cut[:gap] if is_within_word else cut).rstrip() + "…"


def _whole(noted: Sequence[Noted]) -> str:
    return _GAP.join(each.body.strip() for each in noted)


def _is_too_long(noted: Sequence[Noted]) -> bool:
    return len(_whole(noted)) > TEXT_MAX


def _row(ticket: TicketView, each: Noted) -> Block:
    who, words = clip(one_line(each.sender), NAME_MAX), clip(each.body.strip(), _EXCERPT_MAX)
    press = button(Action.TAKE_OUT, "Take out", MessageRef(ticket.id, each.id).dump())
    return section(plain_text(f"{who}: {words}")) | {"accessory": press}
