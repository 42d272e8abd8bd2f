"""The same help desk where Slack cannot reach us: over a connection that the bot opens."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from core.engine import Sessions
from tests.journeys.company import GENERAL, Company, open_company
from tests.soon import soon

APP_TOKEN = "xapp-journeys"


@pytest.fixture
async def company(
    database_url: str, redis_url: str, fresh_sessions: Sessions, tmp_path: Path
) -> AsyncIterator[Company]:
    async with open_company(
        database_url,
        redis_url,
        fresh_sessions,
        HDMS_STORAGE_URL=f"file:{tmp_path}/files",
        slack_app_token=APP_TOKEN,
        slack_signing_secret="",
    ) as company:
        yield company


async def readiness(company: Company) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(f"{company.bot_url}/readyz") as answer:
        return answer.status, (await answer.json())["slack"]


async def test_a_ticket_goes_its_way(company: Company) -> None:
    card = await company.filed("Printer is on fire")
    assert "Printer is on fire" in card.plain
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert "Ann Visser" in (await company.card()).plain
    await company.bea.dm("Room 4, by the window.", thread_ts=(await company.receipt()).ts)
    await company.deliver()
    thread = await company.thread(await company.card())
    assert any("Room 4" in each.plain for each in thread)
    assert (await readiness(company)) == (200, "ok")


async def test_a_form_tells_what_is_wrong_and_a_command_answers(company: Company) -> None:
    await company.bea.command("/ticket", "x", channel=GENERAL)
    await company.bea.fill({"Department": "IT", "Summary": "\u200b"}, submit=True)
    form = await company.bea.view()
    assert form is not None
    assert form.errors == {"Summary": "Say in a few words what it is about."}
    assert (await company.bea.command("/ticket", "HD-99", channel=GENERAL)).ok
    assert "HD-99" in (await company.bea.ephemerals())[-1].plain


async def test_nothing_is_taken_over_http(company: Company) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{company.bot_url}/slack/events", json={"type": "url_verification"}) as answer,
    ):
        assert answer.status == 404


async def test_a_connection_that_is_to_end_is_replaced(company: Company) -> None:
    await company.slack.sockets("refresh")
    card = await company.filed("Before the next one")
    assert "Before the next one" in card.plain
    assert await company.slack.sockets() == 1


async def test_a_connection_that_was_cut_comes_back(company: Company) -> None:
    await company.slack.sockets("cut")
    await soon(company.slack.sockets)
    assert "After the cut" in (await company.filed("After the cut")).plain


async def test_an_event_without_an_answer_comes_again(company: Company) -> None:
    await company.filed("Printer is on fire")
    receipt = await company.receipt()
    await company.slack.settings(retry_delays=[0.5, 1, 2])
    # The connection ends while the reply is under way.
    said = asyncio.create_task(company.bea.dm("It smells, too.", thread_ts=receipt.ts))
    await company.slack.sockets("cut")
    await said
    await soon(company.slack.sockets)
    await company.deliver()
    thread = await company.thread(await company.card())
    assert sum("It smells, too." in each.plain for each in thread) == 1


async def test_until_it_is_connected_the_bot_is_not_ready(company: Company) -> None:
    await company.slack.app(app_token="xapp-another")
    await company.slack.sockets("cut")
    assert (await readiness(company)) == (503, "not connected")
