"""Cards, lines and forms about parts: what they offer, and any text that people write in them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads import TicketRef
from bot.payloads.part_forms import PartDraft, SplitRef
from bot.sandbox.slack.blockkit.payloads import check_message, check_view
from bot.views import part_card, part_forms, part_notices, split
from bot.views.ticket_card import card, receipt
from core.communication.models import Audience
from core.tickets.parts.queries import PartView
from core.tickets.queries import Person
from core.tickets.states import SubAction, SubTicketStatus
from tests.bot.views.block_rules import buttons, live, words
from tests.bot.views.examples import HUGO, TICKET_ID, make_line, make_ticket

DUE = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
BUTTONS = {
    SubTicketStatus.NEW: ["Accept", "Assign…", "Send back…", "Propose another time…"],
    SubTicketStatus.ACCEPTED: ["Start", "Done…", "Assign…", "Send back…", "Propose another time…"],
    SubTicketStatus.IN_PROGRESS: ["Done…", "Assign…", "Send back…", "Propose another time…"],
    SubTicketStatus.DONE: [],
    SubTicketStatus.SENT_BACK: [],
    SubTicketStatus.CANCELLED: [],
}
TEXTS = st.text(max_size=200) | st.sampled_from(
    ["<!channel>", "<@U0ANN>", "&lt;", "<https://bad.example|your bank>", "x" * 3000, " \n", ""]
)


def make_part(**given: Any) -> PartView:
    usual: dict[str, Any] = {
        "id": 7,
        "ticket_id": TICKET_ID,
        "ticket_number": 12,
        "position": 1,
        "summary": "Order a laptop",
        "passed_on": "A light one.",
        "status": SubTicketStatus.NEW,
        "is_required": True,
        "version": 1,
        "due_at": DUE,
        "proposed_due_at": None,
        "sent_back_reason": None,
        "done_note": None,
        "is_private": False,
        "department_id": UUID(int=1),
        "department": "HR",
        "desk_channel_id": "C0HRDESK",
        "sender_id": UUID(int=2),
        "sender": "IT",
        "ticket_assignee_id": None,
        "requester_id": UUID(int=3),
        "requester_department": "Sales",
        "files": (),
        "assignee_id": None,
        "assignee": None,
    }
    return PartView(**(usual | given))


@pytest.mark.parametrize("status", SubTicketStatus)
def test_a_card_offers_what_its_status_allows(status: SubTicketStatus) -> None:
    shown = part_card.card(make_part(status=status))
    check_message(shown["blocks"], None)
    assert buttons(shown) == BUTTONS[status]


def test_a_card_says_where_it_comes_from_and_what_was_passed_on() -> None:
    part = make_part(assignee=Person("U0HANA", "Hana Ito"), files=("plan.pdf",), is_required=False)
    said = words(part_card.card(part))
    for fact in (
        "HD-12/1 · Order a laptop",
        "A light one.",
        "*Status*\nNew",
        "*Department*\nHR",
        "*Assignee*\nHana Ito",
        "*Part of*\nHD-12, IT",
        "*For somebody of*\nSales",
        "Files: plan.pdf",
        "The ticket does not wait for it",
    ):
        assert fact in said


def test_who_works_nowhere_is_somebody_of_nothing() -> None:
    assert "For somebody of" not in words(part_card.card(make_part(requester_department=None)))


def test_the_tickets_card_tells_how_far_its_parts_are() -> None:
    ticket = make_ticket(parts=3, parts_done=2, next_part_due_at=DUE)
    assert "2 of 3 done, next due 2026-03-03 16:00 UTC" in words(card(ticket))
    assert "2 of 3 done" in words(receipt(ticket))
    assert "next due" not in words(receipt(ticket))


def test_a_proposal_is_asked_about_while_it_is_open() -> None:
    line = make_line("part.propose", due_at=DUE.isoformat(), reason="Closed.")
    for proposed, expected in ((DUE, ["Agree", "Keep"]), (None, []), (DUE + timedelta(1), [])):
        part = make_part(proposed_due_at=proposed)
        assert buttons(part_notices.happened(line, part, Audience.DESK)) == expected


def test_who_ended_a_ticket_is_not_told_at_the_other_desk() -> None:
    for since, expected in (("cancelled", "cancelled"), ("closed", "closed")):
        line = make_line("part.cancel", who="Bea Okafor", since=since)
        told = part_notices.happened(line, make_part(), Audience.PART)["text"]
        assert told == f"HD-12 was {expected}, so HD-12/1 is not needed any more."


@given(text=TEXTS, action=st.sampled_from([*SubAction, "add", "propose", "agree", "keep", "odd"]))
def test_whatever_people_write_lines_stay_whole_and_ping_nobody_else(
    text: str, action: str
) -> None:
    line = make_line(f"part.{action}", who=text, reason=text, due_at=text)
    part = make_part(summary=text, department=text, passed_on=text)
    for audience in (Audience.DESK, Audience.PART):
        shown = part_notices.happened(line, part, audience)
        check_message(shown["blocks"], None)
        assert live(shown) == []
    called = part_notices.happened(line, part, Audience.DESK, HUGO.slack_user_id)
    check_message(called["blocks"], None)


@given(text=TEXTS, status=st.sampled_from(SubTicketStatus))
def test_whatever_people_write_cards_and_forms_stay_whole(
    text: str, status: SubTicketStatus
) -> None:
    part = make_part(
        summary=text,
        passed_on=text,
        department=text,
        sender=text,
        requester_department=text,
        sent_back_reason=text,
        done_note=text,
        files=(text, text),
        assignee=Person("U0HANA", text),
        status=status,
    )
    check_message(part_card.card(part)["blocks"], None)
    for view in (
        part_forms.send_back,
        part_forms.propose,
        part_forms.done,
        part_forms.send_again,
        part_forms.cancel,
        part_forms.write,
    ):
        opened = view(part)
        check_view(opened, ("modal",))
        assert opened["private_metadata"]


@given(text=TEXTS, count=st.integers(1, 5))
def test_whatever_is_typed_the_form_split_stays_whole(text: str, count: int) -> None:
    ref = SplitRef(TicketRef(TICKET_ID, 3), 4, count)
    draft = PartDraft((str(UUID(int=1)), text or "HR"), text[:150], text, True, DUE, ("1",))
    files = [(number, text) for number in range(1, 11)]
    view = split.split(make_ticket(summary=text), ref, [draft] * count, ["New starter"], files)
    check_view(view, ("modal",))
    offers_more = any(block["type"] == "actions" for block in view["blocks"])
    assert offers_more is (count < 5)
