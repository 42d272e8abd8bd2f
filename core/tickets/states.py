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
#: By status, a department's own words for it. What can be done depends on the status alone.
Labels = Mapping[str, str]
NO_LABELS: Labels = {}


def spoken(status: Status, labels: Labels = NO_LABELS) -> str:
    """As it stands within a sentence."""
    own = labels.get(status)
    return f"“{own}”" if own else status.words.lower()


class ResolutionReason(StrEnum):
    SOLVED = "solved"
    ANSWERED = "answered"
    WORKAROUND = "workaround"
    DUPLICATE = "duplicate"
    CANNOT_REPRODUCE = "cannot_reproduce"
    NOT_OURS = "not_ours"
    WONT_DO = "wont_do"

    @property
    def words(self) -> str:
        return _REASONS.get(self, self.value.replace("_", " ").capitalize())


_REASONS = {
    ResolutionReason.NOT_OURS: "Not for this department",
    ResolutionReason.WONT_DO: "Won't do",
}


class SubTicketStatus(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    SENT_BACK = "sent_back"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ").capitalize()


class ApprovalStatus(StrEnum):
    """Of one step of a request for approval."""

    #: For the step before it.
    WAITING = "waiting"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGES_REQUESTED = "changes_requested"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


class SlaState(StrEnum):
    """How a ticket keeps what was promised."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    #: An answer is, while there is time left for the resolution.
    ANSWER_OVERDUE = "answer_overdue"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ").capitalize()


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
    TRANSFER = "transfer"
    MERGE = "merge"
    REQUEST_APPROVAL = "request_approval"
    END_APPROVAL = "end_approval"


@dataclass(frozen=True, slots=True)
class Transition:
    """The end of an approval leads back to where the ticket was; `then` is where that is mostly."""

    now: frozenset[Status]
    then: Status
    permission: Permission


TRANSITIONS: Mapping[Action, Transition] = {
    Action.CLAIM: Transition(frozenset({Status.NEW}), Status.ASSIGNED, Permission.CLAIM),
    Action.ASSIGN: Transition(
        frozenset({Status.NEW}) | IS_HELD, Status.ASSIGNED, Permission.ASSIGN
    ),
    Action.RELEASE: Transition(IS_HELD, Status.NEW, Permission.RELEASE),
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
    Action.TRANSFER: Transition(frozenset({Status.NEW}) | IS_HELD, Status.NEW, Permission.TRANSFER),
    Action.MERGE: Transition(frozenset({Status.NEW}) | IS_HELD, Status.CLOSED, Permission.WORK),
    Action.REQUEST_APPROVAL: Transition(
        IS_HELD | {Status.WAITING_APPROVAL},
        Status.WAITING_APPROVAL,
        Permission.REQUEST_APPROVAL,
    ),
    Action.END_APPROVAL: Transition(
        frozenset({Status.WAITING_APPROVAL}), Status.IN_PROGRESS, Permission.REQUEST_APPROVAL
    ),
}


#: What one cannot do, where the action's own name says it badly.
_VERBS = {
    Action.RELEASE: "put it back into the queue",
    Action.WAIT: "let it wait for its requester",
    Action.HOLD: "put it on hold",
    Action.ANSWER: "answer",
    Action.REQUEST_APPROVAL: "ask for approval of it",
    Action.END_APPROVAL: "end an approval of it",
}


def allows(action: Action, now: Status) -> bool:
    return now in TRANSITIONS[action].now


def check(action: Action, now: Status, key: str, labels: Labels = NO_LABELS) -> Status:
    """The status after the action. Raises InvalidTransition with a sentence naming both."""
    if not allows(action, now):
        verb = _VERBS.get(action, f"{action} it")
        raise InvalidTransition(f"{key} is {spoken(now, labels)}: you cannot {verb} now.")
    return TRANSITIONS[action].then


class SubAction(StrEnum):
    """What can be done to a part's status. Also the `action` of its audit row: `part.…`."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    START = "start"
    FINISH = "finish"
    SEND_BACK = "send_back"
    SEND_AGAIN = "send_again"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class SubTransition:
    now: frozenset[SubTicketStatus]
    then: SubTicketStatus
    permission: Permission


#: Somebody of the receiving department has it.
PART_IS_HELD = frozenset({SubTicketStatus.ACCEPTED, SubTicketStatus.IN_PROGRESS})
#: It lies with the receiving department.
PART_IS_OUT = PART_IS_HELD | {SubTicketStatus.NEW}
PART_IS_OPEN = PART_IS_OUT | {SubTicketStatus.SENT_BACK}

SUB_TRANSITIONS: Mapping[SubAction, SubTransition] = {
    SubAction.ACCEPT: SubTransition(
        frozenset({SubTicketStatus.NEW}), SubTicketStatus.ACCEPTED, Permission.WORK_PART
    ),
    SubAction.ASSIGN: SubTransition(PART_IS_OUT, SubTicketStatus.ACCEPTED, Permission.ASSIGN_PART),
    SubAction.START: SubTransition(
        frozenset({SubTicketStatus.ACCEPTED}), SubTicketStatus.IN_PROGRESS, Permission.WORK_PART
    ),
    SubAction.FINISH: SubTransition(PART_IS_HELD, SubTicketStatus.DONE, Permission.WORK_PART),
    SubAction.SEND_BACK: SubTransition(
        PART_IS_OUT, SubTicketStatus.SENT_BACK, Permission.WORK_PART
    ),
    SubAction.SEND_AGAIN: SubTransition(
        frozenset({SubTicketStatus.SENT_BACK}), SubTicketStatus.NEW, Permission.STEER_PART
    ),
    SubAction.CANCEL: SubTransition(PART_IS_OPEN, SubTicketStatus.CANCELLED, Permission.STEER_PART),
}


_PART_VERBS = {SubAction.SEND_BACK: "send it back", SubAction.SEND_AGAIN: "send it again"}


def check_part(action: SubAction, now: SubTicketStatus, key: str) -> SubTicketStatus:
    """The part's status after the action. Raises InvalidTransition with a sentence."""
    if now not in SUB_TRANSITIONS[action].now:
        verb = _PART_VERBS.get(action, f"{action} it")
        raise InvalidTransition(f"{key} is {now.words.lower()}: you cannot {verb} now.")
    return SUB_TRANSITIONS[action].then
