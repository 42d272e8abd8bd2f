"""The form "Change due time…"."""

from bot.ids import Field, View
from bot.payloads import TEXT_MAX
from bot.views.parts import Form, context, form, input_block, plain_text, text_input
from bot.views.split import due_picker
from bot.views.ticket_card import reference, title
from core.tickets.queries import TicketView


def set_due(ticket: TicketView) -> Form:
    reason = text_input(Field.REASON, TEXT_MAX, multiline=True)
    stays = "It stays until it is cleared, also while the ticket waits or is on hold."
    return form(
        View.SET_DUE,
        "Change due time",
        [
            context(plain_text(title(ticket))),
            input_block(Field.DUE, "Due", due_picker(ticket.due_at), hint=stays),
            input_block(
                Field.REASON,
                "Reason",
                reason,
                optional=True,
                hint="For your desk. The requester does not read it.",
            ),
        ],
        submit="Save",
        hidden=reference(ticket),
    )
