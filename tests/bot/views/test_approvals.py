"""What people see of requests for money: the card, the forms, the desk, the ticket's card."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.payloads.approval_forms import AskForm
from bot.payloads.approval_refs import FactsRef, RequestRef
from bot.views import absence_form, approval_forms, approvals_home, evidence, verdict_forms
from bot.views.approval_badges import Approvals
from bot.views.approval_card import card, gone
from bot.views.ticket_card import card as ticket_card
from core.tickets.approvals.desks import ApproversDesk
from core.tickets.approvals.states import RequestStatus, SeatReason, SeatState, StepKind
from core.tickets.approvals.verifying import Broken, ChainReport
from core.tickets.approvals.views import FileFact
from core.tickets.queries import Person
from core.tickets.states import ApprovalStatus, Status
from tests.bot.views.approval_examples import (
    CLEO,
    CLEO_ID,
    FAY,
    FAY_ID,
    NOON,
    make_badge,
    make_request,
    make_seat,
    make_step,
    make_waiting,
)
from tests.bot.views.block_rules import (
    buttons,
    live,
    problems_of_message,
    problems_of_view,
    words,
)
from tests.bot.views.examples import make_ticket

DECIDING = ["Approve", "Approve with note…", "Reject…", "Ask for changes…", "Files…"]


def test_the_card_says_all_it_takes_to_decide() -> None:
    shown = card(make_request(note="They are urgent."))
    said = words(shown)
    for each in (
        *("€1,234.50 · HD-12", "Chairs for the third floor", "Office Depot", "Mia Lang"),
        *("Ann Visser", "1 Apr 2026", "offer.pdf", "2026-03-04 12:00 UTC", "They are urgent."),
        "From €500.00 up to under €5,000.00 finance decides.",
    ):
        assert each in said, each
    assert buttons(shown) == DECIDING
    assert problems_of_message(shown) == []
    assert shown["text"] == "You are asked to approve €1,234.50 for HD-12"


def test_approving_repeats_the_amount_and_the_payee() -> None:
    [approve] = [
        each
        for block in card(make_request())["blocks"]
        if block["type"] == "actions"
        for each in block["elements"]
        if each["text"]["text"] == "Approve"
    ]
    assert approve["confirm"]["title"]["text"] == "Approve €1,234.50?"
    assert "€1,234.50 to Office Depot · HD-12" in approve["confirm"]["text"]["text"]
    assert FactsRef.load(approve["value"]) == FactsRef(7, "f" * 64)


def test_another_currency_is_shown_with_its_rate() -> None:
    rate = {"rate": Decimal("0.9300000000"), "rate_on": date(2026, 3, 1)}
    converted = {"currency": "CHF", "amount_in_base": Decimal("1148.09")}
    said = words(card(make_request(**rate, **converted)))
    assert "1,234.50 CHF\n= €1,148.09 at 0.93 of 1 Mar 2026" in said


def test_a_stand_in_reads_for_whom_and_an_alternate_why() -> None:
    seat = make_seat(stands_in_for=CLEO, why=SeatReason.STAND_IN)
    assert "because you stand in for Cleo Lang" in words(card(make_request(my_seat=seat)))
    alternate = make_seat(why=SeatReason.ALTERNATE)
    assert "in place of those who may not decide" in words(card(make_request(my_seat=alternate)))


def test_changed_facts_stand_in_red_and_green() -> None:
    files = [[{"id": 1, "name": "offer.pdf", "sha256": "aa" * 32}], []]
    found = {"amount": ["1234.50", "1234.51"], "payee_id": ["x", "y"], "files": files}
    said = words(card(make_request(difference=found)))
    assert "Amount\n🔴 1234.50\n🟢 1234.51" in said
    assert "Files\n🔴 offer.pdf (aaaaaaaa)\n🟢 –" in said
    assert "Payee_id" not in said
    assert "🔴 x" not in said


def test_earlier_decisions_stand_with_both_names_their_words_and_the_time() -> None:
    stood_in = make_seat(
        state=SeatState.APPROVED, decided_at=NOON, stands_in_for=CLEO, reason="Fine by me."
    )
    first = make_step(stood_in, status=ApprovalStatus.APPROVED)
    second = make_step(make_seat(user_id=CLEO_ID, person=CLEO), id=6, kind=StepKind.CEO)
    said = words(card(make_request(first, second, my_seat=second.seats[0])))
    assert "Finance: Fay Lund (for Cleo Lang) approved: Fine by me." in said
    assert "2026-03-02 12:00 UTC" in said


def test_a_card_never_begins_or_ends_to_hold_rich_text() -> None:
    """Slack takes no update from blocks with it to blocks without."""
    noted = make_request(note="Soon.", question="Why?", questioned_by=FAY, answer="So.")
    assert {block["type"] for block in card(noted)["blocks"]} & {"rich_text"} == set()


def test_a_question_and_its_answer_stand_on_the_card() -> None:
    asked = make_step(make_seat(reason="Why so many?"))
    said = words(card(make_request(asked, questioned_by=FAY, answer="Ten people.")))
    for each in ("Fay Lund asked:", "Why so many?", "Ann Visser answered:", "Ten people."):
        assert each in said


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"status": RequestStatus.APPROVED}, "Approved."),
        ({"status": RequestStatus.REJECTED}, "Rejected."),
        (
            {"status": RequestStatus.WITHDRAWN, "ended_by": FAY, "end_reason": "Found some."},
            "Fay Lund withdrew this request: Found some.",
        ),
        ({"status": RequestStatus.WITHDRAWN}, "The help desk withdrew this request."),
        ({"status": RequestStatus.EXPIRED}, "This request expired"),
        ({"status": RequestStatus.VOID}, "Void – facts changed."),
        ({"status": RequestStatus.CHANGES_REQUESTED}, "Ann Visser is asked to answer."),
        ({"my_seat": None}, "You are not asked about this any more."),
        ({"my_seat": make_seat(state=SeatState.MOVED)}, "You are not asked about this any more."),
        ({"my_seat": make_seat(state=SeatState.APPROVED)}, "Others of this step still have to."),
        (
            {"my_seat": make_seat(user_id=CLEO_ID, state=SeatState.APPROVED)},
            "This step is decided. Finance is asked now.",
        ),
    ],
)
def test_without_anything_to_decide_there_are_no_buttons_but_the_reason(
    given: dict[str, Any], outcome: str
) -> None:
    shown = card(make_request(can_decide=False, **given))
    assert outcome in words(shown)
    assert buttons(shown) == []
    assert outcome in shown["text"]
    assert problems_of_message(shown) == []


def typed(**given: Any) -> AskForm:
    usual: dict[str, Any] = {
        "amount": Decimal("1234.50"),
        "currency": "CHF",
        "payee": "Office Depot",
        "payee_user": "U0BEA",
        "purpose": "Chairs",
        "file_ids": (3,),
        "needed_by": date(2026, 4, 1),
        "note": "Soon.",
    }
    return AskForm(**(usual | given))


def test_the_form_begins_in_the_currency_of_the_rules_and_without_an_empty_menu() -> None:
    form = approval_forms.ask(make_ticket(), "EUR")
    assert problems_of_view(form) == []
    assert form["submit"]["text"] == "Preview"
    by_id = {block.get("block_id"): block for block in form["blocks"]}
    assert by_id["currency"]["element"]["initial_option"]["value"] == "EUR"
    assert "files" not in by_id


def test_the_preview_is_the_same_form_with_what_was_typed_and_what_will_happen() -> None:
    files = [(3, "offer.pdf"), (4, "")]
    form = approval_forms.ask(make_ticket(), "EUR", files, typed(), ["Finance decides."])
    assert problems_of_view(form) == []
    assert form["submit"]["text"] == "Send"
    said = words(form)
    assert "You ask for 1,234.50 CHF." in said
    assert "Finance decides." in said
    by_id = {block.get("block_id"): block.get("element") for block in form["blocks"]}
    assert by_id["amount"]["initial_value"] == "1234.50"
    assert by_id["currency"]["initial_option"]["value"] == "CHF"
    assert by_id["payee_user"]["initial_user"] == "U0BEA"
    assert by_id["needed_by"]["initial_date"] == "2026-04-01"
    assert [each["value"] for each in by_id["files"]["initial_options"]] == ["3"]


def test_every_other_form_is_one_that_slack_takes() -> None:
    facts, request = FactsRef(7, "f" * 64, "D0FAY", "1.2"), RequestRef(7)
    forms = [
        *(view("€5.00 to X · HD-12", facts) for view in (verdict_forms.approve,)),
        verdict_forms.reject("€5.00 to X · HD-12", facts),
        verdict_forms.ask_for_changes("€5.00 to X · HD-12", facts),
        verdict_forms.answer("€5.00 to X · HD-12", "Why?", request),
        verdict_forms.withdraw("€5.00 to X · HD-12", request),
        verdict_forms.said("Not decided", "Fay Lund approved it already."),
        absence_form.away("EUR", NOON, for_others=True),
        evidence.period(date(2026, 3, 2)),
        evidence.coming("The evidence about HD-12"),
        approval_forms.sent(make_request()),
        approval_forms.reminded(["Fay Lund"]),
        approval_forms.change(make_request(), [(3, "offer.pdf")]),
        approval_forms.change(
            make_request(status=RequestStatus.CHANGES_REQUESTED, question="Why?"), []
        ),
    ]
    assert [problems_of_view(form) for form in forms] == [[] for _ in forms]


def test_only_whoever_may_say_so_for_others_is_asked_for_whom() -> None:
    own = absence_form.away("EUR", NOON, for_others=False)
    others = absence_form.away("EUR", NOON, for_others=True)
    assert "For" not in [each["label"]["text"] for each in own["blocks"] if "label" in each]
    assert "For" in [each["label"]["text"] for each in others["blocks"] if "label" in each]


def test_after_sending_one_reads_who_has_it_or_that_it_is_approved() -> None:
    assert "€1,234.50 was sent to Fay Lund." in words(approval_forms.sent(make_request()))
    approved = make_request(status=RequestStatus.APPROVED, steps=())
    said = words(approval_forms.sent(approved))
    assert "€1,234.50 was approved automatically by rule." in said


def desk(*waiting: Any, **given: Any) -> ApproversDesk:
    usual: dict[str, Any] = {
        "reader_id": FAY_ID,
        "waiting": waiting,
        "has_more": False,
        "currency": "EUR",
        "bounds": (Decimal(500), Decimal(5000)),
        "small_below": Decimal(500),
    }
    return ApproversDesk(**(usual | given))


def test_the_desk_lists_what_waits_and_offers_the_small_ones_together() -> None:
    large = make_waiting(request_id=8, amount=Decimal(9000), may_be_selected=False)
    window = approvals_home.window(desk(make_waiting(), large))
    assert problems_of_view(window) == []
    said = words(window)
    assert "€120.00 to Office Depot · HD-12\nChairs" in said
    assert "€9,000.00 to Office Depot" in said
    [ticks] = [
        element
        for block in window["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "checkboxes"
    ]
    assert [FactsRef.load(each["value"]).request_id for each in ticks["options"]] == [7]
    assert {"Approve selected", "I'm away…"} <= set(buttons(window))


def test_a_full_desk_stays_within_what_slack_shows() -> None:
    many = [make_waiting(request_id=n) for n in range(10)]
    bounds = tuple(Decimal(n) for n in range(100, 4000, 100))
    full = desk(*many, has_more=True, may_export=True, bounds=bounds)
    assert problems_of_view(approvals_home.window(full, "<500", ["x"] * 12)) == []


def test_an_empty_desk_says_so_and_offers_nothing_to_approve() -> None:
    window = approvals_home.window(desk())
    assert "Nothing waits for your decision." in words(window)
    assert "Approve selected" not in buttons(window)
    chosen = approvals_home.window(desk(), "<500")
    assert "Nothing of that size waits" in words(chosen)
    # A way back to all of them, where there is something to choose from.
    for view, has_filter in ((window, False), (chosen, True)):
        assert ("Any amount" in str(view["blocks"])) is has_filter


def test_of_several_each_that_was_not_approved_is_reported_with_its_reason() -> None:
    found = [("€1.00 to X · HD-1", "done", True), ("€2.00 to Y · HD-2", "Too late.", False)]
    assert approvals_home.report(found) == [
        "Approved: 1 of 2.",
        "€1.00 to X · HD-1",
        "€2.00 to Y · HD-2: Too late.",
    ]


@pytest.mark.parametrize(
    ("badge", "line", "offered"),
    [
        ({}, "€1,234.50: Finance decides by", ["Withdraw approval", "Remind"]),
        (
            {"status": RequestStatus.CHANGES_REQUESTED},
            "€1,234.50: Changes asked for",
            ["Answer…", "Change…", "Withdraw approval"],
        ),
        ({"status": RequestStatus.EXPIRED}, "€1,234.50: Expired", ["Send again"]),
        ({"status": RequestStatus.REJECTED}, "€1,234.50: Rejected", []),
    ],
)
def test_the_tickets_card_says_how_it_stands_and_what_can_be_done(
    badge: dict[str, Any], line: str, offered: list[str]
) -> None:
    is_live = badge.get("status", "pending") in ("pending", "changes_requested")
    status = Status.WAITING_APPROVAL if is_live else Status.IN_PROGRESS
    approvals = Approvals([make_badge(**badge)], may_ask=True)
    shown = ticket_card(make_ticket(status=status), approvals)
    assert line in words(shown)
    assert [each for each in buttons(shown) if each in offered] == offered
    assert ("Send again" in buttons(shown)) is ("Send again" in offered)
    assert problems_of_message(shown) == []


def test_approval_is_offered_only_where_finance_works_on_it() -> None:
    working = make_ticket(status=Status.IN_PROGRESS)
    assert "Request approval…" in buttons(ticket_card(working, Approvals(may_ask=True)))
    assert "Request approval…" not in buttons(ticket_card(working))
    for status in (Status.NEW, Status.RESOLVED, Status.CLOSED, Status.CANCELLED):
        shown = ticket_card(make_ticket(status=status), Approvals(may_ask=True))
        assert "Request approval…" not in buttons(shown)


NASTY = "<!channel> <https://bad.example|x> & *b* " * 40


def test_whatever_people_wrote_nothing_of_it_is_live() -> None:
    person = Person("U0X", NASTY)
    seat = make_seat(person=person, state=SeatState.APPROVED, decided_at=NOON, reason=NASTY)
    request = make_request(
        make_step(seat, make_seat(person=person)),
        **dict.fromkeys(("purpose", "payee", "ticket_summary", "department"), NASTY),
        **dict.fromkeys(("note", "question", "answer", "explanation"), NASTY),
        requester=person,
        asked_by=person,
        questioned_by=person,
        payee_person=person,
        files=tuple(FileFact(n, NASTY, "ab") for n in range(30)),
        difference={"payee": [NASTY, NASTY], NASTY: [NASTY, None]},
    )
    waiting = make_waiting(payee=NASTY, purpose=NASTY, requester=person)
    window = approvals_home.window(desk(waiting), report=[NASTY])
    broken = Broken(NASTY, 5, 2, "approval.ask", NOON)
    messages = [
        evidence.refused(),
        evidence.verified(make_ticket(), ChainReport(3, None, broken)),
        card(request),
        gone(),
        ticket_card(make_ticket(), Approvals([make_badge(purpose=NASTY)] * 5)),
    ]
    assert [problems_of_message(each) for each in messages] == [[] for _ in messages]
    assert problems_of_view(window) == []
    assert [live(each) for each in (*messages, window)] == [[] for _ in range(6)]


@pytest.mark.parametrize(
    ("ended", "line"),
    [
        (
            {"status": RequestStatus.APPROVED, "ended_by": "Fay <Lund>"},
            "Approved by Fay &lt;Lund&gt;, 2026",
        ),
        ({"status": RequestStatus.REJECTED, "ended_by": "Fay"}, "Rejected by Fay, 2026"),
        # By a rule, and by nobody in time.
        ({"status": RequestStatus.APPROVED}, "Approved, 2026"),
        ({"status": RequestStatus.EXPIRED}, "Expired, 2026"),
        ({"status": RequestStatus.VOID, "ended_by": "Fay"}, "Void"),
    ],
)
def test_a_card_says_who_decided_and_when(ended: dict[str, Any], line: str) -> None:
    badge = make_badge(step=None, due_at=None, ended_at=NOON, **ended)
    shown = words(ticket_card(make_ticket(), Approvals([badge])))
    assert f"€1,234.50: {line}" in shown
    assert ("by Fay" in shown) is ("by Fay" in line)
