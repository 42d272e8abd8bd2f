"""Edits and deletions reach every copy, wherever its ticket has gone since."""

from typing import Any

from bot.sandbox.slack.seen import Message
from core.configuration.reading import read
from core.configuration.seed import apply
from tests.journeys.company import GENERAL, HR_DESK, IT_DESK, Company
from tests.journeys.test_from_messages import made_from

UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
SENT = "Send to requester"
FACILITIES = "C0FACILITIES"


async def open_facilities(company: Company) -> None:
    """A third desk, where Finn works."""
    text_of_file = """
        team_id: T0ACME
        departments: [{name: Facilities, desk_channel: C0FACILITIES, head: U0FINN}]
        people: [{slack_user_id: U0FINN, name: Finn Berg}]
    """
    async with company.sessions.begin() as session:
        await apply(session, read(text_of_file))
    members = ["U0FINN"]
    await company.slack.channel(FACILITIES, "facilities", private=True, members=members, bot=True)


async def transfer(
    company: Company, person: Any, card: Message, department: str, channel: str
) -> Message:
    """Its new card."""
    assert (await person.choose(card, "Transfer…")).ok
    assert (await person.fill({"Department": department}, submit=True)).ok
    await company.deliver()
    return await company.card(channel)


async def merge(company: Company, loser: Message, winner: str) -> None:
    assert (await company.ann.choose(loser, "Merge…")).ok
    assert (await company.ann.fill({"Merge into": winner}, submit=True)).ok
    await company.deliver()


async def below(company: Company, card: Message, person: Any = None) -> list[str]:
    return [each.plain for each in await company.thread(card, person)]


async def say(company: Company, words: str) -> Message:
    receipt = await company.receipt()
    said: Message = await company.bea.dm(words, thread_ts=receipt.ts)
    await company.deliver()
    return said


async def test_words_follow_into_every_thread_that_the_ticket_has_left(company: Company) -> None:
    await open_facilities(company)
    first = await company.filed()
    at_it = await say(company, "The cable is loose.")
    second = await transfer(company, company.ann, first, "HR", HR_DESK)
    at_hr = await say(company, "Or is it yours?")
    third = await transfer(company, company.hana, second, "Facilities", FACILITIES)
    last = await say(company, "Third time lucky.")
    places = ((first, company.ann), (second, company.hana), (third, company.finn))

    await company.bea.edit(at_it, "The plug is loose.")
    await company.bea.edit(at_hr, "Or is it theirs?")
    await company.bea.edit(last, "Third time.")
    await company.deliver()
    words = [await below(company, *place) for place in places]
    assert "The plug is loose. (edited)" in words[0]
    assert "Or is it theirs? (edited)" in words[1]
    assert "Third time. (edited)" in words[2]

    for said in (at_it, at_hr, last):
        await company.bea.delete(said)
    await company.deliver()
    for place in places:
        assert "Deleted by its author." in await below(company, *place)
        assert "(edited)" not in " ".join(await below(company, *place))
    assert await company.value(UNSETTLED) == 0


async def test_a_ticket_that_came_back_is_edited_in_both_its_threads(company: Company) -> None:
    first = await company.filed()
    before = await say(company, "The cable is loose.")
    second = await transfer(company, company.ann, first, "HR", HR_DESK)
    third = await transfer(company, company.hana, second, "IT", IT_DESK)
    after = await say(company, "Back again.")
    await company.bea.edit(before, "The plug is loose.")
    await company.bea.edit(after, "Here again.")
    await company.deliver()
    assert "The plug is loose. (edited)" in await below(company, first)
    assert "Here again. (edited)" in await below(company, third)
    assert await company.value(UNSETTLED) == 0


async def test_what_was_sent_from_a_duplicate_is_edited_where_it_was_read(
    company: Company,
) -> None:
    winner = await company.filed("Printer is on fire")
    assert (await company.file(company.finn, "Printer burns")).ok
    await company.deliver()
    loser, receipt = await company.card(), (await company.finn.dms())[-1]
    said = await company.ann.post(IT_DESK, "Pull the plg.", thread_ts=loser.ts)
    gone = await company.ann.post(IT_DESK, "Or throw water on it.", thread_ts=loser.ts)
    await company.deliver()
    for each in (said, gone):
        assert (await company.ann.message_shortcut(SENT, each)).ok
    asked = await company.finn.dm("Which plug?", thread_ts=receipt.ts)
    await company.deliver()
    assert "Pull the plg." in await below(company, receipt, company.finn)

    await merge(company, loser, "HD-1 · Printer is on fire")
    await company.ann.edit(said, "Pull the plug.")
    await company.ann.delete(gone)
    await company.finn.edit(asked, "Which of the plugs?")
    await company.deliver()
    read = await below(company, receipt, company.finn)
    assert "Pull the plug. (edited)" in read
    assert "Deleted by its author." in read
    assert "Or throw water on it." not in read
    assert "Which of the plugs? (edited)" in await below(company, loser)
    # Nothing of it is new to the other ticket.
    assert "Pull the plug." not in " ".join(await below(company, winner))
    assert await company.value(UNSETTLED) == 0


async def test_who_filed_both_reads_the_answers_where_they_always_did(company: Company) -> None:
    winner = await company.filed("Printer is on fire")
    first = await company.receipt()
    loser = await company.filed("Printer burns")
    second = await company.receipt()
    await merge(company, loser, "HD-1 · Printer is on fire")
    told = (await below(company, second, company.bea))[-1]
    assert told.endswith("What you write here is heard there. Answers come where HD-1 is.")
    await company.bea.dm("It is the big one.", thread_ts=second.ts)
    await company.deliver()
    assert (await below(company, winner))[-1] == "It is the big one."
    [card] = [each for each in await company.slack.all_messages(IT_DESK) if each.ts == winner.ts]
    assert (await company.reply(company.ann, card, "We are coming.")).ok
    await company.deliver()
    assert "We are coming." in await below(company, first, company.bea)
    assert "We are coming." not in await below(company, second, company.bea)


async def test_words_in_a_public_thread_that_moved_are_not_repeated_there(
    company: Company,
) -> None:
    assert (await company.file(company.ada, "Printer is on fire")).ok
    await company.deliver()
    winner = await company.card()
    asked = await company.bea.post(GENERAL, "The printer smokes")
    loser = await made_from(company, asked, company.bea)
    await company.finn.post(GENERAL, "I see it too.", thread_ts=asked.ts)
    await company.deliver()
    await merge(company, loser, "HD-1 · Printer is on fire")

    await company.finn.post(GENERAL, "It is worse now.", thread_ts=asked.ts)
    await company.bea.post(GENERAL, "Much worse.", thread_ts=asked.ts)
    await company.deliver()
    there = await below(company, asked, company.finn)
    assert there.count("It is worse now.") == 1
    assert there.count("Much worse.") == 1
    assert (await below(company, winner))[-2:] == ["It is worse now.", "Much worse."]
    # What the desk answers is read there once.
    [card] = [each for each in await company.slack.all_messages(IT_DESK) if each.ts == winner.ts]
    assert (await company.reply(company.ann, card, "We are coming.")).ok
    await company.deliver()
    assert (await below(company, asked, company.finn)).count("We are coming.") == 1
    assert await company.value(UNSETTLED) == 0
