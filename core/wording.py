"""What people wrote, inside lines of ours and compared with what others wrote. Pure."""

import unicodedata

#: Signs that nobody sees, and that turn around the order of all that follows them.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def in_one_line(text: str) -> str:
    """Nothing in it begins a line of its own, or changes how ours is read."""
    return " ".join(text.translate(_TURNING).split())


def alike(text: str) -> str:
    """The same for all that looks the same but for case and spaces, whatever signs that nobody
    sees are in it."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    seen = (
        sign
        for sign in composed
        if unicodedata.category(sign) not in ("Cc", "Cf") or sign.isspace()
    )
    return " ".join("".join(seen).split())
