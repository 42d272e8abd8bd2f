"""YAML that remembers on which line each value stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

#: Where a value is: keys and positions from the top.
Path = tuple[str | int, ...]


class WrongConfiguration(Exception):
    """The file cannot be used; the text says where and why, a line for each fault. `faults` are
    the same by their places, where these are known."""

    def __init__(self, text: str, faults: Sequence[tuple[Path, str]] = ()) -> None:
        super().__init__(text)
        self.faults = tuple(faults)


class _Loader(yaml.SafeLoader):
    """Reads `no`, `on`, `09:00` and `2026-12-24` as the text they are."""

    yaml_implicit_resolvers: dict[str, Any] = {}


for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), first)


@dataclass(frozen=True, slots=True)
class Document:
    data: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Of the value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Document:
    """Raises WrongConfiguration when it is no YAML, or names a key twice."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        document = Document({})
        if node is None:
            return document
        return Document(_value(loader, node, (), document.lines), document.lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongConfiguration(f"line {line}: this is no YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise WrongConfiguration(f"This is no YAML: {error}") from error
    finally:
        loader.dispose()


def _value(loader: _Loader, node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > 20:
        raise WrongConfiguration(f"line {node.start_mark.line + 1}: this is nested too deeply")
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(loader, each, (*path, position), lines)
            for position, each in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                line = key_node.start_mark.line + 1
                raise WrongConfiguration(f"line {line}: “{key}” is here a second time")
            lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = _value(loader, value_node, (*path, key), lines)
        return found
    return loader.construct_object(node)
