"""A department's report with its picture, the week's, and what people take out as CSV."""

import csv
from io import StringIO
from typing import Any

import pytest

from bot.sandbox.slack.seen import Message
from tests.journeys.company import GENERAL, IT_DESK, Company

PNG = b"\x89PNG\r\n\x1a\n"


async def ask(company: Company, person: Any, words: str) -> str:
    """What is answered at once."""
    assert (await person.command("/ticket", words, channel=GENERAL)).ok
    shown: Message = (await person.ephemerals())[-1]
    return shown.plain


async def content(company: Company, message: Message) -> bytes:
    [file] = message.files
    return bytes(await company.slack.file_content(file["id"]))


async def told(company: Company, person: Any) -> tuple[Message, Message]:
    """The picture and what stands below it."""
    picture, report = (await person.dms())[-2:]
    return picture, report


async def worked(company: Company) -> None:
    card = await company.filed()
    await company.filed("=1+1")
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    cards = await company.slack.all_messages(IT_DESK)
    first = next(each for each in cards if each.ts == card.ts)
    assert (await company.ann.click(first, "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver()


async def test_an_agent_asks_how_the_department_did(company: Company) -> None:
    await worked(company)
    answer = await ask(company, company.ann, "report 7d")
    assert answer == ("The report of IT for the last 7 days is on its way to your direct messages.")
    await company.deliver()
    picture, report = await told(company, company.ann)
    assert (await content(company, picture)).startswith(PNG)
    assert report.plain.startswith("IT: the last 7 days")
    for line in (
        "*Filed*\n2",
        "*Resolved*\n1",
        "*Cancelled*\n0",
        "*Open now*\n1",
        "*Rating*\nNone yet",
    ):
        assert line in report.plain
    assert "Ann Visser: 1 resolved" in report.plain
    assert "*Who had the tickets:* IT " in report.plain
    assert "Of the ticket resolved in these days" in report.plain
    assert report.pings == []


async def test_asked_twice_at_once_it_comes_once(company: Company) -> None:
    await worked(company)
    for _ in range(2):
        await ask(company, company.ann, "report")
    await company.deliver()
    reports = [each for each in await company.ann.dms() if "the last 30 days" in each.plain]
    assert len(reports) == 1


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Tickets", "tickets"),
        ("Events", "events"),
        ("Approvals", "approvals"),
        ("SLA results", "sla"),
    ],
)
async def test_everything_can_be_taken_out_as_csv(company: Company, words: str, kind: str) -> None:
    await worked(company)
    await ask(company, company.ann, "report")
    await company.deliver()
    _, report = await told(company, company.ann)
    assert (await company.ann.choose(report, words)).ok
    await company.deliver()
    file = (await company.ann.dms())[-1]
    assert file.files[0]["name"].startswith(f"IT {kind} 30 days ")
    text = (await content(company, file)).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text, newline="")))
    about = {row[0]: row[1] for row in rows if row[0].startswith("# ")}
    assert (about["# Export"], about["# Department"]) == (kind, "IT")
    assert about["# With the rights of"] == "Ann Visser"
    table = [row for row in rows if not row[0].startswith("# ")]
    assert table[0][0] == "ticket"
    assert len(table) - 1 == int(about["# Rows"])
    if kind == "tickets":
        assert [row[1] for row in table[1:]] == ["Printer is on fire", "'=1+1"]
    if kind == "sla":
        held = dict(zip(table[0], table[1], strict=True))
        assert (held["held by requester seconds"], held["held by approvers seconds"]) == ("0", "0")
        assert held["held by departments seconds"].isdigit()


async def test_a_report_is_of_ones_own_department(company: Company) -> None:
    await worked(company)
    assert "Only the people of HR see its report." in await ask(
        company, company.ann, "report HR 30d"
    )
    for person in (company.bea, company.ada):
        assert "Only the people of a department see its report." in await ask(
            company, person, "report"
        )
    await company.deliver()
    assert all("the last" not in each.plain for each in await company.ann.dms())


async def test_what_names_no_department_is_a_summary(company: Company) -> None:
    await company.bea.command("/ticket", "report is missing a page", channel=GENERAL)
    view = await company.bea.view()
    assert view is not None
    assert view.values["Summary"] == "report is missing a page"
    assert await company.value("SELECT count(*) FROM outbox_messages") == 0


async def test_who_left_in_the_meantime_gets_none(company: Company) -> None:
    await worked(company)
    await ask(company, company.ann, "report it")
    await company.change("UPDATE users SET role = 'employee' WHERE slack_user_id = 'U0ANN'")
    await company.deliver()
    said = (await company.ann.dms())[-1]
    assert "could not be made" in said.plain
    assert said.files == []


async def test_an_old_menu_asks_again_for_the_right(company: Company) -> None:
    await worked(company)
    await ask(company, company.ann, "report")
    await company.deliver()
    _, report = await told(company, company.ann)
    await company.change(
        "UPDATE users SET department_id = (SELECT id FROM departments WHERE name = 'HR')"
        " WHERE slack_user_id = 'U0ANN'"
    )
    await company.ann.choose(report, "Tickets")
    view = await company.ann.view()
    assert view is not None
    assert "Only the people of IT see its report." in view.text
    exports = "SELECT count(*) FROM outbox_messages WHERE topic = 'report.export'"
    assert await company.value(exports) == 0


async def test_a_picture_that_slack_took_is_not_sent_again(company: Company) -> None:
    await worked(company)
    await ask(company, company.ann, "report")
    await company.slack.fault("files.completeUploadExternal", kind="drop_after", times=1)
    await company.deliver()
    await company.deliver_late()
    pictures = [each for each in await company.ann.dms() if each.files]
    assert len(pictures) == 1
    assert (await company.ann.dms())[-1].plain.startswith("IT: the last 30 days")


async def test_the_week_appears_at_the_desk_once(company: Company) -> None:
    await worked(company)
    await company.change("UPDATE departments SET report_at_desk = true WHERE name = 'IT'")
    day = await company.value("SELECT id FROM departments WHERE name = 'IT'")
    row = """
        INSERT INTO outbox_messages (topic, lane, payload)
        VALUES ('report.desk', 'x', jsonb_build_object('department_id', CAST(:id AS text),
                'days', 7, 'asked_at', CAST(extract(epoch FROM now()) AS bigint)))
    """
    await company.change(row, id=str(day))
    await company.slack.fault("chat.postMessage", kind="drop_after", times=1)
    await company.deliver()
    await company.deliver_late()
    posted = [each.plain for each in await company.slack.all_messages(IT_DESK)]
    assert len([each for each in posted if each.startswith("IT: the last 7 days")]) == 1
