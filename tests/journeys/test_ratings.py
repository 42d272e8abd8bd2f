"""Being asked how well one was helped: one click, and a comment for who has more to say."""

import pytest

from bot.sandbox.slack.seen import Message
from tests.journeys.company import Company


async def asked(company: Company) -> Message:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.deliver()
    assert (await company.ann.click(await company.card(), "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver()
    receipt = await company.receipt()
    said = (await company.thread(receipt, company.bea))[-1]
    assert (await company.bea.click(said, "Yes, close it")).ok
    await company.deliver()
    return (await company.thread(receipt, company.bea))[-1]


async def now(company: Company, message: Message) -> Message:
    seen = await company.bea.messages(message.channel, thread_ts=message.thread_ts)
    return next(each for each in seen if each.ts == message.ts)


async def test_one_click_rates_and_the_desk_reads_it(company: Company) -> None:
    question = await asked(company)
    assert question.plain.startswith("How well did we help you?")
    assert question.buttons == ["😞 1", "🙁 2", "😐 3", "🙂 4", "😀 5"]
    assert (await company.bea.click(question, "🙂 4")).ok
    await company.deliver()
    answered = await now(company, question)
    assert answered.plain.startswith("Thank you: you gave HD-1 4 of 5.")
    assert "You can change it until" in answered.plain
    card = await company.card()
    assert (await company.thread(card))[-1].plain == "Bea Okafor gave HD-1 4 of 5."
    # Changing her mind; the old message's buttons still work.
    assert (await company.bea.click(question, "😞 1")).ok
    await company.deliver()
    assert "you gave HD-1 1 of 5" in (await now(company, question)).plain
    assert (await company.thread(card))[-1].plain == "Bea Okafor gave HD-1 1 of 5."
    assert await company.value("SELECT count(*) FROM ratings") == 1


async def test_a_comment_reaches_the_desk(company: Company) -> None:
    question = await asked(company)
    await company.bea.click(question, "😞 1")
    await company.deliver()
    assert (await company.bea.click(await now(company, question), "Add a comment…")).ok
    words = "Took *ages* <!channel>"
    assert (await company.bea.fill({"Comment": words}, submit=True)).ok
    await company.deliver()
    line = (await company.thread(await company.card()))[-1]
    assert line.plain == f"Bea Okafor gave HD-1 1 of 5: {words}"
    assert line.pings == []
    shown = await now(company, question)
    assert words in shown.plain
    assert "Change comment…" in shown.buttons


async def test_nobody_is_asked_twice(company: Company) -> None:
    question = await asked(company)
    await company.change("UPDATE outbox_messages SET settled_at = NULL WHERE topic = 'x'")
    await company.deliver_late()
    thread = await company.thread(await company.receipt(), company.bea)
    assert [each.ts for each in thread if "How well" in each.plain] == [question.ts]


async def test_after_a_day_a_click_is_told_why(company: Company) -> None:
    question = await asked(company)
    await company.bea.click(question, "🙂 4")
    await company.change("UPDATE ratings SET rated_at = now() - interval '2 days'")
    await company.bea.click(question, "😞 1")
    view = await company.bea.view()
    assert view is not None
    assert "That day is over" in view.text
    assert await company.value("SELECT score FROM ratings") == 4


@pytest.mark.parametrize("count", [5])
async def test_many_clicks_at_once_leave_one_rating(company: Company, count: int) -> None:
    question = await asked(company)
    for _ in range(count):
        assert (await company.bea.click(question, "😀 5")).ok
    await company.deliver()
    assert await company.value("SELECT count(*) FROM audit_logs WHERE action = 'ticket.rate'") == 1
    lines = [each.plain for each in await company.thread(await company.card())]
    assert lines.count("Bea Okafor gave HD-1 5 of 5.") == 1
