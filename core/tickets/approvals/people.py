"""Who may decide a step: nobody about their own money, and for whoever is away their stand-in."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, literal, or_, select, text, true, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.errors import Refused
from core.tickets.approvals.models import Approval, ApprovalRequest, ApprovalSeat
from core.tickets.approvals.policy_models import Absence
from core.tickets.approvals.rules import Step
from core.tickets.approvals.settings import ApprovalSettings
from core.tickets.approvals.states import Quorum, SeatReason, SeatState, StepKind
from core.tickets.models import Part, TicketParticipant
from core.tickets.states import ApprovalStatus
from core.users.models import User
from core.users.roles import Role
from core.wording import alike

ROLES = {StepKind.FINANCE: Role.FINANCE, StepKind.CEO: Role.CEO}

#: A literal, so that the partial index serves a prepared statement too.
IS_OPEN = text("absences.is_over IS false")


@dataclass(frozen=True, slots=True)
class Money:
    """Whose it is, and how much in the rules' currency."""

    ticket_id: uuid.UUID
    requester_id: uuid.UUID
    asked_by_id: uuid.UUID
    payee: str
    payee_id: uuid.UUID | None
    amount: Decimal
    #: None while nobody is asked yet.
    request_id: int | None = None

    @classmethod
    def of(cls, request: ApprovalRequest, requester_id: uuid.UUID) -> "Money":
        """The requester is the ticket's, who may be another one by now."""
        return cls(
            request.ticket_id,
            requester_id,
            request.asked_by_id,
            request.payee,
            request.payee_id,
            request.counted,
            request.id,
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    id: uuid.UUID
    name: str
    why: SeatReason
    stands_in_for_id: uuid.UUID | None = None


def may_act() -> ColumnElement[bool]:
    """Says of User rows who could use the help desk."""
    return User.is_active.is_(True) & User.is_guest.is_(False) & User.is_deleted.is_(False)


async def list_able(session: AsyncSession, user_ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of them who can still use the help desk."""
    if not user_ids:
        return frozenset()
    found = await session.scalars(select(User.id).where(User.id.in_(user_ids), may_act()))
    return frozenset(found)


def covers(now: datetime) -> ColumnElement[bool]:
    """Says of Absence rows which are going on."""
    return (Absence.starts_at <= now) & or_(Absence.ends_at.is_(None), Absence.ends_at > now)


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose money it is. A payee whose name was typed instead of chosen is still that
    colleague."""

    ids: frozenset[uuid.UUID]
    payee: str
    #: Whoever approved an earlier step: each step is for eyes of its own.
    approvers: frozenset[uuid.UUID] = frozenset()

    def include(self, person: uuid.UUID, name: str) -> bool:
        return person in self.ids or alike(name) == self.payee

    def rule_out(self, person: uuid.UUID, name: str) -> bool:
        return person in self.approvers or self.include(person, name)


async def find_owners(session: AsyncSession, money: Money, now: datetime) -> Owners:
    """Who may not decide: requester, authors, payee and whoever asked, and who stands in for one
    of them."""
    own = {money.requester_id, money.asked_by_id}
    own |= {money.payee_id} if money.payee_id else set()
    payee, absent = alike(money.payee), aliased(User)
    authors = (
        select(TicketParticipant.user_id)
        .where(TicketParticipant.ticket_id == money.ticket_id)
        .where(TicketParticipant.part == Part.AUTHOR)
    )
    theirs = or_(absent.id.in_(own), absent.id.in_(authors))
    stand_ins = (
        select(Absence.stand_in_id, theirs, absent.name)
        .join(absent, absent.id == Absence.user_id)
        .where(IS_OPEN, covers(now))
    )
    people = union(authors.add_columns(true(), literal("")), stand_ins)
    rows = await session.execute(people.execution_options(deleted="with"))
    found = {who for who, is_theirs, absentee in rows if is_theirs or alike(absentee) == payee}
    approvers = await _approvers(session, money.request_id)
    return Owners(frozenset(own | found), payee, approvers)


async def _approvers(session: AsyncSession, request_id: int | None) -> frozenset[uuid.UUID]:
    if request_id is None:
        return frozenset()
    found = await session.scalars(
        select(ApprovalSeat.user_id)
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .where(Approval.request_id == request_id, Approval.status == ApprovalStatus.APPROVED)
        .where(ApprovalSeat.state == SeatState.APPROVED)
    )
    return frozenset(found)


async def list_candidates(
    session: AsyncSession, step: Step, money: Money, settings: ApprovalSettings, now: datetime
) -> list[Candidate]:
    """Those of the role with their stand-ins. Alternates fill up what the step needs."""
    owners = await find_owners(session, money, now)
    of_role = await _free(session, User.role == ROLES[step.kind], owners)
    found = [Candidate(each.id, each.name, SeatReason.ROLE) for each in of_role]
    missing = (step.needed or 1) - len(found)
    if missing > 0:
        found += await list_alternates(session, step.kind, money, settings, now)
    return _once(found + await _stand_ins(session, of_role, money, owners, now))


async def list_alternates(
    session: AsyncSession,
    kind: StepKind,
    money: Money,
    settings: ApprovalSettings,
    now: datetime,
) -> list[Candidate]:
    ids = settings.alternates.get(kind, ())
    if not ids:
        return []
    owners = await find_owners(session, money, now)
    people = await _free(session, User.slack_user_id.in_(ids), owners)
    return [Candidate(each.id, each.name, SeatReason.ALTERNATE) for each in people]


def check_enough(step: Step, people: Sequence[Candidate]) -> bool:
    """Whether anybody could decide the step. Raises Refused when some can, and too few."""
    able = sum(each.why is not SeatReason.STAND_IN for each in people)
    needed = step.needed if step.quorum is Quorum.NUMBER and step.needed else 1
    if not able or able >= needed:
        return bool(able)
    raise Refused(
        f"Only {able} of the {needed} people needed for {name_of(step.kind)} may decide about "
        f"this. Ask an administrator to name alternates for {name_of(step.kind)}."
    )


def name_of(kind: StepKind) -> str:
    return "the CEO" if kind is StepKind.CEO else "finance"


async def _free(session: AsyncSession, which: ColumnElement[bool], owners: Owners) -> list[User]:
    rows = await session.scalars(select(User).where(which, may_act()).order_by(User.name, User.id))
    return [each for each in rows if not owners.rule_out(each.id, each.name)]


async def _stand_ins(
    session: AsyncSession,
    people: Sequence[User],
    money: Money,
    owners: Owners,
    now: datetime,
) -> list[Candidate]:
    rows = await session.execute(
        select(User.id, User.name, Absence.user_id)
        .join(Absence, Absence.stand_in_id == User.id)
        .where(Absence.user_id.in_([each.id for each in people]), IS_OPEN, covers(now))
        .where(may_act())
        .where(or_(Absence.amount_limit.is_(None), Absence.amount_limit >= money.amount))
        .order_by(Absence.id)
    )
    return [
        Candidate(row[0], row[1], SeatReason.STAND_IN, row[2])
        for row in rows
        if not owners.rule_out(row[0], row[1])
    ]


def _once(people: Sequence[Candidate]) -> list[Candidate]:
    """Whoever has a seat of their own needs none for another."""
    found: dict[uuid.UUID, Candidate] = {}
    for each in people:
        found.setdefault(each.id, each)
    return list(found.values())
