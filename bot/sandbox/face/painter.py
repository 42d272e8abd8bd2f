"""Blocks and their elements as HTML. What cannot be shown is shown as the JSON it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, UndefinedError
from markupsafe import Markup

from bot.sandbox.face import emoji, markdown, markup, pictures, rich
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack.form_state import VALUE_KEYS
from bot.sandbox.slack.rendering import Reader, options_of

Json = dict[str, Any]
TEMPLATES = Path(__file__).with_name("templates")
UNSHOWABLE = (
    *(UndefinedError, AttributeError, KeyError, TypeError, ValueError, OverflowError),
    *(IndexError, RecursionError),
)


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["picture"] = pictures.address
    made.filters["sign"] = emoji.sign
    made.globals |= {"QUICK": emoji.QUICK, "PICKED": emoji.PICKED}
    return made


@dataclass(frozen=True)
class Painter:
    """Paints for one viewer; `values` and `errors` are those of the view that is painted."""

    templates: Environment
    viewer: Viewer
    values: Json
    errors: dict[str, str]
    surface: str = "message"

    def blocks(self, listed: Any) -> Markup:
        if not isinstance(listed, list):
            return self.as_json("blocks", listed)
        return Markup("").join(self.block(each) for each in listed)

    def block(self, block: Any) -> Markup:
        kind = str(block.get("type")) if isinstance(block, dict) else "?"
        return self._macro("blocks.html", kind, block)

    def element(self, element: Any, block: Json) -> Markup:
        kind = str(element.get("type")) if isinstance(element, dict) else "?"
        name = kind if kind in ("button", "overflow", "image") else family(kind)
        return self._macro("elements.html", name, element, block)

    def _macro(self, template: str, kind: str, part: Any, *more: Any) -> Markup:
        module = self.templates.get_template(template).module
        macro = getattr(module, f"{kind}_", None)
        if macro is None:
            return self.as_json(kind, part)
        try:
            return Markup(macro(self, part, *more))
        except UNSHOWABLE:
            return self.as_json(kind, part)

    def as_json(self, kind: str, part: Any) -> Markup:
        module = self.templates.get_template("unknown.html").module
        shown = json.dumps(part, indent=2, ensure_ascii=False, default=str)
        return Markup(module.unknown(kind, shown))  # type: ignore[attr-defined]

    def text(self, text: Any) -> Markup:
        """A text object, or plain words where Slack allows those."""
        if not isinstance(text, dict):
            return self.plain(str(text or ""))
        if text.get("type") == "mrkdwn":
            return markup.mrkdwn(self.viewer, str(text["text"]))
        return self.plain(str(text["text"]), emojis=text.get("emoji", True))

    def plain(self, words: str, *, emojis: bool = False) -> Markup:
        lines = words.split("\n")
        shown = map(markup.plain if emojis else Markup.escape, lines)
        return Markup("<br>").join(shown)

    def mrkdwn(self, text: str) -> Markup:
        return markup.mrkdwn(self.viewer, text)

    def rich_text(self, block: Json) -> Markup:
        return rich.rich_text(self.viewer, block)

    def markdown(self, text: str) -> Markup:
        return markdown.markdown(self.viewer, text)

    def link(self, url: str) -> str | None:
        return self.viewer.link(str(url))

    def read(self, text: Any) -> str:
        return Reader(self.viewer.workspace, self.viewer.person.tz).text(text)

    def confirm(self, element: Json) -> str | None:
        """What a confirmation dialog says, as JSON for the page's own dialog."""
        given = element.get("confirm")
        if not given:
            return None
        words = {key: self.read(given.get(key)) for key in ("title", "text", "confirm", "deny")}
        return json.dumps(words | {"style": given.get("style")})

    def held(self, element: Json, block: Json) -> Any:
        """What the element's state holds, or its initial value in a message."""
        key, initial = VALUE_KEYS[element["type"]]
        state = self.values.get(block["block_id"], {}).get(element["action_id"])
        return state.get(key) if state is not None else element.get(initial)

    def combo(self, element: Json, block: Json) -> str:
        """What a menu has chosen, each with its label and the item the app hears of, as JSON."""
        held = self.held(element, block)
        listed = held if isinstance(held, list) else [] if held is None else [held]
        return json.dumps([{"label": label(self.viewer, each), "item": each} for each in listed])

    def is_chosen(self, option: Json, element: Json, block: Json) -> bool:
        held = self.held(element, block)
        listed = held if isinstance(held, list) else [held]
        return option.get("value") in [each.get("value") for each in listed if each]

    def menu(self, element: Json) -> str:
        """What an overflow menu offers, as JSON for the page's own menu."""
        return json.dumps(
            [
                {"label": self.read(option["text"]), "item": option.get("value")}
                | {"url": self.link(option["url"]) if option.get("url") else None}
                for option in options_of(element)
            ]
        )

    def written(self, element: Json, block: Json) -> str:
        held = self.held(element, block)
        if isinstance(held, dict):
            return Reader(self.viewer.workspace).blocks([held])
        return "" if held is None else str(held)

    def picked(self, element: Json, block: Json) -> str:
        """As the browser's own inputs want it: local time, without a zone."""
        held = self.held(element, block)
        if held is None:
            return ""
        if element["type"] != "datetimepicker":
            return str(held)
        return f"{self.viewer.moment(int(held)):%Y-%m-%dT%H:%M}"


def label(viewer: Viewer, item: Any) -> str:
    """What a menu calls an option, a person or a channel."""
    if isinstance(item, dict):
        return str(item["text"]["text"])
    channel = viewer.workspace.channels.get(item)
    return f"#{channel.name}" if channel else viewer.workspace.name_of(item)


#: Elements that look alike.
FAMILIES = {
    "static_select": "listed",
    "radio_buttons": "radios",
    "checkboxes": "checks",
    "plain_text_input": "written",
    "rich_text_input": "written",
    "number_input": "written",
    "email_text_input": "written",
    "url_text_input": "written",
    "datepicker": "picked",
    "timepicker": "picked",
    "datetimepicker": "picked",
    "file_input": "files",
    "workflow_button": "button",
    "icon_button": "button",
    "feedback_buttons": "feedback",
}


def family(kind: str) -> str:
    return FAMILIES.get(kind, "combo" if kind.endswith("_select") else kind)
