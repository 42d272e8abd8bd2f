"""Files go both ways and are kept: what each side sees, and what the rows and the store say."""

import hashlib
from pathlib import Path

import pytest

from core.engine import Sessions
from tests.journeys.company import HR_DESK, Company, open_company

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 200
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj" + b"\x00" * 300
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200
ATTACHMENTS = (
    "SELECT name, media_type, size_bytes, sha256, storage_key FROM attachments ORDER BY id"
)
UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "files"


def kept(store: Path) -> list[bytes]:
    return [each.read_bytes() for each in sorted(store.rglob("*")) if each.is_file()]


async def contents(company: Company, message: object) -> list[bytes]:
    files = message.files  # type: ignore[attr-defined]
    return [await company.slack.file_content(file["id"]) for file in files]


async def rules(company: Company, **given: object) -> None:
    pairs = ", ".join(f"'{key}', CAST(:{key} AS jsonb)" for key in given)
    values = {key: str(value).replace("'", '"') for key, value in given.items()}
    await company.change(
        f"UPDATE departments SET file_rules = jsonb_build_object({pairs}) WHERE name = 'IT'",
        **values,
    )


async def test_a_requesters_file_without_words_reaches_the_desk_and_is_kept(
    company: Company, store: Path
) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.bea.dm("", thread_ts=receipt.ts, files=[("my photo.png", PNG)])
    await company.deliver()
    [copy] = await company.thread(card)
    assert copy.text == "From Bea Okafor"
    assert [file["name"] for file in copy.files] == ["my photo.png"]
    assert await contents(company, copy) == [PNG]
    [row] = await company.rows(ATTACHMENTS)
    assert row[:4] == ("my photo.png", "image/png", len(PNG), hashlib.sha256(PNG).hexdigest())
    assert "photo" not in row.storage_key
    assert kept(store) == [PNG]
    assert await company.value("SELECT body FROM chat_messages") == ""
    assert await company.value("SELECT action FROM audit_logs WHERE action LIKE 'file.%'") == (
        "file.attach"
    )


async def test_a_web_page_that_somebody_shares_is_a_file_like_others(company: Company) -> None:
    """5.8: told from Slack's sign-in page by what Slack says of it, and by its size."""
    page = b"<!DOCTYPE html><html><body>A manual</body></html>"
    card, receipt = await company.filed(), await company.receipt()
    await company.bea.dm("", thread_ts=receipt.ts, files=[("manual.html", page)])
    await company.deliver()
    [copy] = await company.thread(card)
    assert await contents(company, copy) == [page]
    assert await company.value("SELECT media_type FROM attachments") == "text/html"


async def test_words_and_files_of_one_message_arrive_in_their_order(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    files = [("one.png", PNG), ("two.pdf", PDF)]
    await company.bea.dm("Look at these", thread_ts=receipt.ts, files=files)
    await company.deliver()
    words, first, second = await company.thread(card)
    assert words.plain == "Look at these"
    assert [first.files[0]["name"], second.files[0]["name"]] == ["one.png", "two.pdf"]


async def test_a_file_of_the_desk_stays_there_until_it_is_sent_on(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.post(card.channel, "", thread_ts=card.ts, files=[("plan.pdf", PDF)])
    await company.deliver()
    assert await company.thread(receipt, company.bea) == []
    assert "Files…" not in (await company.receipt()).buttons
    hint = (await company.ann.ephemerals())[-1]
    assert (await company.ann.click(hint, "Send to requester")).ok
    await company.deliver()
    shown = [each for each in await company.thread(receipt, company.bea) if each.files]
    assert [each.text for each in shown] == ["From Ann Visser"]
    assert await contents(company, shown[0]) == [PDF]
    assert "Files…" in (await company.receipt()).buttons


async def test_files_of_the_form_belong_to_the_ticket(company: Company) -> None:
    card = await company.filed(Files=[("broken.png", PNG), ("log.txt", b"it says no")])
    copies = await company.thread(card)
    assert [each.files[0]["name"] for each in copies] == ["broken.png", "log.txt"]
    assert await company.thread(await company.receipt(), company.bea) == []
    messages = await company.rows("SELECT chat_message_id FROM attachments")
    assert [row[0] for row in messages] == [None, None]
    assert "Files…" in (await company.receipt()).buttons
    assert "Files…" in (await company.card()).buttons


async def test_whoever_was_filed_for_gets_the_files_as_well(company: Company) -> None:
    answers = {"On behalf of": "U0BEA", "Files": [("broken.png", PNG)]}
    assert (await company.file(company.finn, "For Bea", **answers)).ok
    await company.deliver()
    [copy] = await company.thread(await company.receipt(), company.bea)
    assert copy.text == "From Finn Berg"


async def test_the_same_event_five_times_is_one_file(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    message = await company.bea.dm("Here", thread_ts=receipt.ts, files=[("a.png", PNG)])
    for number in range(4):
        event = {**message.raw, "channel": message.channel, "channel_type": "im"}
        await company.slack.send_event(event, event_id=f"Ev0AGAIN{number}")
    await company.deliver()
    assert await company.value("SELECT count(*) FROM attachments") == 1
    assert len(await company.thread(card)) == 2
    assert len(await company.slack.calls("files.completeUploadExternal")) == 1


async def test_a_file_that_is_too_large_is_refused_by_name(company: Company, store: Path) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await rules(company, most_mb=1)
    big = PNG + b"\x00" * 1024**2
    await company.bea.dm("Big", thread_ts=receipt.ts, files=[("photo.heic", big)])
    await company.deliver()
    told = (await company.thread(receipt, company.bea))[-1]
    assert told.plain == "photo.heic was not passed on: IT takes files up to 1 MB."
    assert [each.plain for each in await company.thread(card)] == ["Big"]
    assert kept(store) == []
    reason = "SELECT details->>'reason' FROM audit_logs WHERE action = 'file.refuse'"
    assert await company.value(reason) == told.plain
    assert len(await company.rows(reason)) == 1


@pytest.mark.parametrize(
    ("name", "content", "types", "reason"),
    [
        ("setup.exe", PROGRAM, None, "IT takes no programs"),
        ("holiday.png", PROGRAM, None, "IT takes no programs"),
        ("invoice.pdf", PNG, ["pdf"], "IT takes only files of these types: pdf"),
        ("notes.docx", b"just text", ["docx"], "IT takes only files of these types: docx"),
    ],
)
async def test_the_bytes_say_what_a_file_is_and_not_its_name(
    company: Company, name: str, content: bytes, types: list[str] | None, reason: str
) -> None:
    """5.13"""
    card, receipt = await company.filed(), await company.receipt()
    if types:
        await rules(company, types=types)
    await company.bea.dm("", thread_ts=receipt.ts, files=[(name, content)])
    await company.deliver()
    told = (await company.thread(receipt, company.bea))[-1]
    assert told.plain == f"{name} was not passed on: {reason}."
    assert await company.thread(card) == []
    assert await company.value("SELECT count(*) FROM attachments") == 0


async def test_a_refusal_at_the_desk_is_told_to_its_sender_alone(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.post(card.channel, "", thread_ts=card.ts, files=[("run.bat", b"dir")])
    await company.deliver()
    told = [each.plain for each in await company.ann.ephemerals()]
    assert "run.bat was not passed on: IT takes no programs." in told
    assert await company.hugo.ephemerals() == []
    assert (await company.bea.click(await company.receipt(), "History")).ok
    view = await company.bea.view()
    assert view is not None
    assert "run.bat" not in view.text
    assert receipt.ts


async def test_history_names_the_file_with_its_kind_and_size(company: Company) -> None:
    await company.filed(Files=[("broken.png", PNG)])
    assert (await company.bea.click(await company.receipt(), "History")).ok
    view = await company.bea.view()
    assert view is not None
    assert f"attached broken.png (image/png, {len(PNG)} bytes)" in view.text


async def test_a_file_comes_from_the_store_when_slack_has_it_no_more(company: Company) -> None:
    await company.filed(Files=[("broken.png", PNG)])
    await company.slack.fault("download", kind="outage")
    await company.slack.fault("files.info", kind="error", error="file_deleted")
    assert (await company.ann.click(await company.card(), "Files…")).ok
    view = await company.ann.view()
    assert view is not None
    assert "broken.png" in view.text
    assert f"image/png · {len(PNG)} bytes · Bea Okafor" in view.text
    assert (await company.ann.click_view("Send to me")).ok
    await company.deliver()
    [sent] = [each for each in await company.ann.dms() if each.files]
    assert sent.text == "From Bea Okafor"
    assert await contents(company, sent) == [PNG]


async def test_pressing_twice_sends_it_once_and_asking_later_sends_it_again(
    company: Company,
) -> None:
    await company.filed(Files=[("broken.png", PNG)])
    receipt = await company.receipt()
    for presses in (2, 1):
        for _ in range(presses):
            assert (await company.bea.click(receipt, "Files…")).ok
            assert (await company.bea.click_view("Send to me")).ok
            await company.bea.close_view(everything=True)
        await company.deliver()
    assert len([each for each in await company.bea.dms() if each.files]) == 2


async def test_strangers_and_those_who_left_get_no_file(company: Company) -> None:
    await company.filed(Files=[("broken.png", PNG)])
    await company.carl.click(await company.card(), "Files…")
    assert (await company.carl.click_view("Send to me")).ok
    await company.change("UPDATE users SET role = 'employee' WHERE slack_user_id = 'U0CARL'")
    await company.deliver()
    assert await company.carl.dms() == []
    await company.carl.close_view()
    await company.carl.click_view("Send to me")
    refusal = await company.carl.view()
    assert refusal is not None
    assert "does not exist, or you are not on its ticket" in refusal.text


async def test_an_internal_file_is_in_no_list_of_the_requesters(company: Company) -> None:
    card = await company.filed(Files=[("broken.png", PNG)])
    await company.ann.post(card.channel, "", thread_ts=card.ts, files=[("secret.pdf", PDF)])
    await company.deliver()
    assert (await company.bea.click(await company.receipt(), "Files…")).ok
    theirs = await company.bea.view()
    assert (await company.ann.click(await company.card(), "Files…")).ok
    desks = await company.ann.view()
    assert theirs is not None
    assert desks is not None
    assert "secret.pdf" in desks.text
    assert "secret.pdf" not in theirs.text


async def test_what_was_shared_in_a_note_and_then_openly_is_everybodys(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    note = await company.ann.post(card.channel, "", thread_ts=card.ts, files=[("a.pdf", PDF)])
    await company.deliver()
    said = await company.bea.dm("Is it this one?", thread_ts=receipt.ts)
    event = {**said.raw, "channel": said.channel, "channel_type": "im", "text": ""}
    event |= {"subtype": "file_share", "files": note.files, "ts": "1999999999.000100"}
    await company.slack.send_event(event, event_id="Ev0OPENLY")
    await company.deliver()
    assert await company.value("SELECT count(*) FROM attachments") == 1
    assert len([each for each in await company.thread(card) if each.files]) == 2
    assert (await company.bea.click(await company.receipt(), "Files…")).ok
    view = await company.bea.view()
    assert view is not None
    assert "a.pdf" in view.text


async def test_a_file_whose_message_was_deleted_first_is_not_fetched(
    company: Company, store: Path
) -> None:
    await company.filed()
    receipt = await company.receipt()
    message = await company.bea.dm("Oops", thread_ts=receipt.ts, files=[("a.png", PNG)])
    await company.slack.settle()
    await company.bea.delete(message)
    await company.deliver()
    assert kept(store) == []
    assert await company.value("SELECT count(*) FROM attachments") == 0
    assert await company.value(UNSETTLED) == 0


async def test_files_of_a_reply_wait_with_it_and_stay_when_it_is_called_back(
    database_url: str, redis_url: str, fresh_sessions: Sessions, tmp_path: Path
) -> None:
    settings = {"preferences": {"reply_hold": "10m"}, "HDMS_STORAGE_URL": f"file:{tmp_path}"}
    async with open_company(database_url, redis_url, fresh_sessions, **settings) as company:
        await company.file(company.bea, "For HR", Department="HR")
        await company.deliver()
        card, receipt = await company.card(HR_DESK), await company.receipt()
        for name in ("wrong.pdf", "right.pdf"):
            files = [(name, PDF)]
            await company.hana.post(card.channel, name, thread_ts=card.ts, files=files)
            await company.deliver()
            if name == "wrong.pdf":
                hint = (await company.hana.ephemerals())[-1]
                assert (await company.hana.click(hint, "Undo")).ok
                await company.deliver_late()
        assert await company.thread(receipt, company.bea) == []
        await company.deliver_late()
        await company.deliver_late()
        shown = await company.thread(receipt, company.bea)
        assert [file["name"] for each in shown for file in each.files] == ["right.pdf"]


async def test_followers_get_files_until_they_leave(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.change(
        "INSERT INTO ticket_participants (ticket_id, user_id, part, joined_at)"
        " SELECT tickets.id, users.id, 'follower', now() FROM tickets, users"
        " WHERE users.slack_user_id = 'U0HANA'"
    )
    await company.change(
        "INSERT INTO threads (ticket_id, audience, user_id, channel_id, root_ts)"
        " SELECT tickets.id, 'follower', users.id, :channel, :root FROM tickets, users"
        " WHERE users.slack_user_id = 'U0HANA'",
        channel=(await company.hana.dm("hello")).channel,
        root=(await company.hana.dm("root")).ts,
    )
    await company.bea.dm("", thread_ts=receipt.ts, files=[("a.png", PNG)])
    await company.deliver()
    assert len([each for each in await company.thread(card) if each.files]) == 1
    copies = "SELECT count(*) FROM file_copies"
    assert await company.value(copies) == 2
    await company.bea.dm("", thread_ts=receipt.ts, files=[("b.png", PNG)])
    await company.slack.settle()
    await company.change("UPDATE ticket_participants SET part = 'agent' WHERE part = 'follower'")
    await company.deliver()
    assert await company.value(copies) == 3
