"""The form "Resolve…"."""

from bot.ids import Field, View
from bot.payloads import TEXT_MAX
from bot.views.parts import Block, Form, form, input_block, option, text_input
from bot.views.ticket_card import reference
from core.tickets.queries import TicketView
from core.tickets.states import ResolutionReason


def resolve(ticket: TicketView, *, needs_note: bool = True, begins: str = "") -> Form:
    """`needs_note`: whether there must be words about how. `begins`: those it holds at first."""
    words = text_input(Field.RESOLUTION, TEXT_MAX, multiline=True, initial=begins)
    hint = "How it was solved. The requester reads this."
    optional = not needs_note
    return form(
        View.RESOLVE,
        f"Resolve {ticket.key}",
        [
            input_block(Field.RESOLUTION, "Resolution", words, optional=optional, hint=hint),
            input_block(Field.REASON, "Reason", _reasons()),
        ],
        submit="Resolve",
        hidden=reference(ticket),
    )


def _reasons() -> Block:
    offered = [option(each.words, each.value) for each in ResolutionReason]
    return {
        "type": "static_select",
        "action_id": Field.REASON.value,
        "options": offered,
        "initial_option": offered[0],
    }
