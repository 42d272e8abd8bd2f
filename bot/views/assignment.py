"""The form "Assign…"."""

from collections.abc import Iterable
from uuid import UUID

from bot.ids import Field, View
from bot.payloads import TEXT_MAX
from bot.views.parts import (
    Block,
    Form,
    external_select,
    form,
    input_block,
    options,
    plain_text,
    text_input,
)
from bot.views.ticket_card import reference
from core.tickets.queries import TicketView


def assign(ticket: TicketView) -> Form:
    note = text_input(Field.NOTE, TEXT_MAX, multiline=True)
    return form(
        View.ASSIGN,
        f"Assign {ticket.key}",
        [
            input_block(
                Field.ASSIGNEE,
                "Assignee",
                external_select(Field.ASSIGNEE, "Who should look after it?"),
            ),
            input_block(
                Field.NOTE,
                "Note",
                note,
                optional=True,
                hint="The assignee gets it with the ticket.",
            ),
        ],
        submit="Assign",
        hidden=reference(ticket),
    )


def assignee_options(people: Iterable[tuple[UUID, str, int]]) -> dict[str, list[Block]]:
    """Of (id, name, how many tickets they have open)."""
    listed = list(people)
    found = options((name, str(user_id)) for user_id, name, _ in listed)
    for shown, (_, _, count) in zip(found["options"], listed, strict=False):
        shown["description"] = plain_text(f"{count} open")
    return found
