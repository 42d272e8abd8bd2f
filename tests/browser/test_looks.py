"""Narrow and wide, light and dark, one person and another: the page stays usable and honest."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.contrast import faint
from tests.browser.screen import Desks, Screen
from tests.journeys.company import GENERAL, IT_DESK, Company

HOSTILE = '<img src=x onerror="document.body.innerHTML=1"><script>document.title=1</script>*'
PHONE = {"width": 375, "height": 740}


async def fits(screen: Screen) -> bool:
    wanted = await screen.page.evaluate("document.documentElement.scrollWidth")
    return int(wanted) <= 375


async def test_a_phone_shows_one_thing_at_a_time(company: Company, desks: Desks) -> None:
    await company.file(company.bea, "Printer is on fire")
    ann = await desks.of("U0ANN", f"/{IT_DESK}", viewport=PHONE)
    conversations = ann.page.get_by_role("navigation", name="Conversations")
    await expect(conversations).to_be_hidden()
    assert await fits(ann)
    await ann.page.get_by_role("button", name="Conversations").click()
    await expect(conversations).to_be_visible()
    await conversations.get_by_role("link", name="general").click()
    await expect(conversations).to_be_hidden()
    await expect(ann.page.get_by_role("heading", level=1)).to_have_text(re.compile("general"))
    await ann.page.goto(f"{company.slack_url}/as/U0ANN/{IT_DESK}")
    await ann.press("Assign to me", ann.message("Printer"))
    await expect(ann.message("Printer")).to_contain_text("Ann Visser")
    await ann.open_thread("Printer")
    box = await ann.thread.bounding_box()
    assert box is not None
    assert box["width"] == 375
    assert await fits(ann)
    await ann.page.get_by_role("link", name="Close thread").click()
    await expect(ann.thread).to_have_count(0)
    await ann.press("Resolve…", ann.message("Printer"))
    await expect(ann.window).to_be_visible()
    assert await fits(ann)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_look_follows_the_machine_and_can_be_chosen(desks: Desks, scheme: str) -> None:
    bea = await desks.of("U0BEA", f"/{GENERAL}", color_scheme=scheme)
    ground = "getComputedStyle(document.querySelector('main')).backgroundColor"
    light, dark = "rgb(255, 255, 255)", "rgb(25, 28, 33)"
    assert await bea.page.evaluate(ground) == (light if scheme == "light" else dark)
    switch = bea.page.get_by_role("button", name="Light or dark")
    await switch.click()
    assert await bea.page.evaluate(ground) == light
    await switch.click()
    assert await bea.page.evaluate(ground) == dark
    await bea.page.reload()
    assert await bea.page.evaluate(ground) == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read_in_the_light_and_in_the_dark(
    company: Company, desks: Desks, scheme: str
) -> None:
    await company.file(company.bea, "Printer is on fire")
    ann = await desks.of("U0ANN", f"/{IT_DESK}?saw", color_scheme=scheme)
    await ann.sees("Printer is on fire")
    await ann.message("Printer").get_by_role("button", name="More options").first.click()
    await expect(ann.page.get_by_role("menuitem").first).to_be_focused()
    assert await faint(ann.page) == []
    await ann.page.keyboard.press("Escape")
    await ann.page.get_by_role("textbox", name="Message").fill("/t")
    await expect(ann.page.get_by_role("option")).to_be_visible()
    assert await faint(ann.page) == []
    await ann.write("/ticket")
    await ann.press("File ticket", ann.window)
    await expect(ann.window.get_by_role("alert").first).to_be_visible()
    await ann.window.get_by_role("combobox", name="Department").click()
    await expect(ann.window.get_by_role("option", name="IT")).to_be_visible()
    assert await faint(ann.page) == []


async def test_one_becomes_somebody_else_and_every_tab_stays_who_it_is(
    company: Company, bea: Screen, ann: Screen
) -> None:
    await bea.page.get_by_role("button", name=re.compile("You are Bea Okafor")).click()
    await bea.page.get_by_role("link", name="Hugo Kern").click()
    await expect(bea.page).to_have_url(re.compile(f"/as/U0HUGO/{IT_DESK}$"))
    await expect(
        bea.page.get_by_role("button", name=re.compile("You are Hugo Kern"))
    ).to_be_visible()
    await expect(
        ann.page.get_by_role("button", name=re.compile("You are Ann Visser"))
    ).to_be_visible()


async def test_whoever_types_a_command_sees_its_answer_wherever_they_were_reading(
    company: Company, ann: Screen
) -> None:
    for number in range(8):
        await company.file(company.bea, f"Printer {number} is on fire")
    await ann.sees("Printer 7")
    await ann.stream.evaluate("stream => stream.scrollTo(0, 0)")
    await ann.write("/ticket help")
    await expect(ann.message("What you can type")).to_be_in_viewport()


async def test_what_people_write_stays_words(company: Company, ann: Screen, bea: Screen) -> None:
    await company.file(company.bea, HOSTILE, Description=HOSTILE)
    await ann.sees(HOSTILE)
    await bea.go_to("general")
    await bea.write(HOSTILE)
    await bea.sees(HOSTILE)
    await ann.go_to("general")
    await ann.sees(HOSTILE)
    await expect(ann.page).to_have_title(re.compile("general"))
    assert await ann.page.locator("img[src=x]").count() == 0


async def test_news_is_marked_until_it_is_looked_at(company: Company, ann: Screen) -> None:
    link = ann.page.get_by_role("navigation", name="Conversations").get_by_role("link")
    await company.bea.post(GENERAL, "Cake in the kitchen")
    await expect(link.filter(has_text="general")).to_have_accessible_name(re.compile("unread"))
    await ann.go_to("general")
    await ann.sees("Cake in the kitchen")
    await expect(link.filter(has_text="general")).to_have_accessible_name("general")


async def test_a_reply_is_found_under_threads_and_answered_from_there(
    company: Company, ann: Screen
) -> None:
    link = ann.page.get_by_role("navigation", name="Conversations").get_by_role("link")
    await ann.go_to("general")
    await ann.write("Who has the key?")
    await ann.sees("Who has the key?")
    [root] = await company.bea.messages(GENERAL)
    await company.bea.post(GENERAL, "I have it", thread_ts=root.ts)
    await expect(link.filter(has_text="Threads")).to_have_accessible_name(re.compile("1 unread"))
    await expect(link.filter(has_text="general")).to_have_accessible_name("general")
    await ann.go_to("Threads")
    followed = ann.page.get_by_role("region", name="Thread in #general")
    await ann.sees("I have it", followed)
    await followed.get_by_role("link", name="1 reply").click()
    await ann.sees("I have it", ann.thread)
    await expect(link.filter(has_text="Threads")).not_to_have_accessible_name(re.compile("unread"))


async def test_the_drawer_shows_what_slack_saw_and_breaks_it(
    company: Company, ann: Screen, bea: Screen
) -> None:
    await ann.page.get_by_role("link", name="What Slack saw").click()
    drawer = ann.page.get_by_role("complementary", name="What Slack saw")
    outage = drawer.get_by_role("switch", name="Outage")
    await outage.click()
    await expect(outage).to_be_checked()
    # Her press is heard and kept; what it changes comes when Slack is back.
    await bea.go_to("HDMS")
    await company.bea.command("/ticket", "mine", channel=GENERAL)
    await expect(drawer.get_by_role("listitem").filter(has_text="/ticket")).to_be_visible()
    await outage.click()
    await expect(outage).not_to_be_checked()
    await drawer.get_by_role("button", name="Empty").click()
    await expect(drawer.get_by_text("Nothing yet.")).to_be_visible()
    await drawer.get_by_role("link", name="Close").click()
    await expect(drawer).to_have_count(0)


async def test_files_are_dropped_into_a_conversation(company: Company, bea: Screen) -> None:
    await bea.go_to("general")
    await bea.page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["a,b"], "table.csv", { type: "text/csv" }));
          document.querySelector("main").dispatchEvent(
            new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    await expect(bea.page.get_by_role("button", name="Remove table.csv")).to_be_visible()
    await bea.page.get_by_role("button", name="Send").click()
    await expect(bea.stream.get_by_role("link", name=re.compile("table.csv"))).to_be_visible()
    [posted] = await company.bea.messages(GENERAL)
    assert await company.slack.file_content(posted.files[0]["id"]) == b"a,b"
