"""Rich text, as people's composers and apps make it, as HTML."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from bot.sandbox.face import markup
from bot.sandbox.face.viewer import Viewer

Json = dict[str, Any]
STYLES = (
    ("code", Markup("<code>{}</code>")),
    ("bold", Markup("<strong>{}</strong>")),
    ("italic", Markup("<em>{}</em>")),
    ("strike", Markup("<del>{}</del>")),
    ("underline", Markup("<u>{}</u>")),
    ("highlight", Markup("<mark>{}</mark>")),
)
SECTION = Markup('<p class="rich">{}</p>')
QUOTE = Markup("<blockquote>{}</blockquote>")
PRE = Markup("<pre>{}</pre>")
ITEM = Markup("<li>{}</li>")
LISTS = {
    "bullet": Markup('<ul class="indent-{}">{}</ul>'),
    "ordered": Markup('<ol class="indent-{}" start="{}">{}</ol>'),
}
COLOUR = Markup("<code>{}</code>")


def rich_text(viewer: Viewer, block: Json) -> Markup:
    return Markup("").join(_part(viewer, part) for part in block.get("elements") or [])


def _part(viewer: Viewer, part: Json) -> Markup:
    kind = part.get("type")
    if kind == "rich_text_list":
        return _list(viewer, part)
    inner = _leaves(viewer, part)
    if kind == "rich_text_preformatted":
        return PRE.format(inner)
    return (QUOTE if kind == "rich_text_quote" else SECTION).format(inner)


def _list(viewer: Viewer, part: Json) -> Markup:
    items = Markup("").join(
        ITEM.format(_leaves(viewer, item)) for item in part.get("elements") or []
    )
    indent = min(int(part.get("indent") or 0), 8)
    if part.get("style") == "ordered":
        return LISTS["ordered"].format(indent, int(part.get("offset") or 0) + 1, items)
    return LISTS["bullet"].format(indent, items)


def _leaves(viewer: Viewer, part: Json) -> Markup:
    return Markup("").join(_styled(viewer, leaf) for leaf in part.get("elements") or [])


def _styled(viewer: Viewer, leaf: Json) -> Markup:
    shown = _leaf(viewer, leaf)
    style = leaf.get("style") or {}
    for name, tag in STYLES:
        if style.get(name):
            shown = tag.format(shown)
    return shown


def _leaf(viewer: Viewer, leaf: Json) -> Markup:
    kind = leaf.get("type")
    if kind == "link":
        return markup.link(viewer, str(leaf["url"]), leaf.get("text"))
    if kind == "user":
        return markup.mention(viewer, str(leaf["user_id"]))
    if kind == "channel":
        return markup.channel(viewer, str(leaf["channel_id"]))
    if kind == "emoji":
        return markup.emoji_of(str(leaf["name"]))
    if kind == "date":
        form, fallback = str(leaf.get("format") or "{date}"), str(leaf.get("fallback") or "")
        return markup.date(viewer, int(leaf["timestamp"]), form, fallback)
    return _plain_leaf(viewer, leaf)


def _plain_leaf(viewer: Viewer, leaf: Json) -> Markup:
    kind = leaf.get("type")
    if kind == "broadcast":
        return markup.MENTION.format(" loud", leaf["range"])
    if kind == "usergroup":
        return markup.MENTION.format("", leaf["usergroup_id"])
    if kind == "color":
        return COLOUR.format(leaf["value"])
    if kind == "rich_text_section":
        return _leaves(viewer, leaf)
    lines = str(leaf.get("text") or "").split("\n")
    return Markup("<br>").join(escape(line) for line in lines)
