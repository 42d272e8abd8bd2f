"""What people bring to a request for approval, and what they are told of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.tickets.approvals.states import Choice, RequestStatus, StepKind

PURPOSE_MAX = 500
PAYEE_MAX = 150
NOTE_MAX = 1000
REASON_MIN, REASON_MAX = 10, 1000


@dataclass(frozen=True, slots=True)
class Ask:
    """A filled-in form. `amount` as it was typed: 1234.50 or 1,234.50. Refusals name the fields
    amount, currency, payee, purpose, needed_by and files."""

    amount: str
    currency: str
    payee: str
    purpose: str
    payee_id: uuid.UUID | None = None
    needed_by: date | None = None
    #: Files of the ticket that belong to the request.
    attachment_ids: tuple[int, ...] = ()
    #: The natural key of the submitted form: the same one twice makes one request.
    source_key: str | None = None
    #: For whoever decides; nothing of what is asked depends on it.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One step, as it would be asked. `away` tells of people whose stand-in is asked too."""

    kind: StepKind
    people: tuple[str, ...]
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen once it is sent, and why. Without steps it is approved at once."""

    steps: tuple[Planned, ...]
    explanation: str
    amount_in_base: Decimal
    base_currency: str
    #: None when the amount is in the rules' own currency.
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """`is_new` is False when this form was submitted before."""

    request_id: int
    status: RequestStatus
    explanation: str
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Click:
    """Where in Slack it was decided, for the evidence. `facts_hash` is that of the facts shown,
    or its beginning."""

    facts_hash: str | None = None
    team_id: str | None = None
    channel_id: str | None = None
    message_ts: str | None = None
    action_id: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`words`: the note of an approval (optional), the reason of a rejection, the question."""

    choice: Choice
    words: str = ""
    click: Click = Click()


class Result(StrEnum):
    DECIDED = "decided"
    #: The same person chose the same before: nothing to say.
    RECORDED = "recorded"
    #: Somebody else, or another click, was faster; or the request has ended.
    TOO_LATE = "too_late"
    #: This person may not decide it. Noted in the trail.
    REFUSED = "refused"
    #: What they looked at is not what is asked any more. Noted in the trail.
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`text` is for the person, whatever became of it. The unit of work is to be committed in
    every case: a refusal leaves its line in the trail, too."""

    result: Result
    text: str
    request_id: int
    ticket_id: uuid.UUID
    status: RequestStatus

    @property
    def is_done(self) -> bool:
        return self.result in {Result.DECIDED, Result.RECORDED}


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """Refusals name the fields person, stand_in, starts_at, ends_at and amount_limit."""

    user_id: uuid.UUID
    stand_in_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime | None = None
    amount_limit: str = ""


Difference = Mapping[str, tuple[Any, Any]]
