"""What becomes of a form that stayed open while somebody else saved. Pure.

A form remembers a fingerprint of each value it showed. So it can be told what its author changed
from what they merely left as it was, although the ticket says something else by now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Merged:
    """`changes` are to be saved; `conflicts` name what both changed, each differently."""

    changes: Mapping[str, str]
    conflicts: tuple[str, ...]


def tidied(value: str) -> str:
    """As a form gives a value back that nobody touched."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def fingerprint(value: str) -> str:
    return sha256(tidied(value).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def merge(shown: Mapping[str, str], typed: Mapping[str, str], now: Mapping[str, str]) -> Merged:
    """`shown` holds fingerprints. A value that was not shown counts as changed by both."""
    changes: dict[str, str] = {}
    conflicts: list[str] = []
    for name, value in typed.items():
        mine, theirs = tidied(value), tidied(now[name])
        if mine == theirs or fingerprint(mine) == shown.get(name):
            continue
        if fingerprint(theirs) == shown.get(name):
            changes[name] = mine
        else:
            conflicts.append(name)
    return Merged(changes, tuple(conflicts))
