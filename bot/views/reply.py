"""What the desk writes with a form: "Reply to requester", its preview, and "Note"."""

from collections.abc import Iterable

from bot.ids import Field, View
from bot.payloads import TEXT_MAX
from bot.payloads.edits import renewed
from bot.payloads.replies import PreviewRef
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    clip,
    context,
    external_select,
    form,
    input_block,
    one_line,
    options,
    plain_text,
    rich_text,
    section,
    text_input,
)
from bot.views.ticket_card import reference, title
from core.tickets.queries import TicketView

_TITLE = "Reply to requester"


def reply(ticket: TicketView, *, has_canned: bool = False, words: str = "", turn: int = 0) -> Form:
    """`turn`: how often words were written into it. To Slack its input is a new one then, since
    in the old one it keeps what was typed."""
    about = context(plain_text(title(ticket)), plain_text(f"{_reader(ticket)} will see this."))
    typed = _reply_input("Reply", words)
    if turn:
        typed |= {"block_id": renewed(Field.REPLY, turn)}
    return form(
        View.REPLY,
        _TITLE,
        [about, *([_canned()] if has_canned else []), typed],
        submit="Preview",
        hidden=reference(ticket),
    )


def _canned() -> Block:
    element = external_select(Field.CANNED, "Find one by what it says")
    hint = "Its words are added to what you have written."
    offered = input_block(Field.CANNED, "Canned reply", element, optional=True, hint=hint)
    return offered | {"dispatch_action": True}


def canned_options(found: Iterable[tuple[int, str]]) -> dict[str, list[Block]]:
    return options((title, str(canned_id)) for canned_id, title in found)


def preview(ticket: TicketView, writer: str, words: str, canned_id: int | None = None) -> Form:
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
        hidden=PreviewRef.of(ticket.id, ticket.version, words, canned_id).dump(),
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
