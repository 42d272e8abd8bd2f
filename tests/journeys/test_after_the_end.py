"""Words on a ticket that is over: thanks, "not solved", and what goes on in a new ticket."""

import asyncio

import pytest
from sqlalchemy import text

from bot.sandbox.slack.seen import Message
from core.db import unit_of_work
from tests.journeys.company import GENERAL, Company, said_in_window
from tests.journeys.test_followers import add_finn
from tests.journeys.test_requests import interact

LATER = "UPDATE tickets SET resolved_at = now() - interval '60 days'"


async def solved(company: Company) -> tuple[Message, Message]:
    """The card and the receipt of a ticket that Ann has resolved."""
    card = await company.filed()
    await company.ann.click(card, "Resolve…")
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver()
    return card, await company.receipt()


async def write(company: Company, receipt: Message, words: str) -> list[str]:
    """As Bea, in her thread. Gives what she is told alone."""
    before = len(await company.bea.ephemerals())
    await company.bea.dm(words, thread_ts=receipt.ts)
    await company.deliver()
    return [each.plain for each in (await company.bea.ephemerals())[before:]]


async def change(company: Company, sql: str) -> None:
    async with unit_of_work(company.sessions) as session:
        await session.execute(text(sql))


async def test_thanks_do_not_reopen_and_are_asked_about_once(company: Company) -> None:
    card, receipt = await solved(company)
    [asked] = await write(company, receipt, "thank you!")
    assert asked.startswith("HD-1 is resolved. Is it not solved?")
    assert (await company.bea.ephemerals())[-1].buttons == ["Reopen?"]
    assert await write(company, receipt, "have a nice day") == []
    assert await company.value("SELECT status FROM tickets") == "resolved"
    copies = [each.plain for each in await company.thread(card)]
    assert copies[-2:] == ["thank you!", "have a nice day"]


async def test_reopening_takes_a_press_and_a_second_one_is_told(company: Company) -> None:
    card, receipt = await solved(company)
    await write(company, receipt, "it burns again")
    question = (await company.bea.ephemerals())[-1]
    assert (await company.bea.click(question, "Reopen?")).ok
    await company.deliver()
    assert await company.value("SELECT status FROM tickets") == "in_progress"
    assert "Bea Okafor reopened HD-1." in (await company.thread(card))[-1].plain
    assert (await company.bea.click(question, "Reopen?")).ok
    assert "You reopened HD-1 already" in await said_in_window(company.bea)

    # The next resolution is another question.
    await company.ann.click(await company.card(), "Resolve…")
    assert (await company.ann.fill({"Resolution": "Newer fuser."}, submit=True)).ok
    await company.deliver()
    [asked] = await write(company, receipt, "hm")
    assert "Is it not solved?" in asked


async def test_of_two_who_reopen_at_once_one_is_told_who_was_faster(company: Company) -> None:
    _, receipt = await solved(company)
    await write(company, receipt, "no")
    question, shown = (await company.bea.ephemerals())[-1], await company.card()
    await asyncio.gather(company.bea.click(question, "Reopen?"), company.ann.click(shown, "Reopen"))
    told = [view.text for view in (await company.bea.view(), await company.ann.view()) if view]
    assert len(told) == 1
    assert "reopened HD-1 already: work on it goes on." in told[0]
    assert (
        await company.value("SELECT count(*) FROM audit_logs WHERE action = 'ticket.reopen'") == 1
    )


async def test_a_follower_is_told_who_can_reopen_it(company: Company) -> None:
    card = await company.filed()
    root = await add_finn(company)
    await company.ann.click(card, "Resolve…")
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver_late()
    await company.finn.dm("still broken here", thread_ts=root.ts)
    await company.deliver()
    told = (await company.finn.ephemerals())[-1]
    assert told.plain.startswith("HD-1 is resolved. Is it not solved?")
    assert told.buttons == []
    assert (await company.thread(card))[-1].plain == "still broken here"


async def test_what_the_desk_writes_at_the_end_asks_nobody(company: Company) -> None:
    card, _ = await solved(company)
    await company.ann.post(card.channel, "for the record", thread_ts=card.ts)
    await company.deliver()
    topics = "('ticket.not_solved', 'ticket.goes_on')"
    asked = f"SELECT count(*) FROM outbox_messages WHERE topic IN {topics}"
    assert await company.value(asked) == 0


async def test_after_the_grace_period_it_goes_on_in_a_linked_ticket(company: Company) -> None:
    card, receipt = await solved(company)
    await change(company, LATER)
    [offered] = await write(company, receipt, "the same again")
    assert offered.startswith("HD-1 is resolved. Open a new ticket that goes on from it?")
    assert (await company.thread(card))[-1].plain == "the same again"
    offer = (await company.bea.ephemerals())[-1]
    assert offer.buttons == ["Open linked ticket"]
    assert (await company.bea.click(offer, "Open linked ticket")).ok
    form = await company.bea.view()
    assert form is not None
    assert form.title == "New ticket"
    assert form.values["Summary"] == "Re: Printer is on fire"
    assert form.values["Department"] == "IT"
    assert (await company.bea.fill({"Description": "Smoke."}, submit=True)).ok
    await company.deliver_late()

    rows = await company.rows(
        "SELECT new.number, old.number FROM tickets new JOIN tickets old ON old.id = new.follows_id"
    )
    assert [tuple(row) for row in rows] == [(2, 1)]
    new = await company.card()
    assert "HD-2 · Re: Printer is on fire" in new.plain
    assert "Goes on from HD-1" in new.plain
    assert "Goes on from HD-1" in (await company.receipt()).plain
    for thread, person in ((card, company.ann), (receipt, company.bea)):
        assert (await company.thread(thread, person))[-1].plain == "HD-1 is continued in HD-2."
        [root] = [each for each in await person.messages(thread.channel) if each.ts == thread.ts]
        assert "Continued in HD-2" in root.plain


@pytest.mark.parametrize("end", ["closed", "cancelled"])
async def test_a_ticket_that_is_over_for_good_offers_a_linked_one(
    company: Company, end: str
) -> None:
    card, receipt = await solved(company)
    await change(company, f"UPDATE tickets SET status = '{end}'")
    [offered] = await write(company, receipt, "one more thing")
    assert offered.startswith(f"HD-1 is {end}. Open a new ticket that goes on from it?")
    assert (await company.thread(card))[-1].plain == "one more thing"


async def test_a_linked_form_that_comes_twice_makes_one_ticket(company: Company) -> None:
    _, receipt = await solved(company)
    await change(company, LATER)
    await write(company, receipt, "again")
    offer = (await company.bea.ephemerals())[-1]
    assert (await company.bea.click(offer, "Open linked ticket")).ok
    view = await company.bea.view()
    assert view is not None
    hidden = view.private_metadata
    answers = await asyncio.gather(*(submit_with(company, "U0BEA", hidden) for _ in range(5)))
    assert answers == [""] * 5
    await company.deliver()
    assert await company.value("SELECT count(*) FROM tickets") == 2
    told = "SELECT count(*) FROM audit_logs WHERE action = 'ticket.continue'"
    assert await company.value(told) == 1


async def test_who_cannot_read_the_old_ticket_links_nothing_to_it(company: Company) -> None:
    await solved(company)
    await change(company, LATER)
    await company.slack.join((await company.card()).channel, "U0HANA")
    ticket_id = await company.value("SELECT id FROM tickets")
    await company.hana.command("/ticket", "mine is broken too", channel=GENERAL)
    view = await company.hana.view()
    assert view is not None
    hidden = f'{{"goes_on_from":"{ticket_id}"}}'
    await company.hana.fill({"Department": "IT"})
    answer = await submit_with(company, "U0HANA", hidden)
    assert "You are not on HD-1" in answer
    assert await company.value("SELECT count(*) FROM tickets") == 1


async def submit_with(company: Company, person_id: str, hidden: str) -> str:
    """The form that the person has open, with something else hidden in it."""
    view = await company.slack.acting(person_id).view()
    assert view is not None
    payload = {
        "type": "view_submission",
        "user": {"id": person_id, "team_id": "T0ACME"},
        "team": {"id": "T0ACME", "domain": "acme"},
        "view": view.raw | {"private_metadata": hidden},
    }
    status, answer = await interact(company, payload)
    assert status == 200
    return answer
