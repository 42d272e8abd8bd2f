"""A ticket's whole way, clicked by everybody who has to do with it."""

from playwright.async_api import expect

from tests.browser.screen import Desks, Screen
from tests.journeys.company import Company


async def file(bea: Screen, summary: str) -> None:
    await bea.go_to("HDMS")
    await bea.write(f"/ticket {summary}")
    await expect(bea.window.get_by_label("Summary")).to_have_value(summary)
    await bea.window.get_by_label("Description").fill("It says “fuser error 50.2”.")
    await bea.choose("Department", "IT")
    await bea.window.get_by_label("Priority").select_option("High")
    await bea.press("File ticket", bea.window)
    await expect(bea.window).to_have_count(0)
    await bea.sees(f"HD-1 · {summary}")


async def test_a_ticket_goes_its_whole_way(
    company: Company, desks: Desks, bea: Screen, ann: Screen
) -> None:
    hugo, hana = await desks.of("U0HUGO"), await desks.of("U0HANA")
    await file(bea, "The printer is broken")

    card = ann.message("HD-1 · The printer is broken")
    await ann.press("Assign to me", card)
    await expect(card).to_contain_text("Ann Visser")
    # Hugo's screen has followed: what Ann has, nobody can take any more.
    await expect(hugo.message("HD-1")).to_contain_text("Ann Visser")
    await expect(hugo.message("HD-1").get_by_role("button", name="Assign to me")).to_have_count(0)
    await ann.press("Start", card)
    await expect(card).to_contain_text("In progress")

    await ann.press("Reply to requester", card)
    await ann.window.get_by_label("Reply").fill("What is its serial number?")
    await ann.press("Preview", ann.window)
    await ann.press("Send", ann.window)
    await bea.open_thread("HD-1")
    await bea.sees("What is its serial number?", bea.thread)
    await bea.write("K7R-20931", in_thread=True)
    await ann.open_thread("HD-1")
    await ann.sees("K7R-20931", ann.thread)
    await ann.write("looks like the fuser", in_thread=True)
    await ann.sees("Only the desk sees this", ann.thread)
    await bea.sees_not("looks like the fuser")

    await hugo.press("Split…", hugo.message("HD-1"))
    await hugo.choose("Department", "HR")
    await hugo.window.get_by_label("Summary").fill("Tell the floor")
    await hugo.window.get_by_label("What to pass on").fill("No printer until noon.")
    await hugo.press("Split", hugo.window)
    await expect(hugo.window).to_have_count(0)
    part = hana.message("HD-1/1 · Tell the floor")
    await hana.press("Accept", part)
    await hana.press("Done…", part)
    await hana.press("Done", hana.window)
    await expect(card).to_contain_text("1 of 1 done")

    await ann.press("Resolve…", card)
    await ann.window.get_by_label("Resolution").fill("Replaced the fuser.")
    await ann.press("Resolve", ann.window)
    await bea.press("Reopen", bea.message("HD-1"))
    await expect(card).to_contain_text("In progress")
    await ann.press("Resolve…", card)
    await ann.window.get_by_label("Resolution").fill("Replaced the printer.")
    await ann.press("Resolve", ann.window)
    await expect(bea.message("HD-1")).to_contain_text("Resolved")
    await bea.press("Close", bea.message("HD-1"))
    await expect(card).to_contain_text("Closed")
    await bea.press("🙂 4", bea.message("How well did we help you?", bea.thread))
    await bea.sees("Thank you: you gave HD-1 4 of 5.", bea.thread)
    await ann.sees("Bea Okafor gave HD-1 4 of 5.", ann.thread)
    assert await company.value("SELECT status FROM tickets") == "closed"


async def test_a_field_that_is_missing_or_wrong_is_named_beside_it(bea: Screen) -> None:
    await bea.go_to("HDMS")
    await bea.page.get_by_role("button", name="Shortcuts").click()
    await bea.page.get_by_role("menuitem", name="New ticket").click()
    await expect(bea.window.get_by_label("Summary")).to_be_focused()
    await bea.press("File ticket", bea.window)
    summary = bea.window.get_by_label("Summary")
    await expect(summary).to_have_attribute("aria-invalid", "true")
    await expect(summary).to_be_focused()
    await expect(bea.window.get_by_text("Please complete this required field.")).to_have_count(2)

    await summary.fill("Noise")
    await bea.press("File ticket", bea.window)
    await expect(bea.window.get_by_text("Please complete this required field.")).to_have_count(1)
    await expect(summary).to_have_value("Noise")
    await bea.page.keyboard.press("Escape")
    await expect(bea.window).to_have_count(0)


async def test_a_menu_of_a_card_is_used_with_the_keyboard_alone(ann: Screen, bea: Screen) -> None:
    await file(bea, "Keys stick")
    dots = ann.message("HD-1").get_by_role("button", name="More options").first
    await dots.focus()
    await ann.page.keyboard.press("Enter")
    await expect(ann.page.get_by_role("menuitem", name="Edit…")).to_be_focused()
    await ann.page.keyboard.press("ArrowDown")
    await expect(ann.page.get_by_role("menuitem", name="History")).to_be_focused()
    await ann.page.keyboard.press("Enter")
    await expect(ann.window).to_contain_text("Bea Okafor filed the ticket.")
    await ann.page.keyboard.press("Escape")
    await expect(ann.window).to_have_count(0)
    await expect(dots).to_be_focused()
