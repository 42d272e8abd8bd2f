"""Checks of interactive elements: buttons, menus, inputs (section 3C of the platform rules)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.blockkit.problems import Problems
from bot.sandbox.slack.blockkit.texts import (
    check_confirm,
    check_groups,
    check_option,
    check_optional_text,
    check_options,
    check_text,
)

Json = dict[str, Any]
Check = Callable[[Problems, str, Json], None]

SELECTS = frozenset(
    f"{multi}{kind}_select"
    for multi in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICES = frozenset({"checkboxes", "radio_buttons"})
IN_ACTIONS = SELECTS | PICKERS | CHOICES | {"button", "overflow", "workflow_button"}
IN_SECTION = IN_ACTIONS | {"image"}
WRITTEN = frozenset(
    {"plain_text_input", "rich_text_input", "number_input", "email_text_input", "url_text_input"}
)
IN_INPUT = SELECTS | PICKERS | CHOICES | WRITTEN | {"file_input"}
INTERACTIVE = IN_ACTIONS | IN_INPUT | {"icon_button", "feedback_buttons"}


def check_element(problems: Problems, path: str, element: Any, allowed: frozenset[str]) -> None:
    if not isinstance(element, dict):
        problems.add(path, "must be an object")
        return
    kind = element.get("type")
    if kind not in allowed:
        problems.add(f"{path}/type", f"unsupported type: {kind}")
        return
    problems.optional_string(f"{path}/action_id", element.get("action_id"), 255)
    check_optional_text(problems, f"{path}/placeholder", element.get("placeholder"), 150)
    if element.get("confirm") is not None:
        check_confirm(problems, f"{path}/confirm", element["confirm"])
    check = CHECKS.get(str(kind))
    if check:
        check(problems, path, element)


def _button(problems: Problems, path: str, element: Json) -> None:
    check_text(problems, f"{path}/text", element.get("text"), 75)
    problems.optional_string(f"{path}/value", element.get("value"), 2000)
    problems.optional_string(f"{path}/url", element.get("url"), 3000)
    problems.optional_string(f"{path}/accessibility_label", element.get("accessibility_label"), 75)
    if element.get("style") not in (None, "primary", "danger"):
        problems.add(f"{path}/style", "must be primary or danger")


def _icon_button(problems: Problems, path: str, element: Json) -> None:
    check_text(problems, f"{path}/text", element.get("text"), 75)
    problems.optional_string(f"{path}/value", element.get("value"), 2000)
    people = f"{path}/visible_to_user_ids"
    problems.items(people, element.get("visible_to_user_ids") or [], 10, 0)


def _overflow(problems: Problems, path: str, element: Json) -> None:
    check_options(problems, f"{path}/options", element.get("options"), "overflow", 5)


def _static_select(problems: Problems, path: str, element: Json) -> None:
    kind = str(element["type"])
    if ("options" in element) == ("option_groups" in element):
        problems.add(path, "exactly one of options and option_groups is required")
        return
    if "options" in element:
        offered = check_options(problems, f"{path}/options", element["options"], kind, 100)
    else:
        offered = check_groups(problems, f"{path}/option_groups", element["option_groups"], kind)
    _initial(problems, path, element, offered)
    _multi(problems, path, element)


def _external_select(problems: Problems, path: str, element: Json) -> None:
    for key, value in (
        ("initial_option", [element.get("initial_option")]),
        ("initial_options", element.get("initial_options") or []),
    ):
        for option in value:
            if option is not None:
                check_option(problems, f"{path}/{key}", option, str(element["type"]))
    least = element.get("min_query_length")
    if least is not None and (not isinstance(least, int) or least < 0):
        problems.add(f"{path}/min_query_length", "must be a whole number")
    _multi(problems, path, element)


def _multi(problems: Problems, path: str, element: Json) -> None:
    most = element.get("max_selected_items")
    if most is not None and (not isinstance(most, int) or most < 1):
        problems.add(f"{path}/max_selected_items", "must be at least 1")


def _choices(problems: Problems, path: str, element: Json) -> None:
    kind = str(element["type"])
    offered = check_options(problems, f"{path}/options", element.get("options"), kind, 10)
    _initial(problems, path, element, offered)


def _initial(problems: Problems, path: str, element: Json, offered: list[Json]) -> None:
    """Rule 3.40: what is chosen at first has to be one of the offers, exactly."""
    single, several = element.get("initial_option"), element.get("initial_options")
    if single is not None and not _is_offered(single, offered):
        problems.add(f"{path}/initial_option", "must match one of the options")
    for index, option in enumerate(several or []):
        if not _is_offered(option, offered):
            problems.add(f"{path}/initial_options/{index}", "must match one of the options")


def _is_offered(option: Any, offered: list[Json]) -> bool:
    if not isinstance(option, dict):
        return False
    return any(
        _same(option, other) for other in offered if other.get("value") == option.get("value")
    )


def _same(one: Json, other: Json) -> bool:
    def core(option: Json) -> tuple[Any, ...]:
        text, more = option.get("text") or {}, option.get("description") or {}
        return text.get("type"), text.get("text"), more.get("text"), option.get("value")

    return core(one) == core(other)


def _plain_input(problems: Problems, path: str, element: Json) -> None:
    least, most = element.get("min_length"), element.get("max_length")
    if least is not None and not 0 <= least <= 3000:
        problems.add(f"{path}/min_length", "must be from 0 to 3000")
    if most is not None and not 1 <= most <= 3000:
        problems.add(f"{path}/max_length", "must be from 1 to 3000")
    if least is not None and most is not None and least > most:
        problems.add(f"{path}/min_length", "must not be more than max_length")
    initial = element.get("initial_value")
    problems.optional_string(f"{path}/initial_value", initial, most or 3000)


def _rich_input(problems: Problems, path: str, element: Json) -> None:
    for key in ("min_lines", "max_lines"):
        if element.get(key) is not None and not 1 <= element[key] <= 100:
            problems.add(f"{path}/{key}", "must be from 1 to 100")


def _number_input(problems: Problems, path: str, element: Json) -> None:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        problems.add(f"{path}/is_decimal_allowed", "is required")
    for key in ("min_value", "max_value", "initial_value"):
        problems.optional_string(f"{path}/{key}", element.get(key), 300)


def _picker(key: str, pattern: str) -> Check:
    shape = re.compile(pattern)

    def check(problems: Problems, path: str, element: Json) -> None:
        value = element.get(key)
        if value is not None and not (isinstance(value, str) and shape.fullmatch(value)):
            problems.add(f"{path}/{key}", "has a wrong format")

    return check


def _datetimepicker(problems: Problems, path: str, element: Json) -> None:
    value = element.get("initial_date_time")
    if value is not None and not (isinstance(value, int) and 10**9 <= value < 10**10):
        problems.add(f"{path}/initial_date_time", "must be 10 digits of seconds")


def _file_input(problems: Problems, path: str, element: Json) -> None:
    most = element.get("max_files")
    if most is not None and not (isinstance(most, int) and 1 <= most <= 10):
        problems.add(f"{path}/max_files", "must be from 1 to 10")


def _image(problems: Problems, path: str, element: Json) -> None:
    problems.string(f"{path}/alt_text", element.get("alt_text"), 2000)
    problems.optional_string(f"{path}/image_url", element.get("image_url"), 3000)
    if not element.get("image_url") and not element.get("slack_file"):
        problems.add(path, "image_url or slack_file is required")


CHECKS: dict[str, Check] = {
    "button": _button,
    "icon_button": _icon_button,
    "overflow": _overflow,
    "static_select": _static_select,
    "multi_static_select": _static_select,
    "external_select": _external_select,
    "multi_external_select": _external_select,
    "multi_users_select": _multi,
    "multi_conversations_select": _multi,
    "multi_channels_select": _multi,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "plain_text_input": _plain_input,
    "rich_text_input": _rich_input,
    "number_input": _number_input,
    "datepicker": _picker("initial_date", r"\d{4}-\d{2}-\d{2}"),
    "timepicker": _picker("initial_time", r"\d{2}:\d{2}"),
    "datetimepicker": _datetimepicker,
    "file_input": _file_input,
    "image": _image,
}
