"""Requests for approval as cards, lists and windows show them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.tickets.approvals.states import (
    Quorum,
    RequestStatus,
    SeatReason,
    SeatState,
    StepKind,
)
from core.tickets.queries import Person
from core.tickets.states import ApprovalStatus


@dataclass(frozen=True, slots=True)
class SeatView:
    user_id: uuid.UUID
    person: Person
    why: SeatReason
    stands_in_for: Person | None
    state: SeatState
    #: A rejection's reason, the question, or a note.
    reason: str | None
    decided_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class StepView:
    id: int
    position: int
    kind: StepKind
    quorum: Quorum
    needed: int | None
    status: ApprovalStatus
    started_at: datetime | None
    due_at: datetime | None
    expires_at: datetime | None
    decided_at: datetime | None
    seats: Sequence[SeatView]


@dataclass(frozen=True, slots=True)
class FileFact:
    id: int
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CardView:
    """All that an approver needs to decide. `my_seat` is the reader's, in the present step or in
    the last one they had a seat in."""

    id: int
    ticket_id: uuid.UUID
    ticket_number: int
    ticket_summary: str
    department: str
    number: int
    status: RequestStatus
    version: int
    amount: Decimal
    currency: str
    amount_in_base: Decimal
    base_currency: str
    rate: Decimal | None
    rate_on: date | None
    counted: Decimal
    payee: str
    payee_person: Person | None
    purpose: str
    needed_by: date | None
    note: str
    files: Sequence[FileFact]
    facts_hash: str
    rule_version: int
    explanation: str
    #: {fact: [before, after]} since the request before this one.
    difference: Mapping[str, Any]
    requester: Person
    asked_by: Person
    asked_by_id: uuid.UUID
    asked_at: datetime
    ended_at: datetime | None
    ended_by: Person | None
    end_reason: str | None
    question: str | None
    questioned_by: Person | None
    answer: str | None
    nudged_at: datetime | None
    previous_request_id: int | None
    previous_number: int | None
    next_request_id: int | None
    steps: Sequence[StepView]
    #: It is asked to be confirmed before it is approved.
    is_large: bool
    my_seat: SeatView | None = None
    #: The reader may decide now, as far as can be told before the click.
    can_decide: bool = False
    #: The reader may answer, withdraw, nudge, send again or change it.
    can_steer: bool = False

    @property
    def ticket_key(self) -> str:
        return f"HD-{self.ticket_number}"

    @property
    def step(self) -> StepView | None:
        """The one that is being asked."""
        asked = (ApprovalStatus.PENDING, ApprovalStatus.CHANGES_REQUESTED)
        return next((each for each in self.steps if each.status in asked), None)


@dataclass(frozen=True, slots=True)
class Badge:
    """A request in a line, for a ticket's card."""

    request_id: int
    number: int
    status: RequestStatus
    amount: Decimal
    currency: str
    purpose: str
    #: Who is being asked: None when it has ended.
    step: StepKind | None
    due_at: datetime | None
    #: When it ended, and by whom, where that was a person.
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for the reader, as a line of their list."""

    request_id: int
    ticket_id: uuid.UUID
    ticket_number: int
    ticket_summary: str
    amount: Decimal
    currency: str
    amount_in_base: Decimal
    base_currency: str
    payee: str
    purpose: str
    requester: Person
    facts_hash: str
    seat_at: datetime
    seat_id: int
    due_at: datetime | None
    #: It is below the limit under which several are decided at once.
    may_be_selected: bool

    @property
    def age_since(self) -> datetime:
        return self.seat_at

    @property
    def position(self) -> tuple[datetime, int]:
        """For the page after it."""
        return self.seat_at, self.seat_id


@dataclass(frozen=True, slots=True)
class Filters:
    """In the rules' currency; None leaves it open."""

    amount_from: Decimal | None = None
    amount_below: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AbsenceView:
    id: int
    user_id: uuid.UUID
    person: Person
    stand_in: Person
    starts_at: datetime
    ends_at: datetime | None
    amount_limit: Decimal | None
    set_by: Person | None
    is_now: bool


@dataclass(frozen=True, slots=True)
class StepTime:
    """How much business time a step has used, for reports."""

    request_id: int
    position: int
    kind: StepKind
    status: ApprovalStatus
    used: timedelta
