"""An edit in Slack follows to the copies, whatever order things come in."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from core.engine import Sessions
from tests.journeys.company import HR_DESK, Company, open_company

UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
EDITS = "SELECT count(*) FROM audit_logs WHERE action = 'message.edit'"


async def copies(company: Company) -> list[str]:
    """What Ann reads below the card."""
    return [each.plain for each in await company.thread(await company.card())]


async def said_by_bea(company: Company, words: str = "It smokes.") -> Any:
    await company.filed()
    said = await company.bea.dm(words, thread_ts=(await company.receipt()).ts)
    await company.deliver()
    return said


def edited(said: Any, text: str, ts: str, **more: Any) -> dict[str, Any]:
    """The event, as it may come again or late."""
    message = {
        "type": "message",
        "user": said.user,
        "ts": said.ts,
        "thread_ts": said.thread_ts,
        "text": text,
        "edited": {"user": said.user, "ts": ts},
    }
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": said.channel,
        "channel_type": "im",
        "hidden": True,
        "ts": "1900000000.000009",
        "message": message | more,
        "previous_message": message | {"text": said.text},
    }


async def test_an_edit_follows_to_the_desk(company: Company) -> None:
    said = await said_by_bea(company)
    await company.bea.edit(said, "It smokes & <burns>.")
    await company.deliver()
    [copy] = await company.thread(await company.card())
    assert (copy.username, copy.plain) == ("Bea Okafor", "It smokes & <burns>. (edited)")
    row = await company.rows("SELECT body, edited_ts, edited_at IS NULL FROM chat_messages")
    assert row[0][0] == "It smokes & <burns>."
    assert row[0][1]
    assert row[0][2] is False
    trail = "SELECT changes FROM audit_logs WHERE action = 'message.edit'"
    assert await company.value(trail) == {"body": ["It smokes.", "It smokes & <burns>."]}


async def test_the_same_edit_five_times_is_one(company: Company) -> None:
    said = await said_by_bea(company)
    await company.slack.forget_calls()
    event = edited(said, "Now it burns.", "1900000000.000001")
    await asyncio.gather(
        *(company.slack.send_event(event, event_id=f"Ev{n % 2}") for n in range(5))
    )
    await company.deliver()
    assert await copies(company) == ["Now it burns. (edited)"]
    assert await company.value(EDITS) == 1
    assert len(await company.slack.calls("chat.update")) == 1


async def test_an_older_edit_after_a_newer_one_changes_nothing(company: Company) -> None:
    said = await said_by_bea(company)
    await company.slack.send_event(edited(said, "newest", "1900000000.000002"))
    await company.slack.send_event(edited(said, "older", "1900000000.000001"))
    await company.deliver()
    assert await copies(company) == ["newest (edited)"]


async def test_an_edit_back_that_came_first_still_counts_as_the_newest(company: Company) -> None:
    said = await said_by_bea(company)
    await company.slack.send_event(edited(said, "It smokes.", "1900000000.000002"))
    await company.slack.send_event(edited(said, "slip", "1900000000.000001"))
    await company.deliver()
    assert await copies(company) == ["It smokes."]
    assert await company.value(EDITS) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"text": "It smokes.", "attachments": [{"from_url": "https://a.example"}]},
        {"text": "It smokes.", "edited": {"user": "U0BEA", "ts": "1900000000.000001"}},
        {"text": "Other words", "edited": None},
        {"text": "Other words", "edited": {"ts": 5}},
    ],
)
async def test_bookkeeping_of_slacks_changes_nothing(
    company: Company, change: dict[str, Any]
) -> None:
    """1.66: previews of links, languages, threads."""
    said = await said_by_bea(company)
    event = edited(said, "It smokes.", "1900000000.000001")
    event["message"] = {k: v for k, v in (event["message"] | change).items() if v is not None}
    await company.slack.send_event(event)
    await company.deliver()
    assert await copies(company) == ["It smokes."]
    assert await company.value(EDITS) == 0


async def test_our_own_updates_are_no_edits(company: Company) -> None:
    said = await said_by_bea(company)
    await company.bea.edit(said, "It burns.")
    await company.deliver()
    card = await company.card()
    [copy] = await company.thread(card)
    event = edited(copy, "forged", "1900000000.000001", bot_id="B1")
    await company.slack.send_event(event | {"channel": card.channel})
    await company.deliver()
    assert await copies(company) == ["It burns. (edited)"]
    assert await company.value("SELECT count(*) FROM chat_messages") == 1


async def test_an_edit_before_its_original_is_heard_and_the_original_changes_nothing(
    company: Company,
) -> None:
    await company.filed()
    receipt = await company.receipt()
    ts = "1899999999.000001"
    original = {
        "type": "message",
        "channel": receipt.channel,
        "channel_type": "im",
        "user": "U0BEA",
        "text": "first words",
        "ts": ts,
        "thread_ts": receipt.ts,
    }
    change = {
        "type": "message",
        "subtype": "message_changed",
        "channel": receipt.channel,
        "channel_type": "im",
        "ts": "1900000000.000005",
        "message": {
            "type": "message",
            "user": "U0BEA",
            "text": "last words",
            "ts": ts,
            "thread_ts": receipt.ts,
            "edited": {"user": "U0BEA", "ts": "1900000000.000001"},
        },
    }
    await company.slack.send_event(change)
    await company.deliver()
    await company.slack.send_event(original)
    await company.deliver()
    assert await copies(company) == ["last words"]
    assert await company.value("SELECT edited_ts FROM chat_messages") == "1900000000.000001"


async def test_edit_and_original_at_once_end_in_the_edit(company: Company) -> None:
    await company.filed()
    receipt = await company.receipt()
    base = {"type": "message", "user": "U0BEA", "thread_ts": receipt.ts}
    for n in range(5):
        said = base | {"ts": f"189999999{n}.000001", "text": f"draft {n}"}
        place = {"channel": receipt.channel, "channel_type": "im"}
        again = said | {"text": f"final {n}", "edited": {"user": "U0BEA", "ts": "1900000000.01"}}
        change = {"type": "message", "subtype": "message_changed", "message": again, "ts": "1.1"}
        await asyncio.gather(
            company.slack.send_event(said | place), company.slack.send_event(change | place)
        )
    await company.deliver()
    bodies = await company.rows("SELECT body FROM chat_messages ORDER BY message_ts")
    assert [row[0] for row in bodies] == [f"final {n}" for n in range(5)]
    assert {each.removesuffix(" (edited)") for each in await copies(company)} == {
        f"final {n}" for n in range(5)
    }


async def test_an_edited_note_stays_at_the_desk(company: Company) -> None:
    card = await company.filed()
    note = await company.ann.post(card.channel, "They broke it", thread_ts=card.ts)
    await company.deliver()
    await company.ann.edit(note, "They say it broke")
    await company.deliver()
    assert await company.thread(await company.receipt(), company.bea) == []
    row = await company.rows("SELECT body, visibility FROM chat_messages")
    assert tuple(row[0]) == ("They say it broke", "internal")
    assert (await company.bea.click(await company.receipt(), "History")).ok
    view = await company.bea.view()
    assert view is not None
    assert "broke" not in view.text
    assert "edited" not in view.text


async def test_a_text_that_is_emptied_leaves_a_message_without_words(company: Company) -> None:
    said = await said_by_bea(company)
    await company.slack.send_event(edited(said, "", "1900000000.000001"))
    await company.deliver()
    assert await copies(company) == ["(a message without words) (edited)"]


@pytest.mark.parametrize("kind", ["http_500", "drop_after"])
async def test_an_edit_survives_a_failing_update(company: Company, kind: str) -> None:
    said = await said_by_bea(company)
    await company.slack.fault("chat.update", kind=kind, times=1)
    await company.bea.edit(said, "Second thoughts.")
    await company.bea.edit(said, "Third thoughts.")
    await company.deliver()
    await company.deliver_late()
    assert await copies(company) == ["Third thoughts. (edited)"]
    assert await company.value(UNSETTLED) == 0


async def test_an_edit_before_the_copy_is_posted_changes_what_is_posted(company: Company) -> None:
    """Nobody has seen other words, so nothing says “edited”."""
    await company.filed()
    said = await company.bea.dm("Frist", thread_ts=(await company.receipt()).ts)
    await company.slack.settle()
    await company.bea.edit(said, "First")
    await company.deliver()
    assert await copies(company) == ["First"]
    assert await company.slack.calls("chat.update") == []


async def test_edits_keep_their_place_between_other_messages(company: Company) -> None:
    said = await said_by_bea(company, "one")
    await company.slack.fault("chat.postMessage", kind="http_500", times=1)
    await company.bea.dm("two", thread_ts=said.thread_ts)
    await company.bea.edit(said, "one!")
    await company.deliver()
    await company.deliver_late()
    assert await copies(company) == ["one! (edited)", "two"]


async def test_the_edit_of_an_open_reply_reaches_the_requester(company: Company) -> None:
    assert (await company.file(company.bea, "Holiday left?", Department="HR")).ok
    await company.deliver()
    card = await company.card(HR_DESK)
    said = await company.hana.post(HR_DESK, "12 days.", thread_ts=card.ts)
    await company.deliver()
    await company.hana.edit(said, "21 days.")
    await company.deliver()
    reply = (await company.thread(await company.receipt(), company.bea))[-1]
    assert (reply.username, reply.plain) == ("Hana Ito", "21 days. (edited)")


async def test_words_added_to_a_file_are_repeated(company: Company) -> None:
    await company.filed()
    root = (await company.receipt()).ts
    said = await company.bea.dm("", thread_ts=root, files=[("smoke.txt", b"smoke")])
    await company.deliver()
    await company.slack.send_event(edited(said, "Here is the smoke.", "1900000000.000001"))
    await company.deliver()
    assert "Here is the smoke." in await copies(company)


@pytest.fixture
async def holding(
    database_url: str, redis_url: str, fresh_sessions: Sessions
) -> AsyncIterator[Company]:
    chosen = {"reply_hold": "10m", "old_texts": "erase"}
    async with open_company(database_url, redis_url, fresh_sessions, preferences=chosen) as found:
        yield found


async def test_an_edit_during_the_hold_changes_what_leaves(holding: Company) -> None:
    assert (await holding.file(holding.bea, "Holiday left?", Department="HR")).ok
    await holding.deliver()
    card = await holding.card(HR_DESK)
    said = await holding.hana.post(HR_DESK, "12 dyas.", thread_ts=card.ts)
    await holding.deliver()
    await holding.hana.edit(said, "12 days.")
    await holding.deliver_late()
    reply = (await holding.thread(await holding.receipt(), holding.bea))[-1]
    assert reply.plain == "12 days."
    trail = "SELECT changes FROM audit_logs WHERE action = 'message.edit'"
    assert await holding.value(trail) == {}
