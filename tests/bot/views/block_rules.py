"""Slack's limits for blocks, messages and modals, and what in them would be live, for tests."""

import json
import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

TOKEN = re.compile(r"<[^<>]*>")
STRAY = re.compile(r"&(?!(?:amp|lt|gt);)|[<>]")
DATE_TOKEN = re.compile(r"<!date\^-?[0-9]+\^(?:\{date_short_pretty\} at )?\{time\}\|[0-9 :-]+ UTC>")
LIVE_ELEMENTS = {"user", "usergroup", "broadcast", "link", "channel"}
SELECTS = {
    *("static_select", "external_select", "users_select", "multi_users_select"),
    *("conversations_select", "datepicker", "number_input"),
}
IN_MODALS = {"section", "context", "header", "input", "rich_text", "actions", "divider"}
IN_MESSAGES = {"section", "context", "header", "actions", "rich_text"}


def problems_of_message(message: Any) -> list[str]:
    text, blocks = message["text"], message["blocks"]
    found = list(_length("text", text, 3900))
    found += _markup("text", text)
    found += [] if 1 <= len(blocks) <= 50 else [f"{len(blocks)} blocks in a message"]
    return found + list(_blocks(blocks, IN_MESSAGES))


def problems_of_view(view: Json) -> list[str]:
    blocks = view["blocks"]
    found = [] if 1 <= len(blocks) <= 100 else [f"{len(blocks)} blocks in a modal"]
    for key in ("title", "submit", "close"):
        found += _text(key, view[key], 24, "plain_text") if key in view else ()
    if any(block["type"] == "input" for block in blocks) and "submit" not in view:
        found.append("inputs without a submit button")
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        found.append("hidden values too long")
    if len(json.dumps(view)) > 250_000:
        found.append("view too large")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    found += ["a block_id twice"] if len(ids) != len(set(ids)) else []
    return found + list(_blocks(blocks, IN_MODALS))


def _blocks(blocks: list[Json], allowed: set[str]) -> Iterator[str]:
    for block in blocks:
        if block["type"] in allowed:
            yield from CHECKS[block["type"]](block)
        else:
            yield f"{block['type']} is not allowed here"


def _header(block: Json) -> Iterator[str]:
    yield from _text("header", block["text"], 150, "plain_text")


def _context(block: Json) -> Iterator[str]:
    yield from _many("context", block["elements"], 10)
    for text in block["elements"]:
        yield from _text("context", text, 3000)


def _section(block: Json) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "a section without text and fields"
    if "text" in block:
        yield from _text("section", block["text"], 3000)
    if "accessory" in block:
        yield from _PRESSED.get(block["accessory"]["type"], _button)(block["accessory"])
    if "fields" in block:
        yield from _many("fields", block["fields"], 10)
        for text in block["fields"]:
            yield from _text("field", text, 2000)


def _actions(block: Json) -> Iterator[str]:
    elements = block["elements"]
    yield from _many("actions", elements, 25)
    ids = [element["action_id"] for element in elements]
    if len(ids) != len(set(ids)):
        yield "an action_id twice"
    for element in elements:
        yield from _length("action_id", element["action_id"], 255)
        yield from _PRESSED.get(element["type"], _button)(element)


def _button(button: Json) -> Iterator[str]:
    yield from _text("button", button["text"], 75, "plain_text")
    yield from _length("value", button["value"], 2000)
    if button.get("style") not in (None, "primary", "danger"):
        yield "an unknown style"
    if "confirm" in button:
        yield from _confirm(button["confirm"])


def _confirm(confirm: Json) -> Iterator[str]:
    for key, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(key, confirm[key], most, "plain_text")


def _ticks(element: Json) -> Iterator[str]:
    yield from _many("checkboxes", element["options"], 10)
    yield from problems_of_options(element["options"])


def _overflow(menu: Json) -> Iterator[str]:
    yield from _many("overflow", menu["options"], 5)
    yield from problems_of_options(menu["options"])


def _menu(menu: Json) -> Iterator[str]:
    yield from _offering(menu)


_PRESSED = {"overflow": _overflow, "static_select": _menu}


def _input(block: Json) -> Iterator[str]:
    element = block["element"]
    yield from _text("label", block["label"], 2000, "plain_text")
    yield from _length("block_id", block["block_id"], 255)
    yield from _length("action_id", element["action_id"], 255)
    if "hint" in block:
        yield from _text("hint", block["hint"], 2000, "plain_text")
    if "placeholder" in element:
        yield from _text("placeholder", element["placeholder"], 150, "plain_text")
    yield from _INPUTS.get(element["type"], _select)(element)


def _text_input(element: Json) -> Iterator[str]:
    if not 1 <= element["max_length"] <= 3000:
        yield "max_length out of bounds"
    yield from _length("initial", element.get("initial_value", "x"), element["max_length"])


def _offering(element: Json) -> Iterator[str]:
    groups = element.get("option_groups", [])
    if ("options" in element) is bool(groups) or len(groups) > 100:
        yield "either options, or at most a hundred groups of them"
    for group in groups:
        yield from _text("label", group["label"], 75, "plain_text")
        yield from _many("options", group["options"], 100)
    offered = [each for group in groups for each in group["options"]] or element["options"]
    yield from problems_of_options(offered, 10_000 if groups else 100)
    if element.get("initial_option", offered[0]) not in offered:
        yield "an initial option that is not offered"


def _file_input(element: Json) -> Iterator[str]:
    if not 1 <= element["max_files"] <= 10:
        yield "max_files out of bounds"


def _time_picker(element: Json) -> Iterator[str]:
    if not re.fullmatch(r"[0-2]\d:[0-5]\d", element.get("initial_time", "00:00")):
        yield "an initial time that is none"


def _select(element: Json) -> Iterator[str]:
    if element["type"] not in SELECTS:
        yield f"an unknown input: {element['type']}"


def _several(element: Json) -> Iterator[str]:
    yield from problems_of_options(element["options"])
    if not all(each in element["options"] for each in element.get("initial_options", [])):
        yield "an initial option that is not offered"


def _picker(element: Json) -> Iterator[str]:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("initial_date", "2026-01-01")):
        yield "an initial date that is none"
    if len(str(element.get("initial_date_time", "1775000000"))) != 10:
        yield "an initial moment that is none"


_PRESSED = {"overflow": _overflow, "checkboxes": _ticks, "static_select": _offering}
_INPUTS = {
    "multi_static_select": _several,
    "datepicker": _picker,
    "datetimepicker": _picker,
    "plain_text_input": _text_input,
    "static_select": _offering,
    "checkboxes": _offering,
    "file_input": _file_input,
    "timepicker": _time_picker,
}


def problems_of_options(options: list[Json], most: int = 100) -> Iterator[str]:
    if len(options) > most:
        yield "too many options"
    values = [option["value"] for option in options]
    if len(values) != len(set(values)):
        yield "an option's value twice"
    for option in options:
        yield from _text("option", option["text"], 75, "plain_text")
        yield from _length("value", option["value"], 150)


def _rich_text(block: Json) -> Iterator[str]:
    for part in block["elements"]:
        for leaf in part["elements"]:
            if leaf["type"] == "text":
                yield from _length("rich text", leaf["text"], 3000)
            elif leaf["type"] not in LIVE_ELEMENTS:
                yield f"an unknown element: {leaf['type']}"


def _text(where: str, text: Json, most: int, kind: str | None = None) -> Iterator[str]:
    if text["type"] != (kind or text["type"]):
        yield f"{where} has to be {kind}"
    yield from _length(where, text["text"], most)
    if text["type"] == "plain_text":
        if "verbatim" in text or text.get("emoji") is not False:
            yield f"{where}: plain text turns something into emoji"
    elif text["type"] == "mrkdwn":
        if text.get("verbatim") is not True:
            yield f"{where}: markup without verbatim"
        yield from _markup(where, text["text"])
    else:
        yield f"{where}: an unknown text"


def _length(where: str, text: str, most: int) -> Iterator[str]:
    if not text.strip():
        yield f"{where} is empty"
    if len(text) > most:
        yield f"{where} has {len(text)} characters"


def _markup(where: str, text: str) -> Iterator[str]:
    if STRAY.search(TOKEN.sub("", text)):
        yield f"{where} has a stray or a cut entity"


def _many(where: str, elements: list[Json], most: int) -> Iterator[str]:
    if not 1 <= len(elements) <= most:
        yield f"{len(elements)} elements in {where}"


CHECKS = {
    "actions": _actions,
    "context": _context,
    "divider": lambda block: iter(()),
    "header": _header,
    "input": _input,
    "rich_text": _rich_text,
    "section": _section,
}


def live(part: Any) -> list[str]:
    """Whatever Slack would make a mention, a broadcast or a link of; dates are left out."""
    return [found for found in _live(part) if not DATE_TOKEN.fullmatch(found)]


def _live(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _live(each)
    elif isinstance(part, dict) and part.get("type") in LIVE_ELEMENTS:
        yield json.dumps(part)
    elif isinstance(part, dict) and part.get("type") != "plain_text":
        if part.get("type") in (None, "mrkdwn") and isinstance(part.get("text"), str):
            yield from TOKEN.findall(part["text"])
        for each in part.values():
            yield from _live(each)


def words(part: Any) -> str:
    """What people read in the blocks, in order, one text a line."""
    return "\n".join(_words(part.get("blocks", part)))


def _words(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _words(each)
    elif isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield DATE_TOKEN.sub(lambda token: token[0].split("|")[1][:-1], part["text"])
        for each in part.values():
            yield from _words(each)


def buttons(message: Any) -> list[str]:
    return [each["text"]["text"] for each in _pressable(message) if each["type"] == "button"]


def choices(message: Any) -> list[str]:
    """What the menus of a message offer."""
    return [
        offered["text"]["text"]
        for each in _pressable(message)
        if each["type"] == "overflow"
        for offered in each["options"]
    ]


def _pressable(message: Any) -> list[Any]:
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return [element for row in rows for element in row["elements"]]


def labels(view: Json) -> list[str]:
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


def element(view: Json, label: str) -> Json:
    found: list[Json] = [
        block["element"]
        for block in view["blocks"]
        if block["type"] == "input" and block["label"]["text"] == label
    ]
    return found[0]
