"""The window "History": one order of time, in pages, for each reader what they may know."""

import asyncio
from typing import Any

from bot.sandbox.slack.seen import Message, OpenView
from tests.journeys.company import GENERAL, Company


async def history_of(person: Any, receipt: Message) -> OpenView:
    assert (await person.click(receipt, "History")).ok
    return await seen(person)


async def seen(person: Any) -> OpenView:
    view = await person.view()
    assert view is not None
    return view


async def test_words_and_deeds_stand_in_one_order_for_each_reader(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.click(card, "Assign to me")
    await company.bea.dm("It smells of smoke.", thread_ts=receipt.ts)
    await company.deliver()
    await company.ann.post(card.channel, "fuser, I bet", thread_ts=card.ts)
    await company.deliver()
    assert (await company.ann.choose(await company.card(), "History")).ok
    desk, theirs = await seen(company.ann), await history_of(company.bea, receipt)
    told = [
        *("Bea Okafor filed the ticket.", "Ann Visser took the ticket."),
        *("Bea Okafor wrote a reply:", "It smells of smoke."),
    ]
    notes = ["Ann Visser wrote a note for the desk:", "fuser, I bet"]
    assert in_order(desk.text, [*told, *notes])
    assert in_order(theirs.text, told)
    assert "fuser" not in theirs.text
    assert "note" not in theirs.text
    assert desk.buttons == ["Transcript", "Deliveries"]
    assert theirs.buttons == ["Transcript"]


def in_order(text: str, lines: list[str]) -> bool:
    places = [text.find(line) for line in lines]
    return -1 not in places and places == sorted(places)


async def fill_threads(company: Company, most: int) -> Message:
    await company.filed()
    receipt = await company.receipt()
    for number in range(most):
        await company.bea.dm(f"words {number:02}", thread_ts=receipt.ts)
    await company.deliver()
    return receipt


def numbers(view: OpenView) -> list[str]:
    return [line[-2:] for line in view.text.splitlines() if line.startswith("words ")]


async def test_pages_lead_back_to_the_beginning_and_forth_again(company: Company) -> None:
    receipt = await fill_threads(company, 45)
    newest = await history_of(company.bea, receipt)
    assert numbers(newest) == [f"{n:02}" for n in range(25, 45)]
    assert newest.buttons == ["Older", "Transcript"]
    assert (await company.bea.click_view("Older")).ok
    middle = await seen(company.bea)
    assert (middle.id, middle.depth) == (newest.id, newest.depth)
    assert numbers(middle) == [f"{n:02}" for n in range(5, 25)]
    assert middle.buttons == ["Older", "Newer", "Transcript"]
    assert (await company.bea.click_view("Older")).ok
    oldest = await seen(company.bea)
    assert "Bea Okafor filed the ticket." in oldest.text
    assert numbers(oldest) == [f"{n:02}" for n in range(5)]
    assert oldest.buttons == ["Newer", "Transcript"]
    assert (await company.bea.click_view("Newer")).ok
    assert numbers(await seen(company.bea)) == numbers(middle)


async def test_a_page_that_was_overtaken_is_dropped_in_silence(company: Company) -> None:
    receipt = await fill_threads(company, 25)
    await history_of(company.bea, receipt)
    await company.slack.fault("views.update", kind="error", error="hash_conflict", times=1)
    assert (await company.bea.click_view("Older")).ok
    assert (await seen(company.bea)).title == "HD-1 history"


async def test_two_presses_at_once_end_on_one_page(company: Company) -> None:
    receipt = await fill_threads(company, 25)
    await history_of(company.bea, receipt)
    await asyncio.gather(company.bea.click_view("Older"), company.bea.click_view("Older"))
    view = await seen(company.bea)
    assert view.title == "HD-1 history"
    assert "Bea Okafor filed the ticket." in view.text


async def test_when_slack_does_not_turn_the_page_it_says_so(company: Company) -> None:
    receipt = await fill_threads(company, 25)
    await history_of(company.bea, receipt)
    await company.slack.fault("views.update", kind="error", error="internal_error", times=1)
    assert (await company.bea.click_view("Older")).ok
    assert "Slack did not show the next page" in (await seen(company.bea)).text


async def test_who_lost_the_right_while_paging_reads_why(company: Company) -> None:
    await company.filed()
    card = await company.card()
    for number in range(25):
        await company.ann.post(card.channel, f"words {number:02}", thread_ts=card.ts)
    await company.deliver()
    assert (await company.carl.choose(await company.card(), "History")).ok
    await company.change(
        "UPDATE users SET role = 'employee', department_id = NULL WHERE slack_user_id = 'U0CARL'"
    )
    assert (await company.carl.click_view("Older")).ok
    view = await seen(company.carl)
    assert "or you are not on it." in view.text
    assert numbers(view) == []


async def test_of_a_ticket_deleted_meanwhile_there_are_no_more_pages(company: Company) -> None:
    receipt = await fill_threads(company, 25)
    await history_of(company.bea, receipt)
    await company.change("UPDATE tickets SET is_deleted = true, deleted_at = now()")
    assert (await company.bea.click_view("Older")).ok
    assert "This ticket does not exist any more." in (await seen(company.bea)).text
    assert (await company.bea.close_view()).ok
    assert (await company.bea.click_view("Transcript")).ok
    assert "This ticket does not exist any more." in (await seen(company.bea)).text


async def test_the_look_at_a_ticket_leads_to_its_history(company: Company) -> None:
    await company.filed()
    await company.bea.command("/ticket", "HD-1", channel=GENERAL)
    shown = (await company.bea.ephemerals())[-1]
    assert "Bea Okafor filed the ticket." in (await history_of(company.bea, shown)).text
