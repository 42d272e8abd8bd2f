"""A person's words repeated in the other thread."""

from bot.views.parts import (
    BLOCKS_MAX,
    Block,
    Message,
    context,
    message,
    plain_text,
    rich_text,
    rich_words,
)

_WITHOUT_WORDS = "(a message without words)"
_EDITED = " (edited)"
_DELETED = "Deleted by its author."
NOTE = "Note – only the desk sees this"
NOT_SENT = "Not sent: it was called back, so only the desk sees it"


def copies(body: str, *, is_edited: bool = False, mark: str = "") -> list[Message]:
    """In most cases one; who speaks is said by the name and picture it is posted with. `mark`
    stands above the words."""
    words = body if body.strip() else _WITHOUT_WORDS
    blocks = [*_marked(mark), *rich_text(words)]
    spoken = f"{mark}\n{words}" if mark else words
    if is_edited:
        blocks[-1]["elements"][-1]["elements"].append(rich_words(_EDITED, italic=True))
        spoken += _EDITED
    starts = range(0, len(blocks), BLOCKS_MAX)
    return [message(_spoken(spoken, start), blocks[start : start + BLOCKS_MAX]) for start in starts]


def deleted() -> Message:
    """What stands in its place. Slack lets rich text give way to rich text only."""
    blocks = rich_text(_DELETED)
    blocks[0]["elements"][0]["elements"] = [rich_words(_DELETED, italic=True)]
    return message(_DELETED, blocks)


def _marked(mark: str) -> list[Block]:
    return [context(plain_text(mark))] if mark else []


def _spoken(words: str, start: int) -> str:
    return "(goes on)" if start else words
