"""What somebody typed after /ticket."""

import re
from dataclasses import dataclass
from typing import Any

from bot.payloads import plain
from core.reports.figures import PERIODS, USUAL_PERIOD


@dataclass(frozen=True, slots=True)
class Show:
    number: int


@dataclass(frozen=True, slots=True)
class ShowPart:
    number: int
    position: int


@dataclass(frozen=True, slots=True)
class Mine:
    pass


@dataclass(frozen=True, slots=True)
class Queue:
    pass


@dataclass(frozen=True, slots=True)
class Approvals:
    """What waits for the person's decision."""


@dataclass(frozen=True, slots=True)
class Verify:
    """Recompute the chain of a ticket's approvals."""

    number: int


@dataclass(frozen=True, slots=True)
class Search:
    """People whom it mentions are in it as @ and their Slack id."""

    typed: str


@dataclass(frozen=True, slots=True)
class Help:
    pass


@dataclass(frozen=True, slots=True)
class Report:
    """Of a department, the own one when it is empty. `words` are all that was typed."""

    department: str
    days: int
    words: str


@dataclass(frozen=True, slots=True)
class File:
    """Open the form with these words as the summary."""

    summary: str


Wish = Show | ShowPart | Mine | Queue | Approvals | Verify | Search | Help | Report | File

_SUBCOMMANDS: dict[str, Wish] = {
    "mine": Mine(),
    "queue": Queue(),
    "approvals": Approvals(),
    "help": Help(),
}
_SEARCH = re.compile(r"search(\s|$)")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
# At most 18 digits: more is no ticket of ours, nor a number that the database can compare.
_KEY = re.compile(r"HD-([0-9]{1,18})(?:/([0-9]{1,9}))?", re.IGNORECASE)
_VERIFY = re.compile(r"verify [Hh][Dd]-([0-9]{1,18})")
_REPORT = re.compile(
    rf"report(?:\s+(?P<department>.+?))??(?:\s+(?P<days>{'|'.join(map(str, PERIODS))})d)?"
)


def parse_command(text: Any) -> Wish:
    """What was typed after /ticket. What is no subcommand to the letter is a summary."""
    words = plain(text).strip()
    if _SEARCH.match(words) and isinstance(text, str):
        return Search(plain(_MENTION.sub(r"@\1", text)).strip().removeprefix("search").strip())
    if key := _KEY.fullmatch(words):
        return ShowPart(int(key[1]), int(key[2])) if key[2] else Show(int(key[1]))
    if verify := _VERIFY.fullmatch(words):
        return Verify(int(verify[1]))
    if report := _REPORT.fullmatch(words):
        days = int(report["days"]) if report["days"] else USUAL_PERIOD
        return Report((report["department"] or "").strip(), days, words)
    return _SUBCOMMANDS.get(words) or File(words)
