"""What the configuration file may say about approvals."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from core.configuration.values import Entry, Length, Promise, UserId
from core.tickets.approvals.settings import ApprovalSettings
from core.tickets.approvals.states import StepKind

_APPROVALS = ApprovalSettings()


def _percent(share: int) -> int:
    if not 1 <= share <= 1000:
        raise ValueError("write a part of the deadline, from 1 to 1000 percent")
    return share


def _days(number: int) -> int:
    if not 0 <= number <= 366:
        raise ValueError("write a number of days from 0 to 366")
    return number


def _quorum(value: Any) -> str:
    if not re.fullmatch(r"any|all|majority|[1-9][0-9]?", str(value)):
        raise ValueError(f"“{value}” is not any, all, majority or a number of people")
    return str(value)


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Percent = Annotated[int, AfterValidator(_percent)]
QuorumWord = Annotated[str, BeforeValidator(_quorum)]


class ApprovalRule(Entry):
    """For amounts from `lower`, included, up to `upper`, excluded."""

    currency: Currency = "EUR"
    lower: Annotated[Decimal, Field(alias="from", ge=0)] = Decimal(0)
    upper: Annotated[Decimal | None, Field(alias="to")] = None
    steps: list[StepKind] = []
    #: How many of a step's people have to approve.
    quorum: dict[StepKind, QuorumWord] = {}


class ExchangeRateEntry(Entry):
    """What one unit of `currency` is worth in the currency of the rules, from a day on."""

    currency: Currency
    rate: Annotated[Decimal, Field(gt=0, max_digits=20, decimal_places=10)]
    valid_on: Annotated[date, Field(alias="from")]


class ApprovalsEntry(Entry):
    """Percentages are of the deadline."""

    deadline: Promise = _APPROVALS.deadline
    remind_at: Annotated[list[Percent], Field(max_length=5)] = list(_APPROVALS.remind_at)
    escalate_at: Percent = _APPROVALS.escalate_at
    expire_at: Percent = _APPROVALS.expire_at
    nudge_every: Length = _APPROVALS.nudge_every
    same_purpose_days: Annotated[int, AfterValidator(_days)] = _APPROVALS.same_purpose_days
    select_below: Annotated[Decimal, Field(ge=0)] = _APPROVALS.select_below
    confirm_from: Annotated[Decimal, Field(ge=0)] = _APPROVALS.confirm_from
    alternates: dict[StepKind, list[UserId]] = {}
