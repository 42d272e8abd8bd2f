"""Checks of the newer blocks: tables, cards, alerts, video, data (rules 3.18 to 3.26)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.blockkit.elements import IN_ACTIONS, check_element
from bot.sandbox.slack.blockkit.problems import Problems
from bot.sandbox.slack.blockkit.texts import ANY_TEXT, check_text

Json = dict[str, Any]


def _table(problems: Problems, path: str, block: Json) -> None:
    for index, row in enumerate(problems.items(f"{path}/rows", block.get("rows"), 100)):
        problems.items(f"{path}/rows/{index}", row, 20)
    if block.get("column_settings") is not None:
        problems.items(f"{path}/column_settings", block["column_settings"], 20, 0)


def _data_table(problems: Problems, path: str, block: Json) -> None:
    rows = problems.items(f"{path}/rows", block.get("rows"), 201, 2)
    characters = 0
    for index, row in enumerate(rows):
        cells = problems.items(f"{path}/rows/{index}", row, 20)
        characters += sum(len(str(c.get("text") or "")) for c in cells if isinstance(c, dict))
    if characters > 20_000:
        problems.add(f"{path}/rows", "must be less than 20001 characters")
    size = block.get("page_size")
    if size is not None and not (isinstance(size, int) and 1 <= size <= 100):
        problems.add(f"{path}/page_size", "must be from 1 to 100")


def _data_visualization(problems: Problems, path: str, block: Json) -> None:
    problems.optional_string(f"{path}/title", _plain(block.get("title")), 50)
    chart = block.get("chart") or {}
    for key in ("series", "segments"):
        for index, each in enumerate(
            problems.items(f"{path}/chart/{key}", chart.get(key, []), 12, 0)
        ):
            here = f"{path}/chart/{key}/{index}"
            problems.optional_string(f"{here}/label", each.get("label"), 20)
            problems.items(f"{here}/data", each.get("data", []), 20, 0)


def _plain(value: Any) -> Any:
    return value.get("text") if isinstance(value, dict) else value


def _video(problems: Problems, path: str, block: Json) -> None:
    check_text(problems, f"{path}/title", block.get("title"), 200)
    problems.string(f"{path}/alt_text", block.get("alt_text"), 200)
    problems.string(f"{path}/video_url", block.get("video_url"), 3000, 1)
    problems.string(f"{path}/thumbnail_url", block.get("thumbnail_url"), 3000, 1)
    problems.optional_string(f"{path}/author_name", block.get("author_name"), 50)
    problems.optional_string(f"{path}/provider_name", block.get("provider_name"), 50)
    if block.get("description") is not None:
        check_text(problems, f"{path}/description", block["description"], 200)


def _alert(problems: Problems, path: str, block: Json) -> None:
    check_text(problems, f"{path}/text", block.get("text"), 200, ANY_TEXT)
    if block.get("level", "default") not in ("default", "info", "warning", "error", "success"):
        problems.add(f"{path}/level", "unknown level")


def _card(problems: Problems, path: str, block: Json) -> None:
    if not any(block.get(key) for key in ("hero_image", "title", "actions", "body")):
        problems.add(path, "one of hero_image, title, actions and body is required")
    for key, most in (("title", 150), ("subtitle", 150), ("body", 200), ("subtext", 200)):
        if block.get(key) is not None:
            check_text(problems, f"{path}/{key}", block[key], most, ANY_TEXT)
    if block.get("actions") is not None:
        for index, each in enumerate(problems.items(f"{path}/actions", block["actions"], 3)):
            check_element(problems, f"{path}/actions/{index}", each, IN_ACTIONS)


def _carousel(problems: Problems, path: str, block: Json) -> None:
    for index, card in enumerate(problems.items(f"{path}/elements", block.get("elements"), 10)):
        if isinstance(card, dict):
            _card(problems, f"{path}/elements/{index}", card)


def _container(problems: Problems, path: str, block: Json) -> None:
    for key in ("title", "subtitle"):
        if block.get(key) is not None:
            check_text(problems, f"{path}/{key}", block[key], 150, ANY_TEXT)
    problems.items(f"{path}/child_blocks", block.get("child_blocks", []), 10, 0)


CHECKS: dict[str, Callable[[Problems, str, Json], None]] = {
    "table": _table,
    "data_table": _data_table,
    "data_visualization": _data_visualization,
    "video": _video,
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
}
