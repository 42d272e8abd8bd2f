"""The life of a ticket: the table, written out by hand, and walks through it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidTransition
from core.tickets.changes import move
from core.tickets.models import Ticket
from core.tickets.states import (
    IS_HELD,
    IS_OPEN,
    IS_OVER,
    TRANSITIONS,
    Action,
    Status,
    allows,
    check,
)
from core.users.permissions import Permission

# Statuses: New, Assigned, in Progress, Waiting for requester, on Hold, waiting for apProval (q),
# Resolved, Closed, cancelled (x).
LETTERS = dict(zip("napwhqrcx", Status, strict=True))

BY_HAND = """
    claim    n      assigned           claim
    assign   napwh  assigned           assign
    release  apwh   new                release
    start    awh    in_progress        work
    wait     aph    waiting_requester  work
    hold     apw    on_hold            work
    answer   w      in_progress        reply
    resolve  napwh  resolved           work
    reopen   r      in_progress        reopen
    close    r      closed             close
    cancel   napwh  cancelled          cancel
    transfer napwh  new                transfer
    merge    napwh  closed             work
    request_approval apwhq waiting_approval request_approval
    end_approval     q     in_progress      request_approval
"""
TABLE = {
    Action(action): ({LETTERS[letter] for letter in now}, Status(then), Permission(permission))
    for action, now, then, permission in (line.split() for line in BY_HAND.strip().splitlines())
}


def test_the_table_is_the_one_written_out_here() -> None:
    found = {
        action: (set(each.now), each.then, each.permission) for action, each in TRANSITIONS.items()
    }
    assert found == TABLE


VERBS = {
    Action.RELEASE: "put it back into the queue",
    Action.WAIT: "let it wait for its requester",
    Action.HOLD: "put it on hold",
    Action.ANSWER: "answer",
    Action.REQUEST_APPROVAL: "ask for approval of it",
    Action.END_APPROVAL: "end an approval of it",
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("now", Status)
def test_an_action_leads_where_the_table_says_or_is_refused(action: Action, now: Status) -> None:
    starts, then, _ = TABLE[action]
    assert allows(action, now) is (now in starts)
    if now in starts:
        assert check(action, now, "HD-7") is then
        return
    with pytest.raises(InvalidTransition) as refusal:
        check(action, now, "HD-7")
    verb = VERBS.get(action, f"{action} it")
    assert refusal.value.text == f"HD-7 is {now.words.lower()}: you cannot {verb} now."


@given(st.lists(st.sampled_from(Action)))
def test_no_walk_leaves_the_table(actions: list[Action]) -> None:
    ticket = Ticket(number=7, status=Status.NEW)
    for action in actions:
        before = ticket.status
        if before in TABLE[action][0]:
            changes = move(ticket, action)
            after = TABLE[action][1]
            assert changes == ({"status": [before, after]} if before is not after else {})
            assert ticket.status is after
        else:
            with pytest.raises(InvalidTransition):
                move(ticket, action)
            assert ticket.status is before


def test_a_closed_or_cancelled_ticket_stays_so() -> None:
    ends = {now for now in Status if not any(allows(action, now) for action in Action)}
    assert ends == {Status.CLOSED, Status.CANCELLED}


def test_waiting_for_approval_is_entered_and_left_by_approvals_alone() -> None:
    waiting = Status.WAITING_APPROVAL
    into = {action for action, each in TRANSITIONS.items() if each.then is waiting}
    out = {action for action in Action if allows(action, waiting)} - into
    assert into == {Action.REQUEST_APPROVAL}
    assert out == {Action.END_APPROVAL}


def test_every_status_is_either_open_or_over() -> None:
    assert set(Status) == IS_OPEN | IS_OVER
    assert not IS_OPEN & IS_OVER
    assert IS_HELD < IS_OPEN


def test_only_resolving_closing_cancelling_and_merging_end_the_work() -> None:
    ending = {action for action, each in TRANSITIONS.items() if each.then in IS_OVER}
    assert ending == {Action.RESOLVE, Action.CLOSE, Action.CANCEL, Action.MERGE}


@pytest.mark.parametrize("status", Status)
def test_a_status_reads_as_words(status: Status) -> None:
    assert status.words[0].isupper()
    assert "_" not in status.words
