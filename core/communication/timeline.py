"""All that happened on a ticket and all that was said about it, in one order of time."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Integer, Text, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import TextualSelect

from core.communication.models import Audience
from core.db import UtcDateTime
from core.notices import Place
from core.tickets.history import INTERNAL_ACTIONS, INTERNAL_DETAILS, HistoryLine
from core.tickets.standing import load_readable
from core.users.permissions import Actor, Permission, may

PAGE = 20

#: Rows of the trail that the message beside them tells. Of a note that was sent on after all, the
#: desk reads when and by whom.
_TOLD_BY_MESSAGES = frozenset({"message.reply", "message.note"})
_TOLD_AT_DESK = frozenset({"message.note"})


class Position(NamedTuple):
    """Where an entry stands. Two that happened at the same moment keep an order, too."""

    at: datetime
    kind: int
    id: int


_BEGINNING = Position(datetime(1, 1, 2, tzinfo=UTC), 0, 0)
_END = Position(datetime(9999, 1, 1, tzinfo=UTC), 9, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """`body` is what was said, where the line is about a message."""

    position: Position
    line: HistoryLine
    body: str | None = None
    is_edited: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of it, oldest entry first."""

    ticket_id: uuid.UUID
    version: int
    key: str
    summary: str
    at_desk: bool
    entries: Sequence[Entry]
    has_older: bool = False
    has_newer: bool = False


async def read_timeline(
    session: AsyncSession,
    actor: Actor,
    ticket_id: uuid.UUID,
    *,
    before: Position | None = None,
    after: Position | None = None,
    most: int = PAGE,
) -> Timeline:
    """The newest page, or the one next to a position. Raises NotFound.

    Notes, and what else stays at the desk, are for those who may read notes. Others read what
    has left for the requester; a reply that is still held back is not there yet.
    """
    ticket, standing = await load_readable(session, actor, ticket_id)
    at_desk = may(actor, Permission.READ_NOTES, standing)
    edge = after or before or _END
    values = parameters(ticket_id, edge, at_desk, most + 1)
    rows = list(await session.execute(statement(forward=after is not None), values))
    found = [_entry(row, at_desk) for row in rows[:most]]
    is_more = len(rows) > most
    return Timeline(
        ticket_id=ticket.id,
        version=ticket.version,
        key=ticket.key,
        summary=ticket.summary,
        at_desk=at_desk,
        entries=found if after else found[::-1],
        has_older=after is not None or is_more,
        has_newer=is_more if after else before is not None,
    )


async def read_whole_timeline(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID, *, most: int = 500
) -> list[Entry]:
    """From its beginning to its end; asks for `most` entries at a time."""
    found: list[Entry] = []
    edge = _BEGINNING
    while True:
        page = await read_timeline(session, actor, ticket_id, after=edge, most=most)
        found += page.entries
        if not page.has_newer:
            return found
        edge = found[-1].position


def parameters(ticket_id: uuid.UUID, edge: Position, at_desk: bool, most: int) -> dict[str, Any]:
    hidden = _TOLD_AT_DESK if at_desk else _TOLD_BY_MESSAGES | INTERNAL_ACTIONS
    return {
        "ticket_id": ticket_id,
        "at": edge.at,
        "kind": edge.kind,
        "id": edge.id,
        "at_desk": at_desk,
        "hidden": sorted(hidden),
        "requester_lane": Place(ticket_id, Audience.REQUESTER).lane,
        "most": most,
    }


def _entry(row: Any, at_desk: bool) -> Entry:
    details = dict(row.details)
    if not at_desk:
        details = {name: said for name, said in details.items() if name not in INTERNAL_DETAILS}
    if row.file is not None:
        details["file"] = row.file
    return Entry(
        position=Position(row.at, row.kind, row.id),
        line=HistoryLine(row.at, row.who, row.action, row.changes, details),
        body=row.body,
        is_edited=row.edited_at is not None,
        is_deleted=row.is_deleted,
    )


# Each half walks along its index from the edge and stops after a page. A row of the trail may be
# about a message or a file; it is as internal as that message is. What is said about a part stands
# with its row of the trail, which names the part. A number in JSON is cast only
# where it is one: what stands in `details` is no foreign key.
_SQL = """
    SELECT * FROM (
        (SELECT trail.created_at AS at, 0 AS kind, trail.id, who.name AS who,
                CASE trail.action WHEN 'message.reply' THEN 'message.publish'
                                  ELSE trail.action END AS action,
                trail.changes, trail.details,
                CASE trail.action WHEN 'part.say' THEN said.body END AS body,
                CASE trail.action WHEN 'part.say' THEN said.edited_at END AS edited_at,
                trail.action = 'part.say' AND coalesce(said.is_deleted, false) AS is_deleted,
                file.name AS file
           FROM audit_logs AS trail
           LEFT JOIN users AS who ON who.id = trail.user_id
           LEFT JOIN attachments AS file
             ON file.ticket_id = trail.ticket_id
            AND file.id = CASE jsonb_typeof(trail.details -> 'attachment_id') WHEN 'number'
                          THEN CAST(trail.details -> 'attachment_id' AS bigint) END
           LEFT JOIN chat_messages AS said
             ON said.ticket_id = trail.ticket_id
            AND said.id = coalesce(CASE jsonb_typeof(trail.details -> 'message_id') WHEN 'number'
                                   THEN CAST(trail.details -> 'message_id' AS bigint) END,
                                   file.chat_message_id)
          WHERE trail.ticket_id = CAST(:ticket_id AS uuid)
            AND (trail.created_at, 0, trail.id) {edge}
            AND trail.action <> ALL (CAST(:hidden AS text[]))
            AND (trail.action <> 'message.reply'
                 OR said.created_at < trail.created_at - interval '1 second')
            AND {readable}
          ORDER BY trail.created_at {way}, trail.id {way}
          LIMIT CAST(:most AS bigint))
        UNION ALL
        (SELECT said.created_at, 1, said.id, who.name,
                CASE said.visibility WHEN 'internal' THEN 'message.note' ELSE 'message.reply' END,
                '{{}}'::jsonb, '{{}}'::jsonb, said.body, said.edited_at, said.is_deleted, NULL
           FROM chat_messages AS said
           JOIN users AS who ON who.id = said.sender_id
          WHERE said.ticket_id = CAST(:ticket_id AS uuid)
            AND said.part_id IS NULL
            AND (said.created_at, 1, said.id) {edge}
            AND {readable}
          ORDER BY said.created_at {way}, said.id {way}
          LIMIT CAST(:most AS bigint))
    ) AS line
    ORDER BY at {way}, kind {way}, id {way}
    LIMIT CAST(:most AS bigint)
"""
_READABLE = """(CAST(:at_desk AS boolean)
                 OR said.visibility IS DISTINCT FROM 'internal'
                    AND NOT EXISTS (SELECT FROM outbox_messages AS held
                                     WHERE held.lane = CAST(:requester_lane AS text)
                                       AND held.settled_at IS NULL
                                       AND held.topic = 'message.copied'
                                       AND held.payload -> 'message_id' = to_jsonb(said.id)))"""
_EDGE = "{sign} (CAST(:at AS timestamptz), CAST(:kind AS integer), CAST(:id AS bigint))"


@cache
def statement(*, forward: bool) -> TextualSelect:
    """`forward`: from the edge on to what happened later."""
    sign, way = (">", "ASC") if forward else ("<", "DESC")
    edge = _EDGE.format(sign=sign)
    sql: TextClause = text(_SQL.format(edge=edge, readable=_READABLE, way=way))
    return sql.columns(
        at=UtcDateTime(),
        kind=Integer(),
        id=BigInteger(),
        who=Text(),
        action=Text(),
        changes=JSONB(),
        details=JSONB(),
        body=Text(),
        edited_at=UtcDateTime(),
        is_deleted=Boolean(),
        file=Text(),
    )
