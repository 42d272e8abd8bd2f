"""The statements of the search. Whatever is asked, the work is bounded: the newest tickets of each
way in which somebody sees tickets are read, and the index of words only for what is rare among
them.

Each is made once for all who ask in the same shape, since making it takes longer than running it;
who asks, and for what, are parameters.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from core.tickets.approvals.models import ApprovalSeat
from core.tickets.list_indexes import words as ticket_words
from core.tickets.models import Ticket, TicketParticipant
from core.tickets.queries import IS_OPEN, readable_by

#: Matches that are ranked: the newest ones.
RANKED_MOST = 1000
#: The best of them are kept: nobody turns more pages.
FOUND_MOST = 200
#: How many of the newest tickets are read: of the person's desk, and of their own.
_AT_DESK, _OWN, _TAKES_PART = 3000, 1000, 500
#: With fewer matches among those, older ones are looked for.
_ENOUGH = 50
#: Words that resemble what was typed, when nothing says just that.
_ALIKE, _ALIKE_AMONG, _ALIKE_MOST = 0.35, 150, 100
_SIMPLE = text("'simple'")

_PERSON: ColumnElement[uuid.UUID] = bindparam("person", type_=Uuid())
_DESK: ColumnElement[uuid.UUID] = bindparam("desk", type_=Uuid())
_ASKED = func.to_tsquery(_SIMPLE, bindparam("asked", type_=String()))
_FILTERED_BY = ("priority", "department_id", "requestor_id", "assignee_id")


@dataclass(frozen=True, slots=True)
class Shape:
    """What there is a parameter for, beside `person`."""

    has_desk: bool
    #: `asked`: a query of words, and `with_whom`: the words that tell at whose desk a ticket lies.
    has_words: bool
    #: `number` of a ticket.
    has_number: bool
    #: `statuses`.
    has_statuses: bool
    #: All of the statuses are open ones.
    is_open: bool
    #: Names of `_FILTERED_BY`, and `involved`.
    filters: frozenset[str]


@lru_cache(maxsize=64)
def ranked(shape: Shape) -> Select[uuid.UUID]:
    ways = [_matching(_window(shape, way, most), shape) for way, most in _ways(shape)]
    if shape.has_number:
        ways.append(_numbered(shape))
    recent = union(*(each.select() for each in ways)).cte("recent")
    newest = select(recent).order_by(recent.c.created_at.desc()).limit(_number(RANKED_MOST))
    parts = [newest.subquery().select()]
    if shape.has_words:
        is_rare = select(func.count()).select_from(recent).scalar_subquery() < _number(_ENOUGH)
        parts.append(_older(shape, is_rare).subquery().select())
    found = union(*parts).subquery()
    return (
        select(found.c.id)
        .group_by(found.c.id, found.c.created_at)
        .order_by(func.max(found.c.rank).desc(), found.c.created_at.desc(), found.c.id.desc())
        .limit(_number(FOUND_MOST))
    )


@lru_cache(maxsize=64)
def alike(shape: Shape) -> Select[uuid.UUID]:
    """Takes `words` too. Of the newest tickets, since no index helps with what was mistyped."""
    windows = [_summaries(shape, way) for way, _ in _ways(shape)]
    newest = union(*(each.select() for each in windows)).subquery()
    likeness = func.word_similarity(bindparam("words", type_=String()), newest.c.summary)
    return (
        select(newest.c.id)
        .where(likeness >= _number(_ALIKE), _fits(newest.c, shape))
        .order_by(likeness.desc(), newest.c.created_at.desc(), newest.c.id.desc())
        .limit(_number(_ALIKE_MOST))
    )


def _number(value: float) -> ColumnElement[Any]:
    """Written into the statement: a plan that was made before the values are known counts with
    it."""
    return literal_column(str(value))


def _sees(shape: Shape) -> ColumnElement[bool]:
    return readable_by(_PERSON, _DESK if shape.has_desk else None)


def _ways(shape: Shape) -> list[tuple[ColumnElement[bool], int]]:
    """Those of `readable_by`, each along an index of its own."""
    part = (
        select(TicketParticipant.ticket_id)
        .where(TicketParticipant.user_id == _PERSON, TicketParticipant.is_deleted.is_(False))
        .order_by(TicketParticipant.id.desc())
        .limit(_number(_TAKES_PART))
        .correlate(None)
    )
    seats = (
        select(ApprovalSeat.ticket_id)
        .where(ApprovalSeat.user_id == _PERSON, text("approval_seats.state <> 'moved'"))
        .order_by(ApprovalSeat.id.desc())
        .limit(_number(_TAKES_PART))
        .correlate(None)
    )
    ways: list[tuple[ColumnElement[bool], int]] = [
        (Ticket.requestor_id == _PERSON, _OWN),
        (Ticket.assignee_id == _PERSON, _OWN),
        (Ticket.id.in_(part), _TAKES_PART),
        (Ticket.id.in_(seats), _TAKES_PART),
    ]
    if shape.has_desk:
        ways.append((Ticket.department_id == _DESK, _AT_DESK))
    return ways


def _window(shape: Shape, way: ColumnElement[bool], most: int) -> Any:
    return (
        select(Ticket.id, Ticket.created_at, ticket_words, *_columns(Ticket).values())
        .where(way, Ticket.is_deleted.is_(False), _sees(shape))
        .where(IS_OPEN if shape.is_open else true())
        .order_by(Ticket.created_at.desc(), Ticket.id.desc())
        .limit(_number(most))
        .correlate(None)
        .subquery()
    )


def _matching(window: Any, shape: Shape) -> Any:
    rank = func.ts_rank(window.c.words, _ASKED) if shape.has_words else _constant(0)
    says_it = window.c.words.op("@@")(_ASKED) if shape.has_words else true()
    return (
        select(window.c.id, window.c.created_at, rank.label("rank"))
        .where(says_it, _fits(window.c, shape))
        .order_by(window.c.created_at.desc())
        .limit(_number(RANKED_MOST))
        .subquery()
    )


def _numbered(shape: Shape) -> Any:
    is_it = Ticket.number == bindparam("number")
    return (
        select(Ticket.id, Ticket.created_at, _constant(2).label("rank"))
        .where(is_it, _sees(shape), _fits(Ticket, shape))
        .subquery()
    )


def _constant(rank: int) -> ColumnElement[float]:
    return cast(literal_column(str(rank)), Float())


def _older(shape: Shape, is_rare: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """By the index of words, in which each ticket also says with whom it lies."""
    theirs = cast(bindparam("with_whom", type_=String()), TSQUERY)
    newest = (
        select(Ticket.id, Ticket.created_at, ticket_words)
        .where(ticket_words.op("@@")(_ASKED), ticket_words.op("@@")(theirs), is_rare)
        .where(_fits(Ticket, shape), Ticket.is_deleted.is_(False), _sees(shape))
        .order_by(Ticket.created_at.desc())
        .limit(_number(RANKED_MOST))
        .correlate(None)
        .subquery()
    )
    # Of what is kept only: to rank takes longer than to find.
    rank = func.ts_rank(newest.c.words, _ASKED).label("rank")
    return select(newest.c.id, newest.c.created_at, rank)


def _summaries(shape: Shape, way: ColumnElement[bool]) -> Any:
    return (
        select(Ticket.id, Ticket.created_at, Ticket.summary, *_columns(Ticket).values())
        .where(way, Ticket.is_deleted.is_(False), _sees(shape))
        .order_by(Ticket.created_at.desc(), Ticket.id.desc())
        .limit(_number(_ALIKE_AMONG))
        .correlate(None)
        .subquery()
    )


def _columns(ticket: Any) -> Mapping[str, Any]:
    return {name: getattr(ticket, name) for name in ("status", *_FILTERED_BY)}


def _fits(ticket: Any, shape: Shape) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = []
    if shape.has_statuses:
        found.append(ticket.status == any_(bindparam("statuses", type_=ARRAY(String()))))
    for name in _FILTERED_BY:
        if name in shape.filters:
            found.append(getattr(ticket, name) == bindparam(name))
    if "involved" in shape.filters:
        involved = bindparam("involved", type_=Uuid())
        found.append(or_(ticket.requestor_id == involved, ticket.assignee_id == involved))
    return and_(true(), *found)
