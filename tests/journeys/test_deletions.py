"""What somebody deletes in Slack is gone from the copies, and what never left never leaves."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from core.engine import Sessions
from tests.journeys.company import GENERAL, HR_DESK, Company, open_company

DELETED = "Deleted by its author."
DELETIONS = "SELECT count(*) FROM audit_logs WHERE action = 'message.delete'"


async def copies(company: Company) -> list[str]:
    return [each.plain for each in await company.thread(await company.card())]


async def said_by_bea(company: Company, words: str = "My password is swordfish") -> Any:
    await company.filed()
    said = await company.bea.dm(words, thread_ts=(await company.receipt()).ts)
    await company.deliver()
    return said


def gone(said: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "channel": said.channel,
        "channel_type": "im",
        "hidden": True,
        "deleted_ts": said.ts,
        "ts": "1900000000.000009",
        "previous_message": said.raw,
    } | more


async def test_a_deletion_follows_to_the_copy(company: Company) -> None:
    said = await said_by_bea(company)
    await company.bea.delete(said)
    await company.deliver()
    [copy] = await company.thread(await company.card())
    assert (copy.username, copy.plain) == ("Bea Okafor", DELETED)
    assert "swordfish" not in str(copy.raw)
    row = await company.rows("SELECT is_deleted, body FROM chat_messages")
    assert tuple(row[0]) == (True, "My password is swordfish")
    assert await company.value(DELETIONS) == 1


async def test_a_deletion_that_comes_five_times_is_one(company: Company) -> None:
    said = await said_by_bea(company)
    await asyncio.gather(*(company.slack.send_event(gone(said)) for _ in range(5)))
    await company.deliver()
    assert await copies(company) == [DELETED]
    assert await company.value(DELETIONS) == 1


async def test_a_tombstone_is_a_deletion(company: Company) -> None:
    """1.69"""
    said = await said_by_bea(company)
    tombstone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": said.ts}
    event = gone(said, subtype="message_changed", message=tombstone)
    await company.slack.send_event(event)
    await company.deliver()
    assert await copies(company) == [DELETED]


async def test_a_message_deleted_before_it_was_copied_is_not_copied(company: Company) -> None:
    await company.filed()
    said = await company.bea.dm("oops", thread_ts=(await company.receipt()).ts)
    await company.slack.settle()
    await company.bea.delete(said)
    await company.deliver()
    assert await copies(company) == []


async def test_a_deletion_before_its_original_keeps_it_from_being_heard(
    company: Company,
) -> None:
    await company.filed()
    receipt = await company.receipt()
    original = {
        "type": "message",
        "channel": receipt.channel,
        "channel_type": "im",
        "user": "U0BEA",
        "text": "never mind",
        "ts": "1899999999.000001",
        "thread_ts": receipt.ts,
    }
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "channel": receipt.channel,
        "channel_type": "im",
        "deleted_ts": original["ts"],
        "previous_message": original,
        "ts": "1900000000.000009",
    }
    await company.slack.send_event(event)
    await company.slack.send_event(original)
    await company.deliver()
    assert await copies(company) == []
    row = await company.rows("SELECT is_deleted, body FROM chat_messages")
    assert [tuple(each) for each in row] == [(True, "")]


async def test_edit_and_deletion_in_quick_order_end_in_the_deletion(company: Company) -> None:
    said = await said_by_bea(company)
    await company.slack.settings(shuffled=True)
    await company.bea.edit(said, "My password is hunter2")
    await company.bea.delete(said)
    await company.slack.settings(shuffled=False)
    await company.deliver()
    [copy] = await company.thread(await company.card())
    assert copy.plain == DELETED
    assert "hunter2" not in str(copy.raw)


async def test_a_deletion_waits_for_slack_to_come_back(company: Company) -> None:
    said = await said_by_bea(company)
    await company.slack.fault("chat.update", kind="http_500", times=1)
    await company.bea.delete(said)
    await company.deliver()
    await company.deliver_late()
    assert await copies(company) == [DELETED]


async def test_deleting_our_copy_leaves_the_original_alone(company: Company) -> None:
    said = await said_by_bea(company, "It smokes.")
    card = await company.card()
    [copy] = await company.thread(card)
    await company.slack.person("U0BOSS", "Bo Boss", is_admin=True)
    await company.slack.join(card.channel, "U0BOSS")
    await company.slack.acting("U0BOSS").delete(copy)
    await company.deliver()
    row = await company.rows("SELECT body, is_deleted FROM chat_messages")
    assert [tuple(each) for each in row] == [("It smokes.", False)]
    assert await company.value(DELETIONS) == 0
    await company.bea.edit(said, "It burns.")
    await company.deliver()
    failed = "SELECT count(*) FROM outbox_messages WHERE last_error = 'message_not_found'"
    assert await company.value(failed) == 1
    await company.bea.dm("Are you there?", thread_ts=said.thread_ts)
    await company.deliver()
    assert await copies(company) == ["Are you there?"]


async def test_deletions_of_what_is_not_ours_are_taken_all_the_same(company: Company) -> None:
    card = await company.filed()
    said = await company.bea.post(GENERAL, "hello")
    await company.slack.send_event(gone(said, previous_message={}))
    await company.slack.send_event(gone(card))
    await company.slack.send_event(gone(card, deleted_ts=None))
    assert [each for each in await company.slack.deliveries() if not each.ok] == []
    assert await company.value("SELECT count(*) FROM chat_messages") == 0


async def test_a_deleted_note_cannot_be_sent_on(company: Company) -> None:
    card = await company.filed()
    note = await company.ann.post(card.channel, "secret", thread_ts=card.ts)
    await company.deliver()
    hint = (await company.ann.ephemerals())[-1]
    await company.ann.delete(note)
    await company.deliver()
    assert (await company.ann.click(hint, "Send to requester")).ok
    view = await company.ann.view()
    assert view is not None
    assert "This message was deleted." in view.text
    assert await company.thread(await company.receipt(), company.bea) == []


@pytest.fixture
async def forgetful(
    database_url: str, redis_url: str, fresh_sessions: Sessions
) -> AsyncIterator[Company]:
    chosen = {"reply_hold": "10m", "old_texts": "erase"}
    async with open_company(database_url, redis_url, fresh_sessions, preferences=chosen) as found:
        yield found


async def test_a_deleted_text_is_erased_where_the_desk_wants_it_so(forgetful: Company) -> None:
    said = await said_by_bea(forgetful)
    await forgetful.bea.delete(said)
    await forgetful.deliver()
    assert await forgetful.value("SELECT body FROM chat_messages") == ""
    trail = await forgetful.rows("SELECT changes, details FROM audit_logs")
    assert "swordfish" not in str(trail)


async def test_a_held_reply_that_is_deleted_never_leaves(forgetful: Company) -> None:
    assert (await forgetful.file(forgetful.bea, "Holiday left?", Department="HR")).ok
    await forgetful.deliver()
    card = await forgetful.card(HR_DESK)
    assert (await forgetful.hana.click(card, "Assign to me")).ok
    said = await forgetful.hana.post(HR_DESK, "None.", thread_ts=card.ts)
    await forgetful.deliver()
    hint = (await forgetful.hana.ephemerals())[-1]
    await forgetful.hana.delete(said)
    await forgetful.deliver_late()
    replies = await forgetful.thread(await forgetful.receipt(), forgetful.bea)
    assert "None." not in [each.plain for each in replies]
    facts = await forgetful.rows("SELECT status, first_responded_at FROM tickets")
    assert tuple(facts[0]) == ("assigned", None)
    assert (await forgetful.hana.click(hint, "Undo")).ok
    view = await forgetful.hana.view()
    assert view is not None
    assert "This message was deleted." in view.text
