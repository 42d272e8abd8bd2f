"""Slack's message markup as HTML. What people wrote is escaped piece by piece, never taken over."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from bot.sandbox.face import emoji
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack.mrkdwn import unescape

FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
QUOTED = re.compile(r"(?:&gt;|>) ?")
BULLET = re.compile(r"\s*(?:•|-|\*)\s+(?=\S)")
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<token>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>\S(?:[^*\n]*\S)?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>\S(?:[^_\n]*\S)?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>\S(?:[^~\n]*\S)?)~(?![\w~])"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+'\-]+(?:::skin-tone-\d)?):"
    r"|(?P<url>(?<![<|\w/])https?://[^\s<>|]+)"
)
NAMED = re.compile(r"(?<![\w:]):([a-z0-9_+'\-]+(?:::skin-tone-\d)?):")
TAGS = {"bold": Markup("<strong>{}</strong>"), "italic": Markup("<em>{}</em>")}
TAGS |= {"strike": Markup("<del>{}</del>")}
CODE = Markup("<code>{}</code>")
PRE = Markup("<pre>{}</pre>")
QUOTE = Markup("<blockquote>{}</blockquote>")
ITEM = Markup('<span class="bullet">{}</span>')
LINK = Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>')
OWN_LINK = Markup('<a href="{}">{}</a>')
MENTION = Markup('<span class="mention{}">@{}</span>')
NO_CHANNEL = Markup('<span class="mention">#{}</span>')
CHANNEL = Markup('<a class="mention" href="{}">#{}</a>')
TIME = Markup('<time datetime="{}" title="{}">{}</time>')
EMOJI = Markup('<span class="emoji" title=":{}:">{}</span>')


def mrkdwn(viewer: Viewer, text: str) -> Markup:
    """Blocks of code, quotes and lines; everything else is `inline`."""
    parts, position = [], 0
    for fence in FENCE.finditer(text):
        parts += [_lines(viewer, text[position : fence.start()]), PRE.format(unescape(fence[1]))]
        position = fence.end()
    parts.append(_lines(viewer, text[position:]))
    return Markup("").join(parts)


def _lines(viewer: Viewer, text: str) -> Markup:
    shown: list[Markup] = []
    quoted: list[Markup] = []
    for line in text.split("\n") if text else []:
        mark = QUOTED.match(line)
        if mark:
            quoted.append(inline(viewer, line[mark.end() :]))
            continue
        shown += _quote(quoted)
        bullet = BULLET.match(line)
        words = inline(viewer, line[bullet.end() :] if bullet else line)
        shown.append(ITEM.format(words) if bullet else words + Markup("<br>"))
    shown += _quote(quoted)
    whole = Markup("").join(shown)
    return Markup(whole.removesuffix("<br>"))


def _quote(quoted: list[Markup]) -> list[Markup]:
    found = [QUOTE.format(Markup("<br>").join(quoted))] if quoted else []
    quoted.clear()
    return found


def inline(viewer: Viewer, text: str) -> Markup:
    parts, position = [], 0
    for match in INLINE.finditer(text):
        parts += [escape(unescape(text[position : match.start()])), _piece(viewer, match)]
        position = match.end()
    parts.append(escape(unescape(text[position:])))
    return Markup("").join(parts)


def _piece(viewer: Viewer, match: re.Match[str]) -> Markup:
    kind = match.lastgroup or ""
    words = match[kind]
    if kind in TAGS:
        return TAGS[kind].format(inline(viewer, words))
    if kind == "code":
        return CODE.format(unescape(words))
    if kind == "emoji":
        return emoji_of(words)
    if kind == "url":
        return link(viewer, unescape(words))
    return _token(viewer, words)


def _token(viewer: Viewer, token: str) -> Markup:
    target, bar, label = token.partition("|")
    if target.startswith("@"):
        return mention(viewer, target[1:])
    if target.startswith("#"):
        return channel(viewer, target[1:], label)
    if target.startswith("!date^"):
        return _date(viewer, target, unescape(label))
    if target.startswith("!subteam^"):
        return MENTION.format("", (label or target.removeprefix("!subteam^")).lstrip("@"))
    if target.startswith("!"):
        return MENTION.format(" loud", target[1:])
    return link(viewer, unescape(target), unescape(label) if bar else None)


def plain(text: str) -> Markup:
    """Words without markup, but for their emoji."""
    parts, position = [], 0
    for match in NAMED.finditer(text):
        parts += [escape(text[position : match.start()]), emoji_of(match[1])]
        position = match.end()
    parts.append(escape(text[position:]))
    return Markup("").join(parts)


def emoji_of(name: str) -> Markup:
    return EMOJI.format(name, emoji.sign(name))


def mention(viewer: Viewer, person_id: str) -> Markup:
    is_self = " self" if person_id == viewer.person.id else ""
    return MENTION.format(is_self, viewer.workspace.name_of(person_id))


def channel(viewer: Viewer, channel_id: str, label: str = "") -> Markup:
    known = viewer.workspace.channels.get(channel_id)
    if known is None or (known.is_private and viewer.person.id not in known.members):
        return NO_CHANNEL.format(label or "private-channel")
    return CHANNEL.format(viewer.place(channel_id), known.name)


def link(viewer: Viewer, url: str, label: str | None = None) -> Markup:
    target = viewer.link(url)
    if target is None:
        return escape(label or url)
    form = OWN_LINK if target.startswith("/") else LINK
    return form.format(target, label or url)


def _date(viewer: Viewer, target: str, fallback: str) -> Markup:
    _, seconds, form, *rest = [*target.split("^"), "", ""]
    if not re.fullmatch(r"\d{1,11}", seconds):
        return escape(fallback)
    shown = date(viewer, int(seconds), form, fallback)
    return link_around(viewer, rest[0], shown) if rest[0] else shown


def date(viewer: Viewer, seconds: int, form: str, fallback: str) -> Markup:
    at = viewer.moment(seconds)
    return TIME.format(at.isoformat(), viewer.full(seconds), viewer.date(seconds, form, fallback))


def link_around(viewer: Viewer, url: str, shown: Markup) -> Markup:
    target = viewer.link(unescape(url))
    return LINK.format(target, shown) if target else shown
