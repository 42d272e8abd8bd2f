"""Tables as CSV that a spreadsheet opens, and in which no cell does anything by itself."""

from core import spreadsheets
from core.reports.exports import Table

# Without it Excel reads anything but English wrongly.
_MARK = "\ufeff"


def render(table: Table) -> str:
    """How it was made comes first, in lines that begin with #."""
    about = [[f"# {name}", value] for name, value in table.about]
    return _MARK + spreadsheets.write([*about, table.columns, *table.rows])
