"""All of a ticket as a file, in the direct messages of whoever asked for it."""

import asyncio
from datetime import timedelta
from typing import Any

from core import outbox
from core.db import unit_of_work
from tests.journeys.company import Company
from workers import deliveries
from workers.deliveries.calls import Errand

WORDS = "Your transcript of HD-1 is on its way to your direct messages."
OUTCOMES = "SELECT outcome FROM outbox_messages WHERE topic = 'transcript.asked' ORDER BY id"


async def ask(company: Company, person: Any, *, times: int = 1) -> None:
    message = (await company.bea.dms())[0] if person is company.bea else await company.card()
    act = person.click if person is company.bea else person.choose
    for _ in range(times):
        assert (await act(message, "History")).ok
        assert (await person.click_view("Transcript")).ok
        view = await person.view()
        assert view is not None
        assert WORDS in view.text


async def files(person: Any) -> list[dict[str, Any]]:
    return [file for message in await person.dms() for file in message.files]


async def text_of(company: Company, person: Any) -> str:
    [file] = await files(person)
    return (await company.slack.file_content(file["id"])).decode()


async def talk(company: Company) -> None:
    card = await company.filed("Printer <!channel> on fire", Description="It *smokes*.\n- a lot")
    receipt = await company.receipt()
    await company.bea.dm("x" * 39_000 + " the end", thread_ts=receipt.ts)
    await company.ann.click(card, "Assign to me")
    await company.ann.post(card.channel, "fuser, I bet", thread_ts=card.ts)
    await company.deliver()


async def test_it_holds_everything_its_reader_may_know(company: Company) -> None:
    await talk(company)
    await ask(company, company.bea)
    await ask(company, company.ann)
    await company.deliver()
    theirs, desk = await text_of(company, company.bea), await text_of(company, company.ann)
    for text in (theirs, desk):
        assert text.startswith("HD-1 · Printer @channel on fire\n")
        for line in (
            *("Status:     Assigned", "Department: IT", "Requester:  Bea Okafor"),
            *("Assignee:   Ann Visser", "    It *smokes*.\n    - a lot"),
        ):
            assert line in text
        assert "x" * 39_000 + " the end" in text
        assert "] Ann Visser took the ticket." in text
    assert "    fuser, I bet" in desk
    assert "fuser" not in theirs
    assert "note" not in theirs


async def test_times_are_in_utc_and_the_readers_own(company: Company) -> None:
    await talk(company)
    await company.change(
        "UPDATE users SET time_zone = CASE slack_user_id WHEN 'U0BEA' THEN 'Asia/Kolkata'"
        " ELSE 'Nowhere/At all' END"
    )
    await company.change("UPDATE tickets SET due_at = '2026-03-02 20:00+00'")
    for person in (company.bea, company.ann):
        await ask(company, person)
    await company.deliver()
    theirs, desk = await text_of(company, company.bea), await text_of(company, company.ann)
    assert "Due:        2026-03-02 20:00 UTC (2026-03-03 01:30 Asia/Kolkata)" in theirs
    assert "Due:        2026-03-02 20:00 UTC\n" in desk


async def test_what_stands_beside_the_file_pings_nobody(company: Company) -> None:
    await talk(company)
    await ask(company, company.bea)
    await company.deliver()
    message = (await company.bea.dms())[-1]
    assert message.text == "The transcript of HD-1 you asked for."
    assert message.pings == []
    assert message.files[0]["name"].startswith("HD-1 ")
    assert message.files[0]["name"].endswith(" UTC.txt")


async def test_asked_twice_at_once_it_comes_once_and_later_again(company: Company) -> None:
    await company.filed()
    await ask(company, company.bea, times=2)
    await company.deliver()
    assert len(await files(company.bea)) == 1
    await ask(company, company.bea)
    await company.deliver()
    assert await company.value(f"SELECT count(*) FROM ({OUTCOMES})") == 2


async def test_many_at_once_get_one_each(company: Company) -> None:
    await company.filed()
    people = (company.ann, company.carl, company.hugo)
    await asyncio.gather(*(ask(company, person) for person in people))
    await company.deliver()
    assert [len(await files(person)) for person in people] == [1, 1, 1]


async def test_who_may_not_read_it_any_more_is_told_instead(company: Company) -> None:
    await company.filed()
    await ask(company, company.carl)
    await company.change(
        "UPDATE users SET role = 'employee', department_id = NULL WHERE slack_user_id = 'U0CARL'"
    )
    await company.deliver()
    assert await files(company.carl) == []
    assert "Your transcript of HD-1 could not be made." in (await company.carl.dms())[-1].plain


async def test_of_a_deleted_ticket_there_is_none(company: Company) -> None:
    await company.filed()
    await ask(company, company.bea)
    await company.change("UPDATE tickets SET is_deleted = true, deleted_at = now()")
    await company.deliver()
    assert await files(company.bea) == []
    assert (
        "Your transcript of that ticket could not be made." in (await company.bea.dms())[-1].plain
    )


async def test_while_slack_is_in_trouble_it_waits_and_comes_once(company: Company) -> None:
    await company.filed()
    for method, fault in (
        ("files.getUploadURLExternal", {"kind": "error", "error": "internal_error"}),
        ("upload", {"kind": "http_500"}),
        ("files.completeUploadExternal", {"kind": "drop_after"}),
    ):
        await company.slack.fault(method, times=1, **fault)
    await ask(company, company.bea)
    for _ in range(4):
        await company.deliver_late()
    assert len(await files(company.bea)) == 1
    assert [row[0] for row in await company.rows(OUTCOMES)] == ["sent"]


async def test_a_worker_killed_after_the_upload_does_not_send_it_twice(company: Company) -> None:
    await company.filed()
    await ask(company, company.bea)
    async with unit_of_work(company.sessions) as session:
        claims = await outbox.claim(session, most=1, lease=timedelta())
        [(_, errand)] = await deliveries.compose(session, claims)
    assert isinstance(errand, Errand)
    await errand.run(company.runtime)
    await company.deliver()
    assert len(await files(company.bea)) == 1


async def test_a_scope_that_is_missing_is_no_silence(company: Company) -> None:
    await company.filed()
    await company.slack.fault("files.getUploadURLExternal", kind="error", error="missing_scope")
    await ask(company, company.bea)
    await company.deliver()
    assert "could not be made" in (await company.bea.dms())[-1].plain
