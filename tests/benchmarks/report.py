"""What a benchmark found: a table to read, and the same as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

_LIBRARIES = ("aiohttp", "slack-bolt", "sqlalchemy", "asyncpg", "uvloop")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. `floor` and `ratio` are empty for what is only counted."""

    goal: str
    measured: str
    floor: str
    ratio: float | None
    wanted: str
    met: bool | None
    note: str = ""


def against_floor(
    goal: str, measured: str, floor: str, ratio: float, at_least: float, note: str = ""
) -> Finding:
    return Finding(goal, measured, floor, ratio, f"≥ {at_least:.2f}", ratio >= at_least, note)


def machine(postgres: str) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, PostgreSQL {postgres}, {libraries}"
    )


def show(findings: Sequence[Finding], machine_line: str, seconds: float) -> None:
    table = Table(title="HDMS: measured against a floor in the same run, medians", title_style="")
    for name in ("goal", "measured", "floor", "ratio", "wanted", "met", "note"):
        table.add_column(name, justify="right" if name == "ratio" else "left")
    for each in findings:
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        met = {True: "yes", False: "[bold red]NO[/]", None: "–"}[each.met]
        table.add_row(each.goal, each.measured, each.floor, ratio, each.wanted, met, each.note)
    console = Console(width=None if Console().is_terminal else 170)
    console.print(table)
    console.print(machine_line, highlight=False)
    missed = [each.goal for each in findings if each.met is False]
    verdict = f"Missed: {'; '.join(missed)}" if missed else "Every goal was met."
    console.print(f"{verdict} ({seconds:.0f} s)", highlight=False)


def write_json(path: Path, findings: Sequence[Finding], machine_line: str, seconds: float) -> None:
    content = {
        "machine": machine_line,
        "seconds": round(seconds, 1),
        "findings": [asdict(each) for each in findings],
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
