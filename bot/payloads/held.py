"""What the inputs of a form of settings hold, by their names."""

import re
from collections.abc import Mapping
from typing import Any

#: By the name of each input: its text, a list of what was chosen, or None.
Inputs = Mapping[str, Any]
#: An entry as the file has it.
Values = Mapping[str, Any]


def text_in(inputs: Inputs, name: str) -> str:
    held = inputs.get(name)
    return held if isinstance(held, str) else ""


def chosen_in(inputs: Inputs, name: str) -> list[Any]:
    held = inputs.get(name)
    return held if isinstance(held, list) else []


def lines_in(text: str) -> list[str]:
    """What stands on lines of its own, or between commas."""
    return [each.strip() for each in re.split(r"[,;\n]", text) if each.strip()]
