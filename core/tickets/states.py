"""The life of a ticket as data: which action leads from where to where, and who may take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import InvalidTransition
from core.users.permissions import Permission


class Status(StrEnum):
    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING_REQUESTER = "waiting_requester"
    ON_HOLD = "on_hold"
    WAITING_APPROVAL = "waiting_approval"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        return _WORDS.get(self, self.value.replace("_", " ").capitalize())


_WORDS = {
    Status.WAITING_REQUESTER: "Waiting for requester",
    Status.WAITING_APPROVAL: "Waiting for approval",
}


class SubTicketStatus(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    SENT_BACK = "sent_back"
    CANCELLED = "cancelled"


class ApprovalStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGES_REQUESTED = "changes_requested"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


#: Nobody works on it any more.
IS_OVER = frozenset({Status.RESOLVED, Status.CLOSED, Status.CANCELLED})
#: Nothing leads back from here.
FINAL = frozenset({Status.CLOSED, Status.CANCELLED})
#: Somebody has it and may work on it.
IS_HELD = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING_REQUESTER, Status.ON_HOLD})
IS_OPEN = frozenset(Status) - IS_OVER


class Action(StrEnum):
    """What can be done to a ticket's status. Also the `action` of its audit row: `ticket.…`."""

    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    START = "start"
    WAIT = "wait"
    HOLD = "hold"
    ANSWER = "answer"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Transition:
    """`then` of None: the status stays as it is, where an action may leave it alone."""

    now: frozenset[Status]
    then: Status
    permission: Permission


TRANSITIONS: Mapping[Action, Transition] = {
    Action.CLAIM: Transition(frozenset({Status.NEW}), Status.ASSIGNED, Permission.CLAIM),
    Action.ASSIGN: Transition(
        frozenset({Status.NEW}) | IS_HELD, Status.ASSIGNED, Permission.ASSIGN
    ),
    Action.RELEASE: Transition(IS_HELD, Status.NEW, Permission.WORK),
    Action.START: Transition(IS_HELD - {Status.IN_PROGRESS}, Status.IN_PROGRESS, Permission.WORK),
    Action.WAIT: Transition(
        frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.ON_HOLD}),
        Status.WAITING_REQUESTER,
        Permission.WORK,
    ),
    Action.HOLD: Transition(
        frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING_REQUESTER}),
        Status.ON_HOLD,
        Permission.WORK,
    ),
    Action.ANSWER: Transition(
        frozenset({Status.WAITING_REQUESTER}), Status.IN_PROGRESS, Permission.REPLY
    ),
    Action.RESOLVE: Transition(frozenset({Status.NEW}) | IS_HELD, Status.RESOLVED, Permission.WORK),
    Action.REOPEN: Transition(frozenset({Status.RESOLVED}), Status.IN_PROGRESS, Permission.REOPEN),
    Action.CLOSE: Transition(frozenset({Status.RESOLVED}), Status.CLOSED, Permission.CLOSE),
    Action.CANCEL: Transition(
        frozenset({Status.NEW}) | IS_HELD, Status.CANCELLED, Permission.CANCEL
    ),
}


def allows(action: Action, now: Status) -> bool:
    return now in TRANSITIONS[action].now


def check(action: Action, now: Status, key: str) -> Status:
    """The status after the action. Raises InvalidTransition with a sentence naming both."""
    if not allows(action, now):
        raise InvalidTransition(f"{key} is {now.words.lower()}: you cannot {action} it now.")
    return TRANSITIONS[action].then
