"""Whether words can be read on what they stand on."""

from pathlib import Path

from playwright.async_api import Page

FAINT = Path(__file__).with_name("contrast.js").read_text()


async def faint(page: Page) -> list[str]:
    """What is shown now and too faint to read, with its contrast."""
    return list(await page.evaluate(FAINT))
