"""A row that cannot be said: the others are, and the administrators hear of it."""

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.journeys.company import Company
from workers.deliveries import home, places

UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
OPERATIONS = Path("docs/operations.md").read_text()
NOBODY = str(uuid.uuid4())
POISON: dict[str, tuple[str, dict[str, Any]]] = {
    "no such topic": ("ticket.from_tomorrow", {"ticket_id": NOBODY}),
    "a key is missing": ("message.copied", {"ticket_id": NOBODY, "audience": "desk"}),
    "a key is no id": ("ticket.card", {"ticket_id": "HD-12"}),
    "the database refuses it": ("person.told", {"notification_id": "twelve"}),
}


async def poison(company: Company, topic: str, payload: dict[str, Any]) -> int:
    await company.change(
        "INSERT INTO outbox_messages (topic, lane, payload, available_at)"
        " VALUES (:topic, 'poison', CAST(:payload AS jsonb), now() - interval '1 hour')",
        topic=topic,
        payload=json.dumps(payload),
    )
    return int(await company.value("SELECT max(id) FROM outbox_messages"))


async def tried_often(company: Company, row: int, times: int = 11) -> None:
    await company.change(
        "UPDATE outbox_messages SET attempts = :n WHERE id = :row", n=times, row=row
    )


@pytest.mark.parametrize("kind", POISON)
async def test_the_others_are_said_and_it_waits(company: Company, kind: str) -> None:
    row = await poison(company, *POISON[kind])
    card = await company.filed("Printer is on fire")
    assert "Printer is on fire" in card.plain
    [left] = await company.rows(
        "SELECT id, attempts, last_error, available_at > now() FROM outbox_messages"
        " WHERE settled_at IS NULL"
    )
    assert (left[0], left[1], left[3]) == (row, 1, True)
    assert left[2]


async def test_after_many_tries_it_is_given_up_and_the_admin_reads_how_to_try_again(
    company: Company,
) -> None:
    row = await poison(company, *POISON["a key is missing"])
    await company.deliver()
    await tried_often(company, row)
    await company.deliver_late()
    found = await company.rows(
        "SELECT outcome, last_error FROM outbox_messages WHERE id = :row", row=row
    )
    assert [tuple(each) for each in found] == [("failed", "KeyError")]
    [told] = await company.ada.dms()
    assert f"message.copied (row {row}): KeyError" in told.plain
    assert await company.bea.dms() == []


async def test_a_thousand_of_a_kind_are_told_once(company: Company) -> None:
    rows = [await poison(company, "message.copied", {"ticket_id": NOBODY}) for _ in range(3)]
    await company.change("UPDATE outbox_messages SET lane = 'poison:' || id")
    await company.deliver()
    for row in rows:
        await tried_often(company, row)
    await company.deliver_late()
    assert await company.value(UNSETTLED) == 0
    assert len(await company.ada.dms()) == 1


async def test_one_that_was_just_mended_is_not_given_up(company: Company) -> None:
    """Many tries behind it, but of another kind: Slack was away all night."""
    row = await poison(company, *POISON["a key is missing"])
    await tried_often(company, row, 90)
    await company.deliver()
    assert await company.value(UNSETTLED) == 1


async def test_an_answer_nobody_knows_does_not_hold_a_thread_for_ever(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.slack.fault("chat.postMessage", kind="error", error="from_tomorrow", times=2)
    await company.bea.dm("odd", thread_ts=receipt.ts)
    await company.deliver()
    row = await company.value("SELECT max(id) FROM outbox_messages WHERE settled_at IS NULL")
    await tried_often(company, row)
    await company.bea.dm("well", thread_ts=receipt.ts)
    await company.deliver_late()
    await company.deliver_late()
    assert [each.plain for each in await company.thread(card)] == ["well"]
    assert "from_tomorrow" in (await company.ada.dms())[-1].plain


async def test_what_cannot_be_written_down_takes_nothing_along(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = places.record

    async def refuses_one(session: AsyncSession, sent: Any) -> None:
        if any(claim.topic == "ticket.receipt" for claim, _ in sent):
            raise LookupError("no place for it")
        await record(session, sent)

    monkeypatch.setattr(places, "record", refuses_one)
    assert (await company.file(company.bea, "Written down")).ok
    await company.deliver()
    rows = await company.rows(
        "SELECT topic, last_error FROM outbox_messages WHERE settled_at IS NULL"
    )
    assert [tuple(each) for each in rows] == [("ticket.receipt", "LookupError")]
    monkeypatch.setattr(places, "record", record)
    await company.deliver_late()
    assert await company.value(UNSETTLED) == 0
    assert len(await company.bea.dms()) == 1


async def test_what_looks_at_homes_may_fail_and_all_is_sent(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> None:
        raise LookupError("no homes today")

    monkeypatch.setattr(home.service, "refresh_around", fails)
    assert (await company.file(company.bea, "All the same")).ok
    await company.deliver()
    assert await company.value(UNSETTLED) == 0
    assert len(await company.bea.dms()) == 1


async def test_the_admin_hears_of_it_while_it_is_still_tried(company: Company) -> None:
    row = await poison(company, *POISON["a key is missing"])
    await tried_often(company, row, 5)
    await company.deliver()
    assert await company.value(UNSETTLED) == 1
    [told] = await company.ada.dms()
    assert told.plain.startswith("The help desk could not send something: message.copied")


@pytest.mark.parametrize(
    ("code", "hears"), [("invalid_blocks", True), ("msg_too_long", True), ("user_not_found", False)]
)
async def test_what_slack_never_takes_is_told_where_it_can_be_mended(
    company: Company, code: str, hears: bool
) -> None:
    await company.slack.fault("chat.postMessage", kind="error", error=code, times=2)
    assert (await company.file(company.bea, "Refused")).ok
    await company.deliver()
    assert await company.value(UNSETTLED) == 0
    assert (
        "could not send something" in "".join(e.plain for e in await company.ada.dms())
    ) is hears


async def test_a_failed_row_is_sent_again_as_the_operations_page_says(company: Company) -> None:
    await company.slack.fault("chat.postMessage", kind="error", error="invalid_blocks", times=2)
    assert (await company.file(company.bea, "Once more")).ok
    await company.deliver()
    assert await company.bea.dms() == []
    page = OPERATIONS
    [again] = re.findall(r"`(UPDATE outbox_messages SET settled_at = NULL[^`]+)`", page)
    await company.change(again.replace("…", "1"))
    await company.deliver()
    assert [each.plain.count("Once more") > 0 for each in await company.bea.dms()] == [True]
