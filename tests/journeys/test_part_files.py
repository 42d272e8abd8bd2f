"""Files in the thread of a part: kept, for the two desks, and for nobody else."""

from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.slack.seen import Message
from core.db import unit_of_work
from core.files import queries as files
from core.users.queries import Identity, find_actor
from tests.journeys.company import HR_DESK, Company
from tests.journeys.test_files import PDF, PNG, PROGRAM, UNSETTLED, kept
from tests.journeys.test_parts import split

ATTACHED = "SELECT count(*) FROM attachments"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "files"


async def readers(company: Company) -> dict[str, int]:
    """How many files each of them may have."""
    ticket_id = await company.value("SELECT id FROM tickets WHERE number = 1")
    found = {}
    async with unit_of_work(company.sessions) as session:
        for who in ("U0ANN", "U0HUGO", "U0HANA", "U0BEA", "U0FINN", "U0ADA"):
            actor = await find_actor(session, Identity("T0ACME", who))
            if actor is not None:
                found[who] = len(await files.list_files(session, actor, ticket_id))
    return {who: count for who, count in found.items() if count}


async def share(company: Company, root: Message, words: str, *shared: tuple[str, bytes]) -> Any:
    said = await company.hana.post(HR_DESK, words, thread_ts=root.ts, files=list(shared))
    await company.deliver()
    return said


async def test_a_file_without_words_reaches_the_desk_it_came_from_and_is_kept(
    company: Company, store: Path
) -> None:
    card = await company.filed("New starter")
    [part] = await split(company, card)
    await share(company, part, "", ("badge.png", PNG))
    copy = (await company.thread(card))[-1]
    assert [each["name"] for each in copy.files] == ["badge.png"]
    assert await company.slack.file_content(copy.files[0]["id"]) == PNG
    assert kept(store) == [PNG]
    assert "(a message without words)" not in [each.plain for each in await company.thread(card)]
    # The requester reads and gets nothing of it, and no other desk does.
    receipt = await company.receipt()
    assert await company.thread(receipt, company.bea) == []
    assert "Files…" not in receipt.buttons
    assert await readers(company) == {"U0ANN": 1, "U0HUGO": 1, "U0HANA": 1}
    assert await company.value(UNSETTLED) == 0


async def test_words_and_files_come_together_and_a_deletion_takes_the_file_along(
    company: Company,
) -> None:
    card = await company.filed("New starter")
    [part] = await split(company, card)
    said = await share(company, part, "Two papers.", ("one.pdf", PDF), ("two.png", PNG))
    seen = await company.thread(card)
    assert seen[-3].plain == "Two papers."
    assert [each["name"] for one in seen[-2:] for each in one.files] == ["one.pdf", "two.png"]
    assert await company.value(ATTACHED) == 2
    await company.hana.delete(said)
    await company.deliver()
    assert "Deleted by its author." in [each.plain for each in await company.thread(card)]


async def test_what_is_not_taken_is_told_to_who_shared_it_alone(company: Company) -> None:
    card = await company.filed("New starter")
    [part] = await split(company, card)
    await share(company, part, "", ("tool.exe", PROGRAM))
    assert await company.value(ATTACHED) == 0
    [told] = await company.hana.ephemerals()
    assert "tool.exe was not passed on" in told.plain
    assert await company.ann.ephemerals() == []
    assert [each for each in await company.thread(card) if each.files] == []


async def test_words_that_are_added_to_a_file_later_follow_it(company: Company) -> None:
    card = await company.filed("New starter")
    [part] = await split(company, card)
    said = await share(company, part, "", ("badge.png", PNG))
    await company.hana.edit(said, "This is the badge.")
    await company.deliver()
    copy = (await company.thread(card))[-1]
    assert copy.plain.startswith("This is the badge.")
    assert copy.username == "Hana Ito (HD-1/1)"


async def test_what_the_same_desk_gets_with_another_part_stays_with_that_one(
    company: Company,
) -> None:
    """Of two parts, only the people of the one may have what was shared there."""
    card = await company.filed("New starter")
    [part] = await split(company, card)
    await share(company, part, "", ("badge.png", PNG))
    await company.change(
        "INSERT INTO departments (id, name, time_zone, open_threads, waits_after_reply,"
        " auto_assign) VALUES (gen_random_uuid(), 'Finance', 'UTC', false, true, 'none')"
    )
    assert (await company.finn.command("/ticket", "mine", channel="C0GENERAL")).ok
    await company.change(
        "UPDATE users SET role = 'finance', department_id ="
        " (SELECT id FROM departments WHERE name = 'Finance') WHERE slack_user_id = 'U0FINN'"
    )
    await company.change(
        "INSERT INTO sub_tickets (parent_ticket_id, department_id, summary, position, status,"
        " is_required, passed_on) SELECT tickets.id, departments.id, 'Pay it', 2, 'new', true, ''"
        " FROM tickets, departments WHERE departments.name = 'Finance'"
    )
    assert await readers(company) == {"U0ANN": 1, "U0HUGO": 1, "U0HANA": 1}
