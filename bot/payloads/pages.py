"""Where in a ticket's history somebody is reading, as its buttons remember it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.payloads import TicketRef
from core.communication.timeline import Position
from core.errors import Refused

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# As many digits as the database can compare and a date can hold.
_PLACE = re.compile(r"([<>]) (\d{1,17}) (\d) (\d{1,18}) (.+)", re.ASCII)
_OLD_BUTTON = "This page is no longer valid. Please open the history again."


@dataclass(frozen=True, slots=True)
class PageRef:
    """The page next to an entry: what happened before it, or after it."""

    ticket: TicketRef
    edge: Position
    is_older: bool

    def dump(self) -> str:
        at = (self.edge.at - _START) // _MICROSECOND
        way = "<" if self.is_older else ">"
        return f"{way} {at} {self.edge.kind} {self.edge.id} {self.ticket.dump()}"

    @classmethod
    def load(cls, raw: Any) -> "PageRef":
        """Raises Refused for anything that `dump` did not write."""
        found = _PLACE.fullmatch(raw) if isinstance(raw, str) else None
        if found is None:
            raise Refused(_OLD_BUTTON)
        at = _START + int(found[2]) * _MICROSECOND
        edge = Position(at, int(found[3]), int(found[4]))
        return cls(TicketRef.load(found[5]), edge, found[1] == "<")
