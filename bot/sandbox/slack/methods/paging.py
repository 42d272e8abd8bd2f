"""Cursors of the listing methods."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.methods.call import Call

Item = TypeVar("Item")
LARGEST_PAGE = 1000


def page(
    call: Call, items: Iterable[Item], default: int = 100
) -> tuple[list[Item], dict[str, Any]]:
    """One page of the items and the response_metadata with the cursor of the next one."""
    limit = call.number("limit", default)
    if limit < 1 or limit > LARGEST_PAGE:
        raise SlackRefusal("invalid_limit")
    start = _position(call.text("cursor"))
    found = list(islice(items, start, start + limit + 1))
    following = _cursor(start + limit) if len(found) > limit else ""
    return found[:limit], {"next_cursor": following}


def _cursor(position: int) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        name, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
        if name == "next":
            return int(position)
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise SlackRefusal("invalid_cursor") from error
    raise SlackRefusal("invalid_cursor")
