"""The form "Reply to requester"."""

from bot.ids import Field, View
from bot.payloads import TEXT_MAX
from bot.views.parts import (
    NAME_MAX,
    Form,
    clip,
    context,
    form,
    input_block,
    plain_text,
    text_input,
)
from bot.views.ticket_card import reference, title
from core.tickets.queries import TicketView


def reply(ticket: TicketView) -> Form:
    reader = clip(ticket.requester.name, NAME_MAX)
    return form(
        View.REPLY,
        "Reply to requester",
        [
            context(plain_text(title(ticket)), plain_text(f"{reader} will see this.")),
            input_block(Field.REPLY, "Reply", text_input(Field.REPLY, TEXT_MAX, multiline=True)),
        ],
        submit="Send",
        hidden=reference(ticket),
    )
