"""The files of a ticket: the list of them, and what is said about one."""

from collections.abc import Sequence

from bot.ids import Action
from bot.payloads.shared_files import FileRef
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    Message,
    button,
    clip,
    clip_escaped,
    context,
    message,
    modal,
    one_line,
    plain_text,
    section,
)
from bot.views.ticket_card import title
from core.files.queries import FileView
from core.tickets.queries import TicketView

FILE_NAME_MAX = 120
_UNITS = ("bytes", "KB", "MB", "GB")


def files(ticket: TicketView, kept: Sequence[FileView]) -> Form:
    """`kept`: no more than a window can list, oldest first."""
    shown = [_row(file) for file in kept]
    if not shown:
        shown = [section(plain_text("There are no files on this ticket."))]
    about = section(plain_text(title(ticket)))
    hint = context(plain_text("We keep them with the ticket, even when Slack does not any more."))
    return modal(f"{ticket.key} files", [about, *shown, hint], close="Close")


def _row(file: FileView) -> Block:
    facts = f"{file.media_type} · {size(file.size_bytes)} · {clip(file.uploader, NAME_MAX)}"
    ref = FileRef(file.ticket_id, file.id)
    return {
        **section(plain_text(f"{short_name(file.name)}\n{facts}")),
        "accessory": button(Action.SEND_FILE, "Send to me", ref.dump()),
    }


def on_its_way(file: FileView) -> Form:
    words = f"{short_name(file.name)} is on its way: look at your messages with the help desk."
    return modal("On its way", [section(plain_text(words))], close="OK")


def not_taken(reason: str) -> Message:
    """To whoever shared it, alone."""
    return message(reason, [section(plain_text(reason))])


def comment(who: str) -> str:
    """Beside an uploaded file; Slack reads markup there."""
    return f"From {clip_escaped(one_line(who) or 'someone', NAME_MAX)}"


def short_name(name: str) -> str:
    return clip(one_line(name), FILE_NAME_MAX)


def size(size_bytes: int) -> str:
    """“2.3 MB”, as people say it."""
    amount, unit = float(size_bytes), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit else f"{size_bytes} bytes"
