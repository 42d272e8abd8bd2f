"""A person's screen: what they do and see there, by the names a screen reader would say."""

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

SECONDS = 60_000
expect.set_options(timeout=SECONDS)


@dataclass
class Screen:
    page: Page

    async def go_to(self, conversation: str) -> None:
        link = self.page.get_by_role("navigation", name="Conversations").get_by_role("link")
        await link.filter(has_text=conversation).click()
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(conversation)

    async def write(self, words: str, *, in_thread: bool = False) -> None:
        label = "Reply…" if in_thread else "Message"
        box = self.page.get_by_role("textbox", name=label)
        await box.fill(words)
        await box.press("Enter")

    @property
    def window(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("complementary", name="Thread")

    @property
    def stream(self) -> Locator:
        return self.page.get_by_role("region", name="Messages")

    def message(self, words: str, within: Locator | None = None) -> Locator:
        return (within or self.stream).get_by_role("article").filter(has_text=words)

    async def open_thread(self, words: str) -> None:
        message = self.message(words).first
        await message.hover()
        await message.get_by_role("link", name="Reply in thread").click()
        await expect(self.thread).to_be_visible()

    async def choose(self, label: str, option: str) -> None:
        """From a menu that searches."""
        await self.window.get_by_role("combobox", name=label).fill(option)
        offers = self.window.locator("ul").get_by_role("option", name=option, exact=True)
        await offers.click()

    async def press(self, button: str, within: Locator) -> None:
        await within.get_by_role("button", name=button, exact=True).click()

    async def sees(self, words: str, within: Locator | None = None) -> None:
        await expect(self.message(words, within).first).to_be_visible()

    async def sees_not(self, words: str) -> None:
        await expect(self.page.get_by_text(words)).to_have_count(0)


@dataclass
class Desks:
    """All the screens; `complaints` are errors of the page's own scripts."""

    browser: Browser
    base_url: str
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    async def of(self, person: str, place: str = "", **look: Any) -> Screen:
        context = await self.browser.new_context(
            **({"viewport": {"width": 1280, "height": 900}} | look)
        )
        context.set_default_timeout(SECONDS)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(f"{self.base_url}/as/{person}{place}")
        await page.wait_for_selector("body[data-is-ready]")
        return Screen(page)

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()
