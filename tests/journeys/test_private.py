"""What others may not see: a private ticket everywhere, and who reached for what is not theirs."""

from typing import Any

import pytest

from tests.journeys.company import GENERAL, IT_DESK, Company

PRIVATE = {"Private": ["Only its department and the people on it may see it"]}
REFUSED = """
    SELECT users.slack_user_id, tickets.number, audit_logs.source, details ->> 'action'
      FROM audit_logs JOIN users ON users.id = audit_logs.user_id
      JOIN tickets ON tickets.id = ticket_id WHERE action LIKE '%refused' ORDER BY audit_logs.id
"""


async def test_filing_it_in_a_public_channel_says_nothing_there(company: Company) -> None:
    before = len(await company.slack.all_messages(GENERAL))
    await company.filed("Salary of Bea", **PRIVATE)
    assert len(await company.slack.all_messages(GENERAL)) == before
    assert "Salary of Bea" in (await company.receipt()).plain
    assert await company.finn.dms() == []


@pytest.mark.parametrize("answers", [{}, PRIVATE], ids=["open", "private"])
async def test_reaching_for_somebody_elses_ticket_is_refused_and_kept(
    company: Company, answers: dict[str, Any]
) -> None:
    await company.filed("Salary of Bea", **answers)
    await company.finn.command("/ticket", "HD-1", channel=GENERAL)
    await company.finn.command("/ticket", "HD-77", channel=GENERAL)
    for number, said in zip((1, 77), await company.finn.ephemerals(), strict=True):
        assert said.plain == f"HD-{number} does not exist, or you are not on it."
    assert await company.rows(REFUSED) == [("U0FINN", 1, "command", "/ticket")]
    await company.ann.choose(await company.card(), "History")
    history = (await company.ann.view()).text
    assert "Finn Berg was not allowed to do something: HD-1 does not exist" in history
    await company.bea.click(await company.receipt(), "History")
    assert "Finn" not in (await company.bea.view()).text


async def test_pressing_buttons_of_somebody_elses_ticket_is_kept_too(company: Company) -> None:
    card = await company.filed("Salary of Bea", **PRIVATE)
    await company.slack.join(IT_DESK, "U0FINN")
    for button in ("Assign to me", "Resolve…"):
        await company.finn.click(card, button)
        said = (await company.finn.view()).text
        assert "not on it" in said or "You are not on HD-1" in said
    found = [tuple(row)[:3] for row in await company.rows(REFUSED)]
    assert found == [("U0FINN", 1, "button")] * 2
    assert await company.value("SELECT assignee_id FROM tickets") is None


async def test_its_own_people_are_not_in_that_trail(company: Company) -> None:
    await company.filed("Salary of Bea", **PRIVATE)
    await company.bea.command("/ticket", "HD-1", channel=GENERAL)
    await company.ann.command("/ticket", "HD-1", channel=GENERAL)
    assert await company.rows(REFUSED) == []
