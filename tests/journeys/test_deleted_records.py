"""Deleting with a reason, and what administrators see and restore: facts, never the text."""

from typing import Any

import pytest

from bot.sandbox.slack.seen import OpenView
from tests.journeys.company import GENERAL, Company
from tests.journeys.test_settings import settings

SECRET = "Salary of the director"


async def seen(person: Any) -> OpenView:
    view = await person.view()
    assert view is not None
    return view


async def deleted(company: Company, number: int = 1, reason: str = "Filed by mistake.") -> None:
    await company.hugo.command("/ticket", f"HD-{number}", channel=GENERAL)
    assert (await company.hugo.click((await company.hugo.ephemerals())[-1], "Delete…")).ok
    assert (await company.hugo.fill({"Reason": reason}, submit=True)).ok
    await company.deliver()


async def records(company: Company, kind: str = "Deleted tickets") -> OpenView:
    await settings(company)
    assert (await company.ada.choose_view("Deleted records")).ok
    if kind != "Deleted tickets":
        assert (await company.ada.choose_view(kind)).ok
    return await seen(company.ada)


async def test_a_head_deletes_with_a_reason_and_others_are_not_offered_it(
    company: Company,
) -> None:
    await company.filed(SECRET)
    for person in (company.bea, company.ann):
        await person.command("/ticket", "HD-1", channel=GENERAL)
        assert "Delete…" not in (await person.ephemerals())[-1].buttons
    await company.hugo.command("/ticket", "HD-1", channel=GENERAL)
    assert (await company.hugo.click((await company.hugo.ephemerals())[-1], "Delete…")).ok
    assert (await company.hugo.fill({"Reason": "\u200b"}, submit=True)).ok
    assert (await seen(company.hugo)).errors == {"Reason": "Say why it is deleted."}
    assert not await company.value("SELECT is_deleted FROM tickets")
    assert (await company.hugo.fill({"Reason": "Twice."}, submit=True)).ok
    await company.deliver()
    assert (await company.card()).plain == "This ticket was deleted."
    assert (await company.receipt()).plain == "This ticket was deleted."


async def test_administrators_see_facts_and_restore_with_a_reason(company: Company) -> None:
    await company.filed(SECRET, Description="Confidential")
    await deleted(company)
    window = await records(company)
    shown = str(window.blocks)
    for words in ("*HD-1*", "IT", "Hugo Kern", "Filed by mistake."):
        assert words in shown
    assert "Salary" not in shown
    assert "Confidential" not in shown
    assert (await company.ada.click_view("Restore…")).ok
    assert (await company.ada.fill({"Reason": "It was needed."}, submit=True)).ok
    assert "Nothing was deleted." in (await seen(company.ada)).text
    await company.deliver()
    assert SECRET in (await company.card()).plain
    row = await company.rows(
        "SELECT u.slack_user_id, a.details->>'reason' FROM audit_logs a"
        " JOIN users u ON u.id = a.user_id WHERE a.action = 'ticket.restore'"
    )
    assert [tuple(each) for each in row] == [("U0ADA", "It was needed.")]
    await company.ada.command("/ticket", "HD-1", channel=GENERAL)
    assert "you are not on it" in (await company.ada.ephemerals())[-1].plain


async def test_what_was_restored_meanwhile_is_said_to_be(company: Company) -> None:
    await company.filed(SECRET)
    await deleted(company)
    await records(company)
    assert (await company.ada.click_view("Restore…")).ok
    await company.change("UPDATE tickets SET is_deleted = false, deleted_at = NULL")
    await company.ada.fill({"Reason": "Needed."}, submit=True)
    form = await seen(company.ada)
    assert form.errors == {"Reason": "There is no deleted ticket of this kind."}
    assert form.values == {"Reason": "Needed."}


async def test_there_are_pages(company: Company) -> None:
    await company.filed()
    await company.change(
        "INSERT INTO tickets (id, summary, description, status, priority, is_private, requestor_id,"
        " department_id, is_deleted, deleted_at)"
        " SELECT gen_random_uuid(), 'x', '', 'new', 'low', false, t.requestor_id, t.department_id,"
        " true, now() - n * interval '1 hour' FROM tickets t, generate_series(1, 25) AS n"
    )
    window = await records(company)
    pages = [window]
    for _ in range(2):
        assert (await company.ada.click_view("Older")).ok
        pages.append(await seen(company.ada))
    listed = [
        block["text"]["text"].split("*")[1]
        for page in pages
        for block in page.blocks
        if block["type"] == "section"
    ]
    assert len(listed) == len(set(listed)) == 25
    assert "Older" not in pages[-1].buttons
    assert (await company.ada.click_view("Newest")).ok
    assert "Older" in (await seen(company.ada)).buttons


@pytest.mark.parametrize("who", ["hugo", "bea"])
async def test_nobody_else_sees_or_restores_them(company: Company, who: str) -> None:
    await company.filed()
    await deleted(company)
    await records(company)
    await company.change(
        f"UPDATE users SET role = '{'department_head' if who == 'hugo' else 'employee'}'"
        " WHERE slack_user_id = 'U0ADA'"
    )
    assert (await company.ada.click_view("Restore…")).ok
    assert "Only an administrator can restore" in (await seen(company.ada)).text
    await company.ada.close_view()
    assert (await company.ada.choose_view("Deleted people")).ok
    assert "Only an administrator can see deleted records." in (await seen(company.ada)).text
    refused = "SELECT count(*) FROM audit_logs WHERE action = 'refused'"
    assert await company.value(refused) == 2


async def test_departments_and_people_come_back_too(company: Company) -> None:
    await settings(company)
    assert (await company.ada.click_view("Add…")).ok
    assert (await company.ada.fill({"Name": "Facilities"}, submit=True)).ok
    for section, label in (("Departments", "Facilities"), ("People", "Hana Ito")):
        window = await settings(company, section)
        row = next(each for each in window.blocks if f"*{label}*" in str(each))
        assert (await company.ada.choose_view(row["accessory"]["options"][-1]["value"])).ok
        assert (await company.ada.fill({"Reason": "Closed."}, submit=True)).ok
    for kind, label in (("Deleted departments", "Facilities"), ("Deleted people", "Hana Ito")):
        window = await records(company, kind)
        assert f"*{label}*" in str(window.blocks)
        assert "Closed." in str(window.blocks)
        assert (await company.ada.click_view("Restore…")).ok
        assert (await company.ada.fill({"Reason": "Open again."}, submit=True)).ok
        assert "Nothing was deleted." in (await seen(company.ada)).text
    assert await company.value("SELECT count(*) FROM departments WHERE NOT is_deleted") == 3
    assert await company.value("SELECT count(*) FROM users WHERE is_deleted") == 0
