"""A reply of the desk waits a moment before it leaves, and can be called back until it does."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from core.db import unit_of_work
from core.engine import Sessions
from tests.journeys.company import HR_DESK, Company, open_company, said_in_window
from workers.outbox import drain

WAITING = (
    "SELECT count(*) FROM outbox_messages"
    " WHERE topic = 'message.copied' AND settled_at IS NULL AND available_at > now()"
)
GOES = re.compile(r"Goes to Bea Okafor in (5\d\d|600) seconds\.")
LATER = "UPDATE outbox_messages SET available_at = now() WHERE settled_at IS NULL"


@pytest.fixture
async def company(
    database_url: str, redis_url: str, fresh_sessions: Sessions
) -> AsyncIterator[Company]:
    # So long that only `deliver_late` ends it, however busy the machine is.
    hold = {"reply_hold": "10m"}
    async with open_company(database_url, redis_url, fresh_sessions, preferences=hold) as company:
        yield company


async def heard(company: Company) -> list[str]:
    """What Bea reads in her thread below the receipt, but for lines of our own."""
    replies = await company.thread(await company.receipt(), company.bea)
    return [each.plain for each in replies if each.username != "HDMS"]


async def whispered(company: Company) -> str:
    return (await company.ann.ephemerals())[-1].plain


async def in_progress(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert (await company.ann.click(await company.card(), "Start")).ok
    await company.deliver()


async def test_a_reply_waits_and_its_writer_is_told_how_long(company: Company) -> None:
    await in_progress(company)
    assert (await company.reply(company.ann, await company.card(), "Switch it off.")).ok
    await company.deliver()
    assert await heard(company) == []
    [copy] = await company.thread(await company.card())
    assert (copy.username, copy.plain) == ("Ann Visser", "Switch it off.")
    hint = (await company.ann.ephemerals())[-1]
    assert GOES.fullmatch(hint.plain.splitlines()[0])
    assert hint.buttons == ["Undo"]
    assert "Waiting for requester" in (await company.card()).plain
    assert await company.value(WAITING) == 1
    await company.deliver_late()
    assert await heard(company) == ["Switch it off."]
    assert await company.value(WAITING) == 0


async def test_undo_takes_back_all_that_the_reply_did(company: Company) -> None:
    await in_progress(company)
    await company.reply(company.ann, await company.card(), "Wrong ticket!")
    await company.deliver()
    hint = (await company.ann.ephemerals())[-1]
    assert (await company.ann.click(hint, "Undo")).ok
    await company.deliver_late()
    assert await heard(company) == []
    [copy] = await company.thread(await company.card())
    assert "Wrong ticket!" in copy.plain
    assert "Not sent: it was called back" in copy.plain
    assert "Called back: Bea Okafor does not get it." in await whispered(company)
    ticket = (await company.rows("SELECT status, first_responded_at FROM tickets"))[0]
    assert tuple(ticket) == ("in_progress", None)
    assert "In progress" in (await company.card()).plain
    message = await company.rows("SELECT visibility, taken_back_at IS NULL FROM chat_messages")
    assert tuple(message[0]) == ("internal", False)
    skipped = "SELECT outcome FROM outbox_messages WHERE last_error = 'it was called back'"
    assert await company.rows(skipped) == [("skipped",)]
    trail = await company.rows("SELECT changes FROM audit_logs WHERE action = 'message.undo'")
    assert trail[0][0]["status"] == ["waiting_requester", "in_progress"]


async def test_a_second_undo_says_so(company: Company) -> None:
    await company.filed()
    await company.reply(company.ann, await company.card(), "Oops")
    await company.deliver()
    hint = (await company.ann.ephemerals())[-1]
    assert (await company.ann.click(hint, "Undo")).ok
    assert (await company.ann.click(hint, "Undo")).ok
    assert "It was called back already" in await said_in_window(company.ann)
    assert await company.value("SELECT count(*) FROM audit_logs WHERE action = 'message.undo'") == 1


async def test_undo_after_it_left_says_so_and_changes_nothing(company: Company) -> None:
    await company.filed()
    await company.reply(company.ann, await company.card(), "Too late")
    await company.deliver()
    hint = (await company.ann.ephemerals())[-1]
    await company.deliver_late()
    assert (await company.ann.click(hint, "Undo")).ok
    assert "It has left already." in await said_in_window(company.ann)
    assert await heard(company) == ["Too late"]
    assert await company.value("SELECT visibility FROM chat_messages") == "public"
    assert await company.value("SELECT first_responded_at IS NULL FROM tickets") is False


async def test_undo_while_slack_fails_to_take_it_is_too_late(company: Company) -> None:
    """Whether Slack has it after all is not known then."""
    await company.filed()
    await company.reply(company.ann, await company.card(), "Perhaps")
    await company.deliver()
    hint = (await company.ann.ephemerals())[-1]
    await company.slack.fault("chat.postMessage", kind="drop_after", times=1)
    await company.deliver_late()
    assert (await company.ann.click(hint, "Undo")).ok
    assert "It has left already." in await said_in_window(company.ann)
    await company.deliver_late()
    assert await heard(company) == ["Perhaps"]


async def test_of_undo_and_delivery_at_once_exactly_one_wins(company: Company) -> None:
    await in_progress(company)
    for n in range(8):
        await company.reply(company.ann, await company.card(), f"words {n}")
        await company.deliver()
        hint = (await company.ann.ephemerals())[-1]
        async with unit_of_work(company.sessions) as session:
            await session.execute(text(LATER))
        click = asyncio.create_task(company.ann.click(hint, "Undo"))
        # Now sooner, now later than the click arrives.
        await asyncio.sleep(0.004 * (n % 4))
        await asyncio.gather(drain(company.runtime), click)
        await company.deliver_late()
        view = await company.ann.view()
        if view is not None:
            assert "It has left already." in await said_in_window(company.ann)
        assert (f"words {n}" in await heard(company)) == (view is not None)
    stored = "SELECT count(*) FROM chat_messages WHERE visibility = 'public'"
    assert await company.value(stored) == len(await heard(company))


async def test_undo_leaves_what_another_reply_stands_for(company: Company) -> None:
    await in_progress(company)
    card = await company.card()
    await company.reply(company.ann, card, "first")
    await company.deliver()
    first = (await company.ann.ephemerals())[-1]
    await company.reply(company.ann, card, "second")
    await company.deliver()
    second = (await company.ann.ephemerals())[-1]
    assert (await company.ann.click(first, "Undo")).ok
    await company.deliver()
    facts = "SELECT status, first_responded_at IS NULL FROM tickets"
    assert tuple((await company.rows(facts))[0]) == ("waiting_requester", False)
    assert (await company.ann.click(second, "Undo")).ok
    await company.deliver_late()
    assert tuple((await company.rows(facts))[0]) == ("in_progress", True)
    assert await heard(company) == []


async def test_what_was_called_back_can_be_sent_after_all(company: Company) -> None:
    await company.filed()
    await company.reply(company.ann, await company.card(), "Now really")
    await company.deliver()
    assert (await company.ann.click((await company.ann.ephemerals())[-1], "Undo")).ok
    await company.deliver()
    assert (await company.ann.click((await company.ann.ephemerals())[-1], "Send to requester")).ok
    await company.deliver()
    assert GOES.search(await whispered(company))
    await company.deliver_late()
    assert await heard(company) == ["Now really"]
    [copy] = await company.thread(await company.card())
    assert copy.plain == "Now really"


async def test_an_open_thread_holds_too_and_the_requester_never_waits(company: Company) -> None:
    assert (await company.file(company.bea, "Holiday left?", Department="HR")).ok
    await company.deliver()
    card, receipt = await company.card(HR_DESK), await company.receipt()
    await company.hana.post(HR_DESK, "12 days.", thread_ts=card.ts)
    await company.deliver()
    assert await heard(company) == []
    hint = (await company.hana.ephemerals())[-1]
    assert GOES.search(hint.plain)
    await company.bea.dm("And last year?", thread_ts=receipt.ts)
    await company.deliver()
    assert (await company.thread(card, company.hana))[-1].plain == "And last year?"
    assert (await company.hana.click(hint, "Undo")).ok
    await company.deliver_late()
    assert [each for each in await heard(company) if "days" in each] == []


async def test_the_files_of_a_reply_that_is_called_back_stay_at_the_desk(company: Company) -> None:
    assert (await company.file(company.bea, "Holiday left?", Department="HR")).ok
    await company.deliver()
    card = await company.card(HR_DESK)
    plan = [("plan.txt", b"everybody's holidays")]
    await company.hana.post(HR_DESK, "See this.", thread_ts=card.ts, files=plan)
    await company.deliver()
    assert await company.value("SELECT count(*) FROM attachments") == 1
    assert (await company.hana.click((await company.hana.ephemerals())[-1], "Undo")).ok
    await company.deliver_late()
    replies = await company.thread(await company.receipt(), company.bea)
    assert [each.files for each in replies if each.files] == []
    assert await heard(company) == []


async def test_what_follows_a_held_reply_keeps_its_place(company: Company) -> None:
    card = await company.filed()
    await company.reply(company.ann, card, "one")
    await company.reply(company.carl, card, "two")
    await company.deliver()
    assert await heard(company) == []
    await company.deliver_late()
    assert await heard(company) == ["one", "two"]


async def test_who_does_not_work_there_any_more_cannot_call_it_back(company: Company) -> None:
    await company.filed()
    await company.reply(company.ann, await company.card(), "mine")
    await company.deliver()
    async with unit_of_work(company.sessions) as session:
        moved = "UPDATE users SET department_id = NULL WHERE slack_user_id = 'U0ANN'"
        await session.execute(text(moved))
    assert (await company.ann.click((await company.ann.ephemerals())[-1], "Undo")).ok
    assert "Only the people of its department" in await said_in_window(company.ann)
    await company.deliver_late()
    assert await heard(company) == ["mine"]
