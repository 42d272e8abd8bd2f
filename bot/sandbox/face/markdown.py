"""The part of Markdown that Slack's markdown block shows, as HTML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from bot.sandbox.face import markup
from bot.sandbox.face.viewer import Viewer

FENCE = re.compile(r"^```[^\n]*\n(.*?)\n?```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"(#{1,6})\s+(.+)")
BULLET = re.compile(r"\s*[-*+]\s+(.+)")
NUMBER = re.compile(r"\s*\d+[.)]\s+(.+)")
QUOTED = re.compile(r">\s?(.*)")
RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,})")
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<url>[^)\s]+)\)"
    r"|\*\*(?P<bold>[^*\n]+)\*\*"
    r"|~~(?P<strike>[^~\n]+)~~"
    r"|(?<![\w*])[*_](?P<italic>[^*_\n]+)[*_](?![\w*])"
)
TAGS = {
    "bold": Markup("<strong>{}</strong>"),
    "strike": Markup("<del>{}</del>"),
    "italic": Markup("<em>{}</em>"),
}
LINES = (
    (BULLET, Markup("<ul><li>{}</li></ul>")),
    (NUMBER, Markup("<ol><li>{}</li></ol>")),
    (QUOTED, Markup("<blockquote>{}</blockquote>")),
)
#: Neighbours of one kind belong together.
JOINS = ("</ul><ul>", "</ol><ol>", "</blockquote><blockquote>")
HEAD = Markup('<p class="rich"><strong class="heading-{}">{}</strong></p>')
PARAGRAPH = Markup('<p class="rich">{}</p>')


def markdown(viewer: Viewer, text: str) -> Markup:
    parts, position = [], 0
    for fence in FENCE.finditer(text):
        parts.append(_lines(viewer, text[position : fence.start()]))
        parts.append(markup.PRE.format(fence[1]))
        position = fence.end()
    parts.append(_lines(viewer, text[position:]))
    return Markup("").join(parts)


def _lines(viewer: Viewer, text: str) -> Markup:
    whole = Markup("").join(_line(viewer, line) for line in text.split("\n") if line.strip())
    for seam in JOINS:
        whole = Markup(whole.replace(seam, "<br>" if "quote" in seam else ""))
    return whole


def _line(viewer: Viewer, line: str) -> Markup:
    heading = HEADING.fullmatch(line)
    if heading:
        return HEAD.format(len(heading[1]), _inline(viewer, heading[2]))
    if RULE.fullmatch(line.strip()):
        return Markup("<hr>")
    for pattern, form in LINES:
        found = pattern.fullmatch(line)
        if found:
            return form.format(_inline(viewer, found[1]))
    return PARAGRAPH.format(_inline(viewer, line))


def _inline(viewer: Viewer, text: str) -> Markup:
    parts, position = [], 0
    for match in INLINE.finditer(text):
        parts += [escape(text[position : match.start()]), _piece(viewer, match)]
        position = match.end()
    parts.append(escape(text[position:]))
    return Markup("").join(parts)


def _piece(viewer: Viewer, match: re.Match[str]) -> Markup:
    if match["url"]:
        return markup.link(viewer, match["url"], match["label"])
    if match["code"]:
        return markup.CODE.format(match["code"])
    kind = match.lastgroup or ""
    return TAGS[kind].format(_inline(viewer, match[kind]))
