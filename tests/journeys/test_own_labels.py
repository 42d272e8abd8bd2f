"""A department calls its statuses what it likes; what can be done stays the same."""

import pytest

from core.configuration.reading import read
from core.configuration.seed import apply
from core.db import unit_of_work
from tests.journeys.company import GENERAL, Company

LABEL = "Your move, <@U0BEA>"
FILE = f"""
team_id: T0ACME
departments:
  - name: IT
    status_labels: {{waiting_requester: "{LABEL}", cancelled: "Gone for good"}}
"""


@pytest.fixture
async def labelled(company: Company) -> Company:
    async with unit_of_work(company.sessions) as session:
        await apply(session, read(FILE))
    return company


async def test_everybody_reads_the_departments_own_word(labelled: Company) -> None:
    company = labelled
    card = await company.filed()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert (await company.ann.click(await company.card(), "Wait for requester")).ok
    await company.deliver()
    assert LABEL in (await company.card()).plain
    assert "Waiting for requester" not in (await company.card()).plain
    receipt = await company.receipt()
    assert LABEL in receipt.plain
    assert await company.value("SELECT status FROM tickets") == "waiting_requester"

    await company.bea.command("/ticket", "mine", channel=GENERAL)
    assert LABEL in (await company.bea.ephemerals())[-1].plain
    await company.bea.command("/ticket", "HD-1", channel=GENERAL)
    assert LABEL in (await company.bea.ephemerals())[-1].plain
    assert (await company.bea.click(receipt, "History")).ok
    history = await company.bea.view()
    assert history is not None
    assert f"to wait for the requester (now “{LABEL}”)" in history.text
    # Its class is what it was: an answer makes work go on.
    await company.bea.dm("Here I am.", thread_ts=receipt.ts)
    await company.deliver()
    assert await company.value("SELECT status FROM tickets") == "in_progress"
    assert "In progress" in (await company.card()).plain


async def test_a_refusal_says_it_too(labelled: Company) -> None:
    company = labelled
    card = await company.filed()
    await company.change("UPDATE tickets SET status = 'cancelled'")
    await company.ann.click(card, "Reply to requester")
    await company.ann.fill({"Reply": "Hello?"}, submit=True)
    await company.ann.submit()
    view = await company.ann.view()
    assert view is not None
    assert "HD-1 is “Gone for good”: nobody reads replies to it now." in view.errors["Edit"]
    await company.hugo.choose(card, "Priority…")
    await company.hugo.fill({"Priority": "High"}, submit=True)
    view = await company.hugo.view()
    assert view is not None
    assert "HD-1 is “Gone for good”" in view.errors["Priority"]


async def test_another_department_keeps_our_words(labelled: Company) -> None:
    company = labelled
    assert (await company.file(company.bea, "Payslip", Department="HR")).ok
    await company.deliver()
    await company.change("UPDATE tickets SET status = 'cancelled'")
    await company.bea.command("/ticket", "HD-1", channel=GENERAL)
    assert "Cancelled" in (await company.bea.ephemerals())[-1].plain
