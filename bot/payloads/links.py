"""Links to tickets in a message that somebody posted."""

import re
from typing import Any

from bot.payloads import storable

#: Where our own links lead; the host is whatever the app is reached under.
PATH = re.compile(r"https?://[^/?#]+/t/HD-([0-9]{1,18})/?(?:[?#].*)?", re.IGNORECASE)
_URL_MAX = 2000


def read_links(event: dict[str, Any]) -> list[tuple[str, int]]:
    """The addresses as Slack wrote them, and the numbers of their tickets."""
    found = []
    for each in event.get("links") or []:
        url = each.get("url") if isinstance(each, dict) else None
        match = PATH.fullmatch(url) if isinstance(url, str) and len(url) < _URL_MAX else None
        if match is not None and storable(match[0]) == match[0]:
            found.append((match[0], int(match[1])))
    return found


def read_place(event: dict[str, Any]) -> dict[str, str] | None:
    """How Slack wants to be told where the links stand; None where it does not say."""
    composing = {"unfurl_id": event.get("unfurl_id"), "source": event.get("source")}
    posted = {"channel": event.get("channel"), "ts": event.get("message_ts")}
    for place in (composing, posted):
        if all(isinstance(value, str) and value for value in place.values()):
            return {name: storable(str(value)) for name, value in place.items()}
    return None
