"""The log of what was sent for a ticket: to whom, how, and why not."""

from bot.sandbox.slack.seen import OpenView
from tests.journeys.company import GENERAL, Company


async def log(company: Company, person: object) -> OpenView:
    card = await company.card()
    assert (await person.choose(card, "History")).ok  # type: ignore[attr-defined]
    assert (await person.click_view("Deliveries")).ok  # type: ignore[attr-defined]
    view: OpenView | None = await person.view()  # type: ignore[attr-defined]
    assert view is not None
    return view


async def test_the_desk_reads_what_was_sent_and_to_whom(company: Company) -> None:
    card = await company.filed()
    assert (await company.hugo.click(card, "Assign…")).ok
    assert (await company.hugo.fill({"Assignee": "Carl Otto"}, submit=True)).ok
    await company.deliver()
    view = await log(company, company.ann)
    assert view.title == "HD-1 deliveries"
    assert "Receipt to the requester's thread: sent" in view.text
    assert "Card to the desk: sent" in view.text
    assert "Line about what happened to the requester's thread: sent" in view.text
    assert "Direct message to Carl Otto: sent" in view.text


async def test_a_failure_is_named_in_words(company: Company) -> None:
    await company.filed()
    receipt = await company.receipt()
    await company.slack.fault("chat.postMessage", kind="error", error="restricted_action")
    await company.ann.click(await company.card(), "Assign to me")
    await company.deliver()
    view = await log(company, company.ann)
    assert "failed, the workspace does not allow it" in view.text
    assert await company.thread(receipt, company.bea) == []


async def test_what_waits_says_why(company: Company) -> None:
    await company.filed()
    await company.slack.fault("chat.postMessage", kind="http_429", retry_after=60)
    await company.ann.click(await company.card(), "Assign to me")
    await company.deliver()
    view = await log(company, company.ann)
    assert "waits, Slack asked us to slow down; it is tried again" in view.text


async def test_older_ones_are_a_page_away(company: Company) -> None:
    await company.filed()
    receipt = await company.receipt()
    for number in range(20):
        await company.bea.dm(f"Message {number}", thread_ts=receipt.ts)
    await company.deliver()
    view = await log(company, company.ann)
    assert "Receipt to the requester's thread" not in view.text
    assert (await company.ann.click_view("Older")).ok
    view = await company.ann.view()
    assert view is not None
    assert "Receipt to the requester's thread: sent" in view.text
    assert "Older" not in view.buttons


async def test_it_is_not_for_the_requester(company: Company) -> None:
    await company.filed()
    await company.bea.command("/ticket", "HD-1", channel=GENERAL)
    shown = (await company.bea.ephemerals())[-1]
    assert (await company.bea.click(shown, "History")).ok
    view = await company.bea.view()
    assert view is not None
    assert "Transcript" in view.buttons
    assert "Deliveries" not in view.buttons
