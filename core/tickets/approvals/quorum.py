"""Whether a step is decided, by what its seats say. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core.tickets.approvals.states import Quorum, SeatReason, SeatState

_COUNTS = frozenset({SeatState.PENDING, SeatState.APPROVED, SeatState.REJECTED, SeatState.CHANGES})
_OPEN = frozenset({SeatState.PENDING, SeatState.CHANGES})


@dataclass(frozen=True, slots=True)
class Vote:
    user_id: UUID
    why: SeatReason
    state: SeatState
    stands_in_for_id: UUID | None = None

    @property
    def principal(self) -> UUID:
        """Whose voice it is: somebody and their stand-in have one."""
        return self.stands_in_for_id or self.user_id


@dataclass(frozen=True, slots=True)
class Tally:
    approved: int
    rejected: int
    #: Voices that may still be heard.
    open: int
    #: Voices that count towards all or a majority: alternates take nobody's place beside others.
    whole: int

    @classmethod
    def of(cls, votes: Sequence[Vote]) -> "Tally":
        counted = [each for each in votes if each.state in _COUNTS]
        regular = {each.principal for each in counted if each.why is not SeatReason.ALTERNATE}
        voices = {each.principal for each in counted}
        approved = {each.principal for each in counted if each.state is SeatState.APPROVED}
        rejected = {each.principal for each in counted if each.state is SeatState.REJECTED}
        still = {each.principal for each in counted if each.state in _OPEN}
        left = still - approved - rejected
        return cls(len(approved), len(rejected), len(left), len(regular or voices))


def needed_of(quorum: Quorum, needed: int | None, whole: int) -> int:
    match quorum:
        case Quorum.ANY:
            return 1
        case Quorum.ALL:
            return max(whole, 1)
        case Quorum.MAJORITY:
            return whole // 2 + 1
        case Quorum.NUMBER:
            return needed or 1


def verdict(quorum: Quorum, needed: int | None, votes: Sequence[Vote]) -> bool | None:
    """True: approved; False: rejected, or not to be reached any more; None: open. A step that
    nobody has a seat in stays open."""
    tally = Tally.of(votes)
    if not tally.whole:
        return None
    wanted = needed_of(quorum, needed, tally.whole)
    if tally.rejected and quorum is not Quorum.MAJORITY:
        return False
    if tally.approved >= wanted:
        return True
    return None if tally.approved + tally.open >= wanted else False
