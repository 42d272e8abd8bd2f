"""Reading requests for approval. Who may read the ticket may read them, and who may read the part
that one was asked from; nobody else."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.db import utc_now
from core.errors import NotFound
from core.tickets.approvals import clock
from core.tickets.approvals.card_rows import read_cards
from core.tickets.approvals.models import Approval, ApprovalCard, ApprovalRequest, ApprovalSeat
from core.tickets.approvals.people import IS_OPEN, covers
from core.tickets.approvals.policy_models import Absence
from core.tickets.approvals.settings import ApprovalSettings, read_settings
from core.tickets.approvals.views import (
    AbsenceView,
    CardView,
    Filters,
    StepTime,
    Waiting,
)
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.parts.queries import part_visible_to
from core.tickets.policy import Policy
from core.tickets.queries import Person, visible_to
from core.users import queries as users
from core.users.models import User
from core.users.permissions import Actor
from core.users.roles import Role

#: What a list shows at once.
PAGE = 10

#: Literals, so that the partial indexes serve prepared statements too.
_SEAT_WAITS = text("approval_seats.state = 'pending'")
_STEP_WAITS = text("approvals.status = 'pending' AND approvals.is_deleted IS false")
_MOST = 2**63 - 1


async def get_card(session: AsyncSession, actor: Actor, request_id: int) -> CardView:
    """Raises NotFound for what the actor may not see, as for what does not exist."""
    card = await _one(session, actor, request_id)
    if card is None:
        raise NotFound("This request does not exist, or you are not asked about it.")
    return card


async def find_card(
    session: AsyncSession, request_id: int, reader_id: uuid.UUID
) -> CardView | None:
    """For the workers: as this person sees it; None when the ticket was deleted, or the person
    may not see it any more."""
    return await _one(session, await users.get_actor(session, reader_id), request_id)


async def _one(session: AsyncSession, actor: Actor, request_id: int) -> CardView | None:
    # The driver refuses a number that the column could not hold.
    if not 0 < request_id <= _MOST:
        return None
    is_theirs = or_(visible_to(actor), asked_from_part_of(actor))
    which = and_(ApprovalRequest.id == request_id, is_theirs)
    return next(iter(await read_cards(session, actor, which)), None)


def asked_from_part_of(actor: Actor) -> ColumnElement[bool]:
    """Says of requests joined to their Ticket which were asked from a part that the actor sees."""
    return exists(
        select(SubTicket.id)
        .where(SubTicket.id == ApprovalRequest.part_id, part_visible_to(actor))
        .correlate(ApprovalRequest, Ticket)
    )


async def list_of_ticket(
    session: AsyncSession, actor: Actor, ticket_id: uuid.UUID
) -> list[CardView]:
    """Newest first."""
    which = and_(ApprovalRequest.ticket_id == ticket_id, visible_to(actor))
    return await read_cards(session, actor, which)


async def asked_of(
    session: AsyncSession,
    actor: Actor,
    filters: Filters | None = None,
    *,
    after: tuple[datetime, int] | None = None,
) -> list[Waiting]:
    """What waits for the actor, oldest first, one page and one more."""
    settings = await read_settings(session)
    place = tuple_(ApprovalSeat.created_at, ApprovalSeat.id)
    statement = (
        _waiting(actor)
        .where(_within(filters or Filters()), place > after if after else true())
        .order_by(ApprovalSeat.created_at, ApprovalSeat.id)
        .limit(PAGE + 1)
    )
    rows = await session.execute(statement)
    return [_as_waiting(row, settings) for row in rows]


#: The first columns of the statement are the first fields of a line, in order.
_FIELDS = [each.name for each in fields(Waiting)][:10]


def _as_waiting(row: Sequence[Any], settings: ApprovalSettings) -> Waiting:
    request: dict[str, Any] = dict(zip(_FIELDS, row, strict=False))
    return Waiting(
        **request,
        requester=Person(*row[10:13]),
        facts_hash=row[13],
        seat_at=row[14],
        seat_id=row[15],
        due_at=row[16],
        may_be_selected=row[6] < settings.select_below,
    )


def _waiting(actor: Actor) -> Select[*tuple[Any, ...]]:
    requester = aliased(User)
    return (
        select(
            ApprovalRequest.id,
            Ticket.id,
            Ticket.number,
            Ticket.summary,
            ApprovalRequest.amount,
            ApprovalRequest.currency,
            ApprovalRequest.amount_in_base,
            ApprovalRequest.base_currency,
            ApprovalRequest.payee,
            ApprovalRequest.purpose,
            requester.slack_user_id,
            requester.name,
            requester.image_url,
            ApprovalRequest.facts_hash,
            ApprovalSeat.created_at,
            ApprovalSeat.id,
            Approval.due_at,
        )
        .select_from(ApprovalSeat)
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .join(ApprovalRequest, ApprovalRequest.id == Approval.request_id)
        .join(Ticket, Ticket.id == ApprovalRequest.ticket_id)
        .join(requester, requester.id == Ticket.requestor_id)
        .where(ApprovalSeat.user_id == actor.id, _SEAT_WAITS, _STEP_WAITS, visible_to(actor))
    )


def _within(filters: Filters) -> ColumnElement[bool]:
    amount = ApprovalRequest.amount_in_base
    lower, upper = filters.amount_from, filters.amount_below
    return and_(
        amount >= lower if lower is not None else true(),
        amount < upper if upper is not None else true(),
    )


async def list_absences(session: AsyncSession, actor: Actor) -> list[AbsenceView]:
    """Present and coming ones: the actor's own, those they stand in for, and of whom they may
    speak for; soonest first."""
    person, stand_in, setter = aliased(User), aliased(User), aliased(User)
    mine = or_(Absence.user_id == actor.id, Absence.stand_in_id == actor.id)
    if actor.role is Role.ADMIN:
        mine = true()
    elif actor.role is Role.DEPARTMENT_HEAD and actor.department_id is not None:
        mine = or_(mine, person.department_id == actor.department_id)
    rows = await session.execute(
        select(
            Absence,
            covers(utc_now()),
            *_columns_of(person),
            *_columns_of(stand_in),
            *_columns_of(setter),
        )
        .join(person, person.id == Absence.user_id)
        .join(stand_in, stand_in.id == Absence.stand_in_id)
        .outerjoin(setter, setter.id == Absence.set_by_id)
        .where(IS_OPEN, mine)
        .order_by(Absence.starts_at, Absence.id)
    )
    return [_absence(row) for row in rows]


def _columns_of(person: Any) -> tuple[Any, ...]:
    return person.slack_user_id, person.name, person.image_url


def _absence(row: Sequence[Any]) -> AbsenceView:
    absence, is_now = row[0], row[1]
    person, stand_in, setter = (Person(*row[at : at + 3]) for at in (2, 5, 8))
    return AbsenceView(
        id=absence.id,
        user_id=absence.user_id,
        person=person,
        stand_in=stand_in,
        starts_at=absence.starts_at,
        ends_at=absence.ends_at,
        amount_limit=absence.amount_limit,
        set_by=setter if setter.slack_user_id else None,
        is_now=bool(is_now),
    )


async def approval_time(
    session: AsyncSession, policy: Policy, ticket_id: uuid.UUID
) -> list[StepTime]:
    """How much business time each step has used; without those that nobody was asked."""
    ticket = await session.scalar(select(Ticket).where(Ticket.id == ticket_id))
    if ticket is None:
        return []
    hours, now = await clock.hours_of(session, policy, ticket.department_id), utc_now()
    steps = await session.scalars(
        select(Approval)
        .where(Approval.ticket_id == ticket_id, Approval.started_at.is_not(None))
        .order_by(Approval.request_id, Approval.id)
    )
    return [
        StepTime(
            each.request_id, each.position, each.kind, each.status, clock.used(each, hours, now)
        )
        for each in steps
    ]


async def register_card(
    session: AsyncSession, request_id: int, user_id: uuid.UUID, channel_id: str, message_ts: str
) -> None:
    """Where it is shown to them; the newest place is the one kept true."""
    place: Mapping[str, str] = {"channel_id": channel_id, "message_ts": message_ts}
    row = insert(ApprovalCard).values(request_id=request_id, user_id=user_id, **place)
    await session.execute(
        row.on_conflict_do_update(index_elements=["request_id", "user_id"], set_=dict(place))
    )


async def find_place(
    session: AsyncSession, request_id: int, user_id: uuid.UUID
) -> tuple[str, str] | None:
    """Channel and message of that card."""
    row = (
        await session.execute(
            select(ApprovalCard.channel_id, ApprovalCard.message_ts).where(
                ApprovalCard.request_id == request_id, ApprovalCard.user_id == user_id
            )
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None
