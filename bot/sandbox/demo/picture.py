"""Messages and forms as their readers see them, drawn for a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.sandbox.slack.client import Message, OpenView
from bot.sandbox.slack.rendering import Reader, options_of

Json = dict[str, Any]
FACTS_IN_A_ROW = 2
LABEL_WIDTH = 13


def message(shown: Message, reader: Reader) -> RenderableType:
    return Group(*_blocks(shown.blocks, reader)) if shown.blocks else Text(shown.plain)


def view(shown: OpenView, reader: Reader) -> RenderableType:
    ends = [shown.raw.get(name) for name in ("submit", "close")]
    buttons = _buttons([reader.text(text) for text in ends if text])
    title = Text(shown.title, style="bold")
    return Group(title, *_blocks(shown.blocks, reader, shown.values), buttons)


def said(messages: Sequence[Message], reader: Reader) -> RenderableType:
    """A thread: who, and what."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for each in messages:
        table.add_row(each.username, _short(each, reader))
    return table


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    found = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for name in columns:
        found.add_column(name, overflow="fold")
    for row in rows:
        found.add_row(*(Text(str(value)) for value in row))
    return found


def facts(pairs: Iterable[tuple[str, Any]], in_a_row: int = FACTS_IN_A_ROW) -> Table:
    """Labels and what belongs to them, some pairs side by side."""
    grid = Table.grid(padding=(0, 3, 0, 0))
    for _ in range(in_a_row):
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column()
    known = [Text(str(word)) for pair in pairs for word in pair]
    width = in_a_row * 2
    for start in range(0, len(known), width):
        grid.add_row(*known[start : start + width])
    return grid


def _blocks(
    blocks: Sequence[Json], reader: Reader, values: Mapping[str, Any] | None = None
) -> Iterator[RenderableType]:
    for block in blocks:
        kind = block["type"]
        if kind == "header":
            yield Text(reader.text(block["text"]), style="bold")
        elif kind == "section" and block.get("fields"):
            yield facts(_fact(reader.text(field)) for field in block["fields"])
        elif kind == "context":
            yield Text(" · ".join(map(reader.text, block["elements"])), style="dim")
        elif kind == "actions":
            yield _buttons([_pressed(each, reader) for each in block["elements"]])
        elif kind == "input":
            yield _input(block, reader, values or {})
        else:
            yield Text(reader.block(block, {}))


def _pressed(element: Json, reader: Reader) -> str:
    return "⋯" if element["type"] == "overflow" else reader.text(element["text"])


def _fact(words: str) -> tuple[str, str]:
    label, _, value = words.partition("\n")
    return label.strip("*"), value


def _input(block: Json, reader: Reader, values: Mapping[str, Any]) -> RenderableType:
    label, element = reader.text(block["label"]), block["element"]
    held = values.get(label)
    row = Table.grid(padding=(0, 1))
    row.add_column(style="dim", min_width=LABEL_WIDTH, no_wrap=True)
    row.add_column()
    if element["type"] == "checkboxes":
        names = [reader.text(option["text"]) for option in options_of(element)]
        row.add_row(label, Text("\n".join(_tick(name in (held or ())) + name for name in names)))
    elif held:
        row.add_row(label, Text(str(held), style="bold"))
    else:
        row.add_row(label, Text(reader.text(element.get("placeholder")) or "…", style="dim italic"))
    return row


def _tick(is_set: bool) -> str:
    return "[x] " if is_set else "[ ] "


def _buttons(names: Iterable[str]) -> Text:
    return Text("  ").join(Text(f"[{name}]", style="bold blue", end="") for name in names)


def _short(shown: Message, reader: Reader) -> Text:
    """A card or a receipt by its heading only: it has been seen in full."""
    headings = [block for block in shown.blocks if block["type"] == "header"]
    if headings:
        return Text(reader.text(headings[0]["text"]), style="italic")
    lines = reader.message(shown.raw).splitlines()
    return Text("\n".join(line for line in lines if line not in shown.buttons))
