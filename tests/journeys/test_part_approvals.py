"""Finance has a part of another desk's ticket, and asks for money from there."""

import pytest

from bot.sandbox.slack.seen import Message, Outcome
from tests.journeys.company import GENERAL, IT_DESK, Company, said_in_window
from tests.journeys.purchases import FINANCE_DESK, Purchases, dm, found_finance

PART = {"Department": "Finance", "Summary": "Money for a laptop", "What to pass on": "A light one."}
FORM = {"Amount": "6,000", "Payee": "Office Depot", "Purpose": "A laptop"}
ASKED = (
    "Finn Berg asked for approval of €6,000.00 to Office Depot: A laptop. Finance decides first."
)


@pytest.fixture
async def buys(company: Company) -> Purchases:
    return await found_finance(company)


async def split(buys: Purchases, summary: str = "New starter on Monday") -> Message:
    """A part of Ann's ticket, which Finn has accepted; its card at the finance desk."""
    company = buys.company
    card = await company.filed(summary, Description="Salary: secret.")
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert (await company.hugo.click(await company.card(), "Split…")).ok
    assert (await company.hugo.fill(PART, submit=True)).ok
    await company.deliver()
    part = await buys.card()
    assert "Request approval…" not in part.buttons
    assert (await buys.finn.click(part, "Accept")).ok
    await company.deliver()
    return await buys.card()


async def ask(buys: Purchases) -> Outcome:
    assert (await buys.finn.click(await buys.card(), "Request approval…")).ok
    assert (await buys.finn.fill(FORM, submit=True)).ok
    outcome = await buys.finn.submit()
    await buys.company.deliver()
    return outcome


async def at_it(buys: Purchases) -> str:
    return (await buys.company.card(IT_DESK)).plain


async def test_money_asked_for_from_a_part_goes_its_whole_way(buys: Purchases) -> None:
    company = buys.company
    part = await split(buys)
    assert "Request approval…" in part.buttons
    assert (await ask(buys)).ok
    part = await buys.card()
    assert "€6,000.00: Finance decides by" in part.plain
    assert {"Withdraw approval", "Remind"} <= set(part.buttons)
    assert (await buys.said())[-1] == ASKED
    assert "€6,000.00: Finance decides by" in await at_it(buys)
    assert "Waiting for approval" in await at_it(buys)
    assert "left: waiting for approval" in await at_it(buys)
    assert (await company.thread(await company.card(IT_DESK)))[-1].plain == ASKED
    # Nobody at that desk could do anything about it.
    assert "Withdraw approval" not in (await company.card(IT_DESK)).buttons

    assert (await buys.finn.click(part, "Done…")).ok
    assert (await buys.finn.fill({}, submit=True)).ok
    refused = await buys.finn.view()
    assert refused is not None
    assert refused.errors["Note"] == (
        "HD-1/1 cannot be done yet: the approval of €6,000.00 for A laptop is pending."
    )
    await buys.finn.close_view()

    assert (await buys.fay.click(await dm(buys.fay), "Approve")).ok
    await company.deliver()
    assert (await buys.cleo.click(await dm(buys.cleo), "Approve")).ok
    await company.deliver()
    assert (await buys.said())[-1] == "Cleo Lang approved €6,000.00."
    assert "Cleo Lang approved €6,000.00 for HD-1." in (await dm(buys.finn)).plain
    part = await buys.card()
    assert "€6,000.00: Approved by Cleo" in part.plain
    assert "Assigned" in await at_it(buys)
    assert (await buys.finn.click(part, "Done…")).ok
    assert (await buys.finn.fill({}, submit=True)).ok
    await company.deliver()
    assert (await company.ann.click(await company.card(IT_DESK), "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "All set."}, submit=True)).ok
    assert await company.value("SELECT status FROM tickets") == "resolved"


async def test_the_parts_own_clock_stands_still_meanwhile(buys: Purchases) -> None:
    company = buys.company
    clock = "SELECT state, due_at FROM sla_clocks WHERE part_id IS NOT NULL"
    due = "SELECT due_at FROM sub_tickets"
    part = await split(buys)
    assert "Paused" not in part.plain
    before = await company.value(due)
    assert before is not None
    assert (await ask(buys)).ok
    assert (await buys.finn.click(await buys.card(), "Start")).ok
    await company.deliver()
    part = await buys.card()
    assert "left: waiting for approval" in part.plain
    assert "Paused, " in part.plain
    assert [tuple(row) for row in await company.rows(clock)] == [("paused", None)]
    assert await company.value(due) is None
    assert (await buys.finn.click(part, "Withdraw approval")).ok
    assert (await buys.finn.fill({"Reason": "There is one in stock."}, submit=True)).ok
    await company.deliver()
    assert "Paused" not in (await buys.card()).plain
    [(state, due_at)] = await company.rows(clock)
    assert state == "running"
    assert due_at == await company.value(due) > before


async def test_a_part_that_is_sent_back_while_money_is_asked_for_stays_still(
    buys: Purchases,
) -> None:
    company = buys.company
    await split(buys)
    assert (await ask(buys)).ok
    assert (await buys.finn.click(await buys.card(), "Send back…")).ok
    assert (await buys.finn.fill({"Reason": "Not ours."}, submit=True)).ok
    await company.deliver()
    assert await company.value("SELECT status FROM approval_requests") == "withdrawn"
    state = "SELECT state FROM sla_clocks WHERE part_id IS NOT NULL"
    assert await company.value(state) == "paused"
    await company.hugo.command("/ticket", "HD-1/1", channel=GENERAL)
    looked = (await company.hugo.ephemerals())[-1]
    assert (await company.hugo.click(looked, "Send again…")).ok
    assert (await company.hugo.submit()).ok
    await company.deliver()
    assert await company.value(state) == "running"


async def test_of_the_ticket_finance_reads_what_was_passed_on_and_no_more(
    buys: Purchases,
) -> None:
    await split(buys)
    assert (await buys.finn.click(await buys.card(), "Request approval…")).ok
    form = await buys.finn.view()
    assert form is not None
    assert "HD-1/1 · Money for a laptop" in form.text
    assert (await buys.finn.fill(FORM, submit=True)).ok
    preview = await buys.finn.view()
    assert preview is not None
    assert "Finance: Fay Lund" in preview.text
    assert (await buys.finn.submit()).ok
    await buys.company.deliver()
    await buys.finn.command("/ticket", "HD-1/1", channel=GENERAL)
    looked = (await buys.finn.ephemerals())[-1]
    assert "€6,000.00: Finance decides by" in looked.plain
    await buys.finn.command("/ticket", "HD-1", channel=GENERAL)
    told = [each.plain for each in await buys.finn.dms()]
    at_desk = [each.plain for each in await buys.company.slack.all_messages(FINANCE_DESK)]
    answered = [each.plain for each in await buys.finn.ephemerals()]
    for words in (form.text, preview.text, *told, *at_desk, *answered):
        for secret in ("New starter", "secret", "Bea Okafor"):
            assert secret not in words


async def test_a_question_is_answered_from_the_part(buys: Purchases) -> None:
    await split(buys)
    assert (await ask(buys)).ok
    assert (await buys.fay.click(await dm(buys.fay), "Ask for changes…")).ok
    assert (await buys.fay.fill({"Question": "Is there a cheaper one?"}, submit=True)).ok
    await buys.company.deliver()
    assert "Is there a cheaper one?" in (await dm(buys.finn)).plain
    part = await buys.card()
    assert {"Answer…", "Change…", "Withdraw approval"} <= set(part.buttons)
    assert (await buys.finn.click(part, "Change…")).ok
    cheaper = {"Answer": "Yes, this one.", "Amount": "900"}
    assert (await buys.finn.fill(cheaper, submit=True)).ok
    await buys.company.deliver()
    assert "€900.00: Finance decides by" in (await buys.card()).plain
    assert (await buys.finn.click(await buys.card(), "Withdraw approval")).ok
    assert (await buys.finn.fill({"Reason": "There is one in stock."}, submit=True)).ok
    await buys.company.deliver()
    assert (await buys.said())[-1] == (
        "Finn Berg withdrew the request for approval of €900.00: There is one in stock."
    )
    assert "Assigned" in await at_it(buys)
    assert (await buys.finn.click(await buys.card(), "Send again")).ok
    await buys.company.deliver()
    assert "€900.00: Finance decides by" in (await buys.card()).plain
    facts = "SELECT number, part_id IS NOT NULL FROM approval_requests ORDER BY number"
    assert [tuple(row) for row in await buys.company.rows(facts)] == [(1, True), (2, True)]


async def test_a_part_that_is_given_up_takes_its_request_along(buys: Purchases) -> None:
    part = await split(buys)
    assert (await ask(buys)).ok
    assert (await buys.finn.click(part, "Send back…")).ok
    assert (await buys.finn.fill({"Reason": "There is no budget."}, submit=True)).ok
    await buys.company.deliver()
    assert "HD-1/1 was sent back: There is no budget." in (await dm(buys.fay)).plain
    assert (await dm(buys.fay)).buttons == []
    assert "Withdrawn" in await at_it(buys)
    assert "Assigned" in await at_it(buys)
    part = await buys.card()
    assert not {"Send again", "Request approval…"} & set(part.buttons)


async def test_a_part_that_is_cancelled_takes_its_request_along(buys: Purchases) -> None:
    await split(buys)
    assert (await ask(buys)).ok
    company = buys.company
    await company.hugo.command("/ticket", "HD-1/1", channel=GENERAL)
    assert (await company.hugo.click((await company.hugo.ephemerals())[-1], "Cancel part…")).ok
    assert (await company.hugo.fill({}, submit=True)).ok
    await company.deliver()
    assert "HD-1/1 was cancelled." in (await dm(buys.fay)).plain
    assert await company.value("SELECT status FROM approval_requests") == "withdrawn"
    assert await company.value("SELECT status FROM tickets") == "assigned"


async def test_who_is_not_of_finance_cannot_ask_from_a_part(buys: Purchases) -> None:
    part = await split(buys)
    form = "SELECT count(*) FROM approval_requests"
    await buys.ida.command("/ticket", "mine", channel=GENERAL)
    await buys.company.change(
        "UPDATE users SET role = 'agent', department_id ="
        " (SELECT id FROM departments WHERE name = 'Finance') WHERE slack_user_id = 'U0IDA'"
    )
    assert (await buys.ida.click(part, "Request approval…")).ok
    assert "Only people of finance who work on HD-1/1 can ask for approval." in (
        await said_in_window(buys.ida)
    )
    # Whose right is gone while the form is open is refused at the click.
    assert (await buys.finn.click(part, "Request approval…")).ok
    assert (await buys.finn.fill(FORM, submit=True)).ok
    await buys.company.change(
        "UPDATE users SET department_id = (SELECT id FROM departments WHERE name = 'HR')"
        " WHERE slack_user_id = 'U0FINN'"
    )
    await buys.company.change("UPDATE sub_tickets SET assignee_id = NULL")
    assert (await buys.finn.submit()).ok
    refused = await buys.finn.view()
    assert refused is not None
    assert "You are not on HD-1/1" in refused.errors["Amount"]
    assert await buys.company.value(form) == 0
