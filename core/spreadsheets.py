"""CSV in which no cell does anything by itself, whatever people wrote into it."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

Cell = str | int | float | Decimal | None

#: What a spreadsheet takes for the beginning of a formula; some read the wide forms as well.
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# One that splits at semicolons or tabs instead of commas heeds no quotes within a line.
_BEHIND = re.compile(r"([;\t]\W*?)([=+@\uff1d\uff0b\uff0d\uff20-])")
_QUOTED = frozenset(',;"\t\r\n')


def write(rows: Iterable[Sequence[Cell]]) -> str:
    return "".join(",".join(map(_written, row)) + "\r\n" for row in rows)


def _written(cell: Cell) -> str:
    shown = safe(cell)
    if not isinstance(shown, str):
        return "" if shown is None else str(shown)
    return '"{}"'.format(shown.replace('"', '""')) if _QUOTED & set(shown) else shown


def safe(cell: Cell) -> Cell:
    """Words only: a number of ours may well be negative."""
    if not isinstance(cell, str):
        return cell
    # Spaces and what nobody sees do not keep a spreadsheet from reading a formula behind them.
    begins = next((at for at, sign in enumerate(cell) if not _is_blank(sign)), len(cell))
    is_live = cell.startswith(_LIVE) or cell[begins:].startswith(_LIVE)
    return _BEHIND.sub(r"\1'\2", f"'{cell}" if is_live else cell)


def _is_blank(sign: str) -> bool:
    return sign.isspace() or not sign.isprintable()
