"""Canned replies in the settings: listed, added, changed, deleted, and brought back."""

from typing import Any

from bot.sandbox.slack.seen import OpenView
from tests.journeys.company import Company
from tests.journeys.test_deleted_records import records
from tests.journeys.test_settings import chosen, saved, seen, settings

BODY = "Hello {requester}, please restart {ticket}."
TRAIL = """
    SELECT a.action, a.details->>'what', a.details->>'reason', u.slack_user_id FROM audit_logs a
      JOIN users u ON u.id = a.user_id WHERE a.action LIKE 'configuration.%' ORDER BY a.id"""


async def add(company: Company, **values: Any) -> OpenView:
    await settings(company, "Canned replies")
    assert (await company.ada.click_view("Add…")).ok
    return await saved(company, **({"Title": "Restart it", "Body": BODY} | values))


async def delete(company: Company, label: str, reason: str = "Nobody restarts.") -> OpenView:
    await chosen(company, "Canned replies", label, "Delete…")
    return await saved(company, Reason=reason)


async def restore(company: Company, reason: str = "Somebody does.") -> OpenView:
    await records(company, "Deleted canned replies")
    assert (await company.ada.click_view("Restore…")).ok
    return await saved(company, Reason=reason)


async def offered_to_ann(company: Company) -> list[str]:
    card = await company.filed()
    assert (await company.ann.click(card, "Reply to requester")).ok
    view = await company.ann.view()
    assert view is not None
    names: list[str] = []
    if "Canned reply" in view.labels:
        names = await company.ann.options("canned")
    await company.ann.close_view()
    return names


async def test_one_is_added_for_a_department_and_its_desk_chooses_it(company: Company) -> None:
    assert "There is nothing here yet." in (await settings(company, "Canned replies")).text
    after = await add(company, **{"For the department": "IT"})
    assert after.title == "Settings"
    assert "*Restart it of IT*" in str(after.blocks)
    after = await add(company, Title="Leave", Body="Ask HR.", **{"For the department": "HR"})
    assert "*Leave of HR*" in str(after.blocks)
    assert await offered_to_ann(company) == ["Restart it"]
    what = [tuple(row)[:2] for row in await company.rows(TRAIL)]
    assert what == [
        ("configuration.add", "canned reply Restart it"),
        ("configuration.add", "canned reply Leave"),
    ]


async def test_what_is_wrong_is_said_beside_its_input(company: Company) -> None:
    form = await add(company, Body="Hello {name}")
    assert "“{name}” is no variable" in form.errors["Body"]
    form = await add(company, Title=" ", Body="Hello")
    assert "Title" in form.errors
    await company.ada.close_view()
    assert await company.value("SELECT count(*) FROM canned_replies") == 0
    await add(company)
    form = await add(company)
    assert "There is a canned reply Restart it already." in form.errors.values()
    assert await company.value("SELECT count(*) FROM canned_replies") == 1


async def test_one_is_changed_and_takes_another_title(company: Company) -> None:
    await add(company)
    form = await chosen(company, "Canned replies", "Restart it", "Edit…")
    assert (form.values["Title"], form.values["Body"]) == ("Restart it", BODY)
    after = await saved(company, Body="Please restart it.")
    assert "Please restart it." in str(after.blocks)
    await chosen(company, "Canned replies", "Restart it", "Edit…")
    after = await saved(company, Title="Switch it off")
    assert "*Switch it off*" in str(after.blocks)
    assert "*Restart it*" not in str(after.blocks)
    rows = await company.rows("SELECT title, body FROM canned_replies WHERE NOT is_deleted")
    assert [tuple(row) for row in rows] == [("Switch it off", "Please restart it.")]


async def test_a_deleted_one_is_offered_to_nobody_and_comes_back_with_a_reason(
    company: Company,
) -> None:
    await add(company, **{"For the department": "IT"})
    form = await delete(company, "Restart it of IT", reason="\u200b")
    assert "Reason" in form.errors
    after = await delete(company, "Restart it of IT")
    assert "*Restart it of IT*" not in str(after.blocks)
    assert await offered_to_ann(company) == []
    window = await records(company, "Deleted canned replies")
    for words in ("*Restart it* · IT", "Deleted by U0ADA", "Nobody restarts."):
        assert words in str(window.blocks), words
    assert (await company.ada.click_view("Restore…")).ok
    form = await saved(company, Reason="\u200b")
    assert form.errors == {"Reason": "Say why it is restored."}
    after = await saved(company, Reason="Somebody does.")
    assert "Nothing was deleted." in after.text
    assert "*Restart it of IT*" in str((await settings(company, "Canned replies")).blocks)
    assert await offered_to_ann(company) == ["Restart it"]
    assert [tuple(row) for row in await company.rows(TRAIL)][1:] == [
        ("configuration.delete", "canned reply Restart it of IT", "Nobody restarts.", "U0ADA"),
        ("configuration.restore", "canned reply Restart it of IT", "Somebody does.", "U0ADA"),
    ]


async def test_the_title_of_a_deleted_one_is_kept_for_it(company: Company) -> None:
    await add(company)
    await delete(company, "Restart it")
    form = await add(company)
    assert "A deleted canned reply Restart it is in the way" in str(form.errors)


async def test_one_whose_place_is_taken_or_gone_stays_deleted(company: Company) -> None:
    await add(company, **{"For the department": "HR"})
    await delete(company, "Restart it of HR")
    await company.change("UPDATE departments SET is_deleted = true WHERE name = 'HR'")
    form = await restore(company)
    assert form.errors == {"Reason": "The department HR is deleted. Restore it first."}
    await company.change("UPDATE departments SET is_deleted = false")
    await company.change(
        "INSERT INTO canned_replies (title, body, department_id)"
        " SELECT title, 'Another', department_id FROM canned_replies"
    )
    form = await restore(company)
    assert "There is another canned reply Restart it of HR by now." in form.errors["Reason"]
    assert await company.value("SELECT count(*) FROM canned_replies WHERE is_deleted") == 1


async def test_a_second_click_restores_nothing_twice(company: Company) -> None:
    await add(company)
    await delete(company, "Restart it")
    await records(company, "Deleted canned replies")
    assert (await company.ada.click_view("Restore…")).ok
    await company.change("UPDATE canned_replies SET is_deleted = false, deleted_at = NULL")
    await saved(company, Reason="Needed.")
    assert (await seen(company)).errors == {
        "Reason": "There is no deleted canned reply of this kind."
    }
    assert "configuration.restore" not in str(await company.rows(TRAIL))
