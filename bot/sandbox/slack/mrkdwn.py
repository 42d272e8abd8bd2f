"""Slack's message markup: what a person types becomes it, and it becomes what a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.slack.workspace import Workspace

Json = dict[str, Any]

TOKEN = re.compile(r"<([^<>\n]+)>")
BARE_BROADCAST = re.compile(r"(?<![\w<!@])@(here|channel|everyone)\b")
BARE_URL = re.compile(r"(?<![<|\w/])(https?://[^\s<>|]+)")
STRAY_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
TYPED = re.compile(
    r"<@(?P<id>[UW][A-Z0-9]+)>"
    r"|@(?P<broadcast>here|channel|everyone)\b"
    r"|@(?P<label>[\w.\-]+(?: [\w.\-]+){0,2})"
    r"|#(?P<channel>[\w\-]+)"
    r"|(?P<url>https?://[^\s<>]+)"
)

STYLED = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>\S(?:[^*\n]*\S)?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>\S(?:[^_\n]*\S)?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>\S(?:[^~\n]*\S)?)~(?![\w~])"
    r"|(?<![\w:]):(?P<emoji>[a-z][a-z0-9_+'\-]*):"
)


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def rewritten(text: str) -> str:
    """An app's text as Slack stores it: addresses linked, stray characters escaped (3.65)."""
    if "&" in text:
        text = STRAY_AMPERSAND.sub("&amp;", text)
    if "<" in text or ">" in text:
        parts, position = [], 0
        for match in TOKEN.finditer(text):
            parts += [_angles(text[position : match.start()]), match.group()]
            position = match.end()
        text = "".join([*parts, _angles(text[position:])])
    return BARE_URL.sub(r"<\1>", text) if "://" in text else text


def _angles(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def typed(workspace: Workspace, text: str) -> tuple[str, list[Json]]:
    """What the composer makes of typed words: the escaped text and the rich text elements."""
    shown: list[str] = []
    elements: list[Json] = []
    position = search_from = 0
    while (match := TYPED.search(text, search_from)) is not None:
        found = _entity(workspace, match)
        if found is None:
            search_from = match.start() + 1
            continue
        token, element, end = found
        before = text[position : match.start()]
        shown += [escape(before), token]
        elements += [{"type": "text", "text": before}] if before else []
        elements.append(element)
        position = search_from = end
    rest = text[position:]
    shown.append(escape(rest))
    elements += [{"type": "text", "text": rest}] if rest else []
    return "".join(shown), elements


def _entity(workspace: Workspace, match: re.Match[str]) -> tuple[str, Json, int] | None:
    kind, end = match.lastgroup, match.end()
    value = match.group(kind or 0)
    if kind == "broadcast":
        return f"<!{value}>", {"type": "broadcast", "range": value}, end
    if kind == "url":
        return f"<{value}>", {"type": "link", "url": value}, end
    if kind == "id":
        return (
            (f"<@{value}>", {"type": "user", "user_id": value}, end)
            if (value in workspace.people)
            else None
        )
    if kind == "channel":
        channel_id = workspace.channel_id_by_name.get(value)
        if channel_id is None:
            return None
        token = f"<#{channel_id}|{value}>"
        return token, {"type": "channel", "channel_id": channel_id}, end
    return _mention(workspace, value, match.start() + 1)


def _mention(workspace: Workspace, label: str, start: int) -> tuple[str, Json, int] | None:
    """The longest of up to three words that is a name; a closing full stop is no part of it."""
    words = label
    while words:
        person_id = workspace.id_by_label.get(words.lower())
        if person_id:
            element = {"type": "user", "user_id": person_id}
            return f"<@{person_id}>", element, start + len(words)
        words = words[:-1] if words[-1] in ".-" else words.rpartition(" ")[0]
    return None


def styled(elements: list[Json]) -> list[Json]:
    """What the composer makes of signs around words: bold, italics, code, emoji."""
    found: list[Json] = []
    for element in elements:
        found += _styled_text(element["text"]) if element["type"] == "text" else [element]
    return found


def _styled_text(text: str) -> Iterator[Json]:
    position = 0
    for match in STYLED.finditer(text):
        if match.start() > position:
            yield {"type": "text", "text": text[position : match.start()]}
        position, kind = match.end(), match.lastgroup or ""
        if kind == "emoji":
            yield {"type": "emoji", "name": match[kind]}
        else:
            yield {"type": "text", "text": match[kind], "style": {kind: True}}
    if position < len(text):
        yield {"type": "text", "text": text[position:]}


def tokens(text: str) -> Iterator[str]:
    """The content of each `<…>` of the text."""
    for match in TOKEN.finditer(text):
        yield match.group(1)


def readable(workspace: Workspace, text: str, tz: str) -> str:
    """The text as a person reads it: names for ids, dates in their time zone, no entities."""
    return unescape(TOKEN.sub(lambda match: _read_token(workspace, match.group(1), tz), text))


def _read_token(workspace: Workspace, token: str, tz: str) -> str:
    target, bar, label = token.partition("|")
    if target.startswith("@"):
        return "@" + workspace.name_of(target[1:])
    if target.startswith("#"):
        channel = workspace.channels.get(target[1:])
        return "#" + (channel.name if channel else label or target[1:])
    if target.startswith("!date^"):
        return date_text(target, label, tz, workspace.clock.now())
    if target.startswith("!subteam^"):
        return label or "@" + target.removeprefix("!subteam^")
    if target.startswith("!"):
        return "@" + target[1:]
    return label if bar else target


def date_text(token: str, fallback: str, tz: str, now: float) -> str:
    """`!date^seconds^format[^link]` in the reader's time zone, or its fallback."""
    _, seconds, *rest = token.split("^")
    if not rest or not re.fullmatch(r"-?\d+", seconds):
        return fallback
    zone = ZoneInfo(tz)
    moment = datetime.fromtimestamp(int(seconds), zone)
    today = datetime.fromtimestamp(now, zone).date()
    return re.sub(
        r"\{(\w+)\}", lambda m: _date_part(m.group(1), moment, (moment.date() - today)), rest[0]
    )


def _date_part(name: str, moment: datetime, distance: timedelta) -> str:
    hour = moment.hour % 12 or 12
    half = "PM" if moment.hour >= 12 else "AM"
    relative = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(distance.days)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(moment.day % 10, "th")
    if 11 <= moment.day <= 13:
        ending = "th"
    plain = {
        "date_num": f"{moment:%Y-%m-%d}",
        "date_slash": f"{moment:%m/%d/%Y}",
        "date": f"{moment:%B} {moment.day}{ending}, {moment.year}",
        "date_short": f"{moment:%b} {moment.day}, {moment.year}",
        "date_long": f"{moment:%A}, {moment:%B} {moment.day}{ending}, {moment.year}",
        "time": f"{hour}:{moment:%M} {half}",
        "time_secs": f"{hour}:{moment:%M:%S} {half}",
    }
    base = name.removesuffix("_pretty")
    if base not in plain:
        return "{" + name + "}"
    return relative if name.endswith("_pretty") and relative else plain[base]
