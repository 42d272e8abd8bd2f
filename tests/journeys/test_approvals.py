"""Money: asked for at a desk, decided by finance and the CEO, read by whoever needs it."""

from datetime import timedelta

import pytest

from core.db import utc_now
from tests.journeys.company import Company
from tests.journeys.purchases import Purchases, dm, found_finance

REASON = "Too much for *chairs*; ask again with <half> of them."
DECIDING = ["Approve", "Approve with note…", "Reject…", "Ask for changes…"]


@pytest.fixture
async def buys(company: Company) -> Purchases:
    return await found_finance(company)


async def test_the_whole_way_from_asking_to_resolved(buys: Purchases) -> None:
    """Finance approves, the CEO rejects with a reason that the requester reads word for word;
    asked again for less, it is approved, and the ticket can be resolved."""
    company = buys.company
    card = await buys.asked("6.000,00", Note="They are urgent.")
    assert "Waiting for approval" in card.plain
    assert "€6,000.00: Finance decides by" in card.plain

    asked = await dm(buys.fay)
    for said in ("€6,000.00 · HD-1", "Chairs for the third floor", "Office Depot", "Bea Okafor"):
        assert said in asked.plain
    assert "They are urgent." in asked.plain
    assert asked.buttons == DECIDING
    # Never before finance approved.
    assert await buys.cleo.dms() == []
    assert (await buys.fay.click(asked, "Approve")).ok
    await company.deliver()
    after = await dm(buys.fay)
    assert after.ts == asked.ts
    assert after.buttons == []
    assert "Finance: Fay Lund approved." in after.plain

    at_cleo = await dm(buys.cleo)
    assert "Finance: Fay Lund approved." in at_cleo.plain
    assert (await buys.cleo.click(at_cleo, "Reject…")).ok
    assert (await buys.cleo.fill({"Reason": REASON}, submit=True)).ok
    await company.deliver()
    heard = (await buys.said("requester"))[-1]
    assert heard == f"Cleo Lang rejected €6,000.00: {REASON}"
    assert (await buys.said())[-1] == heard
    assert REASON in (await dm(buys.finn)).plain
    assert (await dm(buys.cleo)).buttons == []
    card = await buys.card()
    assert "€6,000.00: Rejected" in card.plain
    assert "Waiting for approval" not in card.plain

    assert (await buys.ask("3,000")).ok
    await company.deliver()
    assert (await buys.fay.click(await dm(buys.fay), "Approve")).ok
    await company.deliver()
    card = await buys.card()
    assert "€3,000.00: Approved by Fay" in card.plain
    assert "Fay Lund approved €3,000.00." in await buys.said("requester")
    assert len(await buys.cleo.dms()) == 1
    assert (await buys.finn.click(card, "Resolve…")).ok
    assert (await buys.finn.fill({"Resolution": "Ordered."}, submit=True)).ok
    assert await company.value("SELECT status FROM tickets") == "resolved"
    assert await buys.decisions() == [
        ("Fay Lund", "approved"),
        ("Cleo Lang", "rejected"),
        ("Fay Lund", "approved"),
    ]


async def test_the_desks_promise_pauses_while_somebody_decides(buys: Purchases) -> None:
    card = await buys.asked()
    clock = "SELECT state FROM sla_clocks WHERE kind = 'resolution'"
    assert "Paused, 23 h" in card.plain
    assert "left: waiting for approval" in card.plain
    assert await buys.company.value(clock) == "paused"
    assert await buys.company.value("SELECT sla_state FROM tickets") == "paused"
    assert (await buys.fay.click(await dm(buys.fay), "Approve")).ok
    await buys.company.deliver()
    assert "On track" in (await buys.card()).plain
    assert await buys.company.value(clock) == "running"


async def test_a_small_amount_is_approved_by_rule_and_the_asker_is_told_so(
    buys: Purchases,
) -> None:
    await buys.filed()
    outcome = await buys.ask("499.99")
    assert outcome.ok
    view = await buys.finn.view()
    assert view is not None
    assert "€499.99 was approved automatically by rule." in view.text
    await buys.company.deliver()
    assert "€499.99: Approved" in (await buys.card()).plain
    assert await buys.fay.dms() == []
    [line] = [each for each in await buys.said("requester") if "499.99" in each]
    assert "was approved automatically by rule: Chairs for the third floor" in line


async def test_the_preview_says_who_will_be_asked_and_why(buys: Purchases) -> None:
    await buys.filed()
    assert (await buys.finn.click(await buys.card(), "Request approval…")).ok
    form = {"Amount": "5000", "Payee": "Office Depot", "Purpose": "Chairs"}
    assert (await buys.finn.fill(form, submit=True)).ok
    view = await buys.finn.view()
    assert view is not None
    for said in ("You ask for €5,000.00.", "Finance: Fay Lund", "CEO: Cleo Lang", "5,000"):
        assert said in view.text
    # What is changed below the preview is looked at once more.
    assert (await buys.finn.fill({"Amount": "700"}, submit=True)).ok
    view = await buys.finn.view()
    assert view is not None
    assert "You ask for €700.00." in view.text
    assert "Cleo Lang" not in view.text
    assert await buys.company.value("SELECT count(*) FROM approval_requests") == 0
    assert (await buys.finn.submit()).ok
    sent = await buys.finn.view()
    assert sent is not None
    assert "€700.00 was sent to Fay Lund." in sent.text


async def test_what_is_wrong_in_the_form_is_said_beside_it(buys: Purchases) -> None:
    await buys.filed()
    assert (await buys.finn.click(await buys.card(), "Request approval…")).ok
    form = {"Amount": "12,34,5", "Payee": "Office Depot", "Purpose": "Chairs"}
    wrong = [
        ({"Amount": "12,34,5"}, "Amount", "Write it in figures, like 1,234.50."),
        ({"Amount": "0"}, "Amount", "An amount is more than zero."),
        ({"Amount": "700", "Payee": None}, "Payee", "Say who is paid"),
        ({"Payee": "X", "Currency": "CHF"}, "Currency", "no exchange rate from CHF to EUR"),
        (
            {"Currency": "EUR", "Needed by": (utc_now() - timedelta(days=9)).date()},
            "Needed by",
            "This day is over.",
        ),
    ]
    await buys.finn.fill(form)
    for answers, label, words in wrong:
        await buys.finn.fill(answers, submit=True)
        view = await buys.finn.view()
        assert view is not None
        assert words in view.errors[label], (label, view.errors)
    assert await buys.company.value("SELECT count(*) FROM approval_requests") == 0


async def test_only_finance_asks_for_money(buys: Purchases) -> None:
    card = await buys.filed()
    assert "Request approval…" in card.buttons
    assert (await buys.ida.click(card, "Request approval…")).status == 200
    view = await buys.ida.view()
    assert view is not None
    assert "does not exist, or you are not on it" in view.text
    at_it = await buys.company.filed()
    assert "Request approval…" not in at_it.buttons


async def test_nobody_may_decide_and_so_it_is_not_sent(buys: Purchases) -> None:
    await buys.company.change("UPDATE users SET is_active = false WHERE slack_user_id = 'U0FAY'")
    await buys.filed()
    await buys.finn.click(await buys.card(), "Request approval…")
    form = {"Amount": "900", "Payee": "Office Depot", "Purpose": "Chairs"}
    await buys.finn.fill(form, submit=True)
    view = await buys.finn.view()
    assert view is not None
    assert "Nobody may decide about this for finance" in " ".join(view.errors.values())
    assert await buys.company.value("SELECT count(*) FROM approval_requests") == 0


async def test_a_question_is_answered_and_returns_to_the_same_person(buys: Purchases) -> None:
    await buys.asked("1,200")
    asked = await dm(buys.fay)
    assert (await buys.fay.click(asked, "Ask for changes…")).ok
    assert (await buys.fay.fill({"Question": "Which <colour>?"}, submit=True)).ok
    await buys.company.deliver()
    assert (await dm(buys.fay)).buttons == []
    question = await dm(buys.finn)
    assert "Fay Lund asks for changes before €1,200.00 for HD-1 is approved:" in question.plain
    assert "Which <colour>?" in question.plain
    assert "€1,200.00: Changes asked for" in (await buys.card()).plain
    assert (await buys.finn.click(question, "Answer…")).ok
    assert (await buys.finn.fill({"Answer": "Grey & blue."}, submit=True)).ok
    await buys.company.deliver()
    [again] = [each for each in await buys.fay.dms() if each.ts == asked.ts]
    assert "Grey & blue." in again.plain
    assert again.buttons == DECIDING
    assert "It waits for your decision." in (await dm(buys.fay)).plain
    assert (await buys.fay.click(again, "Approve")).ok
    await buys.company.deliver()
    assert "€1,200.00: Approved" in (await buys.card()).plain


async def test_withdrawing_takes_the_buttons_away_and_says_who_and_why(buys: Purchases) -> None:
    card = await buys.asked("1,200")
    assert (await buys.finn.click(card, "Withdraw approval")).ok
    assert (await buys.finn.fill({"Reason": "Found some in the cellar."}, submit=True)).ok
    await buys.company.deliver()
    at_fay = await dm(buys.fay)
    assert at_fay.buttons == []
    assert "Finn Berg withdrew this request: Found some in the cellar." in at_fay.plain
    card = await buys.card()
    assert "€1,200.00: Withdrawn" in card.plain
    assert (await buys.finn.click(card, "Send again")).ok
    await buys.company.deliver()
    assert (await dm(buys.fay)).buttons == DECIDING


async def test_a_reminder_reaches_who_decides_once_in_four_hours(buys: Purchases) -> None:
    card = await buys.asked("1,200")
    assert (await buys.finn.click(card, "Remind")).ok
    await buys.company.deliver()
    assert "Finn Berg asks you to decide about €1,200.00 for HD-1." in (await dm(buys.fay)).plain
    told = len(await buys.fay.dms())
    await buys.finn.click(await buys.card(), "Remind")
    view = await buys.finn.view()
    assert view is not None
    assert "They were reminded a while ago" in view.text
    await buys.company.deliver()
    assert len(await buys.fay.dms()) == told


async def test_a_ticket_that_waits_for_money_is_not_resolved(buys: Purchases) -> None:
    before = await buys.filed()
    assert (await buys.ask("1,200")).ok
    await buys.company.deliver()
    assert "Resolve…" not in (await buys.card()).buttons
    # Whoever still has the card of before on their screen is told what is open.
    await buys.finn.click(before, "Resolve…")
    await buys.finn.fill({"Resolution": "Ordered."}, submit=True)
    view = await buys.finn.view()
    assert view is not None
    [words] = view.errors.values()
    assert "HD-1 cannot be resolved yet" in words
    assert "Chairs for the third floor" in words
    assert await buys.company.value("SELECT status FROM tickets") == "waiting_approval"


async def test_changed_facts_make_an_approval_void_and_are_shown_in_red_and_green(
    buys: Purchases,
) -> None:
    await buys.asked("1,200.00")
    assert (await buys.fay.click(await dm(buys.fay), "Approve")).ok
    await buys.company.deliver()
    first = await dm(buys.fay)
    assert (await buys.finn.click(await buys.card(), "Change…")).ok
    assert (await buys.finn.fill({"Amount": "1,200.01"}, submit=True)).ok
    await buys.company.deliver()
    copies = {each.ts: each for each in await buys.fay.dms()}
    assert "Void – facts changed." in copies[first.ts].plain
    again = await dm(buys.fay)
    assert "🔴 1200.00" in again.plain
    assert "🟢 1200.01" in again.plain
    assert again.buttons == DECIDING
    card = await buys.card()
    assert "Waiting for approval" in card.plain
    assert "€1,200.01: Finance decides" in card.plain


async def test_a_cancelled_ticket_takes_its_request_with_it(buys: Purchases) -> None:
    await buys.asked("1,200")
    receipt = next(each for each in await buys.bea.dms() if each.plain.startswith("HD-1"))
    assert (await buys.bea.click(receipt, "Cancel…")).ok
    assert (await buys.bea.fill({"Reason": "We stand."}, submit=True)).ok
    await buys.company.deliver()
    at_fay = await dm(buys.fay)
    assert at_fay.buttons == []
    assert "Bea Okafor withdrew this request: HD-1 was cancelled." in at_fay.plain
    statuses = "SELECT t.status, r.status FROM tickets t JOIN approval_requests r ON true"
    assert [tuple(row) for row in await buys.company.rows(statuses)] == [("cancelled", "withdrawn")]


async def test_a_deleted_ticket_leaves_nothing_to_decide(buys: Purchases) -> None:
    await buys.asked("1,200")
    stale = await dm(buys.fay)
    await buys.company.change("UPDATE tickets SET is_deleted = true, deleted_at = now()")
    await buys.fay.click(stale, "Approve")
    view = await buys.fay.view()
    assert view is not None
    assert "does not exist any more" in view.text
    assert await buys.decisions() == []


async def test_a_note_may_go_with_an_approval_and_stands_in_the_threads(buys: Purchases) -> None:
    await buys.asked("1,200")
    assert (await buys.fay.click(await dm(buys.fay), "Approve with note…")).ok
    assert (await buys.fay.fill({"Note": "Only *grey* ones."}, submit=True)).ok
    assert await buys.fay.view() is None
    await buys.company.deliver()
    assert "Fay Lund approved €1,200.00: Only *grey* ones." in await buys.said("requester")
    assert "Finance: Fay Lund approved: Only *grey* ones." in (await dm(buys.fay)).plain


async def test_a_reason_that_is_too_short_is_refused_beside_the_input(buys: Purchases) -> None:
    await buys.asked("1,200")
    await buys.fay.click(await dm(buys.fay), "Reject…")
    outcome = await buys.fay.fill({"Reason": "Too much."}, submit=True)
    assert not outcome.ok
    assert await buys.decisions() == []
    assert (await buys.fay.fill({"Reason": "Too much!!"}, submit=True)).ok
    assert await buys.decisions() == [("Fay Lund", "rejected")]


async def test_in_another_currency_the_rate_decides_the_chain(buys: Purchases) -> None:
    await buys.company.change(
        "INSERT INTO exchange_rates (currency, base_currency, valid_on, rate)"
        " VALUES ('CHF', 'EUR', '2026-01-31', 1.05)"
    )
    await buys.filed()
    await buys.finn.click(await buys.card(), "Request approval…")
    form = {"Amount": "4'800", "Currency": "CHF", "Payee": "Vitra", "Purpose": "Chairs"}
    assert (await buys.finn.fill(form, submit=True)).ok
    view = await buys.finn.view()
    assert view is not None
    assert "For the rules that is €5,040.00, at 1.05." in view.text
    assert "CEO: Cleo Lang" in view.text
    assert (await buys.finn.submit()).ok
    await buys.company.deliver()
    assert "4,800.00 CHF\n= €5,040.00 at 1.05 of 31 Jan 2026" in (await dm(buys.fay)).plain
