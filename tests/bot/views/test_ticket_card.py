"""The card, the receipt and the look at one ticket: words, marks and buttons."""

from dataclasses import replace

import pytest

from bot.ids import Action, DeskMore, More
from bot.payloads import MenuRef, TicketRef
from bot.views.ticket_card import card, receipt, show
from core.tickets.states import IS_HELD, IS_OVER, ResolutionReason, SlaState, Status
from tests.bot.views.block_rules import buttons, choices, live, problems_of_message, words
from tests.bot.views.examples import ANN, HUGO, TICKET_ID, make_ticket

GIVE = ["Assign…", "Split…", "Resolve…"]
WORK = ["Reply to requester", "Wait for requester", "Put on hold…", *GIVE]
BUTTONS = {
    Status.NEW: ["Assign to me", "Assign…", "Reply to requester", "Split…", "Resolve…"],
    Status.ASSIGNED: ["Start", *WORK],
    Status.IN_PROGRESS: WORK,
    Status.WAITING_REQUESTER: ["Start", "Reply to requester", "Put on hold…", *GIVE],
    Status.ON_HOLD: ["Start", "Reply to requester", *GIVE],
    Status.WAITING_APPROVAL: ["Reply to requester"],
    Status.RESOLVED: ["Reopen", "Close"],
    Status.CLOSED: [],
    Status.CANCELLED: [],
}
ALWAYS = ["Priority…", "Transfer…", "Merge…", "Cancel…"]
RARELY = {
    Status.NEW: ALWAYS,
    **{status: ["Release", *ALWAYS] for status in IS_HELD},
    Status.WAITING_APPROVAL: ["Priority…", "Merge…", "Cancel…"],
    **{status: [] for status in IS_OVER},
}


@pytest.mark.parametrize("status", Status)
def test_a_card_offers_what_its_status_allows_and_always_the_history(status: Status) -> None:
    shown = card(make_ticket(status=status))
    assert buttons(shown) == BUTTONS[status]
    assert {"History", "Edit…"} <= set(choices(shown))
    assert choices(shown)[-len(RARELY[status]) or len(choices(shown)) :] == RARELY[status]
    assert problems_of_message(shown) == []


def test_a_card_says_what_the_desk_needs_to_know() -> None:
    shown = card(make_ticket(assignee=ANN, status=Status.IN_PROGRESS))
    assert words(shown).splitlines()[0] == "HD-12 · The printer is broken"
    assert "It smokes." in words(shown)
    for fact in (
        "*Status*\nIn progress",
        "*Priority*\nHigh",
        "*Department*\nIT",
        "*Requester*\nMia Lang",
        "*Assignee*\nAnn Visser",
        "*Due*\n2026-03-02 16:00 UTC",
    ):
        assert fact in words(shown)
    assert shown["text"] == "HD-12 · The printer is broken"


@pytest.mark.parametrize("shown", [card, receipt, show])
def test_a_department_has_its_own_word_for_a_status(shown) -> None:
    labels = {"on_hold": "With <@U0ANN> & co"}
    held = shown(make_ticket(status=Status.ON_HOLD, status_labels=labels))
    assert "*Status*\nWith &lt;@U0ANN&gt; &amp; co" in words(held)
    assert live(held) == []
    new = shown(make_ticket(status=Status.NEW, status_labels=labels))
    assert "*Status*\nNew" in words(new)


@pytest.mark.parametrize("shown", [card, receipt, show])
def test_it_says_why_it_was_resolved_while_it_is(shown) -> None:
    for status in Status:
        ended = shown(make_ticket(status=status, resolution_reason=ResolutionReason.WONT_DO))
        assert ("*Resolved as*\nWon't do" in words(ended)) == (status in IS_OVER)
    assert "Resolved as" not in words(shown(make_ticket(status=Status.CLOSED)))


def test_a_card_of_a_ticket_without_holder_due_time_and_description_is_whole() -> None:
    shown = card(make_ticket(due_at=None, description=" "))
    assert "*Assignee*\nNobody yet" in words(shown)
    assert "*Due*\n–" in words(shown)
    assert problems_of_message(shown) == []


def test_a_card_counts_the_parts_when_there_are_some() -> None:
    assert "2 of 3 done" in words(card(make_ticket(parts=3, parts_done=2)))
    assert "done" not in words(card(make_ticket()))


def test_a_card_pings_nobody() -> None:
    assert live(card(make_ticket(assignee=ANN, author=HUGO))) == []


@pytest.mark.parametrize("view", [card, receipt, show])
def test_a_private_ticket_is_marked_and_its_summary_stays_off_lock_screens(view) -> None:
    shown = view(make_ticket(is_private=True))
    assert "Private" in words(shown).splitlines()
    assert shown["text"] == "HD-12 · Private ticket"
    assert "Private" not in words(view(make_ticket()))


@pytest.mark.parametrize("view", [card, receipt, show])
def test_whoever_filed_it_for_somebody_else_is_named(view) -> None:
    assert "Filed by Hugo Kern" in words(view(make_ticket(author=HUGO)))


def test_every_button_carries_the_ticket_and_its_version() -> None:
    shown = card(make_ticket())
    [row] = [block for block in shown["blocks"] if block["type"] == "actions"]
    refs = {each["value"] for each in row["elements"] if each["type"] == "button"}
    menus = [each for each in row["elements"] if each["type"] == "overflow"]
    chosen = [MenuRef.load(menu["options"][0]["value"]) for menu in menus]
    ref = TicketRef(TICKET_ID, 3)
    assert chosen == [MenuRef(More.EDIT, ref), MenuRef(DeskMore.PRIORITY, ref)]
    assert [TicketRef.load(value) for value in refs] == [TicketRef(TICKET_ID, 3)]


def test_a_receipt_says_where_it_went_and_when_to_expect_an_answer() -> None:
    shown = receipt(make_ticket())
    assert words(shown).splitlines()[0] == "HD-12 · The printer is broken"
    assert "*Department*\nIT" in words(shown)
    assert "*Status*\nNew" in words(shown)
    assert "*First answer expected by*\n2026-03-02 09:00 UTC" in words(shown)
    assert "*Due*\n2026-03-02 16:00 UTC" in words(shown)
    assert "Answer here in this thread" in words(shown)
    assert buttons(shown) == ["History", "Edit…", "Cancel…"]


def test_a_receipt_speaks_to_whoever_waits_and_names_their_departments_own_words() -> None:
    waiting = make_ticket(status=Status.WAITING_REQUESTER, sla_state=SlaState.PAUSED)
    assert "*Status*\nWaiting for you" in words(receipt(waiting))
    assert "waiting for you" in words(receipt(waiting)).split("*Due*")[1]
    for shown in (receipt(waiting), card(waiting)):
        assert problems_of_message(shown) == []
    assert "*Status*\nWaiting for requester" in words(card(waiting))
    named = replace(waiting, status_labels={Status.WAITING_REQUESTER: "Over to you"})
    assert "*Status*\nOver to you" in words(receipt(named))


def test_a_receipt_names_who_looks_after_it_while_somebody_does() -> None:
    assert "*Assignee*\nNobody yet" in words(receipt(make_ticket()))
    held = make_ticket(assignee=ANN, status=Status.ASSIGNED)
    assert "*Assignee*\nAnn Visser" in words(receipt(held))
    over = make_ticket(assignee=ANN, status=Status.RESOLVED)
    assert "Assignee" not in words(receipt(over))


def test_a_receipt_without_promised_times_does_not_mention_them() -> None:
    shown = receipt(make_ticket(first_response_due_at=None, due_at=None))
    assert "expected" not in words(shown)
    assert "Due" not in words(shown)


def test_the_receipt_of_a_resolved_ticket_can_reopen_and_close_it() -> None:
    shown = receipt(make_ticket(status=Status.RESOLVED))
    assert buttons(shown) == ["Reopen", "Close", "History", "Edit…"]
    assert "Not solved?" in words(shown)
    assert "expected" not in words(shown)


@pytest.mark.parametrize("status", Status)
def test_receipts_are_valid_in_every_status(status: Status) -> None:
    assert problems_of_message(receipt(make_ticket(status=status))) == []


def test_a_look_at_a_resolved_ticket_says_how_it_was_solved() -> None:
    shown = show(make_ticket(status=Status.RESOLVED, resolution="New toner."))
    assert "Resolution: New toner." in words(shown)
    assert buttons(shown) == ["History", "Why this due time?"]
    assert "New toner" not in words(show(make_ticket(resolution="New toner.")))


def test_a_merged_ticket_says_into_which() -> None:
    merged = make_ticket(status=Status.CLOSED, merged_into=9)
    for view in (card, receipt, show):
        assert "Merged into HD-9" in words(view(merged))
    assert "What you write here is heard there." in words(receipt(merged))


def test_only_who_may_edit_a_ticket_is_offered_it_when_looking() -> None:
    shown = show(make_ticket(due_at=None), allowed={Action.EDIT})
    assert buttons(shown) == ["History", "Edit…"]
    assert buttons(show(make_ticket(due_at=None))) == ["History"]


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_what_is_over_for_good_is_not_edited(status: Status) -> None:
    assert buttons(receipt(make_ticket(status=status))) == ["History"]


def test_why_it_is_due_then_is_in_the_menu_and_a_button_where_there_is_no_room() -> None:
    asks = "Why this due time?"
    closed = card(make_ticket())
    assert asks in choices(closed)
    assert asks not in buttons(closed)
    open_threads = card(make_ticket(open_threads=True))
    assert asks not in choices(open_threads)
    assert asks in buttons(open_threads)
    for shown in (closed, open_threads):
        assert problems_of_message(shown) == []
    nothing = card(make_ticket(due_at=None))
    assert asks not in [*choices(nothing), *buttons(nothing)]
