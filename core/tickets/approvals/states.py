"""The life of a request for approval, of its steps and of the seats of each step."""

from enum import StrEnum


class RequestStatus(StrEnum):
    """What became of a request. All but the first two are ends, and never change."""

    PENDING = "pending"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    #: A fact changed after it was approved.
    VOID = "void"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    RequestStatus.PENDING: "Waiting for a decision",
    RequestStatus.CHANGES_REQUESTED: "Changes asked for",
    RequestStatus.APPROVED: "Approved",
    RequestStatus.REJECTED: "Rejected",
    RequestStatus.WITHDRAWN: "Withdrawn",
    RequestStatus.EXPIRED: "Expired",
    RequestStatus.VOID: "Void – facts changed",
}

IS_LIVE = frozenset({RequestStatus.PENDING, RequestStatus.CHANGES_REQUESTED})
#: Ends after which the same may be asked again with one click.
MAY_BE_SENT_AGAIN = frozenset({RequestStatus.WITHDRAWN, RequestStatus.EXPIRED, RequestStatus.VOID})


class StepKind(StrEnum):
    """Who decides, one after another."""

    FINANCE = "finance"
    CEO = "ceo"

    @property
    def words(self) -> str:
        return "CEO" if self is StepKind.CEO else "Finance"


class Quorum(StrEnum):
    """How many of a step's people have to approve."""

    ANY = "any"
    ALL = "all"
    MAJORITY = "majority"
    #: As many as `needed` says.
    NUMBER = "number"


class SeatState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    #: Asked for changes.
    CHANGES = "changes"
    #: The right went elsewhere: a stand-in's time is over, or the person has another role now.
    MOVED = "moved"
    #: The step ended without them.
    VOID = "void"


class SeatReason(StrEnum):
    """Why somebody has a seat."""

    #: A rule names the role they have.
    ROLE = "role"
    #: For somebody who is away.
    STAND_IN = "stand_in"
    #: Nobody else may decide, or nobody did in time.
    ALTERNATE = "alternate"


class Choice(StrEnum):
    """What an approver does. Also the `action` of its audit row: `approval.…`."""

    APPROVE = "approve"
    REJECT = "reject"
    ASK_CHANGES = "ask_changes"


SEAT_AFTER = {
    Choice.APPROVE: SeatState.APPROVED,
    Choice.REJECT: SeatState.REJECTED,
    Choice.ASK_CHANGES: SeatState.CHANGES,
}
