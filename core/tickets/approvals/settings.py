"""What an administrator may set for approvals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.preferences import Preference
from core.tickets.approvals.states import StepKind

#: The preference that holds it.
NAME = "approvals"


class Mark(StrEnum):
    """What is done when a part of a step's time is over."""

    REMIND = "remind"
    ESCALATE = "escalate"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    #: Business time that a step may take.
    deadline: timedelta = timedelta(hours=16)
    #: In percent of that time.
    remind_at: tuple[int, ...] = (50, 90)
    escalate_at: int = 100
    expire_at: int = 200
    #: How often whoever asked may remind by hand.
    nudge_every: timedelta = timedelta(hours=4)
    #: Requests for the same within so many days are added up.
    same_purpose_days: int = 30
    #: In the rules' currency: below this, several are approved at once; from that on, each only
    #: after another question.
    select_below: Decimal = Decimal(500)
    confirm_from: Decimal = Decimal(5000)
    #: Slack user ids: who decides when nobody else may, or nobody did in time.
    alternates: Mapping[StepKind, tuple[str, ...]] = field(default_factory=dict)

    @property
    def marks(self) -> list[tuple[int, Mark]]:
        """In the order of time."""
        return [
            *((each, Mark.REMIND) for each in sorted(self.remind_at)),
            (self.escalate_at, Mark.ESCALATE),
            (self.expire_at, Mark.EXPIRE),
        ]

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "deadline": self.deadline.total_seconds(),
            "remind_at": list(self.remind_at),
            "escalate_at": self.escalate_at,
            "expire_at": self.expire_at,
            "nudge_every": self.nudge_every.total_seconds(),
            "same_purpose_days": self.same_purpose_days,
            "select_below": f"{self.select_below.normalize():f}",
            "confirm_from": f"{self.confirm_from.normalize():f}",
            "alternates": {kind.value: list(ids) for kind, ids in self.alternates.items()},
        }


_READERS: Mapping[str, Any] = {
    "deadline": lambda value: timedelta(seconds=value),
    "nudge_every": lambda value: timedelta(seconds=value),
    "remind_at": tuple,
    "select_below": Decimal,
    "confirm_from": Decimal,
    "alternates": lambda value: {StepKind(kind): tuple(ids) for kind, ids in value.items()},
}


def read_kept(kept: Mapping[str, Any]) -> ApprovalSettings:
    """What is not kept has its default."""
    return ApprovalSettings(
        **{name: _READERS.get(name, int)(value) for name, value in kept.items()}
    )


async def read_settings(session: AsyncSession) -> ApprovalSettings:
    kept = await session.scalar(select(Preference.value).where(Preference.name == NAME))
    return read_kept(kept or {})
