"""Checks of the objects that others are made of: texts, options, confirmation dialogs."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.blockkit.problems import Problems

Json = dict[str, Any]
PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


def check_text(
    problems: Problems, path: str, text: Any, most: int, kinds: tuple[str, ...] = PLAIN
) -> None:
    if not isinstance(text, dict):
        problems.add(path, "must be an object")
        return
    kind = text.get("type")
    if kind not in kinds:
        problems.add(f"{path}/type", f"must be one of {', '.join(kinds)}")
        return
    problems.string(f"{path}/text", text.get("text"), most, 1)
    if "emoji" in text and kind != "plain_text":
        problems.add(f"{path}/emoji", "only allowed with plain_text")
    if "verbatim" in text and kind != "mrkdwn":
        problems.add(f"{path}/verbatim", "only allowed with mrkdwn")


def check_optional_text(problems: Problems, path: str, text: Any, most: int) -> None:
    if text is not None:
        check_text(problems, path, text, most)


def check_option(problems: Problems, path: str, option: Any, kind: str) -> None:
    """Rules 3.32 and 3.33; the kind is that of the element that offers the option."""
    if not isinstance(option, dict):
        problems.add(path, "must be an object")
        return
    rich = kind in ("checkboxes", "radio_buttons")
    check_text(problems, f"{path}/text", option.get("text"), 75, ANY_TEXT if rich else PLAIN)
    if kind == "overflow":
        problems.optional_string(f"{path}/value", option.get("value"), 150)
    else:
        problems.string(f"{path}/value", option.get("value"), 150)
    if option.get("description") is not None:
        kinds = ANY_TEXT if rich else PLAIN
        check_text(problems, f"{path}/description", option["description"], 75, kinds)
    if option.get("url") is not None:
        if kind != "overflow":
            problems.add(f"{path}/url", "only allowed in an overflow menu")
        problems.string(f"{path}/url", option["url"], 3000)


def check_options(problems: Problems, path: str, options: Any, kind: str, most: int) -> list[Json]:
    listed = problems.items(path, options, most)
    for index, option in enumerate(listed):
        check_option(problems, f"{path}/{index}", option, kind)
    good = [option for option in listed if isinstance(option, dict)]
    values = [str(option["value"]) for option in good if option.get("value") is not None]
    problems.unique(path, values, "option values")
    return good


def check_groups(problems: Problems, path: str, groups: Any, kind: str) -> list[Json]:
    """Rule 3.35; returns the options of all groups."""
    options: list[Json] = []
    for index, group in enumerate(problems.items(path, groups, 100)):
        here = f"{path}/{index}"
        if not isinstance(group, dict):
            problems.add(here, "must be an object")
            continue
        check_text(problems, f"{here}/label", group.get("label"), 75)
        options += check_options(problems, f"{here}/options", group.get("options"), kind, 100)
    return options


def check_confirm(problems: Problems, path: str, confirm: Any) -> None:
    if not isinstance(confirm, dict):
        problems.add(path, "must be an object")
        return
    check_text(problems, f"{path}/title", confirm.get("title"), 100)
    check_text(problems, f"{path}/text", confirm.get("text"), 300, ANY_TEXT)
    check_optional_text(problems, f"{path}/confirm", confirm.get("confirm"), 30)
    check_optional_text(problems, f"{path}/deny", confirm.get("deny"), 30)
    if confirm.get("style") not in (None, "primary", "danger"):
        problems.add(f"{path}/style", "must be primary or danger")
