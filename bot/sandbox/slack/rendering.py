"""Blocks as a person reads them: one string, and the things that can be pressed or chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.workspace import Workspace

Json = dict[str, Any]
BARE_PARTS = ("text", "title", "subtitle", "body", "subtext", "label", "hint", "caption")
LISTS = ("fields", "elements", "actions", "child_blocks", "options")


class Reader:
    """Reads for one person: their time zone decides what dates say."""

    def __init__(self, workspace: Workspace, tz: str = "UTC") -> None:
        self.workspace = workspace
        self.tz = tz

    def message(self, message: Json) -> str:
        """Everything readable: blocks, attachments, and the text where it says more."""
        parts = [self.blocks(message.get("blocks") or [])]
        for attachment in message.get("attachments") or []:
            parts.append(self.attachment(attachment))
        body = "\n".join(part for part in parts if part)
        text = mrkdwn.readable(self.workspace, message.get("text") or "", self.tz)
        lines = [body] if text and text in body else [body, text]
        lines += [each.get("name") or "" for each in message.get("files") or []]
        return "\n".join(line for line in lines if line)

    def attachment(self, attachment: Json) -> str:
        plain = [attachment.get(key) or "" for key in ("pretext", "title", "text", "footer")]
        words = [mrkdwn.readable(self.workspace, text, self.tz) for text in plain if text]
        return "\n".join([*words, self.blocks(attachment.get("blocks") or [])]).strip()

    def view(self, view: Json) -> str:
        title = self.text(view.get("title"))
        buttons = [self.text(view.get("submit")), self.text(view.get("close"))]
        lines = [title, self.blocks(view.get("blocks") or [], self._values(view)), *buttons]
        return "\n".join(line for line in lines if line)

    @staticmethod
    def _values(view: Json) -> Json:
        values: Json = (view.get("state") or {}).get("values") or {}
        return values

    def blocks(self, blocks: list[Json], values: Json | None = None) -> str:
        lines = (self.block(block, values or {}) for block in blocks)
        return "\n".join(line for line in lines if line)

    def block(self, block: Json, values: Json) -> str:
        special = SPECIAL.get(block.get("type", ""))
        if special:
            return special(self, block)
        return "\n".join(line for line in self._lines(block, values) if line)

    def _lines(self, part: Json, values: Json) -> Iterator[str]:
        for key in BARE_PARTS:
            if part.get(key):
                yield self.text(part[key])
        for key in LISTS:
            for each in part.get(key) or []:
                yield self.element(each)
        for key in ("element", "accessory"):
            if isinstance(part.get(key), dict):
                element = part[key]
                state = values.get(str(part.get("block_id")), {}).get(element.get("action_id"))
                yield self.element(element)
                yield self.state(state) if state else ""
        if part.get("alt_text"):
            yield str(part["alt_text"])

    def element(self, element: Any) -> str:
        if not isinstance(element, dict):
            return ""
        if element.get("type") in ("mrkdwn", "plain_text"):
            return self.text(element)
        if element.get("type") == "rich_text_input":
            return self.text(element.get("placeholder"))
        return "\n".join(line for line in self._lines(element, {}) if line)

    def text(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if not isinstance(value, dict):
            return ""
        words = str(value.get("text") or "")
        if value.get("type") == "mrkdwn":
            return mrkdwn.readable(self.workspace, words, self.tz)
        return words

    def state(self, state: Json) -> str:
        """What a filled input shows."""
        if state.get("type") == "rich_text_input":
            return self.blocks([state["rich_text_value"]]) if state.get("rich_text_value") else ""
        chosen = [state.get("selected_option")] + (state.get("selected_options") or [])
        words = [self.text(option["text"]) for option in chosen if option]
        for key in ("value", "selected_date", "selected_time", "selected_date_time"):
            words += [str(state[key])] if state.get(key) is not None else []
        people = [state.get("selected_user")] + (state.get("selected_users") or [])
        words += [self.workspace.name_of(each) for each in people if each]
        return ", ".join(words)

    def rich_text(self, block: Json) -> str:
        return "\n".join(self._rich_part(part) for part in block.get("elements") or [])

    def _rich_part(self, part: Json) -> str:
        inner = part.get("elements") or []
        if part.get("type") == "rich_text_list":
            return "\n".join("• " + self._rich_part(each) for each in inner)
        return "".join(self._rich_leaf(each) for each in inner)

    def _rich_leaf(self, leaf: Json) -> str:
        kind = leaf.get("type")
        if kind == "user":
            return "@" + self.workspace.name_of(str(leaf.get("user_id")))
        if kind == "channel":
            channel = self.workspace.channels.get(str(leaf.get("channel_id")))
            return "#" + (channel.name if channel else str(leaf.get("channel_id")))
        if kind == "broadcast":
            return f"@{leaf.get('range')}"
        if kind == "emoji":
            return f":{leaf.get('name')}:"
        if kind == "date":
            token = f"!date^{leaf.get('timestamp')}^{leaf.get('format')}"
            fallback = str(leaf.get("fallback") or "")
            return mrkdwn.date_text(token, fallback, self.tz, self.workspace.clock.now())
        return str(leaf.get("text") or leaf.get("url") or "")

    def table(self, block: Json) -> str:
        return "\n".join(
            " | ".join(self._cell(cell) for cell in row) for row in block.get("rows") or []
        )

    def _cell(self, cell: Json) -> str:
        return (
            self.rich_text(cell) if cell.get("type") == "rich_text" else str(cell.get("text", ""))
        )

    def markdown(self, block: Json) -> str:
        return mrkdwn.readable(self.workspace, str(block.get("text") or ""), self.tz)


SPECIAL: dict[str, Callable[[Reader, Json], str]] = {
    "rich_text": Reader.rich_text,
    "table": Reader.table,
    "data_table": Reader.table,
    "markdown": Reader.markdown,
}


def interactive(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each block with each element in it that a person can use, in reading order."""
    for block in blocks:
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict) and "action_id" in block[key]:
                yield block, block[key]
        for key in ("elements", "actions"):
            for element in block.get(key) or []:
                if isinstance(element, dict) and "action_id" in element:
                    yield block, element
        if block.get("type") == "carousel":
            yield from interactive(block.get("elements") or [])
        yield from interactive(block.get("child_blocks") or [])


def button_texts(blocks: list[Json]) -> list[str]:
    return [
        str(element["text"]["text"])
        for _, element in interactive(blocks)
        if element.get("type") == "button"
    ]


def options_of(element: Json) -> list[Json]:
    """All options an element offers, groups flattened."""
    groups = element.get("option_groups") or []
    return list(element.get("options") or []) + [
        option for group in groups for option in group.get("options") or []
    ]


def choice_texts(blocks: list[Json]) -> list[str]:
    return [
        str(option["text"]["text"])
        for _, element in interactive(blocks)
        for option in options_of(element)
    ]
