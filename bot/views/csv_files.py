"""Tables as CSV that a spreadsheet opens, and in which no cell does anything by itself."""

import csv
from io import StringIO

from core.reports.exports import Cell, Table

#: What a spreadsheet takes for the beginning of a formula.
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
# Without it Excel reads anything but English wrongly.
_MARK = "\ufeff"


def render(table: Table) -> str:
    """How it was made comes first, in lines that begin with #."""
    found = StringIO()
    writer = csv.writer(found, lineterminator="\r\n")
    for name, value in table.about:
        writer.writerow([f"# {name}", safe(value)])
    writer.writerow(table.columns)
    writer.writerows([safe(each) for each in row] for row in table.rows)
    return _MARK + found.getvalue()


def safe(cell: Cell) -> Cell:
    """Words only: a number of ours may well be negative."""
    if not isinstance(cell, str):
        return cell
    # Spaces before it do not keep a spreadsheet from reading a formula.
    is_live = cell.startswith(_LIVE) or cell.lstrip().startswith(_LIVE)
    return f"'{cell}" if is_live else cell
