"""What a change of the settings does to tickets that are open, before it is saved."""

from collections.abc import Sequence
from typing import Any

from bot.payloads.settings import FormRef
from bot.views.parts import TITLE_MAX, Block, Form, context, date, mrkdwn, plain_text, section
from core.tickets.sla.rehours import Moved

#: Clocks that are named; of the others, how many.
NAMED_MOST = 12
_BLOCK = "preview"
_KEPT = ("type", "title", "close", "callback_id")


def before_saving(sent: Form, ref: FormRef, moved: Sequence[Moved]) -> Form:
    """The form as it was sent, below what would happen. Slack keeps what is in its inputs."""
    shown = sent.get("blocks")
    inputs: list[Any] = [
        each
        for each in (shown if isinstance(shown, list) else ())
        if isinstance(each, dict) and not str(each.get("block_id")).startswith(_BLOCK)
    ]
    return {key: sent[key] for key in _KEPT if key in sent} | {
        "submit": plain_text("Save all the same", TITLE_MAX),
        "private_metadata": ref.dump(),
        "blocks": [*_preview(moved), *inputs],
    }


def _preview(moved: Sequence[Moved]) -> list[Block]:
    count = len(moved)
    what = "1 promise is" if count == 1 else f"{count} promises are"
    lines = [f"*Nothing was saved yet. {what} due at another time then:*"]
    lines += [_line(each) for each in moved[:NAMED_MOST]]
    if count > NAMED_MOST:
        lines.append(f"… and {count - NAMED_MOST} more")
    note = "What is used of them stays used. Press “Save all the same”, or change what you entered."
    return [
        section(mrkdwn("\n".join(lines))) | {"block_id": _BLOCK},
        context(plain_text(note)) | {"block_id": f"{_BLOCK}-note"},
    ]


def _line(moved: Moved) -> str:
    before, after = (date(each) if each else "at no time" for each in (moved.before, moved.after))
    return f"• {moved.key}, {moved.kind.words.lower()}: {after}, was {before}"
