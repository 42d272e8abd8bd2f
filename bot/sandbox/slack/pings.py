"""What in a message would notify somebody or lead a reader astray (rule 9.19)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack import mrkdwn

Json = dict[str, Any]
MARKDOWN_LINK = re.compile(r"\[[^\]]+\]\([^)\s]+\)")

RICH_PINGS = {
    "user": ("@", "user_id"),
    "usergroup": ("!subteam^", "usergroup_id"),
    "broadcast": ("!", "range"),
}


def pings(message: Json) -> list[str]:
    """Live mentions, broadcasts and labelled links, each as it stands in the message."""
    found = list(_in_mrkdwn(message.get("text") or "", verbatim=True))
    for part in (message.get("blocks") or [], message.get("attachments") or []):
        found += _in_part(part)
    return list(dict.fromkeys(found))


def _in_part(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _in_part(each)
    elif isinstance(part, dict):
        yield from _in_object(part)


def _in_object(part: Json) -> Iterator[str]:
    kind, text = str(part.get("type")), part.get("text")
    if kind in RICH_PINGS:
        before, key = RICH_PINGS[kind]
        yield f"<{before}{part.get(key)}>"
    elif kind == "mrkdwn":
        yield from _in_mrkdwn(text or "", verbatim=bool(part.get("verbatim")))
    elif kind == "markdown":
        yield from MARKDOWN_LINK.findall(text or "")
        yield from _in_mrkdwn(text or "", verbatim=False)
    elif kind == "link":
        yield from [] if text in (None, part.get("url")) else [f"<{part.get('url')}|{text}>"]
    elif kind != "plain_text":
        for each in part.values():
            yield from _in_part(each)


def _in_mrkdwn(text: str, *, verbatim: bool) -> Iterator[str]:
    for token in mrkdwn.tokens(text):
        target, bar, label = token.partition("|")
        is_ping = target.startswith("@") or (
            target.startswith("!") and not target.startswith("!date^")
        )
        is_disguise = bool(bar) and not target.startswith(("#", "!", "@")) and label != target
        if is_ping or is_disguise:
            yield f"<{token}>"
    if not verbatim:
        for match in mrkdwn.BARE_BROADCAST.finditer(text):
            yield match.group()
