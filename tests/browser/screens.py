"""Retakes the pictures in docs/screens: `make screens`. A demo of its own is started and ended."""

import asyncio
import io
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from bot.sandbox.demo.actors import Stage
from bot.sandbox.demo.company import set_stage
from bot.sandbox.demo.content import play
from bot.sandbox.demo.environment import Environment
from bot.sandbox.demo.watching import Watcher
from bot.sandbox.slack import SlackClient
from tests.browser.conftest import CHROMIUM, HOW

FOLDER = Path("docs/screens")
DEMO = Path(".hdms/screens")
COLOURS = 200
WIDE, PHONE = (1280, 800), (375, 760)


@dataclass(frozen=True)
class Shot:
    name: str
    person: str
    place: str
    arrange: Callable[[Page], Awaitable[None]]
    theme: Literal["light", "dark"] = "light"
    size: tuple[int, int] = WIDE


async def nothing(page: Page) -> None:
    """As it opens."""


def thread_of(summary: str, scroll: int = 0) -> Callable[[Page], Awaitable[None]]:
    """The message in view, its thread beside it, and nothing under the pointer."""

    async def arrange(page: Page) -> None:
        stream = page.get_by_role("region", name="Messages")
        root = stream.get_by_role("article").filter(has_text=summary).first
        await root.hover()
        await root.get_by_role("link", name="Reply in thread").click()
        await page.get_by_role("complementary", name="Thread").wait_for()
        await root.evaluate(
            "(each, up) => { each.scrollIntoView(); each.parentElement.scrollBy(0, -up); }", scroll
        )
        await page.evaluate("document.activeElement.blur()")
        await page.get_by_role("heading", level=1).hover()

    return arrange


async def form(page: Page) -> None:
    box = page.get_by_role("textbox", name="Message")
    await box.fill("/ticket The projector in room 2.14 stays dark")
    await box.press("Enter")
    window = page.get_by_role("dialog")
    await window.get_by_label("Description").fill("It hums, the lamp is on, and nothing is seen.")
    await window.get_by_role("combobox", name="Department").fill("a")
    await window.get_by_role("option", name="Finance").wait_for()


async def home(page: Page) -> None:
    """Once the app has filled it."""
    await page.get_by_role("heading", name="Help desk").wait_for()


async def drawer(page: Page) -> None:
    """Something is done while Slack limits the app."""
    await page.get_by_role("switch", name="Rate limit").click()
    card = page.get_by_role("article").filter(has_text="Tablet for the reception")
    await card.get_by_role("button", name="Wait for requester").click()
    await card.get_by_text("Waiting for requester").first.wait_for()
    await page.get_by_role("heading", level=1).hover()


SHOTS = (
    Shot("people", "", "", nothing),
    Shot("desk", "U0ANN", "/C0ITDESK", thread_of("VPN drops every few minutes")),
    Shot("requester", "U0LENA", "/app/messages", thread_of("VPN drops every few minutes")),
    Shot("form", "U0BEA", "/app/messages", form),
    Shot("approvals", "U0CORA", "/app/messages", nothing),
    Shot("home", "U0HUGO", "/app/home", home),
    Shot("dark", "U0PABLO", "/C0FACDESK", thread_of("Water stain on the ceiling"), "dark"),
    Shot("drawer", "U0CARL", "/C0ITDESK?saw", drawer, "dark"),
    Shot("phone", "U0LENA", "/app/messages", nothing, size=PHONE),
)


async def take(browser: Browser, base_url: str, shot: Shot) -> None:
    width, height = shot.size
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=shot.theme
    )
    page = await context.new_page()
    await page.goto(f"{base_url}/as/{shot.person}{shot.place}" if shot.person else base_url)
    await page.wait_for_load_state("networkidle" if not shot.person else "load")
    await shot.arrange(page)
    await page.wait_for_timeout(700)
    path = FOLDER / f"{shot.name}.png"
    path.write_bytes(smaller(await page.screenshot()))
    sys.stdout.write(f"{path}  {path.stat().st_size // 1024} KB\n")
    await context.close()


def smaller(picture: bytes) -> bytes:
    """With a palette, which flat colours do not miss."""
    palette = (
        Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    )
    written = io.BytesIO()
    palette.save(written, "PNG", optimize=True)
    return written.getvalue()


async def retake(environment: Environment, wanted: list[str]) -> None:
    async with SlackClient(environment.slack_url) as slack, async_playwright() as playwright:
        await set_stage(slack)
        _, failures = await play(Stage(slack, Watcher(environment.check)), lambda words: None)
        sys.stdout.writelines(f"{failure}\n" for failure in failures)
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--font-render-hinting=none"]
        )
        for shot in SHOTS:
            if not wanted or shot.name in wanted:
                await take(browser, environment.slack_url, shot)
                await slack.clear_faults()
        await browser.close()


def main() -> None:
    if CHROMIUM is None:
        sys.exit(f"The pictures are {HOW}.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(DEMO, ignore_errors=True)
    environment = Environment(DEMO, lambda what, where: None)
    try:
        environment.start()
        asyncio.run(retake(environment, sys.argv[1:]))
    finally:
        environment.stop()


if __name__ == "__main__":
    main()
