"""The emoji :ticket: and direct messages: a ticket is offered, and made by a click only."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from core.db import unit_of_work
from tests.journeys.company import GENERAL, Company
from tests.journeys.test_from_messages import WORDS

QUESTION = "Create a ticket from this message?"
OFFER = "Open a ticket with this text?"
TICKETS = "SELECT count(*) FROM tickets"
OFFERED = "SELECT count(*) FROM outbox_messages WHERE topic = 'source.offered'"


async def asked(company: Company, person: Any) -> list[str]:
    return [each.plain for each in await person.ephemerals() if QUESTION in each.plain]


async def later(company: Company, **passed: float) -> None:
    async with unit_of_work(company.sessions) as session:
        await session.execute(
            text("UPDATE ticket_offers SET offered_at = offered_at - make_interval(secs => :ago)"),
            {"ago": timedelta(**passed).total_seconds()},
        )


async def test_whoever_reacts_is_asked_alone_and_a_click_opens_the_form(
    company: Company,
) -> None:
    message = await company.bea.post(GENERAL, WORDS)
    await company.ann.react(message, "ticket")
    await company.deliver()
    [question] = await company.ann.ephemerals()
    assert QUESTION in question.plain
    assert question.buttons == ["Create ticket"]
    assert await company.bea.ephemerals() == []
    assert await company.value(TICKETS) == 0
    assert (await company.ann.click(question, "Create ticket")).ok
    view = await company.ann.view()
    assert view is not None
    assert view.values["Summary"] == "The printer on floor 2 is broken"
    assert view.values["Description"] == WORDS
    assert view.values["On behalf of"] == "U0BEA"
    assert (await company.ann.fill({"Department": "IT"}, submit=True)).ok
    await company.deliver()
    assert "HD-1" in (await company.thread(message, company.bea))[0].plain
    source = "SELECT source FROM audit_logs WHERE action = 'ticket.open'"
    assert await company.value(source) == "reaction"
    # The question may still be on the screen.
    assert (await company.ann.click(question, "Create ticket")).ok
    view = await company.ann.view()
    assert view is not None
    assert "This conversation is HD-1 already." in view.text


async def test_a_reaction_to_a_reply_is_about_that_reply(company: Company) -> None:
    root = await company.bea.post(GENERAL, "Morning!")
    reply = await company.finn.post(GENERAL, "My mouse is gone.", thread_ts=root.ts)
    await company.ann.react(reply, "ticket::skin-tone-2")
    await company.deliver()
    [question] = await company.ann.ephemerals()
    assert question.thread_ts == root.ts
    await company.ann.click(question, "Create ticket")
    assert (await company.ann.fill({"Department": "IT"}, submit=True)).ok
    key = "SELECT source_key FROM tickets"
    assert await company.value(key) == f"message:{GENERAL}:{root.ts}"
    await company.deliver()
    assert await company.value("SELECT body FROM chat_messages") == "My mouse is gone."


async def test_where_a_ticket_is_the_reaction_tells_which(company: Company) -> None:
    card = await company.filed()
    await company.ann.react(card, "ticket")
    await company.deliver()
    [told] = await company.ann.ephemerals()
    assert told.plain == "This conversation is HD-1 already."
    assert told.buttons == []


async def test_a_reaction_put_there_again_asks_once_for_a_while(company: Company) -> None:
    message = await company.bea.post(GENERAL, WORDS)
    for _ in range(3):
        await company.ann.react(message, "ticket")
        await company.deliver()
        await company.ann.react(message, "ticket", remove=True)
        await company.deliver()
    assert len(await asked(company, company.ann)) == 1
    await later(company, minutes=11)
    await company.ann.react(message, "ticket")
    await company.deliver()
    assert len(await asked(company, company.ann)) == 2
    await company.carl.react(message, "ticket")
    await company.deliver()
    assert len(await asked(company, company.carl)) == 1


async def test_an_event_that_comes_five_times_at_once_asks_once(company: Company) -> None:
    message = await company.bea.post(GENERAL, WORDS)
    event = {
        "type": "reaction_added",
        "user": "U0ANN",
        "reaction": "ticket",
        "item": {"type": "message", "channel": GENERAL, "ts": message.ts},
        "item_user": "U0BEA",
        "event_ts": "1.5",
    }
    await asyncio.gather(*(company.slack.send_event(event) for _ in range(5)))
    await company.deliver()
    assert len(await asked(company, company.ann)) == 1
    assert await company.value(OFFERED) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"reaction": "tickets"},
        {"user": "U0HDMSBOT"},
        {"user": "U0ALARM"},
        {"item": {"type": "file", "file": "F1"}},
        {"item": {"type": "message", "channel": "C0<x>", "ts": "1.5"}},
        {"item": {"type": "message", "channel": GENERAL, "ts": "soon"}},
        {"item": None},
        {"type": "reaction_removed"},
    ],
    ids=str,
)
async def test_other_reactions_do_nothing(company: Company, change: dict[str, Any]) -> None:
    await company.slack.person("U0ALARM", "Alarm", is_bot=True, bot_id="B0ALARM")
    message = await company.bea.post(GENERAL, WORDS)
    item = {"type": "message", "channel": GENERAL, "ts": message.ts}
    event = {"type": "reaction_added", "user": "U0ANN", "reaction": "ticket", "item": item}
    [delivery] = await company.slack.send_event(event | change)
    assert delivery.status == 200
    assert await company.value(OFFERED) == 0


async def test_a_message_deleted_before_the_question_is_not_asked_about(
    company: Company,
) -> None:
    message = await company.bea.post(GENERAL, WORDS)
    await company.ann.react(message, "ticket")
    await company.slack.settle()
    await company.bea.delete(message)
    await company.deliver()
    assert await company.ann.ephemerals() == []
    unsettled = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
    assert await company.value(unsettled) == 0


async def test_a_guest_is_told_at_the_form(company: Company) -> None:
    guest = await company.slack.person("U0GUEST", "Gus Guest", is_restricted=True)
    await company.slack.join(GENERAL, "U0GUEST")
    message = await guest.post(GENERAL, WORDS)
    await guest.react(message, "ticket")
    await company.deliver()
    [question] = await guest.ephemerals()
    await guest.click(question, "Create ticket")
    await guest.fill({"Department": "IT"}, submit=True)
    view = await guest.view()
    assert view is not None
    assert "Guests cannot use the help desk" in view.errors["Summary"]
    assert await company.value(TICKETS) == 0


async def test_the_question_carries_as_much_as_a_button_can(company: Company) -> None:
    message = await company.bea.post(GENERAL, 'Quotes: """ \\ \n😀 ' * 900, raw=True)
    await company.ann.react(message, "ticket")
    await company.deliver()
    [question] = await company.ann.ephemerals()
    await company.ann.click(question, "Create ticket")
    assert (await company.ann.fill({"Department": "IT"}, submit=True)).ok
    await company.deliver()
    assert len(await company.value("SELECT description FROM tickets")) > 800
    assert await company.value("SELECT length(body) FROM chat_messages") > 10_000


async def test_a_direct_message_is_offered_as_a_ticket_below_itself(company: Company) -> None:
    wrote = await company.bea.dm("My laptop does not start.\nIt is a ThinkPad.")
    await company.deliver()
    [offer] = await company.thread(wrote, company.bea)
    assert OFFER in offer.plain
    assert offer.buttons == ["Open ticket"]
    assert await company.value(TICKETS) == 0
    assert (await company.bea.click(offer, "Open ticket")).ok
    view = await company.bea.view()
    assert view is not None
    assert view.values["Summary"] == "My laptop does not start."
    assert view.values["On behalf of"] is None
    assert (await company.bea.fill({"Department": "IT"}, submit=True)).ok
    await company.deliver()
    # That thread is the ticket's from now on, and there is no other.
    assert "HD-1" in (await company.thread(wrote, company.bea))[-1].plain
    assert len(await company.bea.dms()) == 1
    await company.bea.dm("The fan is loud as well.", thread_ts=wrote.ts)
    await company.deliver()
    said = [each.plain for each in await company.thread(await company.card())]
    assert said == ["My laptop does not start.\nIt is a ThinkPad.", "The fan is loud as well."]


async def test_a_private_ticket_from_a_direct_message_stays_in_its_thread(
    company: Company,
) -> None:
    wrote = await company.bea.dm("About my contract")
    await company.deliver()
    [offer] = await company.thread(wrote, company.bea)
    await company.bea.click(offer, "Open ticket")
    private = "Only its department and the people on it may see it"
    assert (await company.bea.fill({"Department": "IT", "Private": [private]}, submit=True)).ok
    await company.deliver()
    assert "HD-1" in (await company.thread(wrote, company.bea))[-1].plain
    assert "A request was filed." not in str(await company.thread(wrote, company.bea))


async def test_filed_for_a_colleague_it_lives_with_the_colleague(company: Company) -> None:
    wrote = await company.bea.dm("Finn cannot log in.")
    await company.deliver()
    [offer] = await company.thread(wrote, company.bea)
    await company.bea.click(offer, "Open ticket")
    answers = {"Department": "IT", "On behalf of": "Finn Berg"}
    assert (await company.bea.fill(answers, submit=True)).ok
    await company.deliver()
    assert len(await company.thread(wrote, company.bea)) == 1
    assert "HD-1" in (await company.finn.dms())[-1].plain


async def test_several_messages_in_a_row_get_one_offer(company: Company) -> None:
    wrote = [await company.bea.dm(words) for words in ("Hello", "are you there", "help")]
    await company.deliver()
    assert [len(await company.thread(each, company.bea)) for each in wrote] == [1, 0, 0]
    await later(company, seconds=61)
    again = await company.bea.dm("My screen is black.")
    await company.deliver()
    assert len(await company.thread(again, company.bea)) == 1


async def test_an_event_or_an_errand_that_comes_again_offers_once(company: Company) -> None:
    await company.slack.settings(twice=True, shuffled=True)
    wrote = await company.bea.dm("My laptop does not start.")
    await company.deliver()
    await later(company, minutes=5)
    event = {"type": "message", "channel": wrote.channel, "channel_type": "im", "user": "U0BEA",
             "text": wrote.text, "ts": wrote.ts, "team": "T0ACME"}  # fmt: skip
    await company.slack.send_event(event)
    async with unit_of_work(company.sessions) as session:
        await session.execute(
            text("UPDATE outbox_messages SET settled_at = NULL WHERE topic = 'source.offered'")
        )
    await company.deliver_late()
    assert len(await company.thread(wrote, company.bea)) == 1
    assert await company.value(OFFERED) == 1


async def test_an_answer_of_slacks_that_got_lost_offers_once(company: Company) -> None:
    await company.slack.fault("chat.postMessage", kind="drop_after", times=1)
    wrote = await company.bea.dm("My laptop does not start.")
    await company.deliver()
    await company.deliver_late()
    assert len(await company.thread(wrote, company.bea)) == 1


async def test_what_the_app_says_itself_is_no_direct_message_to_it(company: Company) -> None:
    await company.filed()
    assert await company.value(OFFERED) == 0
    assert await company.value("SELECT count(*) FROM ticket_offers") == 0
