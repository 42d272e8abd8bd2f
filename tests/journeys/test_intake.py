"""A channel in which every new message becomes a ticket of a department."""

import asyncio
from typing import Any

from bot.sandbox.slack.seen import Message
from core.configuration.reading import read
from core.configuration.seed import apply
from core.db import unit_of_work
from tests.journeys.company import IT_DESK, Company

HELP = "C0ITHELP"
COUNT = "SELECT count(*) FROM tickets"


async def opened(company: Company, **more: Any) -> None:
    """#it-help, where everybody is."""
    people = ["U0BEA", "U0ANN", "U0FINN"]
    await company.slack.channel(HELP, "it-help", members=people, bot=True)
    keys = "".join(f", {name}: {value}" for name, value in more.items())
    text = f"team_id: T0ACME\ndepartments:\n  - {{name: IT, intake_channel: {HELP}{keys}}}\n"
    async with unit_of_work(company.sessions) as session:
        await apply(session, read(text))


async def below(company: Company, root: Message, person: Any) -> list[Message]:
    return await company.thread(root, person)


async def test_a_message_becomes_a_ticket_and_its_thread_the_conversation(
    company: Company,
) -> None:
    await opened(company)
    words = "The printer is broken.\nIt smokes, and <@U0ANN> knows it."
    asked = await company.bea.post(HELP, words)
    await company.deliver()
    card = await company.card(IT_DESK)
    assert "HD-1 · The printer is broken." in card.plain
    assert "It smokes, and @Ann Visser knows it." in card.plain
    assert "Bea Okafor" in card.plain
    [receipt] = await below(company, asked, company.bea)
    assert "HD-1 · The printer is broken." in receipt.plain
    assert "First answer expected by" in receipt.plain
    row = (await company.rows("SELECT priority, is_private, source_key FROM tickets"))[0]
    assert tuple(row) == ("medium", False, f"message:{HELP}:{asked.ts}")

    assert (await company.ann.click(card, "Assign to me")).ok
    await company.reply(company.ann, await company.card(), "Which one?")
    await company.deliver()
    assert (await below(company, asked, company.bea))[-1].plain == "Which one?"
    await company.bea.post(HELP, "On the third floor.", thread_ts=asked.ts)
    await company.deliver()
    assert (await company.thread(await company.card()))[-1].plain == "On the third floor."
    assert await company.value(COUNT) == 1


async def test_announcements_replies_and_other_channels_make_none(company: Company) -> None:
    await opened(company)
    said = await company.ann.post(HELP, ":mega: The network is down until noon.")
    await company.ann.post(HELP, " 📣 It is up again.")
    await company.bea.post(HELP, "Thanks!", thread_ts=said.ts)
    await company.bea.post("C0GENERAL", "The printer is broken")
    await company.deliver()
    assert await company.value(COUNT) == 0


async def test_an_event_that_comes_five_times_makes_one(company: Company) -> None:
    await opened(company)
    asked = await company.bea.post(HELP, "The printer is broken")
    event = asked.raw | {"channel": HELP, "channel_type": "channel"}
    await asyncio.gather(*(company.slack.send_event(event) for _ in range(4)))
    await company.deliver()
    assert await company.value(COUNT) == 1
    assert len(await below(company, asked, company.bea)) == 1
    # And a second way leads to the one that is there.
    assert (await company.finn.message_shortcut("Create ticket", asked)).ok
    view = await company.finn.view()
    assert view is not None
    assert "This conversation is HD-1 already." in view.text


async def test_a_file_without_words_comes_along(company: Company) -> None:
    await opened(company)
    await company.bea.post(HELP, "", files=[("smoke.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)])
    await company.deliver()
    assert "HD-1 · A shared file" in (await company.card(IT_DESK)).plain
    assert await company.value("SELECT name FROM attachments") == "smoke.png"


async def test_a_desk_that_keeps_things_private_leaves_one_line_there(company: Company) -> None:
    await opened(company, private_tickets="true")
    asked = await company.bea.post(HELP, "My salary is wrong")
    await company.deliver()
    assert await company.value("SELECT is_private FROM tickets")
    [line] = await below(company, asked, company.finn)
    assert "salary" not in line.plain
    assert "HD-1" not in line.plain
    receipt = await company.receipt()
    assert "HD-1 · My salary is wrong" in receipt.plain
    assert "Private" in receipt.plain

    # The form makes it private as well, whatever is ticked.
    assert (await company.file(company.finn, "Mine too")).ok
    await company.deliver()
    assert await company.value("SELECT bool_and(is_private) FROM tickets")
    assert "Private" in (await company.card(IT_DESK)).plain


async def test_a_guest_is_asked_instead_and_reads_why(company: Company) -> None:
    await opened(company)
    await company.slack.person("U0GUS", "Gus Guest", is_restricted=True)
    await company.slack.join(HELP, "U0GUS")
    gus = company.slack.acting("U0GUS")
    await gus.post(HELP, "The printer is broken")
    await company.deliver()
    assert await company.value(COUNT) == 0
    [asked] = await gus.ephemerals()
    assert asked.buttons
