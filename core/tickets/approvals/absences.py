"""Being away: for a time somebody else decides, beside whoever is away. No chains, no circles."""

import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, TextClause, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import utc_now
from core.errors import AlreadyDone, InvalidField, NotAllowed, NotFound
from core.tickets import audit
from core.tickets.approvals import cases, chain, money, notices, seats, settling
from core.tickets.approvals.asking import by_turn
from core.tickets.approvals.chain import By
from core.tickets.approvals.forms import NewAbsence
from core.tickets.approvals.models import Approval, ApprovalSeat
from core.tickets.approvals.people import IS_OPEN
from core.tickets.approvals.policy_models import Absence
from core.tickets.approvals.seats import Case
from core.tickets.approvals.states import RequestStatus
from core.tickets.changes import Turn
from core.tickets.models import Source, Ticket
from core.tickets.policy import Policy
from core.users import queries as users
from core.users.permissions import Actor, Permission, check_member, may
from core.users.queries import Identity
from core.users.roles import Role

_NOT_THEIRS = (
    "Only an administrator or the head of their department can say that somebody else is away."
)
#: Literals, so that the partial index serves a prepared statement too.
_PENDING = text("approval_seats.state = 'pending'")


async def set_absence(session: AsyncSession, turn: Turn, form: NewAbsence) -> int:
    """One's own, or of somebody one may speak for. Their open seats move when it begins."""
    person = await users.get_actor(session, form.user_id)
    _authorize(turn.actor, person)
    # Two who name each other at the same moment do so one after the other.
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('absences'))"))
    stand_in = await _check_stand_in(session, form)
    limit = money.read_limit(form.amount_limit) if form.amount_limit.strip() else None
    _check_times(form)
    await _refuse_chains(session, form, person, stand_in)
    absence = Absence(
        user_id=person.id,
        stand_in_id=stand_in.id,
        starts_at=form.starts_at,
        ends_at=form.ends_at,
        amount_limit=limit,
        set_by_id=turn.actor.id,
    )
    session.add(absence)
    await session.flush()
    details = _details(person, stand_in, absence)
    await audit.record(session, turn.actor, "absence.set", source=turn.source, details=details)
    told = {"by": turn.actor.name, "person": person.name, "stand_in": stand_in.name}
    for each in {stand_in.id, person.id} - {turn.actor.id}:
        await notices.tell(session, each, "approval.stand_in", None, **told)
    if absence.starts_at <= utc_now():
        await begin_absence(session, by_turn(turn), absence)
    return absence.id


async def check_may_set(session: AsyncSession, actor: Actor, who: Identity | None) -> None:
    """Before anybody is looked up for them; without `who` it is about themselves. Somebody whom
    nobody knows yet is of no department. Raises NotAllowed."""
    person = actor if who is None else await users.find_actor(session, who)
    if person is not None:
        _authorize(actor, person)
    elif actor.role is not Role.ADMIN:
        check_member(actor)
        raise NotAllowed(_NOT_THEIRS)


async def end_absence(session: AsyncSession, turn: Turn, absence_id: int) -> None:
    """At once; what nobody has decided returns."""
    absence = await session.scalar(
        select(Absence).where(Absence.id == absence_id).with_for_update()
    )
    if absence is None:
        raise NotFound("This absence does not exist any more.")
    person = await users.get_actor(session, absence.user_id)
    _authorize(turn.actor, person)
    if absence.is_over:
        raise AlreadyDone(f"{person.name} is back already.")
    stand_in = await users.get_actor(session, absence.stand_in_id)
    await audit.record(
        session,
        turn.actor,
        "absence.end",
        source=turn.source,
        details=_details(person, stand_in, absence),
    )
    absence.ends_at = max(min(absence.ends_at or utc_now(), utc_now()), absence.starts_at)
    await finish_absence(session, by_turn(turn), absence)


def _authorize(actor: Actor, person: Actor) -> None:
    check_member(actor)
    if actor.id == person.id:
        return
    is_boss = actor.role is Role.ADMIN or (
        actor.department_id is not None and actor.department_id == person.department_id
    )
    if not (is_boss and may(actor, Permission.SET_ABSENCES)):
        raise NotAllowed(_NOT_THEIRS)


async def _check_stand_in(session: AsyncSession, form: NewAbsence) -> Actor:
    if form.stand_in_id == form.user_id:
        raise InvalidField("stand_in", "Choose somebody else: nobody stands in for themselves.")
    stand_in = await users.get_actor(session, form.stand_in_id)
    if not stand_in.is_active or stand_in.is_guest:
        raise InvalidField("stand_in", f"{stand_in.name} cannot use the help desk.")
    return stand_in


def _check_times(form: NewAbsence) -> None:
    if form.ends_at is None:
        return
    if form.ends_at <= form.starts_at:
        raise InvalidField("ends_at", "It has to end after it begins.")
    if form.ends_at <= utc_now():
        raise InvalidField("ends_at", "This is over already. Choose a later end.")


async def _refuse_chains(
    session: AsyncSession, form: NewAbsence, person: Actor, stand_in: Actor
) -> None:
    """At any moment somebody has one stand-in, who is there themselves."""
    same_time = _overlaps(form.starts_at, form.ends_at)

    async def is_there(which: ColumnElement[bool]) -> bool:
        found = select(Absence.id).where(which, IS_OPEN, same_time).limit(1)
        return await session.scalar(found) is not None

    if await is_there(Absence.user_id == person.id):
        raise InvalidField("starts_at", f"{person.name} is away then already. End that first.")
    if await is_there(Absence.user_id == stand_in.id):
        raise InvalidField("stand_in", f"{stand_in.name} is away then, too. Choose somebody else.")
    if await is_there(Absence.stand_in_id == person.id):
        raise InvalidField(
            "starts_at", f"{person.name} stands in for somebody else then. End that first."
        )


def _overlaps(starts_at: datetime, ends_at: datetime | None) -> ColumnElement[bool]:
    lasts = or_(Absence.ends_at.is_(None), Absence.ends_at > starts_at)
    return lasts & (Absence.starts_at < ends_at) if ends_at is not None else lasts


async def begin_absence(session: AsyncSession, by: By, absence: Absence) -> None:
    """Everything its person is asked goes to the stand-in as well."""
    absence.is_begun = True
    await session.flush()
    await _reseat(session, by, absence.user_id)


async def finish_absence(session: AsyncSession, by: By, absence: Absence) -> None:
    absence.is_over = True
    await session.flush()
    await _reseat(session, by, absence.stand_in_id)


async def _reseat(session: AsyncSession, by: By, holder_id: uuid.UUID) -> None:
    """Look again at every step in which they have a seat that waits."""
    async for case in cases_of(session, by, holder_id, _PENDING):
        await look_again(session, case)


async def cases_of(
    session: AsyncSession, by: By, holder_id: uuid.UUID, which: TextClause
) -> AsyncIterator[Case]:
    """Of the steps in which they have such a seat; each is locked, in one order of tickets."""
    rows = await session.execute(
        select(ApprovalSeat.ticket_id, Approval.request_id)
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .where(ApprovalSeat.user_id == holder_id, which)
        .order_by(ApprovalSeat.ticket_id, Approval.request_id)
    )
    for ticket_id, request_id in list(rows):
        ticket = await lock_ticket(session, ticket_id)
        if ticket is not None:
            yield await cases.open_case(session, by, ticket, request_id)


async def lock_ticket(session: AsyncSession, ticket_id: uuid.UUID) -> Ticket | None:
    statement = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    found: Ticket | None = await session.scalar(statement.execution_options(populate_existing=True))
    return found


async def look_again(session: AsyncSession, case: Case) -> None:
    """Who has a seat now; and whether those who are left have decided already, unless somebody
    waits for an answer."""
    step = case.asked
    if step is None:
        return
    before = {(each.user_id, each.state) for each in await seats.list_seats(session, case, step)}
    await seats.fill(session, case, step)
    after = await seats.list_seats(session, case, step)
    if before == {(each.user_id, each.state) for each in after}:
        return
    is_asked = case.request.status is RequestStatus.PENDING
    changes = await settling.settle(session, case, step) if is_asked else {}
    held = [str(each.user_id) for each in after if seats.is_held(each)]
    row = await chain.record(
        session, case.by, case.ticket, "reseat", changes, **cases.about(case), seats=held
    )
    await cases.say(session, case, row)


def _details(person: Actor, stand_in: Actor, absence: Absence) -> dict[str, Any]:
    limit: Decimal | None = absence.amount_limit
    return {
        "person": person.name,
        "person_id": str(person.id),
        "stand_in": stand_in.name,
        "stand_in_id": str(stand_in.id),
        "starts_at": absence.starts_at.isoformat(),
        "ends_at": absence.ends_at.isoformat() if absence.ends_at else None,
        "amount_limit": f"{limit:.2f}" if limit is not None else None,
    }


async def turn_one(
    session: AsyncSession, policy: Policy, passed_by: set[int] | None = None
) -> bool:
    """Begins or ends one whose time has come; False when there is none. Those in `passed_by` are
    left for another time; the one that is turned is among them until all went well."""
    left = set() if passed_by is None else passed_by
    by, now = By(None, Source.JOB, policy), utc_now()
    is_back, is_away = Absence.ends_at <= now, Absence.starts_at <= now
    absence, turn = await _take_one(session, is_back, left), finish_absence
    if absence is None:
        absence = await _take_one(session, is_away & Absence.is_begun.is_(False), left)
        turn = begin_absence
    if absence is None:
        return False
    left.add(absence.id)
    await turn(session, by, absence)
    left.discard(absence.id)
    return True


async def _take_one(
    session: AsyncSession, which: ColumnElement[bool], left: set[int]
) -> Absence | None:
    mine = select(Absence).where(which, IS_OPEN, Absence.id.not_in(left))
    statement = mine.order_by(Absence.id).limit(1).with_for_update(skip_locked=True)
    found: Absence | None = await session.scalar(statement)
    return found
