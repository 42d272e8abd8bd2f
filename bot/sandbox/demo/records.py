"""What the database holds of a ticket, read without any code of the help desk."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from rich.console import RenderableType
from rich.text import Text

from bot.sandbox.demo import picture

Row = Mapping[str, Any]
#: Audit details that say nothing to a reader.
NUMBERS = frozenset({"message_id"})

_TICKET = """
SELECT t.id, t.number, t.summary, t.status, t.priority, d.name AS department,
       r.name AS requester, a.name AS assignee, t.created_at, t.first_responded_at,
       t.first_response_due_at, t.due_at, t.resolved_at, t.resolution, t.version
  FROM tickets AS t JOIN departments AS d ON d.id = t.department_id
  JOIN users AS r ON r.id = t.requestor_id LEFT JOIN users AS a ON a.id = t.assignee_id
 WHERE t.number = $1
"""
_PARTICIPANTS = """
SELECT u.name, p.part, p.joined_at FROM ticket_participants AS p
  JOIN users AS u ON u.id = p.user_id WHERE p.ticket_id = $1 ORDER BY p.id
"""
_MESSAGES = """
SELECT u.name, m.audience, m.visibility, m.body, m.created_at FROM chat_messages AS m
  JOIN users AS u ON u.id = m.sender_id WHERE m.ticket_id = $1 ORDER BY m.id
"""
_NOTIFICATIONS = """
SELECT u.name, n.topic, n.is_read, n.created_at FROM notifications AS n
  JOIN users AS u ON u.id = n.user_id WHERE n.ticket_id = $1 ORDER BY n.id
"""
_AUDIT = """
SELECT l.created_at, u.name, l.action, l.source, l.changes::text, l.details::text
  FROM audit_logs AS l LEFT JOIN users AS u ON u.id = l.user_id
 WHERE l.ticket_id = $1 ORDER BY l.id
"""
_OUTBOX = """
SELECT id, topic, outcome, attempts, last_error, settled_at, created_at
  FROM outbox_messages
 WHERE payload ->> 'ticket_id' = $1::text
    OR payload ->> 'notification_id' IN
       (SELECT n.id::text FROM notifications AS n WHERE n.ticket_id = $1::text::uuid)
 ORDER BY id
"""
_BY_STATUS = """
SELECT status, count(*) AS tickets FROM tickets WHERE NOT is_deleted
 GROUP BY status ORDER BY min(number)
"""
_WAITING = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"


@dataclass(frozen=True)
class Records:
    """The rows of one ticket."""

    ticket: Row
    participants: Sequence[Row]
    messages: Sequence[Row]
    notifications: Sequence[Row]
    audit: Sequence[Row]
    outbox: Sequence[Row]
    names: Mapping[str, str]
    """People by their ids."""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """`url` as SQLAlchemy writes it. Prepared statements are kept by nobody: a pooler may be
    in between."""
    plain = url.replace("postgresql+asyncpg://", "postgresql://", 1)
    connection = await asyncpg.connect(
        plain, timeout=10, command_timeout=10, statement_cache_size=0
    )
    try:
        yield connection
    finally:
        await connection.close()


async def read(connection: asyncpg.Connection, number: int) -> Records:
    ticket = await connection.fetchrow(_TICKET, number)
    if ticket is None:
        raise LookupError(f"There is no ticket number {number} in the database.")
    people = await connection.fetch("SELECT id, name FROM users")
    return Records(
        ticket=ticket,
        participants=await connection.fetch(_PARTICIPANTS, ticket["id"]),
        messages=await connection.fetch(_MESSAGES, ticket["id"]),
        notifications=await connection.fetch(_NOTIFICATIONS, ticket["id"]),
        audit=await connection.fetch(_AUDIT, ticket["id"]),
        outbox=await connection.fetch(_OUTBOX, str(ticket["id"])),
        names={str(each["id"]): each["name"] for each in people},
    )


async def unsettled(connection: asyncpg.Connection) -> int:
    """Outbox rows of all tickets that still wait."""
    return int(await connection.fetchval(_WAITING))


async def what_is_there(connection: asyncpg.Connection) -> str:
    """Tickets of earlier runs; empty when there are none."""
    rows = await connection.fetch(_BY_STATUS)
    return ", ".join(f"{each['tickets']} {each['status'].replace('_', ' ')}" for each in rows)


def tables(found: Records) -> list[tuple[str, RenderableType]]:
    return [
        ("tickets", _ticket(found.ticket)),
        ("ticket_participants", _table(found.participants, ("name", "part", "joined_at"))),
        ("chat_messages", _table(found.messages, ("name", "audience", "visibility", "body"))),
        ("notifications", _table(found.notifications, ("name", "topic", "is_read"))),
        ("audit_logs", _audit(found)),
        ("outbox_messages", _outbox(found.outbox)),
    ]


def _ticket(ticket: Row) -> RenderableType:
    return picture.facts((name, _shown(value)) for name, value in ticket.items())


def _table(rows: Sequence[Row], names: Sequence[str]) -> RenderableType:
    if not rows:
        return Text("none", style="dim")
    return picture.table(names, ([_shown(row[name]) for name in names] for row in rows))


def _audit(found: Records) -> RenderableType:
    rows = (
        (_shown(each["created_at"]), each["name"], each["action"], each["source"], _what(each))
        for each in found.audit
    )
    shown = ([_named(str(word), found.names) for word in row] for row in rows)
    return picture.table(("at", "who", "action", "source", "what"), shown)


def _what(line: Row) -> str:
    changes = [
        f"{name.removesuffix('_id')}: {before or '–'} → {after or '–'}"
        for name, (before, after) in json.loads(line["changes"]).items()
    ]
    details = [
        f"{name}: {value}"
        for name, value in json.loads(line["details"]).items()
        if value and name not in NUMBERS
    ]
    return "; ".join([*changes, *details])


def _named(words: str, names: Mapping[str, str]) -> str:
    for person_id, name in names.items():
        words = words.replace(person_id, name)
    return words


def _outbox(rows: Sequence[Row]) -> RenderableType:
    columns = ("id", "topic", "outcome", "attempts", "settled after", "error")
    return picture.table(columns, map(_outbox_row, rows))


def _outbox_row(row: Row) -> Sequence[Any]:
    outcome, error = row["outcome"] or "waits", row["last_error"] or ""
    return row["id"], row["topic"], outcome, row["attempts"], _delay(row), error


def _delay(row: Row) -> str:
    if row["settled_at"] is None:
        return "–"
    return f"{(row['settled_at'] - row['created_at']).total_seconds():.1f} s"


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:%Y-%m-%d %H:%M:%S}" if hasattr(value, "tzinfo") else str(value)
