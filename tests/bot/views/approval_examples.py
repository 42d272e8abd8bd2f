"""Requests for approval, as core hands them to the views."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.tickets.approvals.states import (
    Quorum,
    RequestStatus,
    SeatReason,
    SeatState,
    StepKind,
)
from core.tickets.approvals.views import (
    Badge,
    CardView,
    FileFact,
    SeatView,
    StepView,
    Waiting,
)
from core.tickets.queries import Person
from core.tickets.states import ApprovalStatus
from tests.bot.views.examples import ANN, MIA, TICKET_ID

CLEO, FAY = Person("U0CLEO", "Cleo Lang"), Person("U0FAY", "Fay Lund")
FAY_ID = UUID("0190b6a0-0000-7000-8000-00000000000f")
CLEO_ID = UUID("0190b6a0-0000-7000-8000-00000000000c")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def make_seat(**given: Any) -> SeatView:
    usual = SeatView(FAY_ID, FAY, SeatReason.ROLE, None, SeatState.PENDING, None, None, 1)
    return replace(usual, **given)


def make_step(*seats: SeatView, **given: Any) -> StepView:
    usual = StepView(
        id=5,
        position=0,
        kind=StepKind.FINANCE,
        quorum=Quorum.ANY,
        needed=None,
        status=ApprovalStatus.PENDING,
        started_at=NOON,
        due_at=datetime(2026, 3, 4, 12, 0, tzinfo=UTC),
        expires_at=None,
        decided_at=None,
        seats=seats or (make_seat(),),
    )
    return replace(usual, **given)


def make_request(*steps: StepView, **given: Any) -> CardView:
    chain = steps or (make_step(),)
    usual: dict[str, Any] = {
        "id": 7,
        "ticket_id": TICKET_ID,
        "ticket_number": 12,
        "ticket_summary": "We need chairs",
        "department": "Finance",
        "number": 1,
        "status": RequestStatus.PENDING,
        "version": 1,
        "amount": Decimal("1234.50"),
        "currency": "EUR",
        "amount_in_base": Decimal("1234.50"),
        "base_currency": "EUR",
        "rate": None,
        "rate_on": None,
        "counted": Decimal("1234.50"),
        "payee": "Office Depot",
        "payee_person": None,
        "purpose": "Chairs for the third floor",
        "needed_by": date(2026, 4, 1),
        "files": (FileFact(3, "offer.pdf", "ab" * 32),),
        "facts_hash": "f" * 64,
        "rule_version": 1,
        "explanation": "From €500.00 up to under €5,000.00 finance decides.",
        "difference": {},
        "requester": MIA,
        "asked_by": ANN,
        "asked_by_id": UUID(int=1),
        "asked_at": NOON,
        "ended_at": None,
        "ended_by": None,
        "end_reason": None,
        "question": None,
        "questioned_by": None,
        "answer": None,
        "nudged_at": None,
        "previous_request_id": None,
        "previous_number": None,
        "next_request_id": None,
        "steps": chain,
        "is_large": False,
        "my_seat": chain[0].seats[0],
        "can_decide": True,
        "can_steer": False,
        "note": "",
    }
    return CardView(**(usual | given))


def make_waiting(**given: Any) -> Waiting:
    usual: dict[str, Any] = {
        "request_id": 7,
        "ticket_id": TICKET_ID,
        "ticket_number": 12,
        "ticket_summary": "We need chairs",
        "amount": Decimal("120.00"),
        "currency": "EUR",
        "amount_in_base": Decimal("120.00"),
        "base_currency": "EUR",
        "payee": "Office Depot",
        "purpose": "Chairs",
        "requester": MIA,
        "facts_hash": "f" * 64,
        "seat_at": NOON,
        "seat_id": 9,
        "due_at": None,
        "may_be_selected": True,
    }
    return Waiting(**(usual | given))


def make_badge(**given: Any) -> Badge:
    usual: dict[str, Any] = {
        "request_id": 7,
        "number": 1,
        "status": RequestStatus.PENDING,
        "amount": Decimal("1234.50"),
        "currency": "EUR",
        "purpose": "Chairs",
        "step": StepKind.FINANCE,
        "due_at": NOON,
    }
    return Badge(**(usual | given))
