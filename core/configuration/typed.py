"""What somebody typed for an entry of the configuration: in inputs, or as text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.configuration import yaml_lines
from core.configuration.yaml_lines import Path, WrongConfiguration
from core.errors import InvalidField

#: The field of a form that holds an entry as text.
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Shown:
    """Which entry a form was opened for, and what it was like then."""

    key: str
    print: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form came back with: the keys of an entry, each an input, or its text."""

    values: Mapping[str, Any]
    #: Of a text, by the places in it.
    lines: Mapping[Path, int] | None = None
    #: Whoever typed it knows which open tickets are due at another time then.
    is_agreed: bool = True
    #: A promise that holds for the open tickets that it was made to as well.
    for_running: bool = False
    #: Which input holds what, by the places in the entry, where it is not called like its key.
    inputs: Mapping[Path, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Typed":
        """Raises InvalidField."""
        try:
            document = yaml_lines.read(text)
        except WrongConfiguration as wrong:
            raise InvalidField(TEXT, str(wrong)) from wrong
        if not isinstance(document.data, dict) or not document.data:
            raise InvalidField(TEXT, "Write keys and values, a line each, like name: office")
        return cls(document.data, document.lines)

    def input_at(self, path: Path) -> str:
        """The input that holds this place of the entry, or what is around it."""
        around = [path[:length] for length in range(len(path), 0, -1)]
        named = [self.inputs[each] for each in around if each in self.inputs]
        keys = [str(each) for each in path if each in self.values]
        return next(iter((*named, *keys)), self.inputs.get((), "name"))

    def complaint(self, key: str, text: str) -> InvalidField:
        """Beside the input of the key, or beside the text."""
        return InvalidField(key if self.lines is None else TEXT, text)
