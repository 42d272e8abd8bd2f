"""A ticket that waits for something outside: put on hold with a reason, and taken up again."""

from bot.sandbox.slack.seen import Message
from tests.journeys.company import IT_DESK, Company


async def taken(company: Company) -> Message:
    card = await company.filed()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    return await company.card()


async def lines(company: Company) -> list[str]:
    return [each.plain for each in await company.thread(await company.receipt(), company.bea)]


async def test_both_sides_read_what_it_waits_for_and_the_clock_stands_still(
    company: Company,
) -> None:
    card = await taken(company)
    assert (await company.ann.click(card, "Put on hold…")).ok
    view = await company.ann.view()
    assert view is not None
    assert view.title == "Put HD-1 on hold"
    words = "A new fuser is on its way."
    assert (await company.ann.fill({"What it waits for": words}, submit=True)).ok
    await company.deliver()
    card = await company.card()
    assert "On hold" in card.plain
    assert "Put on hold…" not in card.buttons
    assert (await lines(company))[-1] == f"HD-1 is on hold for now: {words}"
    assert f"Ann Visser put HD-1 on hold: {words}" in [
        each.plain for each in await company.thread(card)
    ]
    states = "SELECT kind, state FROM sla_clocks ORDER BY kind"
    assert dict(await company.rows(states)) == {"first_response": "running", "resolution": "paused"}
    assert (await company.bea.click(await company.receipt(), "History")).ok
    history = await company.bea.view()
    assert history is not None
    assert words in history.text

    # An answer of the requester does not make what is missing arrive.
    await company.bea.dm("Take your time.", thread_ts=(await company.receipt()).ts)
    await company.deliver()
    assert await company.value("SELECT status FROM tickets") == "on_hold"
    assert (await company.ann.click(await company.card(), "Start")).ok
    await company.deliver()
    assert "In progress" in (await company.card()).plain
    assert dict(await company.rows(states))["resolution"] == "running"


async def test_without_a_reason_it_is_said_all_the_same(company: Company) -> None:
    card = await taken(company)
    assert (await company.ann.click(card, "Put on hold…")).ok
    assert (await company.ann.submit()).ok
    await company.deliver()
    assert (await lines(company))[-1] == "HD-1 is on hold for now."
    details = "SELECT details FROM audit_logs WHERE action = 'ticket.hold'"
    assert await company.value(details) == {}


async def test_an_old_form_and_people_from_elsewhere_are_refused(company: Company) -> None:
    card = await taken(company)
    await company.slack.join(IT_DESK, "U0HANA")
    assert (await company.hana.click(card, "Put on hold…")).ok
    view = await company.hana.view()
    assert view is not None
    assert "or you are not on it" in view.text
    assert (await company.ann.click(card, "Put on hold…")).ok
    assert (await company.ann.fill({"What it waits for": "The vendor"})).ok
    await company.change("UPDATE tickets SET status = 'resolved'")
    assert (await company.ann.submit()).ok
    view = await company.ann.view()
    assert view is not None
    assert view.errors == {"What it waits for": "HD-1 is resolved: you cannot put it on hold now."}
    assert view.values["What it waits for"] == "The vendor"
    assert await company.value("SELECT status FROM tickets") == "resolved"
