"""Searching tickets. Whatever is asked, the work is bounded: the newest tickets of each way in
which somebody sees tickets are read, and the index of words only for what is rare among them."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets.approvals.models import ApprovalSeat
from core.tickets.list_indexes import words as ticket_words
from core.tickets.lists import COUNTED_MOST, TicketRow, read_rows
from core.tickets.models import Ticket, TicketParticipant
from core.tickets.queries import IS_OPEN, visible_to
from core.tickets.states import IS_OPEN as OPEN_ONES
from core.tickets.states import Priority, Status
from core.users.permissions import Actor

#: Matches that are ranked: the newest ones.
RANKED_MOST = 1000
#: The best of them are kept: nobody turns more pages.
FOUND_MOST = 200
#: How many of the newest tickets are read: of the person's desk, and of their own.
_AT_DESK, _OWN, _TAKES_PART = 3000, 1000, 500
#: With fewer matches among those, older ones are looked for.
_ENOUGH = 50
#: Words that resemble what was typed, when nothing says just that.
_ALIKE, _ALIKE_AMONG = 0.35, 150
_NUMBER = re.compile(r"(?:HD-)?([0-9]{1,18})", re.IGNORECASE)
_SIMPLE = text("'simple'")


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
    # A plan without the index of words reads the whole table.
    await session.execute(text("SELECT set_config('enable_seqscan', 'off', true)"))
    ids = tuple(await session.scalars(_ranked(actor, query)))
    if not ids and query.words:
        alike = tuple(await session.scalars(_alike(actor, query)))
        return Found(alike, are_alike=bool(alike))
    return Found(ids)


async def read_found(
    session: AsyncSession, actor: Actor, ids: Sequence[uuid.UUID]
) -> list[TicketRow]:
    """In this order; what the actor may not see any more is missing."""
    rows = {row.id: row for row in await read_rows(session, actor, ids)}
    return [rows[each] for each in ids if each in rows]


def _ranked(actor: Actor, query: Query) -> Select[uuid.UUID]:
    asked = _asked(query.words)
    ways = [_matching(_window(actor, query, way, most), asked, query) for way, most in _ways(actor)]
    if number := _NUMBER.fullmatch(query.words.strip()):
        ways.append(_numbered(actor, query, int(number[1])))
    recent = union(*(each.select() for each in ways)).cte("recent")
    newest = select(recent).order_by(recent.c.created_at.desc()).limit(RANKED_MOST)
    parts = [newest.subquery().select()]
    if asked is not None:
        is_rare = select(func.count()).select_from(recent).scalar_subquery() < _ENOUGH
        parts.append(_older(actor, query, asked, is_rare).subquery().select())
    found = union(*parts).subquery()
    return (
        select(found.c.id)
        .group_by(found.c.id, found.c.created_at)
        .order_by(func.max(found.c.rank).desc(), found.c.created_at.desc(), found.c.id.desc())
        .limit(FOUND_MOST)
    )


def _asked(words: str) -> ColumnElement[Any] | None:
    """Tickets that say all the words, or words that begin so."""
    quoted = [each.replace("\\", "\\\\").replace("'", "''") for each in words.split()]
    if not quoted:
        return None
    return func.to_tsquery(_SIMPLE, " & ".join(f"'{each}':*" for each in quoted))


def _ways(actor: Actor) -> list[tuple[ColumnElement[bool], int]]:
    """Those of `visible_to`, each along an index of its own."""
    part = (
        select(TicketParticipant.ticket_id)
        .where(TicketParticipant.user_id == actor.id, TicketParticipant.is_deleted.is_(False))
        .order_by(TicketParticipant.id.desc())
        .limit(_TAKES_PART)
        .correlate(None)
    )
    seats = (
        select(ApprovalSeat.ticket_id)
        .where(ApprovalSeat.user_id == actor.id, text("approval_seats.state <> 'moved'"))
        .order_by(ApprovalSeat.id.desc())
        .limit(_TAKES_PART)
        .correlate(None)
    )
    ways: list[tuple[ColumnElement[bool], int]] = [
        (Ticket.requestor_id == actor.id, _OWN),
        (Ticket.assignee_id == actor.id, _OWN),
        (Ticket.id.in_(part), _TAKES_PART),
        (Ticket.id.in_(seats), _TAKES_PART),
    ]
    if actor.desk_id is not None:
        ways.append((Ticket.department_id == actor.desk_id, _AT_DESK))
    return ways


def _window(actor: Actor, query: Query, way: ColumnElement[bool], most: int) -> Any:
    only_open = query.statuses is not None and query.statuses <= OPEN_ONES
    return (
        select(Ticket.id, Ticket.created_at, ticket_words, *_filtered_by(Ticket).values())
        .where(way, Ticket.is_deleted.is_(False), visible_to(actor))
        .where(IS_OPEN if only_open else true())
        .order_by(Ticket.created_at.desc(), Ticket.id.desc())
        .limit(most)
        .correlate(None)
        .subquery()
    )


def _matching(window: Any, asked: ColumnElement[Any] | None, query: Query) -> Any:
    rank = literal(0.0) if asked is None else func.ts_rank(window.c.words, asked)
    says_it = true() if asked is None else window.c.words.op("@@")(asked)
    return (
        select(window.c.id, window.c.created_at, rank.label("rank"))
        .where(says_it, _fits(window.c, query))
        .order_by(window.c.created_at.desc())
        .limit(RANKED_MOST)
        .subquery()
    )


def _numbered(actor: Actor, query: Query, number: int) -> Any:
    return (
        select(Ticket.id, Ticket.created_at, literal(2.0).label("rank"))
        .where(Ticket.number == number, visible_to(actor), _fits(Ticket, query))
        .subquery()
    )


def _older(
    actor: Actor, query: Query, asked: ColumnElement[Any], is_rare: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """By the index of words, in which each ticket also says with whom it lies."""
    with_whom = " | ".join(f"'@{each}'" for each in (actor.id, actor.desk_id) if each)
    theirs = cast(literal(with_whom), TSQUERY)
    rank = func.ts_rank(ticket_words, asked).label("rank")
    return (
        select(Ticket.id, Ticket.created_at, rank)
        .where(ticket_words.op("@@")(asked), ticket_words.op("@@")(theirs), is_rare)
        .where(_fits(Ticket, query), Ticket.is_deleted.is_(False), visible_to(actor))
        .order_by(Ticket.created_at.desc())
        .limit(RANKED_MOST)
        .correlate(None)
    )


def _alike(actor: Actor, query: Query) -> Select[uuid.UUID]:
    """Of the newest tickets, since no index helps with what was mistyped."""
    windows = [_summaries(actor, way) for way, _ in _ways(actor)]
    newest = union(*(each.select() for each in windows)).subquery()
    alike = func.word_similarity(query.words, newest.c.summary)
    return (
        select(newest.c.id)
        .where(alike >= _ALIKE, _fits(newest.c, query))
        .order_by(alike.desc(), newest.c.created_at.desc(), newest.c.id.desc())
        .limit(COUNTED_MOST)
    )


def _summaries(actor: Actor, way: ColumnElement[bool]) -> Any:
    return (
        select(Ticket.id, Ticket.created_at, Ticket.summary, *_filtered_by(Ticket).values())
        .where(way, Ticket.is_deleted.is_(False), visible_to(actor))
        .order_by(Ticket.created_at.desc(), Ticket.id.desc())
        .limit(_ALIKE_AMONG)
        .correlate(None)
        .subquery()
    )


def _filtered_by(ticket: Any) -> dict[str, Any]:
    return {
        "status": ticket.status,
        "priority": ticket.priority,
        "department_id": ticket.department_id,
        "requestor_id": ticket.requestor_id,
        "assignee_id": ticket.assignee_id,
    }


def _fits(ticket: Any, query: Query) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = []
    if query.statuses is not None:
        found.append(ticket.status.in_(sorted(query.statuses)))
    wanted = {
        "priority": query.priority,
        "department_id": query.department_id,
        "requestor_id": query.requester_id,
        "assignee_id": query.assignee_id,
    }
    columns = _filtered_by(ticket)
    found += [columns[name] == value for name, value in wanted.items() if value is not None]
    if query.involved_id is not None:
        either = (ticket.requestor_id, ticket.assignee_id)
        found.append(or_(*(each == query.involved_id for each in either)))
    return and_(true(), *found)
