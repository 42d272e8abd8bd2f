"""Forms of departments: what one asks besides appears once it is chosen, and stands on the card."""

from datetime import date
from typing import Any

import pytest

from bot.sandbox.slack.seen import OpenView
from tests.journeys.company import GENERAL, Company

FIELDS = """[
  {"label": "Laptop", "type": "select", "required": true, "options": ["13 inch", "15 inch"]},
  {"label": "Needed by", "type": "date", "required": false, "options": []},
  {"label": "Price", "type": "amount", "required": false, "options": []},
  {"label": "Buddy", "type": "user", "required": false, "options": []},
  {"label": "Cost <centre>", "type": "text", "required": true, "options": []}
]"""
EXTRA = ["Laptop", "Needed by", "Price", "Buddy", "Cost <centre>"]


@pytest.fixture(autouse=True)
async def asking(company: Company) -> None:
    """IT asks for more than others do."""
    await company.change(
        "UPDATE departments SET form_fields = CAST(:f AS jsonb) WHERE name = 'IT'", f=FIELDS
    )


async def seen(person: Any) -> OpenView:
    view = await person.view()
    assert view is not None
    return view


async def opened(company: Company) -> OpenView:
    await company.bea.command("/ticket", "New laptop", channel=GENERAL)
    assert (await company.bea.fill({"Description": "Mine is old.", "Priority": "High"})).ok
    assert (await company.bea.fill({"Department": "IT"})).ok
    return await seen(company.bea)


async def test_the_inputs_appear_with_the_department_and_the_words_stay(company: Company) -> None:
    form = await opened(company)
    labels = form.labels
    assert labels[labels.index("Department") + 1 :][: len(EXTRA)] == EXTRA
    assert form.values["Summary"] == "New laptop"
    assert form.values["Description"] == "Mine is old."
    assert form.values["Priority"] == "High"
    assert form.values["Department"] == "IT"
    assert (await company.bea.fill({"Department": "HR"})).ok
    form = await seen(company.bea)
    assert not set(EXTRA) & set(form.labels)
    assert form.values["Description"] == "Mine is old."


async def test_the_answers_stand_on_the_card_and_in_the_row(company: Company) -> None:
    await opened(company)
    outcome = await company.bea.fill(
        {
            "Laptop": "15 inch",
            "Needed by": date(2026, 12, 24),
            "Price": "1200.5",
            "Buddy": "Finn Berg",
            "Cost <centre>": "4711 & more",
        },
        submit=True,
    )
    assert outcome.ok, outcome
    await company.deliver()
    card = (await company.card()).plain
    for words in ("15 inch", "2026-12-24", "1200.50", "Finn Berg", "Cost <centre>", "4711 & more"):
        assert words in card
    answers = await company.value("SELECT form_answers FROM tickets")
    assert [each["value"] for each in answers][:2] == ["15 inch", "2026-12-24"]
    assert answers[3]["value"] == "U0FINN"
    await company.bea.command("/ticket", "HD-1", channel=GENERAL)
    assert "4711 & more" in (await company.bea.ephemerals())[-1].plain


async def test_what_is_needed_is_asked_for_beside_its_input(company: Company) -> None:
    await opened(company)
    await company.bea.fill({"Laptop": "15 inch", "Cost <centre>": "x"})
    assert (await company.bea.fill({"Price": "1.234"}, submit=True)).ok
    form = await seen(company.bea)
    assert "at most two decimals" in form.errors["Price"]
    assert form.values["Laptop"] == "15 inch"
    assert await company.value("SELECT count(*) FROM tickets") == 0


async def test_a_form_that_was_sent_before_the_inputs_came_gets_them(company: Company) -> None:
    # As if the update of the form had been lost on its way.
    await company.slack.fault("views.update", kind="error", error="internal_error", times=1)
    await company.bea.command("/ticket", "New laptop", channel=GENERAL)
    await company.bea.fill({"Department": "IT"})
    await company.bea.close_view()
    assert (await company.bea.fill({"Description": "Old."}, submit=True)).ok
    form = await seen(company.bea)
    assert "IT needs to know a little more." in form.text
    assert form.values["Summary"] == "New laptop"
    assert await company.value("SELECT count(*) FROM tickets") == 0
    await company.bea.fill({"Laptop": "13 inch", "Cost <centre>": "4711"}, submit=True)
    assert await company.value("SELECT count(*) FROM tickets") == 1


async def test_a_question_that_came_later_is_asked_at_the_end(company: Company) -> None:
    await company.bea.command("/ticket", "Pay slip", channel=GENERAL)
    await company.bea.fill({"Department": "HR"})
    await company.change(
        "UPDATE departments SET form_fields = CAST(:f AS jsonb) WHERE name = 'HR'",
        f='[{"label": "Month", "type": "text", "required": true, "options": []}]',
    )
    await company.ada.command("/ticket", "help", channel=GENERAL)
    # The bot remembers settings for half a minute; changing one here makes it look again.
    assert (await company.ada.click((await company.ada.ephemerals())[-1], "Settings…")).ok
    assert (await company.ada.click_view("Add…")).ok
    assert (await company.ada.fill({"Name": "Another"}, submit=True)).ok
    assert (await company.bea.submit()).ok
    assert "Month" in (await seen(company.bea)).labels


async def test_where_the_department_is_chosen_already_its_inputs_are_there(
    company: Company,
) -> None:
    assert (await company.bea.open_home()).ok
    await company.deliver()
    home = await company.bea.home()
    assert home is not None
    beside = [block["accessory"] for block in home.blocks if "accessory" in block]
    it = str(await company.value("SELECT id FROM departments WHERE name = 'IT'"))
    [button] = [each for each in beside if each["value"] == it]
    assert (await company.bea.click_home(button["value"])).ok
    form = await seen(company.bea)
    assert form.labels[form.labels.index("Department") + 1 :][: len(EXTRA)] == EXTRA
    await company.bea.close_view()
    assert (await company.file(company.bea, "Payslip", Department="HR")).ok
    await company.deliver()
    await company.change(
        "UPDATE tickets SET status = 'cancelled', department_id = CAST(:it AS uuid)", it=it
    )
    await company.bea.dm("And again?", thread_ts=(await company.receipt()).ts)
    await company.deliver()
    asked = (await company.bea.ephemerals())[-1]
    assert (await company.bea.click(asked, "Open linked ticket")).ok
    assert set(EXTRA) <= set((await seen(company.bea)).labels)


async def test_a_file_that_is_needed_comes_with_the_ticket(company: Company) -> None:
    asked = '[{"label": "Offer", "type": "file", "required": true, "options": []}]'
    await company.change(
        "UPDATE departments SET form_fields = CAST(:f AS jsonb) WHERE name = 'IT'", f=asked
    )
    await company.bea.command("/ticket", "New laptop", channel=GENERAL)
    await company.bea.fill({"Department": "IT"})
    assert not (await company.bea.submit()).ok
    assert await company.value("SELECT count(*) FROM tickets") == 0
    files = {"Offer": [("offer.txt", b"1200 EUR")], "Files": [("old.txt", b"It is slow.")]}
    assert (await company.bea.fill(files, submit=True)).ok
    await company.deliver()
    card = await company.card()
    assert "Offer" in card.plain
    assert "offer.txt" in card.plain
    named = await company.rows("SELECT name FROM attachments ORDER BY name")
    assert [row[0] for row in named] == ["offer.txt", "old.txt"]
    below = [each.files[0]["name"] for each in await company.thread(card)]
    assert sorted(below) == ["offer.txt", "old.txt"]
