"""Tickets that end because nobody says anything, and requesters who are asked again."""

from bot.sandbox.slack.client import Message
from tests.journeys.company import Company
from workers.endings import sweep

#: A desk that never closes, so that these do not depend on the hour.
ALWAYS_OPEN = """UPDATE calendars SET hours = '{"mon-sun": ["00:00-24:00"]}'"""


async def swept(company: Company) -> None:
    await company.change(ALWAYS_OPEN)
    await sweep(company.runtime)
    await sweep(company.runtime)
    await company.deliver()


async def resolved(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    assert (await company.ann.click(await company.card(), "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver()


async def test_the_requester_is_asked_and_says_yes(company: Company) -> None:
    await resolved(company)
    receipt = await company.receipt()
    said = (await company.thread(receipt, company.bea))[-1]
    assert said.buttons == ["Yes, close it", "Still broken"]
    assert "Solved?" in said.plain
    assert "If you say nothing, it is closed" in said.plain
    assert (await company.bea.click(said, "Yes, close it")).ok
    await company.deliver()
    assert await company.value("SELECT status FROM tickets") == "closed"
    answered = await in_thread(company, said.ts)
    assert answered.buttons == []
    assert "Solved?" not in answered.plain
    assert answered.plain.startswith("Ann Visser resolved HD-1 (Solved): New fuser.")


async def in_thread(company: Company, ts: str) -> Message:
    listed = await company.thread(await company.receipt(), company.bea)
    return next(each for each in listed if each.ts == ts)


async def test_the_buttons_of_a_receipt_leave_it_a_receipt(company: Company) -> None:
    """In a thread of a channel it stands below the message that the ticket was made from."""
    await resolved(company)
    receipt = await company.receipt()
    assert (await company.bea.click(receipt, "Reopen")).ok
    await company.deliver()
    now = await company.receipt()
    assert (now.ts, "In progress" in now.plain) == (receipt.ts, True)
    count = "SELECT count(*) FROM outbox_messages WHERE topic = 'ticket.solved_answered'"
    assert await company.value(count) == 0


async def test_still_broken_means_that_work_goes_on(company: Company) -> None:
    await resolved(company)
    said = (await company.thread(await company.receipt(), company.bea))[-1]
    assert (await company.bea.click(said, "Still broken")).ok
    await company.deliver()
    assert await company.value("SELECT status FROM tickets") == "in_progress"
    assert (await in_thread(company, said.ts)).buttons == []
    # A second click loses, and says why.
    await company.bea.click(said, "Yes, close it")
    view = await company.bea.view()
    assert view is not None
    assert "HD-1 is in progress" in view.text


async def test_silence_closes_it_once(company: Company) -> None:
    await resolved(company)
    await swept(company)
    assert await company.value("SELECT status FROM tickets") == "resolved"
    await company.change("UPDATE tickets SET resolved_at = now() - interval '9 days'")
    await swept(company)
    assert await company.value("SELECT status FROM tickets") == "closed"
    lines = [each.plain for each in await company.thread(await company.receipt(), company.bea)]
    closing = [each for each in lines if "closed HD-1" in each]
    assert closing == [
        "The help desk closed HD-1: nobody said within 5 business days that it is not solved"
    ]
    assert "Closed" in (await company.card()).plain


async def test_a_requester_who_does_not_answer_is_asked_again_once(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    assert (await company.ann.click(await company.card(), "Wait for requester")).ok
    await company.deliver()
    await swept(company)
    receipt = await company.receipt()

    async def asked() -> list[str]:
        lines = await company.thread(receipt, company.bea)
        return [each.plain for each in lines if "still waits for your answer" in each.plain]

    assert await asked() == []
    await company.change("UPDATE tickets SET waiting_since = now() - interval '9 days'")
    await swept(company)
    await swept(company)
    assert len(await asked()) == 1
    await company.change("UPDATE tickets SET waiting_since = now() - interval '90 days'")
    await swept(company)
    assert await company.value("SELECT status FROM tickets") == "waiting_requester"
    await company.bea.dm("Sorry, here I am.", thread_ts=receipt.ts)
    await company.deliver()
    assert await company.value("SELECT waiting_since FROM tickets") is None


async def test_where_the_desk_wants_it_the_ticket_is_resolved(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    assert (await company.ann.click(await company.card(), "Wait for requester")).ok
    await company.change(
        "INSERT INTO preferences (name, value) VALUES ('resolve_unanswered', 'true')"
    )
    await company.change("UPDATE tickets SET waiting_since = now() - interval '90 days'")
    await swept(company)
    said = (await company.thread(await company.receipt(), company.bea))[-1]
    assert said.plain.startswith("The help desk resolved HD-1 (Answered): There was no answer")
    assert said.buttons == ["Yes, close it", "Still broken"]
