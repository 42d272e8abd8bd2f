"""Where money may be asked for at the moment, and what people are told where not."""

import pytest

from core.errors import InvalidTransition
from core.tickets.approvals.grounds import Ground, check_ground
from core.tickets.models import Ticket
from core.tickets.parts.models import SubTicket
from core.tickets.states import Status, SubTicketStatus


def refusal(ticket: Status, part: SubTicketStatus | None) -> str:
    piece = SubTicket(position=1, status=part) if part else None
    try:
        check_ground(Ground(Ticket(number=12, status=ticket), piece))
    except InvalidTransition as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("part", [None, SubTicketStatus.ACCEPTED, SubTicketStatus.IN_PROGRESS])
@pytest.mark.parametrize("ticket", [Status.ASSIGNED, Status.ON_HOLD, Status.WAITING_APPROVAL])
def test_money_is_asked_for_where_somebody_works(
    ticket: Status, part: SubTicketStatus | None
) -> None:
    assert refusal(ticket, part) == ""


@pytest.mark.parametrize(
    ("ticket", "part", "words"),
    [
        (Status.NEW, None, "HD-12 is new: somebody has to take it first, then ask for approval."),
        (Status.CLOSED, None, "HD-12 is closed: reopen it first, then ask for approval."),
        (
            Status.ASSIGNED,
            SubTicketStatus.NEW,
            "HD-12/1 is new: accept it first, then ask for approval.",
        ),
        (
            Status.ASSIGNED,
            SubTicketStatus.DONE,
            "HD-12/1 is done: it needs no money any more.",
        ),
        (
            Status.NEW,
            SubTicketStatus.ACCEPTED,
            "HD-12 is new: somebody has to take it first, then ask for approval.",
        ),
    ],
)
def test_elsewhere_people_are_told_what_to_do_first(
    ticket: Status, part: SubTicketStatus | None, words: str
) -> None:
    assert refusal(ticket, part) == words
