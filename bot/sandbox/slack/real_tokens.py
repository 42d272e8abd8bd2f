"""Tokens of a real Slack workspace, which have no business beside a stand-in for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

TOKEN = re.compile(r"(?:xox[a-z]|xapp)-.+")


def real_tokens(environment: Mapping[str, str], *own: str) -> Iterator[str]:
    """The names of the variables that hold one; `own` are those of the stand-in itself."""
    for name, value in sorted(environment.items()):
        if TOKEN.fullmatch(value.strip()) and value.strip() not in own:
            yield name
