"""A ticket made from a message with the shortcut: the form, the conversation, who takes part."""

import asyncio
from typing import Any

from bot.sandbox.slack.seen import Message
from tests.journeys.company import GENERAL, HR_DESK, IT_DESK, Company

CREATE = "Create ticket"
WORDS = "The printer on floor 2 is broken\nIt smells of smoke since Monday."


async def below(company: Company, root: Message) -> list[str]:
    return [each.plain for each in await company.thread(root, company.finn)]


async def made_from(
    company: Company,
    message: Message,
    person: Any = None,
    desk: str = IT_DESK,
    **answers: Any,
) -> Message:
    """A ticket of the message; its card."""
    person = person or company.ann
    assert (await person.message_shortcut(CREATE, message)).ok
    outcome = await person.fill({"Department": "IT"} | answers, submit=True)
    assert outcome.ok, outcome
    await company.deliver()
    return await company.card(desk)


async def test_the_form_holds_what_the_message_says(company: Company) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    assert (await company.ann.message_shortcut(CREATE, asked)).ok
    view = await company.ann.view()
    assert view is not None
    assert view.title == "New ticket"
    assert view.values["Summary"] == "The printer on floor 2 is broken"
    assert view.values["Description"] == WORDS
    assert view.values["On behalf of"] == "U0BEA"
    assert await company.value("SELECT count(*) FROM tickets") == 0


async def test_ones_own_message_is_filed_for_oneself(company: Company) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    await company.bea.message_shortcut(CREATE, asked)
    view = await company.bea.view()
    assert view is not None
    assert view.values["On behalf of"] is None


async def test_the_conversation_becomes_the_requesters_thread(company: Company) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    card = await made_from(company, asked)
    [receipt] = await below(company, asked)
    assert "HD-1 · The printer on floor 2 is broken" in receipt
    assert "Answer here in this thread" in receipt
    assert await company.bea.dms() == []
    assert "Bea Okafor" in card.plain
    assert "Filed by Ann Visser" in card.plain
    row = (await company.rows("SELECT source_key, permalink FROM tickets"))[0]
    assert row[0] == f"message:{GENERAL}:{asked.ts}"
    assert row[1] == f"https://acme.slack.com/archives/{GENERAL}/p{asked.ts.replace('.', '')}"
    thread = "SELECT channel_id, root_ts, card_ts FROM threads WHERE audience = 'requester'"
    receipt_ts = (await company.thread(asked, company.bea))[0].ts
    assert [tuple(each) for each in await company.rows(thread)] == [(GENERAL, asked.ts, receipt_ts)]
    source = "SELECT source FROM audit_logs WHERE action = 'ticket.open'"
    assert await company.value(source) == "shortcut"


async def test_both_sides_talk_from_then_on(company: Company) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    card = await made_from(company, asked)
    await company.bea.post(GENERAL, "It smokes again.", thread_ts=asked.ts)
    await company.deliver()
    assert (await company.thread(card))[-1].plain == "It smokes again."
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    assert (await company.reply(company.ann, card, "I am on my way.")).ok
    await company.deliver()
    assert "I am on my way." in await below(company, asked)


async def test_the_receipt_in_the_thread_stays_true(company: Company) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    card = await made_from(company, asked)
    await company.ann.click(card, "Resolve…")
    assert (await company.ann.fill({"Resolution": "New toner."}, submit=True)).ok
    await company.deliver()
    receipt = (await company.thread(asked, company.bea))[0]
    assert "Resolved" in receipt.plain
    assert (await company.bea.click(receipt, "Reopen")).ok
    assert await company.value("SELECT status FROM tickets") == "in_progress"


async def test_a_second_try_hears_which_ticket_there_is(company: Company) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    answer = await company.finn.post(GENERAL, "Here too!", thread_ts=asked.ts)
    await made_from(company, asked)
    for message in (asked, answer):
        assert (await company.hana.message_shortcut(CREATE, message)).ok
        view = await company.hana.view()
        assert view is not None
        assert "This conversation is HD-1 already." in view.text
        await company.hana.close_view(everything=True)
    assert await company.value("SELECT count(*) FROM tickets") == 1


async def test_a_card_is_a_ticket_already(company: Company) -> None:
    card = await company.filed()
    note = await company.ann.post(card.channel, "I know this one.", thread_ts=card.ts)
    for message in (card, note):
        assert (await company.carl.message_shortcut(CREATE, message)).ok
        view = await company.carl.view()
        assert view is not None
        assert "This conversation is HD-1 already." in view.text
        await company.carl.close_view(everything=True)


async def test_of_two_forms_at_once_one_becomes_the_ticket(company: Company) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    people = (company.ann, company.carl, company.hana, company.finn)
    for person in people:
        assert (await person.message_shortcut(CREATE, asked)).ok
        await person.fill({"Department": "IT"})
    await asyncio.gather(*(person.submit() for person in people))
    views = [view for person in people if (view := await person.view()) is not None]
    assert [view.errors for view in views] == [
        {"Summary": "This conversation is HD-1 already."}
    ] * 3
    await company.deliver()
    for table in ("tickets", "notifications"):
        assert await company.value(f"SELECT count(*) FROM {table}") == 1, table
    assert len(await company.thread(asked, company.bea)) == 1


async def test_the_same_shortcut_twice_at_once_opens_two_forms_and_makes_one_ticket(
    company: Company,
) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    answers = await asyncio.gather(*(company.ann.message_shortcut(CREATE, asked) for _ in range(2)))
    assert all(each.ok for each in answers)
    assert (await company.ann.fill({"Department": "IT"}, submit=True)).ok
    assert await company.value("SELECT count(*) FROM tickets") == 1


async def test_a_private_request_leaves_one_line_where_others_read(company: Company) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    private = "Only its department and the people on it may see it"
    card = await made_from(company, asked, Private=[private])
    assert await below(company, asked) == ["A request was filed."]
    [receipt] = await company.bea.dms()
    assert "HD-1" in receipt.plain
    await company.finn.post(GENERAL, "What is it about?", thread_ts=asked.ts)
    await company.deliver()
    assert "What is it about?" not in [each.plain for each in await company.thread(card)]
    assert await company.value("SELECT count(*) FROM chat_messages") == 1
    await company.hana.message_shortcut(CREATE, asked)
    view = await company.hana.view()
    assert view is not None
    assert "This conversation is HD-1 already." in view.text


async def test_whoever_writes_there_takes_part_from_then_on(company: Company) -> None:
    asked = await company.bea.post(GENERAL, WORDS)
    card = await made_from(company, asked)
    for words in ("Same on floor 3.", "And floor 4."):
        await company.finn.post(GENERAL, words, thread_ts=asked.ts)
        await company.deliver()
    assert [each.plain for each in await company.thread(card)][-2:] == [
        "Same on floor 3.",
        "And floor 4.",
    ]
    joined = (
        "SELECT u.name, a.source FROM audit_logs a JOIN users u ON u.id = a.user_id"
        " WHERE action = 'ticket.join'"
    )
    assert [tuple(row) for row in await company.rows(joined)] == [("Finn Berg", "message")]
    await company.finn.command("/ticket", "HD-1", channel=GENERAL)
    assert "HD-1 · The printer" in (await company.finn.ephemerals())[-1].plain
    # What they wrote in the channel, they read in the channel.
    await company.ann.click(card, "Resolve…")
    assert (await company.ann.fill({"Resolution": "New toner."}, submit=True)).ok
    await company.deliver()
    assert await company.finn.dms() == []
    unsettled = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
    assert await company.value(unsettled) == 0


async def test_a_guest_who_writes_there_is_told_it_went_nowhere(company: Company) -> None:
    guest = await company.slack.person("U0GUEST", "Gus Guest", is_restricted=True)
    await company.slack.join(GENERAL, "U0GUEST")
    asked = await company.bea.post(GENERAL, WORDS)
    card = await made_from(company, asked)
    await guest.post(GENERAL, "Me too!", thread_ts=asked.ts)
    await company.deliver()
    assert "Me too!" not in [each.plain for each in await company.thread(card)]
    assert "was not passed on" in (await guest.ephemerals())[-1].plain


async def test_a_message_of_an_app_is_filed_for_whoever_clicks(company: Company) -> None:
    alarm = await company.slack.person("U0ALARM", "Alarm", is_bot=True, bot_id="B0ALARM")
    await company.slack.join(GENERAL, "U0ALARM")
    rang = await alarm.post(GENERAL, "Disk full on db-2")
    card = await made_from(company, rang)
    assert "Ann Visser" in card.plain
    assert "Filed by" not in card.plain
    # An app says nothing for itself: its words are in the description.
    assert await company.value("SELECT count(*) FROM chat_messages") == 0
    assert "Disk full on db-2" in card.plain


async def test_whoever_left_is_not_proposed_as_requester(company: Company) -> None:
    asked = await company.finn.post(GENERAL, WORDS)
    await company.finn.command("/ticket", "mine", channel=GENERAL)
    await company.slack.person("U0FINN", "Finn Berg", deleted=True)
    await company.slack.settle()
    changed = {"type": "user_change", "user": {"id": "U0FINN", "team_id": "T0ACME",
               "deleted": True, "profile": {"real_name": "Finn Berg"}}}  # fmt: skip
    await company.slack.send_event(changed)
    await company.ann.message_shortcut(CREATE, asked)
    view = await company.ann.view()
    assert view is not None
    assert view.values["On behalf of"] is None


async def test_whoever_left_and_was_never_met_is_refused_beside_their_name(
    company: Company,
) -> None:
    asked = await company.finn.post(GENERAL, WORDS)
    await company.slack.person("U0FINN", "Finn Berg", deleted=True)
    await company.ann.message_shortcut(CREATE, asked)
    await company.ann.fill({"Department": "IT"}, submit=True)
    view = await company.ann.view()
    assert view is not None
    assert view.errors == {"On behalf of": "Tickets can be filed for active colleagues only."}
    assert (await company.ann.fill({"On behalf of": None}, submit=True)).ok
    await company.deliver()
    # Their words come along all the same.
    bodies = "SELECT m.body, u.name FROM chat_messages m JOIN users u ON u.id = m.sender_id"
    assert [tuple(row) for row in await company.rows(bodies)] == [(WORDS, "Finn Berg")]


async def test_a_ticket_of_another_department_lives_there_all_the_same(company: Company) -> None:
    asked = await company.bea.post(GENERAL, "When is the next holiday?")
    card = await made_from(company, asked, desk=HR_DESK, Department="HR")
    await company.hana.post(HR_DESK, "On Friday.", thread_ts=card.ts)
    await company.deliver()
    assert "On Friday." in await below(company, asked)
