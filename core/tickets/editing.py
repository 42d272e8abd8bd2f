"""Editing what a ticket says, from a form that stayed open for a while."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core import outbox
from core.errors import ChangedMeanwhile, InvalidField, InvalidTransition, NotAllowed
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.followers import follower_places
from core.tickets.merging.service import merge
from core.tickets.models import AuditLog, Ticket
from core.tickets.opening import check_texts
from core.tickets.standing import load_readable, lock
from core.tickets.states import FINAL, Priority
from core.users.models import User
from core.users.permissions import Actor, Permission, Standing, authorize, may

SUMMARY, DESCRIPTION, PRIORITY = "summary", "description", "priority"


@dataclass(frozen=True, slots=True)
class Editable:
    """A ticket as the form shows it; `values` by the names of the fields."""

    id: uuid.UUID
    key: str
    version: int
    values: Mapping[str, str]
    can_prioritise: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """`shown`: fingerprints of what the form showed; `typed`: what it came back with. An input
    that the form did not have is in neither."""

    shown: Mapping[str, str]
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Overlap:
    """A field that somebody else changed meanwhile, and to what."""

    field: str
    value: str
    who: str | None
    at: datetime | None


class EditedMeanwhile(ChangedMeanwhile):
    """Both changed the same fields, each differently: nothing of the form was saved."""

    def __init__(self, editable: Editable, overlaps: tuple[Overlap, ...]) -> None:
        super().__init__(f"{editable.key} was changed while you were writing. Look again.")
        self.editable = editable
        self.overlaps = overlaps


async def read_editable(session: AsyncSession, actor: Actor, ticket_id: uuid.UUID) -> Editable:
    """For opening the form. Raises NotAllowed and InvalidTransition as saving it would."""
    ticket, standing = await load_readable(session, actor, ticket_id)
    _check(ticket, actor, standing)
    return _editable(ticket, actor, standing)


async def edit(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID, form: Edit) -> Ticket:
    """Saves what the form changed. What others changed since it was opened stays as they left
    it; raises EditedMeanwhile when that is the same field."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    _check(ticket, turn.actor, standing)
    now = _values(ticket)
    merged = merge(form.shown, form.typed, now)
    if merged.conflicts:
        overlaps = await _overlaps(session, ticket, merged.conflicts, now)
        raise EditedMeanwhile(_editable(ticket, turn.actor, standing), overlaps)
    if not merged.changes:
        return ticket
    if PRIORITY in merged.changes and not may(turn.actor, Permission.WORK, standing):
        raise NotAllowed(f"Only the people of its department can change {ticket.key}'s priority.")
    _apply(ticket, merged.changes)
    changes = {name: [now[name], value] for name, value in merged.changes.items()}
    await record(session, turn, ticket, "ticket.edit", changes)
    followers = await follower_places(session, ticket.id)
    await outbox.add(session, *fresh_cards(turn, ticket, followers))
    return ticket


def _check(ticket: Ticket, actor: Actor, standing: Standing) -> None:
    authorize(actor, Permission.EDIT, standing)
    if ticket.status in FINAL:
        words = ticket.status.words.lower()
        raise InvalidTransition(f"{ticket.key} is {words}: you cannot edit it now.")


def _editable(ticket: Ticket, actor: Actor, standing: Standing) -> Editable:
    return Editable(
        id=ticket.id,
        key=ticket.key,
        version=ticket.version,
        values=_values(ticket),
        can_prioritise=may(actor, Permission.WORK, standing),
    )


def _values(ticket: Ticket) -> dict[str, str]:
    return {
        SUMMARY: ticket.summary,
        DESCRIPTION: ticket.description,
        PRIORITY: ticket.priority.value,
    }


def _apply(ticket: Ticket, changes: Mapping[str, str]) -> None:
    after = {**_values(ticket), **changes}
    check_texts(after[SUMMARY], after[DESCRIPTION])
    ticket.summary, ticket.description = after[SUMMARY], after[DESCRIPTION]
    if PRIORITY in changes:
        ticket.priority = _priority(changes[PRIORITY])


def _priority(value: str) -> Priority:
    try:
        return Priority(value)
    except ValueError:
        raise InvalidField(PRIORITY, "Choose a priority from the list.") from None


async def _overlaps(
    session: AsyncSession, ticket: Ticket, names: Iterable[str], now: Mapping[str, str]
) -> tuple[Overlap, ...]:
    found = []
    for name in names:
        who, at = await _last_changed(session, ticket.id, name)
        found.append(Overlap(name, now[name], who, at))
    return tuple(found)


async def _last_changed(
    session: AsyncSession, ticket_id: uuid.UUID, field: str
) -> tuple[str | None, datetime | None]:
    # Under another name a person is found when they were deleted since.
    person = aliased(User)
    newest = (
        select(person.name, AuditLog.created_at)
        .select_from(AuditLog)
        .outerjoin(person, person.id == AuditLog.user_id)
        .where(AuditLog.ticket_id == ticket_id, AuditLog.changes.has_key(field))
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc())
        .limit(1)
    )
    row = (await session.execute(newest)).one_or_none()
    return (row[0], row[1]) if row else (None, None)
