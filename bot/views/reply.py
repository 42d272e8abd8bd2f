"""What the desk writes with a form: "Reply to requester", its preview, and "Note"."""

from bot.ids import Field, View
from bot.payloads import TEXT_MAX
from bot.payloads.replies import PreviewRef
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    clip,
    context,
    form,
    input_block,
    one_line,
    plain_text,
    rich_text,
    section,
    text_input,
)
from bot.views.ticket_card import reference, title
from core.tickets.queries import TicketView

_TITLE = "Reply to requester"


def reply(ticket: TicketView) -> Form:
    about = context(plain_text(title(ticket)), plain_text(f"{_reader(ticket)} will see this."))
    return form(
        View.REPLY,
        _TITLE,
        [about, _reply_input("Reply", "")],
        submit="Preview",
        hidden=reference(ticket),
    )


def preview(ticket: TicketView, writer: str, words: str) -> Form:
    """The same form, below what the requester will see. Whatever is changed there is shown once
    more before it goes out."""
    name = clip(one_line(writer), NAME_MAX)
    return form(
        View.REPLY_PREVIEW,
        _TITLE,
        [
            context(plain_text(title(ticket)), plain_text(f"{_reader(ticket)} will see this:")),
            section(plain_text(name)),
            *rich_text(words),
            _reply_input("Edit", words),
        ],
        submit="Send",
        hidden=PreviewRef.of(ticket.id, ticket.version, words).dump(),
    )


def note(ticket: TicketView) -> Form:
    about = context(plain_text(title(ticket)), plain_text("Only the desk will see this."))
    element = text_input(Field.NOTE, TEXT_MAX, multiline=True)
    return form(
        View.NOTE,
        "Note",
        [about, input_block(Field.NOTE, "Note", element)],
        submit="Add note",
        hidden=reference(ticket),
    )


def _reply_input(label: str, words: str) -> Block:
    element = text_input(Field.REPLY, TEXT_MAX, multiline=True, initial=words)
    return input_block(Field.REPLY, label, element)


def _reader(ticket: TicketView) -> str:
    return clip(ticket.requester.name, NAME_MAX)
