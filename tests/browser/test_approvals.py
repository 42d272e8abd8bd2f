"""Money in a browser: asked for at the desk, rejected with a reason, asked for again, approved."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.sandbox.face.pages import furnish
from core.configuration.file import Configuration
from core.configuration.seed import apply
from core.db import unit_of_work
from core.engine import Sessions
from tests.browser.screen import Desks, Screen
from tests.journeys.company import Company, open_company
from tests.journeys.purchases import CONFIGURATION, found_finance

REASON = "Too much for chairs; ask again with half of them."


@pytest.fixture
async def company(
    database_url: str, redis_url: str, fresh_sessions: Sessions, tmp_path: Path
) -> AsyncIterator[Company]:
    """With a finance desk from the start: the bot reads its departments not at every click."""
    async with unit_of_work(fresh_sessions) as session:
        await apply(session, Configuration.model_validate(CONFIGURATION))
    storage = f"file:{tmp_path}/files"
    async with open_company(
        database_url, redis_url, fresh_sessions, furnish=furnish, HDMS_STORAGE_URL=storage
    ) as company:
        await found_finance(company)
        yield company


async def ask(finn: Screen, amount: str) -> None:
    await finn.press("Request approval…", finn.message("HD-1 · Twelve chairs"))
    await finn.window.get_by_label("Amount").fill(amount)
    await finn.window.get_by_label("Payee").fill("Office Depot")
    await finn.window.get_by_label("Purpose").fill("Chairs for the third floor")
    await finn.window.get_by_role("button", name="Preview").click()
    await expect(finn.window).to_contain_text(f"You ask for €{amount}.")
    await finn.window.locator("button[type=submit]").click()
    await expect(finn.window).to_contain_text("was sent to Fay Lund")
    await finn.page.keyboard.press("Escape")
    await expect(finn.window).to_have_count(0)


async def approve(who: Screen, amount: str) -> None:
    """Slack asks once more before the app hears of it."""
    await who.press("Approve", who.message(f"{amount} · HD-1"))
    sure = who.page.get_by_role("alertdialog", name=f"Approve {amount}?")
    await who.press("Approve", sure)
    await expect(sure).to_have_count(0)


async def test_money_is_rejected_with_a_reason_and_then_approved(
    company: Company, desks: Desks
) -> None:
    bea = await desks.of("U0BEA", "/app/messages")
    finn = await desks.of("U0FINN", "/C0FINANCE")
    fay = await desks.of("U0FAY", "/app/messages")
    cleo = await desks.of("U0CLEO", "/app/messages")
    await company.file(company.bea, "Twelve chairs", Department="Finance")
    card = finn.message("HD-1 · Twelve chairs")
    await finn.press("Assign to me", card)
    await expect(card).to_contain_text("Finn Berg")

    await ask(finn, "6,000.00")
    await expect(card).to_contain_text("Waiting for approval")
    # The CEO is asked only when finance has approved.
    await expect(cleo.message("HD-1")).to_have_count(0)
    await approve(fay, "€6,000.00")
    await expect(fay.message("€6,000.00")).to_contain_text("Finance: Fay Lund approved.")
    await cleo.press("Reject…", cleo.message("€6,000.00 · HD-1"))
    await cleo.press("Reject", cleo.window)
    await expect(cleo.window.get_by_label("Reason")).to_have_attribute("aria-invalid", "true")
    await cleo.window.get_by_label("Reason").fill(REASON)
    await cleo.press("Reject", cleo.window)
    await expect(cleo.window).to_have_count(0)
    await expect(card).to_contain_text("€6,000.00: Rejected")
    await bea.open_thread("HD-1")
    await bea.sees(f"Cleo Lang rejected €6,000.00: {REASON}", bea.thread)

    await ask(finn, "3,000.00")
    await approve(fay, "€3,000.00")
    await expect(card).to_contain_text("€3,000.00: Approved")
    await bea.sees("Fay Lund approved €3,000.00.", bea.thread)
    await expect(cleo.message("€3,000.00")).to_have_count(0)
