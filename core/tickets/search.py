"""Searching tickets: by words, by a number, and by what they are."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.lists import TicketRow, read_rows
from core.tickets.search_statements import Shape, alike, ranked
from core.tickets.states import IS_OPEN, Priority, Status
from core.users.permissions import Actor

_NUMBER = re.compile(r"(?:HD-)?([0-9]{1,18})", re.IGNORECASE)
# A plan without the index of words reads the whole table, one that was made for anybody's values
# misses those of people with many tickets, and to compile one takes longer than to run it.
_PLAN_IT_SO = text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)


@dataclass(frozen=True, slots=True)
class Query:
    words: str = ""
    statuses: frozenset[Status] | None = None
    priority: Priority | None = None
    department_id: uuid.UUID | None = None
    requester_id: uuid.UUID | None = None
    assignee_id: uuid.UUID | None = None
    #: Filed by somebody, or assigned to them.
    involved_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What fits best first. `are_alike`: nothing says just that, but something like it."""

    ids: tuple[uuid.UUID, ...]
    are_alike: bool = False


async def search(session: AsyncSession, actor: Actor, query: Query) -> Found:
    """At most FOUND_MOST tickets that the actor may see."""
    if not actor.is_active:
        return Found(())
    await session.execute(_PLAN_IT_SO)
    shape, values = _shape(actor, query), _values(actor, query)
    ids = tuple(await session.scalars(ranked(shape), values))
    if not ids and query.words:
        like = tuple(await session.scalars(alike(shape), values | {"words": query.words}))
        return Found(like, are_alike=bool(like))
    return Found(ids)


async def read_found(
    session: AsyncSession, actor: Actor, ids: Sequence[uuid.UUID]
) -> list[TicketRow]:
    """In this order; what the actor may not see any more is missing."""
    rows = {row.id: row for row in await read_rows(session, actor, ids)}
    return [rows[each] for each in ids if each in rows]


def _shape(actor: Actor, query: Query) -> Shape:
    return Shape(
        has_desk=actor.desk_id is not None,
        has_words=bool(query.words.split()),
        has_number=_NUMBER.fullmatch(query.words.strip()) is not None,
        has_statuses=query.statuses is not None,
        is_open=query.statuses is not None and query.statuses <= IS_OPEN,
        filters=frozenset(_filters(query)),
    )


def _values(actor: Actor, query: Query) -> dict[str, Any]:
    number = _NUMBER.fullmatch(query.words.strip())
    return {
        "person": actor.id,
        "desk": actor.desk_id,
        "asked": _asked(query.words),
        "with_whom": " | ".join(f"'@{each}'" for each in (actor.id, actor.desk_id) if each),
        "number": int(number[1]) if number else None,
        "statuses": sorted(query.statuses) if query.statuses is not None else None,
        **_filters(query),
    }


def _asked(words: str) -> str:
    """All the words, or words that begin so, as to_tsquery reads them."""
    quoted = [each.replace("\\", "\\\\").replace("'", "''") for each in words.split()]
    return " & ".join(f"'{each}':*" for each in quoted)


def _filters(query: Query) -> dict[str, Any]:
    named = {
        "priority": query.priority,
        "department_id": query.department_id,
        "requestor_id": query.requester_id,
        "assignee_id": query.assignee_id,
        "involved": query.involved_id,
    }
    return {name: value for name, value in named.items() if value is not None}
