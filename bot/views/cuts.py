"""Where a text may be cut, so that what people see as one sign stays whole."""

import unicodedata
from collections.abc import Iterator

_JOINER = "\u200d"
_TONES = range(0x1F3FB, 0x1F400)
#: Letters that make a flag, two by two.
_FLAGS = range(0x1F1E6, 0x1F200)
#: No sign is longer; what is, is nobody's writing.
_LONGEST = 32
#: A piece of a long text ends with a word, where one ends so near.
_WORD_WITHIN = 500


def end_before(text: str, most: int) -> int:
    """The last place up to `most` that cuts no sign in two."""
    end = min(most, len(text))
    least = max(end - _LONGEST, 0)
    while end > least and _is_within_a_sign(text, end):
        end -= 1
    return end if end > least else min(most, len(text))


def pieces(text: str, most: int) -> Iterator[str]:
    """All of it, in pieces of at most so many characters."""
    while len(text) > most:
        end = _end_of_word(text, most)
        yield text[:end]
        text = text[end:]
    yield text


def _end_of_word(text: str, most: int) -> int:
    ends = [text.rfind(space, max(most - _WORD_WITHIN, 0), most) for space in ("\n", " ")]
    gap = max(ends)
    return gap + 1 if gap > 0 else end_before(text, most)


def _is_within_a_sign(text: str, end: int) -> bool:
    if not 0 < end < len(text):
        return False
    before, after = text[end - 1], text[end]
    if _JOINER in (before, after) or ord(after) in _TONES:
        return True
    return unicodedata.category(after) in ("Mn", "Mc", "Me") or _is_within_a_flag(text, end)


def _is_within_a_flag(text: str, end: int) -> bool:
    if ord(text[end]) not in _FLAGS:
        return False
    start = end
    while start > 0 and ord(text[start - 1]) in _FLAGS:
        start -= 1
    return (end - start) % 2 == 1
