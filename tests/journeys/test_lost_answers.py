"""A day's work while Slack loses answers after it stored them: all of it is said, once."""

from collections import Counter

import pytest

from bot.sandbox.slack.seen import Message
from tests.journeys.company import GENERAL, HR_DESK, IT_DESK, Company
from tests.journeys.purchases import FINANCE_DESK, Purchases, found_finance
from tests.journeys.test_parts import split

pytestmark = pytest.mark.faults

UNSETTLED = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
METHODS = (
    *("chat.postMessage", "chat.update", "chat.getPermalink", "conversations.open"),
    *("conversations.history", "conversations.replies", "files.getUploadURLExternal"),
    *("files.completeUploadExternal", "views.publish", "users.info", "upload"),
)


async def misbehave(company: Company) -> None:
    for method in METHODS:
        await company.slack.fault(method, kind="drop_after", rate=0.4)


async def all_said(company: Company) -> None:
    await company.slack.clear_faults()
    await misbehave(company)
    for _ in range(40):
        await company.deliver_late()
        if await company.value(UNSETTLED) == 0:
            break
    await company.slack.clear_faults()
    left = await company.rows(
        "SELECT topic, last_error FROM outbox_messages WHERE settled_at IS NULL"
    )
    assert left == []


async def resolve(company: Company) -> None:
    assert (await company.ann.click(await company.card(), "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "All set."}, submit=True)).ok
    await all_said(company)
    question = (await company.thread(await company.receipt(), company.bea))[-1]
    assert (await company.bea.click(question, "Yes, close it")).ok
    await all_said(company)
    question = (await company.thread(await company.receipt(), company.bea))[-1]
    assert (await company.bea.click(question, "🙂 4")).ok
    await all_said(company)


async def work(company: Company) -> None:
    assert (await company.file(company.bea, "New starter")).ok
    await all_said(company)
    for person in (company.bea, company.hugo, company.ann):
        assert (await person.open_home()).ok
    assert (await company.ann.click(await company.card(), "Assign to me")).ok
    await all_said(company)
    [part] = await split(company, await company.card())
    await company.hana.post(HR_DESK, "Which colour?", thread_ts=part.ts)
    assert (await company.hana.click(part, "Accept")).ok
    await all_said(company)
    [part] = [each for each in await company.slack.all_messages(HR_DESK) if each.ts == part.ts]
    assert (await company.hana.click(part, "Done…")).ok
    assert (await company.hana.fill({"Note": "It is there."}, submit=True)).ok
    await all_said(company)
    for words in ("report 7d", "report"):
        assert (await company.ann.command("/ticket", words, channel=GENERAL)).ok
    await all_said(company)
    await resolve(company)


async def buy(purchases: Purchases) -> None:
    company = purchases.company
    assert (await company.file(company.bea, "Chairs", Department="Finance")).ok
    await all_said(company)
    assert (await purchases.finn.click(await purchases.card(), "Assign to me")).ok
    await all_said(company)
    assert (await purchases.ask("7,200.00")).ok
    await all_said(company)
    for person in (purchases.fay, purchases.cleo):
        card: Message = (await person.dms())[-1]
        assert (await person.click(card, "Approve")).ok
        await all_said(company)
    assert await company.value("SELECT status FROM approval_requests") == "approved"


async def said(company: Company) -> list[tuple[str, str | None, str]]:
    """Everything of ours that stands anywhere, but for files, which have no words."""
    people = ("U0ANN", "U0BEA", "U0HUGO", "U0HANA", "U0FINN", "U0FAY", "U0CLEO", "U0ADA")
    found: list[Message] = []
    for channel in (IT_DESK, HR_DESK, FINANCE_DESK):
        found += await company.slack.all_messages(channel)
    for person_id in people:
        person = company.slack.acting(person_id)
        for root in await person.dms():
            found += await person.messages(root.channel, thread_ts=root.ts)
    return [(each.channel, each.thread_ts, each.plain) for each in found if each.metadata]


async def test_a_days_work_is_said_once(company: Company) -> None:
    purchases = await found_finance(company)
    await work(company)
    await buy(purchases)
    outcomes = await company.rows(
        "SELECT topic, last_error FROM outbox_messages WHERE outcome = 'failed'"
    )
    assert outcomes == []
    twice = [what for what, count in Counter(await said(company)).items() if count > 1]
    assert twice == []
    pictures = [each for each in await company.ann.dms() if each.files]
    assert len(pictures) == 2
