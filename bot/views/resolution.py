"""The form "Resolve…"."""

from bot.ids import Field, View
from bot.payloads import TEXT_MAX
from bot.views.parts import Form, form, input_block, text_input
from bot.views.ticket_card import reference
from core.tickets.queries import TicketView


def resolve(ticket: TicketView) -> Form:
    element = text_input(Field.RESOLUTION, TEXT_MAX, multiline=True)
    hint = "How it was solved. The requester reads this."
    return form(
        View.RESOLVE,
        f"Resolve {ticket.key}",
        [input_block(Field.RESOLUTION, "Resolution", element, hint=hint)],
        submit="Resolve",
        hidden=reference(ticket),
    )
