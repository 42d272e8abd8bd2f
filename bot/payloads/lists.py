"""Which list, and which page of it, as buttons remember it."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from bot.payloads import storable
from core.errors import Refused
from core.tickets.lists import Edge, ListName
from core.tickets.search_words import TYPED_MAX

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EDGE = re.compile(r"([<>])(\d{1,17}) ([0-9a-f-]{36})", re.ASCII)
_OLD_BUTTON = "This page is no longer valid. Please ask for the list again."


def dump_edge(edge: Edge) -> str:
    way = "<" if edge.is_back else ">"
    return f"{way}{(edge.at - _START) // _MICROSECOND} {edge.id}"


def load_edge(raw: Any) -> Edge:
    """Raises Refused for anything that `dump_edge` did not write."""
    found = _EDGE.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise Refused(_OLD_BUTTON)
    try:
        return Edge(_START + int(found[2]) * _MICROSECOND, UUID(found[3]), found[1] == "<")
    except ValueError:
        raise Refused(_OLD_BUTTON) from None


@dataclass(frozen=True, slots=True)
class ListRef:
    name: ListName
    edge: Edge

    def dump(self) -> str:
        return f"{self.name} {dump_edge(self.edge)}"

    @classmethod
    def load(cls, raw: Any) -> "ListRef":
        """Raises Refused for anything that `dump` did not write."""
        name, _, edge = raw.partition(" ") if isinstance(raw, str) else ("", "", "")
        if name not in set(ListName):
            raise Refused(_OLD_BUTTON)
        return cls(ListName(name), load_edge(edge))


@dataclass(frozen=True, slots=True)
class SearchRef:
    """A page of what was found: what was typed, and the ticket that it lies behind or before."""

    typed: str
    edge_id: UUID
    is_back: bool

    def dump(self) -> str:
        said = {"q": self.typed[:TYPED_MAX], "t": str(self.edge_id), "b": self.is_back}
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def load(cls, raw: Any) -> "SearchRef":
        """Raises Refused for anything that `dump` did not write."""
        try:
            found = json.loads(raw)
            typed, edge_id, is_back = found["q"], UUID(found["t"]), found["b"] is True
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Refused(_OLD_BUTTON) from None
        if not isinstance(typed, str):
            raise Refused(_OLD_BUTTON)
        return cls(storable(typed)[:TYPED_MAX], edge_id, is_back)
