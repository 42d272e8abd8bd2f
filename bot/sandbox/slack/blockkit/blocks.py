"""Checks of blocks and of lists of blocks (sections 3A and 3B of the platform rules)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.blockkit import elements, recent_blocks
from bot.sandbox.slack.blockkit.elements import check_element
from bot.sandbox.slack.blockkit.problems import Problems
from bot.sandbox.slack.blockkit.texts import ANY_TEXT, check_optional_text, check_text

Json = dict[str, Any]
Check = Callable[[Problems, str, Json], None]

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
ONLY_IN_MESSAGES = frozenset({"markdown", "table", "context_actions", "data_table"})


def check_blocks(problems: Problems, path: str, blocks: Any, surface: str) -> None:
    least = 0 if surface == "message" else 1
    listed = problems.items(path, blocks, MOST_BLOCKS[surface], least)
    ids: list[str] = []
    focused = 0
    for index, block in enumerate(listed):
        here = f"{path}/{index}"
        if not isinstance(block, dict):
            problems.add(here, "must be an object")
            continue
        check_block(problems, here, block, surface)
        if isinstance(block.get("block_id"), str) and block["block_id"]:
            ids.append(block["block_id"])
        focused += _focused(block)
    problems.unique(path, ids, "block_id")
    if focused > 1:
        problems.add(path, "only one element may have focus_on_load")
    if sum(1 for block in listed if _kind(block) == "table") > 1:
        problems.add(path, "only one table is allowed")


def check_block(problems: Problems, path: str, block: Json, surface: str) -> None:
    kind = _kind(block)
    check = CHECKS.get(kind)
    if check is None or (surface != "message" and kind in ONLY_IN_MESSAGES):
        problems.add(f"{path}/type", f"unsupported type: {block.get('type')}")
        return
    problems.optional_string(f"{path}/block_id", block.get("block_id"), 255)
    check(problems, path, block)


def _kind(block: Any) -> str:
    return str(block.get("type")) if isinstance(block, dict) else ""


def _focused(block: Json) -> int:
    candidates = [block.get("element"), block.get("accessory")]
    if isinstance(block.get("elements"), list):
        candidates += block["elements"]
    return sum(1 for each in candidates if isinstance(each, dict) and each.get("focus_on_load"))


def markdown_length(blocks: Any) -> int:
    """Rule 3.8 limits the sum over the whole payload."""
    if not isinstance(blocks, list):
        return 0
    return sum(len(str(block.get("text") or "")) for block in blocks if _kind(block) == "markdown")


def _section(problems: Problems, path: str, block: Json) -> None:
    text, fields = block.get("text"), block.get("fields")
    if text is None and fields is None:
        problems.add(path, "text or fields is required")
    if text is not None:
        check_text(problems, f"{path}/text", text, 3000, ANY_TEXT)
    if fields is not None:
        for index, each in enumerate(problems.items(f"{path}/fields", fields, 10)):
            check_text(problems, f"{path}/fields/{index}", each, 2000, ANY_TEXT)
    if block.get("accessory") is not None:
        check_element(problems, f"{path}/accessory", block["accessory"], elements.IN_SECTION)


def _header(problems: Problems, path: str, block: Json) -> None:
    check_text(problems, f"{path}/text", block.get("text"), 150)


def _context(problems: Problems, path: str, block: Json) -> None:
    for index, each in enumerate(problems.items(f"{path}/elements", block.get("elements"), 10)):
        here = f"{path}/elements/{index}"
        if _kind(each) == "image":
            check_element(problems, here, each, elements.IN_SECTION)
        else:
            check_text(problems, here, each, 3000, ANY_TEXT)


def _actions(problems: Problems, path: str, block: Json) -> None:
    _element_list(problems, path, block.get("elements"), elements.IN_ACTIONS, 25)


def _context_actions(problems: Problems, path: str, block: Json) -> None:
    allowed = frozenset({"icon_button", "feedback_buttons"})
    _element_list(problems, path, block.get("elements"), allowed, 5)


def _element_list(
    problems: Problems, path: str, listed: Any, allowed: frozenset[str], most: int
) -> None:
    """Rule 3.6: an action_id is unique within its block."""
    ids: list[str] = []
    for index, element in enumerate(problems.items(f"{path}/elements", listed, most)):
        check_element(problems, f"{path}/elements/{index}", element, allowed)
        if isinstance(element, dict) and isinstance(element.get("action_id"), str):
            ids.append(element["action_id"])
    problems.unique(f"{path}/elements", ids, "action_id")


def _input(problems: Problems, path: str, block: Json) -> None:
    check_text(problems, f"{path}/label", block.get("label"), 2000)
    check_optional_text(problems, f"{path}/hint", block.get("hint"), 2000)
    check_element(problems, f"{path}/element", block.get("element"), elements.IN_INPUT)


def _image(problems: Problems, path: str, block: Json) -> None:
    check_element(problems, path, block, elements.IN_SECTION)
    check_optional_text(problems, f"{path}/title", block.get("title"), 2000)


def _divider(problems: Problems, path: str, block: Json) -> None:
    """A divider holds nothing that could be wrong."""


def _markdown(problems: Problems, path: str, block: Json) -> None:
    problems.string(f"{path}/text", block.get("text"), 12_000, 1)


def _rich_text(problems: Problems, path: str, block: Json) -> None:
    parts = block.get("elements")
    if not isinstance(parts, list):
        problems.add(f"{path}/elements", "must be a list")
        return
    allowed = {f"rich_text_{kind}" for kind in ("section", "list", "preformatted", "quote")}
    for index, part in enumerate(parts):
        here = f"{path}/elements/{index}"
        if _kind(part) not in allowed:
            problems.add(f"{here}/type", "unsupported type")
        elif not isinstance(part.get("elements"), list):
            problems.add(f"{here}/elements", "must be a list")
        elif not 0 <= int(part.get("indent") or 0) <= 8:
            problems.add(f"{here}/indent", "must be from 0 to 8")
        else:
            _rich_leaves(problems, here, part["elements"])


def _rich_leaves(problems: Problems, path: str, leaves: list[Any]) -> None:
    for index, leaf in enumerate(leaves):
        here = f"{path}/elements/{index}"
        kind = _kind(leaf)
        if kind not in RICH_LEAVES:
            problems.add(f"{here}/type", f"unsupported type: {kind}")
            continue
        needed = RICH_LEAVES[kind]
        if needed and not leaf.get(needed):
            problems.add(f"{here}/{needed}", "is required")


RICH_LEAVES = {
    "text": "text",
    "link": "url",
    "user": "user_id",
    "usergroup": "usergroup_id",
    "channel": "channel_id",
    "broadcast": "range",
    "emoji": "name",
    "date": "timestamp",
    "color": "value",
    "rich_text_section": "elements",
}

CHECKS: dict[str, Check] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "image": _image,
    "divider": _divider,
    "markdown": _markdown,
    "rich_text": _rich_text,
    **recent_blocks.CHECKS,
}
