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


def assignee_options(people: Iterable[tuple[UUID, str]]) -> dict[str, list[Block]]:
    return options((name, str(user_id)) for user_id, name in people)
