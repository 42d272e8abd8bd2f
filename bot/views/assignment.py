"""The form "Assign…"."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from bot.ids import Field, View
from bot.payloads import TEXT_MAX, TicketRef
from bot.payloads.triage_forms import AssignRef
from bot.views.parts import (
    NAME_MAX,
    OPTION_MAX,
    Block,
    Form,
    clip,
    external_select,
    form,
    input_block,
    one_line,
    options,
    plain_text,
    section,
    text_input,
)
from core.tickets.queries import TicketView


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody in the menu "Assignee". `off`: how long they are not at work, if they are not."""

    id: UUID
    name: str
    open: int
    off: str = ""


def assign(ticket: TicketView, warned_of: Offered | None = None) -> Form:
    """`warned_of`: who was chosen, and is off. What the form holds stays in it."""
    ref = AssignRef(TicketRef(ticket.id, ticket.version), warned_of.id if warned_of else None)
    menu = external_select(Field.ASSIGNEE, "Who should look after it?")
    note = text_input(Field.NOTE, TEXT_MAX, multiline=True)
    hint = "The assignee gets it with the ticket."
    return form(
        View.ASSIGN,
        f"Assign {ticket.key}",
        [
            *(_warning(warned_of) if warned_of else ()),
            input_block(Field.ASSIGNEE, "Assignee", menu),
            input_block(Field.NOTE, "Note", note, optional=True, hint=hint),
        ],
        submit="Assign anyway" if warned_of else "Assign",
        hidden=ref.dump(),
    )


def _warning(who: Offered) -> list[Block]:
    name = clip(one_line(who.name), NAME_MAX)
    return [section(plain_text(f"{name} is {who.off}. Assign anyway?"))]


def assignee_options(people: Iterable[Offered]) -> dict[str, list[Block]]:
    listed = list(people)
    found = options((each.name, str(each.id)) for each in listed)
    for shown, each in zip(found["options"], listed, strict=False):
        words = f"{each.open} open · {each.off}" if each.off else f"{each.open} open"
        shown["description"] = plain_text(words, OPTION_MAX)
    return found
