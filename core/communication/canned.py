"""Canned replies: what a desk says often, with variables that the ticket fills in."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication.models import CannedReply
from core.db import utc_now, with_deleted
from core.errors import InvalidField, NotFound
from core.tickets import audit
from core.tickets.changes import Turn, record
from core.tickets.models import Ticket
from core.tickets.queries import TicketView
from core.users.models import Department, User
from core.users.permissions import Actor, Permission, authorize

#: What a menu can show of a title, and what a form can hold once the variables are filled in.
TITLE_MAX, BODY_MAX = 75, 2500
VARIABLES = ("requester", "ticket", "assignee", "department", "due")
MOST = 100
_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Canned:
    """One as forms and lists show it; without a department, it is for every desk."""

    id: int
    department_id: uuid.UUID | None
    department: str | None
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class CannedForm:
    """What an administrator saves; `id` of the one that is changed, none of a new one."""

    title: str
    body: str
    department_id: uuid.UUID | None = None
    id: int | None = None


def unknown_variables(body: str) -> list[str]:
    return [name for name in dict.fromkeys(_VARIABLE.findall(body)) if name not in VARIABLES]


def check_texts(title: str, body: str) -> None:
    """Raises InvalidField, which names the input."""
    if not title.strip():
        raise InvalidField("title", "Give it a title to find it by.")
    if len(title) > TITLE_MAX:
        raise InvalidField("title", f"Keep the title within {TITLE_MAX} characters.")
    if not body.strip():
        raise InvalidField("body", "Write what the requester should read.")
    if len(body) > BODY_MAX:
        raise InvalidField("body", f"Keep it within {BODY_MAX} characters; it has {len(body)}.")
    if unknown := unknown_variables(body):
        raise InvalidField("body", f"{_braced(*unknown)} is no variable. {KNOWN}")


def _braced(*names: str) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


#: For people: which variables there are.
KNOWN = f"There are {_braced(*VARIABLES)}."


async def list_canned(session: AsyncSession, actor: Actor) -> list[Canned]:
    """All of them, for who configures the desk."""
    authorize(actor, Permission.CONFIGURE)
    return await _read(session, _canned())


async def get_canned(session: AsyncSession, actor: Actor, canned_id: int) -> Canned:
    authorize(actor, Permission.CONFIGURE)
    return await _one(session, _canned().where(CannedReply.id == canned_id))


async def save_canned(session: AsyncSession, turn: Turn, form: CannedForm) -> CannedReply:
    """Raises InvalidField for an unknown variable, or a title that is there already."""
    authorize(turn.actor, Permission.CONFIGURE)
    title, body = form.title.strip(), form.body.strip()
    check_texts(title, body)
    if form.department_id is not None:
        turn.policy.desk(form.department_id)
    row = CannedReply() if form.id is None else await _lock(session, form.id)
    wanted = {"title": title, "body": body, "department_id": form.department_id}
    changes = {
        name: [_plain(getattr(row, name)), _plain(value)]
        for name, value in wanted.items()
        if form.id is None or getattr(row, name) != value
    }
    await _write(session, row, wanted)
    if changes:
        action = "configuration.add" if form.id is None else "configuration.change"
        await _record(session, turn, action, title, changes)
    return row


async def _write(session: AsyncSession, row: CannedReply, wanted: dict[str, Any]) -> None:
    try:
        async with session.begin_nested():
            for name, value in wanted.items():
                setattr(row, name, value)
            session.add(row)
    except IntegrityError as error:
        text = f"There is a canned reply “{wanted['title']}” already."
        raise InvalidField("title", text) from error


async def remove_canned(
    session: AsyncSession, turn: Turn, canned_id: int, *, reason: str = ""
) -> None:
    authorize(turn.actor, Permission.CONFIGURE)
    row = await _lock(session, canned_id)
    row.delete_softly(utc_now())
    changes = {"is_deleted": [False, True]}
    # Its title may belong to another one by the time somebody asks.
    about = {"canned_id": row.id, "reason": reason.strip()}
    await _record(session, turn, "configuration.delete", row.title, changes, **about)


async def has_canned(session: AsyncSession, department_id: uuid.UUID) -> bool:
    """Whether a desk has any to choose from."""
    found = exists().where(_is_for(department_id), CannedReply.is_deleted.is_(False))
    return bool(await session.scalar(select(found)))


async def find_canned(session: AsyncSession, ticket: TicketView, typed: str) -> list[Canned]:
    """Those for the ticket's desk whose title or text holds what was typed. The caller has asked
    whether the person may work on the ticket."""
    statement = _canned().where(_is_for(ticket.department_id))
    for word in typed.split():
        statement = statement.where(
            or_(
                CannedReply.title.icontains(word, autoescape=True),
                CannedReply.body.icontains(word, autoescape=True),
            )
        )
    return await _read(session, statement.limit(MOST))


async def fill_in(session: AsyncSession, ticket: TicketView, canned_id: int) -> str:
    """Its words for this ticket. Raises NotFound for one of another desk, too."""
    chosen = _canned().where(CannedReply.id == canned_id, _is_for(ticket.department_id))
    found = await _one(session, chosen)
    zone = await session.scalar(
        select(User.time_zone)
        .join(Ticket, Ticket.requestor_id == User.id)
        .where(Ticket.id == ticket.id)
    )
    values = {
        "requester": ticket.requester.name,
        "ticket": ticket.key,
        "assignee": ticket.assignee.name if ticket.assignee else f"the {ticket.department} desk",
        "department": ticket.department,
        "due": _moment(ticket.due_at, zone or "UTC"),
    }
    return _VARIABLE.sub(lambda named: values.get(named[1], named[0]), found.body)


async def note_use(session: AsyncSession, turn: Turn, ticket: Ticket, canned_id: int) -> None:
    """Beside the message it went into; one that was removed meanwhile was used all the same."""
    titled = select(CannedReply.title).where(CannedReply.id == canned_id)
    title = await session.scalar(with_deleted(titled))
    if title is not None:
        await record(session, turn, ticket, "message.canned", {}, canned=title, canned_id=canned_id)


def _moment(at: datetime | None, zone: str) -> str:
    """In the reader's own time; letters carry no dates that Slack would turn."""
    if at is None:
        return "not set yet"
    local = at.astimezone(ZoneInfo(zone) if zone != "UTC" else UTC)
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M}"


def _canned() -> Select[*tuple[Any, ...]]:
    named = select(CannedReply, Department.name).outerjoin(
        Department, Department.id == CannedReply.department_id
    )
    return named.where(CannedReply.is_deleted.is_(False)).order_by(
        CannedReply.title, CannedReply.id
    )


def _is_for(department_id: uuid.UUID) -> ColumnElement[bool]:
    return or_(CannedReply.department_id == department_id, CannedReply.department_id.is_(None))


async def _read(session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> list[Canned]:
    rows = await session.execute(statement)
    return [
        Canned(row.id, row.department_id, department, row.title, row.body)
        for row, department in rows
    ]


async def _one(session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> Canned:
    found = await _read(session, statement)
    if not found:
        raise NotFound("This canned reply does not exist any more.")
    return found[0]


async def _lock(session: AsyncSession, canned_id: int) -> CannedReply:
    statement = select(CannedReply).where(CannedReply.id == canned_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("This canned reply does not exist any more.")
    return row


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value


async def _record(
    session: AsyncSession,
    turn: Turn,
    action: str,
    title: str,
    changes: dict[str, Any],
    **about: Any,
) -> None:
    await audit.record(
        session,
        turn.actor,
        action,
        source=turn.source,
        changes=changes,
        details={"what": f"canned reply {title}", **about},
    )
