"""What was said before a ticket was made comes along: in order, once, and whole."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.sandbox.slack.seen import Message
from core.db import unit_of_work
from tests.journeys.company import GENERAL, IT_DESK, Company
from tests.journeys.test_files import PNG
from tests.journeys.test_from_messages import CREATE, WORDS, made_from

BODIES = "SELECT body FROM chat_messages ORDER BY created_at, id"
FETCHED = "SELECT outcome FROM outbox_messages WHERE topic = 'source.fetched'"


async def talked(company: Company) -> list[Message]:
    """A conversation of three people."""
    root = await company.bea.post(GENERAL, WORDS)
    first = await company.finn.post(GENERAL, "Did you try a restart?", thread_ts=root.ts)
    second = await company.bea.post(GENERAL, "Twice.", thread_ts=root.ts)
    return [root, first, second]


async def at_desk(company: Company, card: Message) -> list[tuple[str, str]]:
    return [(each.username, each.plain) for each in await company.thread(card)]


async def bodies(company: Company) -> list[str]:
    return [row[0] for row in await company.rows(BODIES)]


async def test_from_the_first_message_all_of_it_comes_along(company: Company) -> None:
    root, first, _ = await talked(company)
    card = await made_from(company, root)
    assert await at_desk(company, card) == [
        ("Bea Okafor", WORDS),
        ("Finn Berg", "Did you try a restart?"),
        ("Bea Okafor", "Twice."),
    ]
    rows = await company.rows(
        "SELECT visibility, audience, channel_id, message_ts, created_at FROM chat_messages"
        " ORDER BY created_at"
    )
    moment = datetime.fromtimestamp(float(first.ts), UTC)
    assert tuple(rows[1]) == ("public", "requester", GENERAL, first.ts, moment)
    trail = "SELECT details ->> 'messages' FROM audit_logs WHERE action = 'ticket.source_read'"
    assert await company.value(trail) == "3"
    # Nobody joins by what they said before.
    assert await company.value("SELECT count(*) FROM ticket_participants") == 2


async def test_from_a_reply_only_what_follows_comes_along(company: Company) -> None:
    root, first, _ = await talked(company)
    card = await made_from(company, first)
    assert await at_desk(company, card) == [
        ("Finn Berg", "Did you try a restart?"),
        ("Bea Okafor", "Twice."),
    ]
    # The conversation is one all the same: the receipt stands in it.
    assert "HD-1" in (await company.thread(root, company.bea))[-1].plain
    await company.bea.post(GENERAL, "A third time.", thread_ts=root.ts)
    await company.deliver()
    assert (await at_desk(company, card))[-1] == ("Bea Okafor", "A third time.")


async def test_edited_words_come_as_they_are_now_and_deleted_ones_do_not(
    company: Company,
) -> None:
    root, first, second = await talked(company)
    await company.finn.edit(first, "Did you pull the plug?")
    await company.bea.delete(second)
    card = await made_from(company, root)
    assert [words for _, words in await at_desk(company, card)] == [WORDS, "Did you pull the plug?"]
    edited = "SELECT count(*) FROM chat_messages WHERE edited_ts IS NOT NULL AND edited_at < now()"
    assert await company.value(edited) == 1


async def test_files_come_along_with_their_messages(company: Company) -> None:
    root = await company.bea.post(GENERAL, WORDS, files=[("smoke.png", PNG)])
    await company.finn.post(GENERAL, "", thread_ts=root.ts, files=[("mine too.png", PNG + b"2")])
    card = await made_from(company, root)
    names = "SELECT name FROM attachments ORDER BY name DESC"
    assert [row[0] for row in await company.rows(names)] == ["smoke.png", "mine too.png"]
    files = [file["name"] for each in await company.thread(card) for file in each.files]
    assert sorted(files) == ["mine too.png", "smoke.png"]


async def test_people_mentioned_are_named(company: Company) -> None:
    await company.filed()
    root = await company.finn.post(GENERAL, "@Bea Okafor has no toner")
    await company.ann.message_shortcut(CREATE, root)
    view = await company.ann.view()
    assert view is not None
    assert view.values["Summary"] == "@Bea Okafor has no toner"
    await company.ann.close_view()
    await made_from(company, root)
    assert await bodies(company) == ["@Bea Okafor has no toner"]


async def test_words_of_apps_stay_where_they_are(company: Company) -> None:
    alarm = await company.slack.person("U0ALARM", "Alarm", is_bot=True, bot_id="B0ALARM")
    await company.slack.join(GENERAL, "U0ALARM")
    root = (await talked(company))[0]
    await alarm.post(GENERAL, "Beep.", thread_ts=root.ts)
    card = await made_from(company, root)
    assert "Beep." not in [words for _, words in await at_desk(company, card)]


async def test_what_is_said_meanwhile_stands_behind_what_was_said_before(
    company: Company,
) -> None:
    root = (await talked(company))[0]
    assert (await company.ann.message_shortcut(CREATE, root)).ok
    assert (await company.ann.fill({"Department": "IT"}, submit=True)).ok
    # Heard before any worker looked at the conversation.
    for words in ("It burns.", "Hurry!"):
        await company.bea.post(GENERAL, words, thread_ts=root.ts)
        await company.slack.settle()
    await company.deliver()
    said = [words for _, words in await at_desk(company, await company.card())]
    assert said == [WORDS, "Did you try a restart?", "Twice.", "It burns.", "Hurry!"]
    assert await bodies(company) == said


async def test_a_huge_message_is_cut_in_the_form_and_kept_whole_in_the_conversation(
    company: Company,
) -> None:
    huge = "The log says:\n" + "0123456789 " * 3600
    root = await company.bea.post(GENERAL, huge[:40_000], raw=True)
    await made_from(company, root)
    description = await company.value("SELECT description FROM tickets")
    assert len(description) <= 3000
    assert description.endswith("…")
    [body] = await bodies(company)
    assert body == huge[:40_000].strip()


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_where_the_app_may_not_read_the_desk_is_told(company: Company, private: bool) -> None:
    people = ["U0BEA", "U0ANN"]
    await company.slack.channel("C0ELSE", "else", private=private, members=people, bot=False)
    root = await company.bea.post("C0ELSE", WORDS)
    card = await made_from(company, root)
    [line] = [words for _, words in await at_desk(company, card)]
    assert line == (
        "HD-1 was made from a conversation that the help desk cannot read, so the earlier messages "
        "are not here. The message itself is in the description."
    )
    assert "It smells of smoke since Monday." in card.plain
    # It may not write there either, so the requester hears of it directly.
    [receipt] = await company.bea.dms()
    assert "HD-1" in receipt.plain
    await company.bea.dm("Any news?", thread_ts=receipt.ts)
    await company.deliver()
    assert (await at_desk(company, card))[-1] == ("Bea Okafor", "Any news?")


async def test_a_missing_scope_is_told_as_well(company: Company) -> None:
    root = (await talked(company))[0]
    await company.slack.fault("conversations.replies", kind="error", error="missing_scope", times=1)
    card = await made_from(company, root)
    assert "cannot read" in (await at_desk(company, card))[0][1]


async def test_while_slack_fails_the_desk_waits_and_then_has_it_in_order(
    company: Company,
) -> None:
    root = (await talked(company))[0]
    await company.slack.fault("conversations.replies", kind="http_500", times=1)
    card = await made_from(company, root)
    await company.bea.post(GENERAL, "Hello?", thread_ts=root.ts)
    await company.deliver()
    assert await at_desk(company, card) == []
    await company.deliver_late()
    said = [words for _, words in await at_desk(company, card)]
    assert said == [WORDS, "Did you try a restart?", "Twice.", "Hello?"]


async def test_after_an_hour_of_failures_the_desk_goes_on_without(company: Company) -> None:
    root = (await talked(company))[0]
    await company.slack.fault("conversations.replies", kind="http_500")
    card = await made_from(company, root)
    async with unit_of_work(company.sessions) as session:
        await session.execute(text("ALTER TABLE tickets DISABLE TRIGGER USER"))
        await session.execute(text("UPDATE tickets SET created_at = now() - interval '61 min'"))
    await company.deliver_late()
    assert "cannot read" in (await at_desk(company, card))[0][1]


async def test_a_worker_that_dies_after_reading_leaves_nothing_twice(company: Company) -> None:
    root = (await talked(company))[0]
    card = await made_from(company, root)
    once = await at_desk(company, card)
    async with unit_of_work(company.sessions) as session:
        await session.execute(
            text("UPDATE outbox_messages SET settled_at = NULL WHERE topic = 'source.fetched'")
        )
    await company.deliver_late()
    assert await at_desk(company, card) == once
    assert len(await bodies(company)) == 3
    trail = "SELECT count(*) FROM audit_logs WHERE action = 'ticket.source_read'"
    assert await company.value(trail) == 1


async def test_a_message_deleted_meanwhile_leaves_the_ticket_with_what_was_filed(
    company: Company,
) -> None:
    root = await company.bea.post(GENERAL, WORDS)
    assert (await company.ann.message_shortcut(CREATE, root)).ok
    assert (await company.ann.fill({"Department": "IT"}, submit=True)).ok
    await company.bea.delete(root)
    await company.deliver()
    card = await company.card()
    assert "It smells of smoke since Monday." in card.plain
    assert await at_desk(company, card) == []
    [receipt] = await company.bea.dms()
    assert "HD-1" in receipt.plain
    unsettled = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
    assert await company.value(unsettled) == 0
    assert await company.value("SELECT permalink FROM tickets") is None


async def test_a_conversation_too_long_is_cut_and_the_desk_told(company: Company) -> None:
    root = await company.bea.post(GENERAL, WORDS)
    for number in range(205):
        await company.bea.post(GENERAL, f"line {number}", thread_ts=root.ts)
    card = await made_from(company, root)
    await company.deliver()
    said = [words for _, words in await at_desk(company, card)]
    assert len(said) == 201
    assert said[199] == "line 198"
    assert "more earlier messages than could be brought along" in " ".join(said)
    assert card.channel == IT_DESK
