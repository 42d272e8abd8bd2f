"""What a desk does with its tickets: give, release, transfer, hurry, cancel and merge them."""

import asyncio

from sqlalchemy import text

from bot.sandbox.slack.seen import Message
from core.db import unit_of_work
from core.tickets.changes import Turn
from core.tickets.models import Source
from core.tickets.policy import read_policy
from core.tickets.triage.transfers import transfer
from core.users.queries import Identity, find_actor
from tests.journeys.company import HR_DESK, IT_DESK, Company

STATUS = "SELECT status FROM tickets WHERE number = :number"


async def run(company: Company, sql: str) -> None:
    async with unit_of_work(company.sessions) as session:
        await session.execute(text(sql))


async def test_people_are_offered_by_what_they_have_open(company: Company) -> None:
    first = await company.filed()
    assert (await company.ann.click(first, "Assign to me")).ok
    card = await company.filed("Second")
    assert (await company.hugo.click(card, "Assign…")).ok
    assert await company.hugo.options("Assignee") == ["Carl Otto", "Hugo Kern", "Ann Visser"]
    assert await company.hugo.options("Assignee", query="vis") == ["Ann Visser"]
    answers = {"Assignee": "Carl Otto", "Note": "You know these."}
    assert (await company.hugo.fill(answers, submit=True)).ok
    await company.deliver()
    told = (await company.carl.dms())[-1]
    assert "Hugo Kern gave you HD-2 · Second" in told.plain
    assert "You know these." in told.plain


async def test_who_has_it_puts_it_back_and_nobody_else_may(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    await company.carl.choose(await company.card(), "Release")
    view = await company.carl.view()
    assert view is not None
    assert "Only its assignee and the head of its department" in view.text
    assert (await company.ann.choose(await company.card(), "Release")).ok
    await company.deliver()
    card = await company.card()
    assert "Nobody yet" in card.plain
    assert "Assign to me" in card.buttons
    said = (await company.thread(card))[-1]
    assert said.plain == "Ann Visser put HD-1 back into the queue."


async def test_a_ticket_moves_to_another_department(company: Company) -> None:
    card, receipt = await company.filed("Payslip is wrong"), await company.receipt()
    await company.ann.click(card, "Assign to me")
    await company.ann.post(IT_DESK, "this is payroll", thread_ts=card.ts)
    await company.deliver()
    assert (await company.ann.choose(await company.card(), "Transfer…")).ok
    assert await company.ann.options("Department") == ["HR"]
    answers = {"Department": "HR", "Reason": "It is about payroll."}
    assert (await company.ann.fill(answers, submit=True)).ok
    await company.deliver()

    left = await company.card(IT_DESK)
    assert left.ts == card.ts
    assert left.plain == "HD-1 moved to HR."
    assert left.buttons == []
    moved = await company.card(HR_DESK)
    assert "HD-1 · Payslip is wrong" in moved.plain
    assert "Nobody yet" in moved.plain
    [line] = await company.thread(moved, company.hana)
    assert line.plain == "Ann Visser moved HD-1 here from IT: It is about payroll."
    told = (await company.thread(receipt, company.bea))[-1]
    assert told.plain == "HD-1 is with HR now."
    assert "payroll" not in " ".join(
        each.plain for each in await company.thread(receipt, company.bea)
    )
    await company.hana.choose(moved, "History")
    history = await company.hana.view()
    assert history is not None
    assert "Ann Visser moved the ticket to HR: It is about payroll." in history.text
    assert "wrote a note for the desk" in history.text


async def test_what_is_written_where_it_was_is_answered_and_not_kept(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.choose(card, "Transfer…")
    await company.ann.fill({"Department": "HR"}, submit=True)
    await company.deliver()
    await company.carl.post(IT_DESK, "I know this one", thread_ts=card.ts)
    await company.deliver()
    answer = (await company.carl.ephemerals())[-1]
    assert answer.plain.startswith("HD-1 moved to HR.")
    assert await company.value("SELECT count(*) FROM chat_messages") == 0
    # The requester goes on where they were.
    await company.bea.dm("Any news?", thread_ts=receipt.ts)
    await company.deliver()
    moved = await company.card(HR_DESK)
    assert [each.plain for each in await company.thread(moved, company.hana)][-1] == "Any news?"


async def test_a_ticket_that_moved_before_its_card_was_posted_has_one_card(
    company: Company,
) -> None:
    assert (await company.file(company.bea, "Quick")).ok
    ann = Identity("T0ACME", "U0ANN")
    async with unit_of_work(company.sessions) as session:
        policy, actor = await read_policy(session), await find_actor(session, ann)
        assert actor is not None
        [hr] = [desk for desk in policy.desks.values() if desk.name == "HR"]
        ticket_id = await session.scalar(text("SELECT id FROM tickets"))
        turn = Turn(actor, Source.BUTTON, policy)
        await transfer(session, turn, ticket_id, department_id=hr.id)
    await company.deliver()
    assert await company.slack.all_messages(IT_DESK) == []
    posted = await company.slack.all_messages(HR_DESK)
    assert [each.plain for each in posted if each.thread_ts in (None, each.ts)] == [
        (await company.card(HR_DESK)).plain
    ]


async def test_two_who_transfer_at_once_end_in_one_place(company: Company) -> None:
    card = await company.filed()
    for person in (company.ann, company.carl):
        assert (await person.choose(card, "Transfer…")).ok
        await person.fill({"Department": "HR"})
    await asyncio.gather(company.ann.submit(), company.carl.submit())
    [refused] = [v for v in [await company.ann.view(), await company.carl.view()] if v is not None]
    assert "moved HD-1 to HR already." in refused.errors["Department"]
    await company.deliver()
    cards = [each for each in await company.slack.all_messages(HR_DESK) if "HD-1" in each.plain]
    assert len([each for each in cards if each.thread_ts in (None, each.ts)]) == 1


async def test_the_priority_changes_and_with_it_what_was_promised(company: Company) -> None:
    card = await company.filed()
    due = await company.value("SELECT due_at FROM tickets")
    assert (await company.ann.choose(card, "Priority…")).ok
    form = await company.ann.view()
    assert form is not None
    assert form.values["Priority"] == "Medium"
    assert (await company.ann.fill({"Priority": "Urgent"}, submit=True)).ok
    await company.deliver()
    assert "Urgent" in (await company.card()).plain
    assert await company.value("SELECT due_at FROM tickets") < due


async def test_the_requester_cancels_from_the_receipt_with_a_reason(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    assert (await company.bea.click(receipt, "Cancel…")).ok
    assert (await company.bea.fill({"Reason": "It works again."}, submit=True)).ok
    await company.deliver()
    said = (await company.thread(card))[-1]
    assert said.plain == "Bea Okafor cancelled HD-1: It works again."
    assert "Cancel…" not in (await company.receipt()).buttons
    assert await company.value(STATUS, number=1) == "cancelled"


async def test_an_agent_may_not_cancel_and_a_head_may(company: Company) -> None:
    card = await company.filed()
    await company.ann.choose(card, "Cancel…")
    view = await company.ann.view()
    assert view is not None
    assert "Only its requester and the head of its department can cancel HD-1." in view.text
    assert (await company.hugo.choose(card, "Cancel…")).ok
    assert (await company.hugo.fill({"Reason": "Not ours."}, submit=True)).ok
    assert await company.value(STATUS, number=1) == "cancelled"


async def test_a_duplicate_is_merged_and_its_requester_goes_on_with_the_winner(
    company: Company,
) -> None:
    winner = await company.filed("Printer is on fire")
    assert (await company.file(company.finn, "Printer burns")).ok
    await company.deliver()
    loser, receipt = await company.card(), (await company.finn.dms())[-1]
    assert (await company.ann.choose(loser, "Merge…")).ok
    assert await company.ann.options("Merge into") == ["HD-1 · Printer is on fire"]
    assert await company.ann.options("Merge into", query="hd-1") == ["HD-1 · Printer is on fire"]
    assert await company.ann.options("Merge into", query="nothing") == []
    assert (await company.ann.fill({"Merge into": "HD-1 · Printer is on fire"}, submit=True)).ok
    await company.deliver()

    card = await company.card()
    assert "Closed" in card.plain
    assert "Merged into HD-1" in card.plain
    [at_loser] = await company.thread(card)
    assert at_loser.plain == "Ann Visser merged HD-2 into HD-1. Go on there."
    [at_winner] = await company.thread(winner)
    assert at_winner.plain == "Ann Visser merged HD-2 into HD-1."
    told = (await company.thread(receipt, company.finn))[-1]
    assert told.plain.startswith("HD-2 was merged into HD-1, which is about the same.")
    assert (await company.finn.dms())[-1].plain == "HD-2 was merged into HD-1."

    # Both of them hear each other from now on.
    await company.finn.dm("It is the one on the third floor.", thread_ts=receipt.ts)
    await company.deliver()
    copy = (await company.thread(winner))[-1]
    assert (copy.username, copy.plain) == ("Finn Berg", "It is the one on the third floor.")
    await company.reply(company.ann, await fresh(company, winner.ts), "We are on our way.")
    await company.deliver()
    heard = (await company.thread(receipt, company.finn))[-1]
    assert (heard.username, heard.plain) == ("Ann Visser", "We are on our way.")

    # Below the duplicate's card nobody is heard.
    await company.carl.post(IT_DESK, "me too", thread_ts=card.ts)
    await company.deliver()
    answer = (await company.carl.ephemerals())[-1]
    assert answer.plain.startswith("HD-2 was merged into HD-1.")
    assert "me too" not in [row[0] for row in await company.rows("SELECT body FROM chat_messages")]

    # Whoever filed the duplicate reads how the other one ended.
    assert (await company.ann.click(await fresh(company, winner.ts), "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver()
    end = (await company.thread(receipt, company.finn))[-1]
    assert end.plain == "Ann Visser resolved HD-1 (Solved): New fuser."


async def fresh(company: Company, ts: str) -> Message:
    """The card as it is now."""
    [card] = [each for each in await company.slack.all_messages(IT_DESK) if each.ts == ts]
    return card


async def test_merging_into_what_is_over_is_said_beside_the_menu(company: Company) -> None:
    await company.filed("First")
    card = await company.filed("Second")
    assert (await company.ann.choose(card, "Merge…")).ok
    await company.ann.fill({"Merge into": "HD-1 · First"})
    await run(company, "UPDATE tickets SET status = 'cancelled' WHERE number = 1")
    await company.ann.submit()
    form = await company.ann.view()
    assert form is not None
    assert "HD-1 is cancelled already." in form.errors["Merge into"]


async def test_a_new_ticket_is_given_to_somebody_where_the_department_wants_it(
    company: Company,
) -> None:
    await run(company, "UPDATE departments SET auto_assign = 'round_robin' WHERE name = 'IT'")
    card = await company.filed("First")
    assert "Ann Visser" in card.plain
    assert "Assigned" in card.plain
    told = (await company.ann.dms())[-1]
    assert "The help desk gave you HD-1 · First" in told.plain
    said = await company.thread(await company.receipt(), company.bea)
    assert [each.plain for each in said] == ["Ann Visser is looking after HD-1 now."]
    await company.filed("Second")
    assert "Carl Otto" in (await company.card()).plain


async def test_a_rule_sends_a_ticket_to_the_right_desk(company: Company) -> None:
    await run(
        company,
        "INSERT INTO routing_rules (name, position, words, to_department_id, to_priority)"
        " SELECT 'payroll', 0, '[\"salary\"]', id, 'high' FROM departments WHERE name = 'HR'",
    )
    assert (await company.file(company.bea, "My Salary is missing")).ok
    await company.deliver()
    card = await company.card(HR_DESK)
    assert "HD-1 · My Salary is missing" in card.plain
    assert "High" in card.plain
    assert await company.slack.all_messages(IT_DESK) == []
    details = "SELECT details FROM audit_logs WHERE action = 'ticket.open'"
    assert (await company.value(details))["routed_by"] == "payroll"
