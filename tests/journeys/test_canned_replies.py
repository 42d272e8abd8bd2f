"""An agent answers with a canned reply, and with words of their own around it."""

from sqlalchemy import text

from core.db import unit_of_work
from tests.journeys.company import Company


async def put(company: Company, title: str, body: str, department: str | None = "IT") -> None:
    async with unit_of_work(company.sessions) as session:
        await session.execute(
            text(
                "INSERT INTO canned_replies (title, body, department_id) VALUES (:title, :body,"
                " (SELECT id FROM departments WHERE name = :department))"
            ),
            {"title": title, "body": body, "department": department},
        )


async def test_choosing_one_writes_it_below_what_is_typed(company: Company) -> None:
    await put(company, "Restart it", "Hello {requester}, please restart {ticket}.")
    await put(company, "Leave", "For HR alone.", "HR")
    card = await company.filed()
    assert (await company.ann.click(card, "Reply to requester")).ok
    assert await company.ann.options("canned") == ["Restart it"]
    assert await company.ann.options("canned", "please RESTART") == ["Restart it"]
    assert await company.ann.options("canned", "toner") == []
    assert (await company.ann.fill({"Reply": "One moment."})).ok
    assert (await company.ann.fill({"Canned reply": "Restart it"})).ok
    view = await company.ann.view()
    filled = "One moment.\n\nHello Bea Okafor, please restart HD-1."
    assert view.values["Reply"] == filled
    assert (await company.ann.fill({"Reply": f"{filled} Thanks!"}, submit=True)).ok
    assert f"{filled} Thanks!" in (await company.ann.view()).text
    assert (await company.ann.submit()).ok
    await company.deliver()
    [said] = await company.thread(await company.receipt(), company.bea)
    assert said.plain == f"{filled} Thanks!"
    trail = "SELECT details ->> 'canned' FROM audit_logs WHERE action = 'message.canned'"
    assert await company.value(trail) == "Restart it"


async def test_its_use_is_in_the_history_of_the_desk_alone(company: Company) -> None:
    await put(company, "Restart it", "Please restart it.", None)
    card = await company.filed()
    await company.ann.click(card, "Reply to requester")
    assert (await company.ann.fill({"Canned reply": "Restart it"}, submit=True)).ok
    assert (await company.ann.submit()).ok
    await company.deliver()
    await company.ann.choose(await company.card(), "History")
    assert "Ann Visser used the canned reply “Restart it”." in (await company.ann.view()).text
    await company.bea.click(await company.receipt(), "History")
    assert "canned" not in (await company.bea.view()).text


async def test_a_desk_without_any_is_offered_none(company: Company) -> None:
    await put(company, "Leave", "For HR alone.", "HR")
    card = await company.filed()
    await company.ann.click(card, "Reply to requester")
    assert (await company.ann.view()).labels == ["Reply"]
