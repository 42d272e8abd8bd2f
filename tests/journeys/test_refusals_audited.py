"""Whoever tries what they may not do leaves a row in the trail, and one only."""

from typing import Any

from tests.journeys.company import GENERAL, Company

REFUSED = """
    SELECT a.details->>'action' AS action, u.name AS who, t.number, a.details->>'reason' AS reason,
           a.source
      FROM audit_logs a LEFT JOIN users u ON u.id = a.user_id
      LEFT JOIN tickets t ON t.id = a.ticket_id
     WHERE a.action = 'refused' ORDER BY a.id"""


async def refused(company: Company) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await company.rows(REFUSED)]


async def test_a_button_that_is_not_theirs(company: Company) -> None:
    card = await company.filed()
    await company.slack.join(card.channel, "U0HANA")
    for _ in range(3):
        assert (await company.hana.click(card, "Assign to me")).ok
        await company.hana.close_view()
    found = await refused(company)
    reason = "You are not on HD-1, so you cannot see or change it."
    assert set(found) == {("ticket.claim", "Hana Ito", 1, reason, "button")}
    # Two only when a minute ended in between.
    assert len(found) <= 2


async def test_a_menu_names_its_entry_and_a_form_itself(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert (await company.hugo.click(await company.card(), "Assign…")).ok
    await company.hugo.fill({"Assignee": "Carl Otto"})
    await company.change("UPDATE users SET role = 'agent' WHERE slack_user_id = 'U0HUGO'")
    assert (await company.hugo.submit()).ok
    await company.slack.join(card.channel, "U0FINN")
    assert (await company.finn.choose(await company.card(), "History")).ok
    found = [row[:3] for row in await refused(company)]
    assert found == [("ticket.assign", "Hugo Kern", 1), ("ticket.more history", "Finn Berg", 1)]


async def test_reading_by_number_what_is_not_theirs_and_never_what_is_not_there(
    company: Company,
) -> None:
    await company.filed("Salary of the director")
    for number in ("HD-1", "HD-99", "HD-1/7"):
        await company.finn.command("/ticket", number, channel=GENERAL)
    found = {row[:3] for row in await refused(company)}
    assert found == {("/ticket", "Finn Berg", 1)}
    assert "Salary" not in str(await refused(company))


async def test_what_is_theirs_but_gone_is_no_try(company: Company) -> None:
    card = await company.filed()
    await company.change("UPDATE tickets SET is_deleted = true, deleted_at = now()")
    assert (await company.ann.click(card, "Assign to me")).ok
    assert await refused(company) == []


async def test_the_answer_does_not_wait_for_a_row_that_cannot_be_written(company: Company) -> None:
    card = await company.filed()
    await company.slack.join(card.channel, "U0HANA")
    await company.change("ALTER TABLE audit_logs ADD CONSTRAINT is_full CHECK (id < 0) NOT VALID")
    assert (await company.hana.click(card, "Assign to me")).ok
    view = await company.hana.view()
    assert view is not None
    assert "You are not on HD-1" in view.text
    assert await refused(company) == []


async def test_the_desk_reads_of_it_and_the_requester_does_not(company: Company) -> None:
    card = await company.filed()
    await company.slack.join(card.channel, "U0FINN")
    assert (await company.finn.click(card, "Assign to me")).ok
    assert (await company.ann.choose(card, "History")).ok
    at_desk = await company.ann.view()
    assert at_desk is not None
    assert "Finn Berg was not allowed to do something" in at_desk.text
    assert (await company.bea.click(await company.receipt(), "History")).ok
    theirs = await company.bea.view()
    assert theirs is not None
    assert "not allowed" not in theirs.text
