"""Which list of the Home tab somebody looks at, how it is filtered, and on which page."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from core.tickets.lists import NO_FILTERS, Edge, Filters, ListName
from core.tickets.states import Priority, Status

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class HomeState:
    """Without a list it is the overview: a little of each."""

    name: ListName | None = None
    filters: Filters = NO_FILTERS
    edge: Edge | None = None

    def listing(self, name: ListName | None) -> "HomeState":
        """Another list begins unfiltered, at its first page."""
        return HomeState(name)

    def filtered(self, **changed: Any) -> "HomeState":
        return HomeState(self.name, replace(self.filters, **changed))

    def turned(self, edge: Edge) -> "HomeState":
        return replace(self, edge=edge)


def dump(state: HomeState) -> dict[str, Any]:
    filters, edge = state.filters, state.edge
    found: dict[str, Any] = {
        "list": state.name,
        "status": filters.status,
        "priority": filters.priority,
        "department": str(filters.department_id) if filters.department_id else None,
    }
    if edge is not None:
        found["edge"] = [edge.at.isoformat(), str(edge.id), edge.is_back]
    return {name: value for name, value in found.items() if value is not None}


def load(stored: dict[str, Any]) -> HomeState:
    """What an older version stored, and is not known any more, is left out."""
    department, edge = stored.get("department"), stored.get("edge")
    return HomeState(
        _member(ListName, stored.get("list")),
        Filters(
            _member(Status, stored.get("status")),
            _member(Priority, stored.get("priority")),
            uuid.UUID(department) if department else None,
        ),
        Edge(datetime.fromisoformat(edge[0]), uuid.UUID(edge[1]), edge[2]) if edge else None,
    )


def _member(kind: type[E], value: Any) -> E | None:
    return kind(value) if value in set(kind) else None
