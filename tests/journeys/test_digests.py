"""The morning's digest, as people find it; and the night's work."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.communication.ways import Event, Way
from tests.journeys.company import GENERAL, Company
from workers import digests, upkeep

ALWAYS_OPEN = """UPDATE calendars SET hours = '{"mon-sun": ["00:00-24:00"]}'"""


async def morning(company: Company) -> None:
    """Two clocks strike, whatever the hour and the day are now."""
    await company.change(ALWAYS_OPEN)
    await company.change("DELETE FROM preferences WHERE name = 'digest_at'")
    await company.change("INSERT INTO preferences (name, value) VALUES ('digest_at', '\"00:00\"')")
    await digests.send(company.runtime)
    await digests.send(company.runtime)
    # On Mondays the week's report comes as well, which is another story.
    await company.change("DELETE FROM outbox_messages WHERE topic LIKE 'report.%'")
    await company.deliver()


async def test_an_agent_reads_what_the_day_brings(company: Company) -> None:
    card = await company.filed()
    await company.filed("The beamer is dark")
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    before = len(await company.hana.dms())
    await morning(company)
    told = (await company.ann.dms())[-1]
    assert told.plain.startswith("Good morning, Ann Visser")
    assert "HD-1 · Printer is on fire" in told.plain
    assert "Nobody has taken these yet" in told.plain
    assert "HD-2 · The beamer is dark" in told.plain
    assert told.pings == []
    # Her colleague has nothing to do, and hears nothing.
    assert len(await company.hana.dms()) == before
    assert len([each for each in await company.ann.dms() if "Good morning" in each.plain]) == 1


async def test_news_that_should_wait_for_the_morning_is_in_it(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.click(card, "Assign to me")
    await company.change(
        "INSERT INTO notification_choices (user_id, event, way)"
        " SELECT id, :event, :way FROM users WHERE slack_user_id = 'U0ANN'",
        event=Event.REPLY.value,
        way=Way.DIGEST.value,
    )
    await company.bea.dm("It smokes <!channel>.", thread_ts=receipt.ts)
    await company.deliver()
    assert await company.ann.dms() == []
    await morning(company)
    [told] = await company.ann.dms()
    assert "Bea Okafor wrote on HD-1 · Printer is on fire" in told.plain
    assert told.pings == []


async def test_a_morning_that_is_late_is_left_out(company: Company) -> None:
    await company.filed()
    await company.change(ALWAYS_OPEN)
    await company.change("INSERT INTO preferences (name, value) VALUES ('digest_at', '\"00:00\"')")
    await digests.send(company.runtime)
    await company.change(
        'UPDATE outbox_messages SET payload = payload || \'{"day": "2026-01-05"}\''
        " WHERE topic = 'digest.morning'"
    )
    await company.change("DELETE FROM outbox_messages WHERE topic LIKE 'report.%'")
    await company.deliver()
    assert await company.ann.dms() == []
    why = "SELECT DISTINCT last_error FROM outbox_messages WHERE topic = 'digest.morning'"
    assert await company.value(why) == "that day is over"


async def test_people_are_looked_up_again_at_night(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.slack.person("U0BEA", "Bea Okafor-Lind", tz="Asia/Tokyo")
    await company.slack.person("U0ANN", "Ann Visser", deleted=True)
    await company.slack.person("U0NEW", "Nobody We Met")
    await upkeep.sync_people(company.runtime)
    rows = {
        row[0]: tuple(row[1:])
        for row in await company.rows("SELECT slack_user_id, name, time_zone, is_active FROM users")
    }
    assert rows["U0BEA"][:2] == ("Bea Okafor-Lind", "Asia/Tokyo")
    assert rows["U0ANN"][2] is False
    assert "U0NEW" not in rows
    before = await company.rows("SELECT slack_user_id, version FROM users")
    await upkeep.sync_people(company.runtime)
    assert await company.rows("SELECT slack_user_id, version FROM users") == before
    # Her rights are gone at once, also for a click on its way.
    await company.slack.person("U0ANN", "Ann Visser")
    await company.ann.click(card, "Resolve…")
    view = await company.ann.view()
    assert view is not None
    assert "Your account is deactivated" in view.text


async def test_the_sync_is_patient_and_gives_up_in_the_end(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    await company.filed()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(upkeep.asyncio, "sleep", sleep)
    await company.slack.person("U0BEA", "Bea Renamed")
    await company.slack.fault("users.list", kind="http_500")
    await upkeep.sync_people(company.runtime)
    assert await company.value("SELECT name FROM users WHERE slack_user_id = 'U0BEA'") != (
        "Bea Renamed"
    )
    await company.slack.clear_faults()
    await upkeep.sync_people(company.runtime)
    assert await company.value("SELECT name FROM users WHERE slack_user_id = 'U0BEA'") == (
        "Bea Renamed"
    )


async def test_what_was_delivered_long_ago_is_forgotten(company: Company) -> None:
    await company.filed()
    count = "SELECT count(*) FROM outbox_messages"
    all_of_it = await company.value(count)
    await upkeep.tidy(company.runtime)
    assert await company.value(count) == all_of_it
    await company.change("UPDATE outbox_messages SET settled_at = now() - interval '91 days'")
    await company.filed("Another one")
    await upkeep.tidy(company.runtime)
    left: list[Any] = await company.rows("SELECT settled_at FROM outbox_messages")
    assert left
    assert all(row[0] > datetime.now(UTC) - timedelta(days=1) for row in left)
    assert (await company.bea.command("/ticket", "HD-1", channel=GENERAL)).ok
