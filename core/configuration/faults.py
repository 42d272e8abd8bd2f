"""What is wrong with a value, in a sentence."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from core.configuration.yaml_lines import Path

_EXPECTED = {
    "string_type": "write text",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "list_type": "write a list",
    "dict_type": "write keys and values",
    "model_type": "write keys and values",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "decimal_type": "write a number",
    "decimal_parsing": "write a number",
    "date_type": "write a day like 2026-12-24",
    "date_parsing": "write a day like 2026-12-24",
    "date_from_datetime_parsing": "write a day like 2026-12-24",
    "string_too_short": "write at least one character",
    "string_too_long": "write at most {max_length} characters",
    "too_short": "write at least {min_length} of them",
    "too_long": "write at most {max_length} of them",
    "greater_than_equal": "write a number that is not below zero",
    "greater_than": "write a number above zero",
}

_FORMS = {
    "team_id": "a workspace's id, like T0ACME",
    "admin": "a person's id, like U0ADA",
    "head": "a person's id, like U0ADA",
    "slack_user_id": "a person's id, like U0ADA",
    "desk_channel": "a channel's id, like C0ITDESK",
    "currency": "a currency, like EUR",
    "finance": "a person's id, like U0ADA",
    "ceo": "a person's id, like U0ADA",
    "types": "the end of a file's name, like pdf",
}


def sentence(error: Any, known_keys: Callable[[Path], list[str]]) -> str:
    """`error` is one of Pydantic's."""
    path: Path = error["loc"]
    key = str(path[-1]) if path else "the file"
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown(key, known_keys(path[:-1]))
    if kind == "missing":
        return f"“{key}” is missing"
    if kind == "value_error":
        return f"{_place(path)}: {error['ctx']['error']}"
    if kind == "string_pattern_mismatch":
        return f"{_place(path)}: “{error['input']}” is not {_form(path)}"
    if kind == "enum":
        choices = error["ctx"]["expected"].replace("'", "")
        return f"{_place(path)}: “{error['input']}” is not one of {choices}"
    expected = _EXPECTED.get(kind)
    told = expected.format(**error.get("ctx", {})) if expected else error["msg"]
    return f"{_place(path)}: {told}"


def _form(path: Path) -> str:
    return _FORMS.get(_place(path), "in the right form")


def _place(path: Path) -> str:
    keys = [step for step in path if isinstance(step, str)]
    return keys[-1] if keys else "the file"


def _unknown(key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean “{close[0]}”?" if close else f"known are {', '.join(known)}"
    return f"“{key}” is not known here; {hint}"
