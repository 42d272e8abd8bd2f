"""A company, a worker that never rests, and a browser in which several people sit at once."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot.sandbox.face.pages import furnish
from core.engine import Sessions
from tests.browser.screen import Desks, Screen
from tests.journeys.company import Company, open_company

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("HDMS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
HOW = "left out without Chromium: apt-get install chromium, or name one in HDMS_CHROMIUM"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason=HOW))


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        # Containers run as root, where Chromium's own sandbox cannot.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        await browser.close()


@pytest.fixture
async def company(
    database_url: str, redis_url: str, fresh_sessions: Sessions, tmp_path: Path
) -> AsyncIterator[Company]:
    storage = f"file:{tmp_path}/files"
    async with open_company(
        database_url, redis_url, fresh_sessions, furnish=furnish, HDMS_STORAGE_URL=storage
    ) as company:
        yield company


@pytest.fixture
async def desks(company: Company, browser: Browser) -> AsyncIterator[Desks]:
    """Everybody's screen; what was said at a desk is sent at once."""
    worker = asyncio.create_task(_deliver_forever(company))
    desks = Desks(browser, company.slack_url)
    yield desks
    await desks.close()
    worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await worker
    assert desks.complaints == []


async def _deliver_forever(company: Company) -> None:
    while True:
        await company.deliver()
        await asyncio.sleep(0.05)


@pytest.fixture
async def bea(desks: Desks) -> Screen:
    return await desks.of("U0BEA")


@pytest.fixture
async def ann(desks: Desks) -> Screen:
    return await desks.of("U0ANN")
