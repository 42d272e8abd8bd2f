"""What /metrics tells whoever watches over the help desk."""

import aiohttp

from tests.journeys.company import GENERAL, Company


async def shown(company: Company) -> dict[str, float]:
    async with aiohttp.ClientSession() as http, http.get(f"{company.bot_url}/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        lines = (await answer.text()).splitlines()
    found = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in found}


async def test_it_tells_how_long_slack_waited_for_what(company: Company) -> None:
    await company.bea.command("/ticket", "my printer is broken", channel=GENERAL)
    await company.bea.fill({"Department": "IT"}, submit=True)
    figures = await shown(company)
    assert figures['hdms_answer_seconds_count{kind="command",status="200"}'] == 1
    assert figures['hdms_answer_seconds_count{kind="view_submission",status="200"}'] == 1
    assert figures['hdms_answer_seconds_bucket{kind="command",le="+Inf",status="200"}'] == 1


async def test_it_tells_how_far_behind_deliveries_are(company: Company) -> None:
    await company.file(company.bea, "Printer is on fire")
    await company.change("UPDATE outbox_messages SET available_at = now() - interval '90 s'")
    behind = await shown(company)
    assert behind["hdms_outbox_waiting"] > 0
    assert 90 <= behind["hdms_outbox_late_seconds"] < 900
    await company.deliver()
    done = await shown(company)
    assert (done["hdms_outbox_waiting"], done["hdms_outbox_late_seconds"]) == (0, 0)
    assert done["hdms_outbox_failed"] == 0


async def test_it_tells_of_what_slack_never_takes(company: Company) -> None:
    await company.slack.fault("chat.postMessage", kind="error", error="invalid_blocks")
    await company.file(company.bea, "Printer is on fire")
    await company.deliver()
    failed = await company.value("SELECT count(*) FROM outbox_messages WHERE outcome = 'failed'")
    assert failed > 0
    assert (await shown(company))["hdms_outbox_failed"] == failed


async def test_it_tells_of_clocks_that_nobody_looks_at(company: Company) -> None:
    await company.filed()
    assert (await shown(company))["hdms_clocks_late_seconds"] == 0
    await company.change("UPDATE sla_clocks SET next_event_at = now() - interval '10 min'")
    assert 600 <= (await shown(company))["hdms_clocks_late_seconds"] < 1200
