"""A department's own inputs as people write them: a line each, like `Needed by: date, required`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import InvalidField
from core.tickets.forms import FieldKind

KEY = "form_fields"
_KINDS = "|".join(FieldKind)
_LINE = re.compile(
    rf"(?P<label>.+):\s*(?P<kind>{_KINDS})\s*(?:\((?P<options>.*)\))?\s*(?P<required>,\s*required)?",
    re.IGNORECASE,
)
HOW = "Laptop: select (13 inch, 15 inch), required"


def read_lines(text: str) -> list[dict[str, Any]]:
    """As the file has them. Raises InvalidField with the line."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            found.append(_read(number, line.strip()))
    return found


def _read(number: int, line: str) -> dict[str, Any]:
    match = _LINE.fullmatch(line)
    if match is None:
        kinds = ", ".join(FieldKind)
        words = f"line {number}: write it like “{HOW}”, with one of {kinds}"
        raise InvalidField(KEY, words)
    options = [each.strip() for each in (match["options"] or "").split(",") if each.strip()]
    return {
        "label": match["label"].strip(),
        "type": match["kind"].lower(),
        "required": match["required"] is not None,
        "options": options,
    }


def write_lines(fields: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(_write(each) for each in fields)


def _write(field: Mapping[str, Any]) -> str:
    options = f" ({', '.join(field['options'])})" if field.get("options") else ""
    required = ", required" if field.get("required") else ""
    return f"{field['label']}: {field['type']}{options}{required}"
