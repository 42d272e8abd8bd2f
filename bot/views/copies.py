"""A person's words repeated in the other thread."""

from bot.views.parts import BLOCKS_MAX, Message, message, rich_text

_WITHOUT_WORDS = "(a message without words)"


def copies(body: str) -> list[Message]:
    """In most cases one; who speaks is said by the name and picture it is posted with."""
    words = body if body.strip() else _WITHOUT_WORDS
    blocks = rich_text(words)
    starts = range(0, len(blocks), BLOCKS_MAX)
    return [message(_spoken(words, start), blocks[start : start + BLOCKS_MAX]) for start in starts]


def _spoken(words: str, start: int) -> str:
    return "(goes on)" if start else words
