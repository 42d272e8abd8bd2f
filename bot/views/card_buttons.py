"""Which buttons and menus a ticket's card has in which status, and what they are called."""

from collections.abc import Mapping

from bot.ids import Action, DeskMore, More
from core.tickets.states import IS_HELD, Status

LABELS: Mapping[Action, str] = {
    Action.CLAIM: "Assign to me",
    Action.ASSIGN: "Assign…",
    Action.START: "Start",
    Action.REPLY: "Reply to requester",
    Action.WAIT: "Wait for requester",
    Action.HOLD: "Put on hold…",
    Action.RESOLVE: "Resolve…",
    Action.REOPEN: "Reopen",
    Action.CLOSE: "Close",
    Action.HISTORY: "History",
    Action.CANCEL: "Cancel…",
    Action.SPLIT: "Split…",
    Action.FILES: "Files…",
    Action.WATCH: "Watch",
    Action.UNWATCH: "Unwatch",
    Action.EDIT: "Edit…",
    Action.DELETE: "Delete…",
    Action.APPROVAL_ASK: "Request approval…",
    Action.WHY_DUE: "Why this due time?",
}

MORE: Mapping[More, str] = {
    More.EDIT: "Edit…",
    More.HISTORY: "History",
    More.WATCH: "Watch",
    More.UNWATCH: "Unwatch",
    More.NOTE: "Add note…",
    More.WHY_DUE: "Why this due time?",
}

_WORK = (
    *(Action.REPLY, Action.WAIT, Action.HOLD),
    *(Action.ASSIGN, Action.SPLIT, Action.RESOLVE),
)
_ON_HOLD = (Action.START, Action.REPLY, Action.ASSIGN, Action.SPLIT, Action.RESOLVE)
_WAITING = (Action.START, Action.REPLY, Action.HOLD, Action.ASSIGN, Action.SPLIT, Action.RESOLVE)
AFTERWARDS = (Action.REOPEN, Action.CLOSE)

_BY_STATUS: Mapping[Status, tuple[Action, ...]] = {
    Status.NEW: (Action.CLAIM, Action.ASSIGN, Action.REPLY, Action.SPLIT, Action.RESOLVE),
    Status.ASSIGNED: (Action.START, *_WORK),
    Status.IN_PROGRESS: _WORK,
    Status.WAITING_REQUESTER: _WAITING,
    Status.ON_HOLD: _ON_HOLD,
    Status.WAITING_APPROVAL: (Action.REPLY,),
    Status.RESOLVED: AFTERWARDS,
    Status.CLOSED: (),
    Status.CANCELLED: (),
}
_ANY_TIME = (
    (DeskMore.PRIORITY, "Priority…"),
    (DeskMore.TRANSFER, "Transfer…"),
    (DeskMore.MERGE, "Merge…"),
    (DeskMore.CANCEL, "Cancel…"),
)
_WHILE_HELD = ((DeskMore.RELEASE, "Release"), *_ANY_TIME)
DESK_MORE: Mapping[Status, tuple[tuple[DeskMore, str], ...]] = {
    Status.NEW: _ANY_TIME,
    **dict.fromkeys(IS_HELD, _WHILE_HELD),
    Status.WAITING_APPROVAL: tuple(each for each in _ANY_TIME if each[0] is not DeskMore.TRANSFER),
}
MAIN = frozenset({Action.CLAIM, Action.START})


def at_desk(status: Status, *, can_ask: bool) -> list[Action]:
    """`can_ask`: whether money may be asked for there."""
    shown = list(_BY_STATUS[status])
    if can_ask:
        place = shown.index(Action.RESOLVE) if Action.RESOLVE in shown else len(shown)
        shown.insert(place, Action.APPROVAL_ASK)
    return shown
