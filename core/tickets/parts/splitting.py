"""Splitting a ticket: parts of it for other departments, all of them or none."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import outbox
from core.communication.models import Notification
from core.communication.notify import Occasion, notify
from core.communication.ways import Event
from core.db import utc_now, with_deleted
from core.errors import AlreadyDone, InvalidField, InvalidTransition, NotFound, Refused
from core.files import offers
from core.files.models import Attachment, PassedFile
from core.tickets.changes import Turn, fresh_cards, record
from core.tickets.models import Ticket
from core.tickets.opening import SUMMARY_MAX
from core.tickets.parts import notices as sub_notices
from core.tickets.parts.models import SubTicket
from core.tickets.parts.standing import Piece
from core.tickets.queries import TicketView
from core.tickets.sla.part_clocks import begin_part
from core.tickets.standing import lock
from core.tickets.states import IS_OPEN
from core.users import queries as users
from core.users.permissions import Permission, authorize
from core.users.roles import Role

#: What one form holds.
PARTS_MOST = 5
FILES_MOST = 10
PASSED_ON_MAX = 3000
SPLIT_ASKED = "ticket.split_asked"


@dataclass(frozen=True, slots=True)
class NewPart:
    """`place` is where it stands in the form, for the names of its inputs: summary_1."""

    place: int
    department_id: uuid.UUID
    summary: str
    passed_on: str = ""
    is_required: bool = True
    #: When left open, the receiving department's promise holds.
    due_at: datetime | None = None
    file_ids: tuple[int, ...] = ()


async def split(
    session: AsyncSession,
    turn: Turn,
    ticket_id: uuid.UUID,
    parts: Sequence[NewPart],
    *,
    source_key: str,
) -> list[SubTicket]:
    """The same `source_key` twice gives the same parts, and writes nothing."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.SPLIT, standing)
    before = await _made_before(session, source_key)
    if before:
        return before
    check_divisible(ticket)
    if not 1 <= len(parts) <= PARTS_MOST:
        raise Refused(f"A form splits off up to {PARTS_MOST} parts. Open it again for more.")
    for part in parts:
        _check(part, ticket, turn)
    rows = await _insert(session, turn, ticket, parts, source_key)
    for row, part in zip(rows, parts, strict=True):
        await begin_part(session, turn, ticket, row, part.due_at)
        await _announce(session, turn, Piece(row, ticket))
    await _pass_files_on(session, ticket, zip(rows, parts, strict=True))
    await outbox.add(session, *fresh_cards(turn, ticket))
    return rows


def check_divisible(ticket: Ticket | TicketView, *, doing: str = "split it") -> None:
    if ticket.status not in IS_OPEN:
        now = ticket.status.words.lower()
        raise InvalidTransition(f"{ticket.key} is {now}: you cannot {doing} now.")


async def _made_before(session: AsyncSession, source_key: str) -> list[SubTicket]:
    # Parts that were deleted since are not made again by a late retry.
    made = select(SubTicket).where(
        SubTicket.source_key.startswith(f"{source_key}:", autoescape=True)
    )
    return list(await session.scalars(with_deleted(made.order_by(SubTicket.position))))


def _check(part: NewPart, ticket: Ticket, turn: Turn) -> None:
    desk = turn.policy.desks.get(part.department_id)
    if desk is None:
        raise InvalidField(f"department_{part.place}", "This department does not exist any more.")
    if desk.id == ticket.department_id:
        text = f"{ticket.key} lies with {desk.name} already. Choose another department."
        raise InvalidField(f"department_{part.place}", text)
    if desk.channel_id is None:
        text = f"{desk.name} has no desk channel yet, so nobody there would see it."
        raise InvalidField(f"department_{part.place}", text)
    check_words(part.summary, part.passed_on, suffix=f"_{part.place}")
    if part.due_at is not None and part.due_at <= utc_now():
        raise InvalidField(f"due_{part.place}", "Choose a time that is still to come.")


def check_words(summary: str, passed_on: str, *, suffix: str = "") -> None:
    """Raises InvalidField for what no part may say."""
    if not summary.strip():
        raise InvalidField(f"summary{suffix}", "Say in a few words what this part is about.")
    if len(summary) > SUMMARY_MAX:
        raise InvalidField(f"summary{suffix}", f"Keep it under {SUMMARY_MAX} characters.")
    if len(passed_on) > PASSED_ON_MAX:
        raise InvalidField(f"passed_on{suffix}", f"Keep it under {PASSED_ON_MAX} characters.")


async def _insert(
    session: AsyncSession, turn: Turn, ticket: Ticket, parts: Sequence[NewPart], source_key: str
) -> list[SubTicket]:
    taken = select(func.max(SubTicket.position)).where(SubTicket.parent_ticket_id == ticket.id)
    last = await session.scalar(with_deleted(taken)) or 0
    rows = [
        SubTicket(
            parent_ticket_id=ticket.id,
            position=last + number,
            source_key=f"{source_key}:{number}",
            department_id=part.department_id,
            summary=part.summary.strip(),
            passed_on=part.passed_on.strip(),
            is_required=part.is_required,
        )
        for number, part in enumerate(parts, start=1)
    ]
    session.add_all(rows)
    await session.flush()
    return rows


async def _pass_files_on(
    session: AsyncSession, ticket: Ticket, made: "zip[tuple[SubTicket, NewPart]]"
) -> None:
    """Each is uploaded below the card of its part, which is posted before."""
    own = set(await session.scalars(select(Attachment.id).where(Attachment.ticket_id == ticket.id)))
    wanted = [
        (Piece(row, ticket).place, file_id)
        for row, part in made
        for file_id in dict.fromkeys(part.file_ids[:FILES_MOST])
        if file_id in own
    ]
    if wanted:
        passed = [{"part_id": place.part_id, "attachment_id": file_id} for place, file_id in wanted]
        await session.execute(insert(PassedFile), passed)
        await outbox.add(session, *(offers.copied(file_id, place) for place, file_id in wanted))


async def _announce(session: AsyncSession, turn: Turn, piece: Piece) -> None:
    department = turn.policy.desk(piece.part.department_id).name
    about = {"part_id": piece.part.id, "part": piece.title, "department": department}
    changes = {"status": [None, piece.part.status.value]}
    row = await record(session, turn, piece.ticket, "part.add", changes, **about)
    lines = sub_notices.happened(piece.part.id, row.id, piece.desk)
    await outbox.add(session, sub_notices.card(piece.place), *lines)


async def ask_to_split(session: AsyncSession, turn: Turn, ticket_id: uuid.UUID) -> list[str]:
    """Tells the heads of the desk; gives back their names. Raises AlreadyDone when they were
    told and the ticket was not split since."""
    ticket, standing = await lock(session, turn.actor, ticket_id)
    authorize(turn.actor, Permission.WORK, standing)
    check_divisible(ticket)
    people = await users.list_desk(session, ticket.department_id)
    heads = [each for each in people if each.role is Role.DEPARTMENT_HEAD]
    names = ", ".join(each.name for each in heads)
    if not heads:
        desk = turn.policy.desk(ticket.department_id)
        raise NotFound(f"{desk.name} has no head who could split {ticket.key}.")
    if await _is_asked(session, ticket):
        raise AlreadyDone(f"{names} was asked to split {ticket.key} already.")
    await record(session, turn, ticket, "ticket.ask_split", {}, asked=names)
    told = {"by": turn.actor.name}
    occasion = Occasion(Event.ESCALATION, SPLIT_ASKED, ticket.id, turn.actor, told)
    await notify(session, occasion, [each.id for each in heads])
    return [each.name for each in heads]


async def _is_asked(session: AsyncSession, ticket: Ticket) -> bool:
    split_at = (
        select(func.max(SubTicket.created_at))
        .where(SubTicket.parent_ticket_id == ticket.id)
        .scalar_subquery()
    )
    asked = select(Notification.id).where(
        Notification.ticket_id == ticket.id,
        Notification.topic == SPLIT_ASKED,
        Notification.created_at > func.coalesce(split_at, ticket.created_at),
    )
    return await session.scalar(asked.limit(1)) is not None
