"""A head files a ticket with a template: its parts lie at the other desks at once."""

from typing import Any

import pytest

from bot.sandbox.slack.seen import OpenView
from core.configuration.file import Configuration
from core.configuration.seed import apply
from core.db import unit_of_work
from tests.journeys.company import CONFIGURATION, GENERAL, HR_DESK, Company
from tests.journeys.test_home import look, press_beside

STARTER = {
    "name": "New starter",
    "department": "IT",
    "parts": [
        {"department": "HR", "summary": "Contract", "passed_on": "Print it.", "due_after": "2d"},
        {"department": "HR", "summary": "Badge", "required": False},
    ],
}
LEAVER = {"name": "Leaver", "department": "HR", "parts": [{"department": "IT", "summary": "Key"}]}


@pytest.fixture(autouse=True)
async def templates(company: Company) -> None:
    offered = {"split_templates": [STARTER, LEAVER]}
    async with unit_of_work(company.sessions) as session:
        await apply(session, Configuration.model_validate(CONFIGURATION | offered))


async def chosen(person: Any, department: str = "IT") -> OpenView:
    """The form, after its department is."""
    assert (await person.command("/ticket", "Jo starts on Monday", channel=GENERAL)).ok
    assert (await person.fill({"Department": department})).ok
    view = await person.view()
    assert isinstance(view, OpenView)
    return view


async def posted(company: Company, channel: str) -> list[str]:
    return [each.plain for each in await company.slack.all_messages(channel)]


async def test_the_ticket_and_its_parts_are_filed_at_once(company: Company) -> None:
    form = await chosen(company.hugo)
    assert form.labels[form.labels.index("Department") + 1] == "Template"
    assert (await company.hugo.fill({"Template": "New starter"}, submit=True)).ok
    await company.deliver()
    assert "HD-1 · Jo starts on Monday" in (await company.card()).plain
    assert "0 of 2 done" in (await company.card()).plain
    contract, badge = await posted(company, HR_DESK)
    assert "HD-1/1 · Contract" in contract
    assert "Print it." in contract
    assert "HD-1/2 · Badge" in badge
    rows = await company.rows("SELECT is_required, due_at FROM sub_tickets ORDER BY position")
    assert [row[0] for row in rows] == [True, False]
    assert rows[0][1] is not None


async def test_without_one_it_is_filed_whole(company: Company) -> None:
    await chosen(company.hugo)
    assert (await company.hugo.submit()).ok
    assert await company.value("SELECT count(*) FROM tickets") == 1
    assert await company.value("SELECT count(*) FROM sub_tickets") == 0


async def test_it_is_offered_for_the_department_one_is_head_of(company: Company) -> None:
    assert "Template" not in (await chosen(company.ann)).labels
    assert "Template" not in (await chosen(company.bea)).labels
    assert "Template" not in (await chosen(company.hugo, "HR")).labels
    assert (await company.hugo.fill({"Department": "IT"})).ok
    form = await company.hugo.view()
    assert form is not None
    assert "Template" in form.labels
    assert (await company.hugo.fill({"Department": "HR"})).ok
    form = await company.hugo.view()
    assert form is not None
    assert "Template" not in form.labels
    assert form.values["Summary"] == "Jo starts on Monday"


async def refused(company: Company) -> dict[str, str]:
    """What is said beside the inputs, when nothing was filed and the form stays."""
    assert (await company.hugo.fill({"Template": "New starter"}, submit=True)).ok
    form = await company.hugo.view()
    assert form is not None
    assert form.values["Summary"] == "Jo starts on Monday"
    assert await company.value("SELECT count(*) FROM tickets") == 0
    assert await company.value("SELECT count(*) FROM sub_tickets") == 0
    return form.errors


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (
            "UPDATE departments SET desk_channel_id = NULL WHERE name = 'HR'",
            "“New starter” does not fit any more: HR has no desk channel yet, so nobody there "
            "would see it.",
        ),
        (
            "UPDATE departments SET name = 'People' WHERE name = 'HR'",
            "“New starter” does not fit any more: There is no department “HR”.",
        ),
        (
            "INSERT INTO routing_rules (name, position, words, to_department_id) SELECT 'Jo', 1,"
            " '[\"starts\"]', id FROM departments WHERE name = 'HR'",
            "A rule sends this to HR. File it without a template.",
        ),
    ],
)
async def test_a_template_that_does_not_fit_is_refused_and_nothing_is_filed(
    company: Company, before: str, told: str
) -> None:
    await company.change(before)
    await chosen(company.hugo)
    assert await refused(company) == {"Template": told}


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [
        (
            "UPDATE preferences SET value = '[]' WHERE name = 'split_templates'",
            "IT has no template “New starter” any more. Choose another one.",
        ),
        (
            "UPDATE users SET role = 'agent' WHERE slack_user_id = 'U0HUGO'",
            "Only the head of IT can file with a template.",
        ),
    ],
)
async def test_what_changed_while_the_form_was_open_is_told_beside_it(
    company: Company, meanwhile: str, told: str
) -> None:
    await chosen(company.hugo)
    await company.change(meanwhile)
    assert await refused(company) == {"Template": told}


async def test_the_home_tab_files_in_parts_as_well(company: Company) -> None:
    await look(company, company.hugo)
    await press_beside(company.hugo, "IT")
    answers = {"Summary": "Jo starts on Monday", "Template": "New starter"}
    assert (await company.hugo.fill(answers, submit=True)).ok
    assert await company.value("SELECT count(*) FROM sub_tickets") == 2


async def test_a_message_becomes_a_ticket_in_parts(company: Company) -> None:
    asked = await company.bea.post(GENERAL, "Jo starts on Monday")
    assert (await company.hugo.message_shortcut("Create ticket", asked)).ok
    await company.hugo.fill({"Department": "IT"})
    assert (await company.hugo.fill({"Template": "New starter"}, submit=True)).ok
    await company.deliver()
    assert await company.value("SELECT count(*) FROM sub_tickets") == 2
    assert len(await posted(company, HR_DESK)) == 2


async def test_a_ticket_that_goes_on_from_another_is_filed_in_parts(company: Company) -> None:
    await company.file(company.hugo, "Jo starts on Monday")
    await company.deliver()
    await company.change("UPDATE tickets SET status = 'closed'")
    [receipt] = await company.hugo.dms()
    await company.hugo.dm("She comes after all", thread_ts=receipt.ts)
    await company.deliver()
    offer = (await company.hugo.ephemerals())[-1]
    assert (await company.hugo.click(offer, "Open linked ticket")).ok
    assert (await company.hugo.fill({"Template": "New starter"}, submit=True)).ok
    await company.deliver()
    rows = await company.rows(
        "SELECT ticket.number, part.summary FROM sub_tickets AS part JOIN tickets AS ticket"
        " ON ticket.id = part.parent_ticket_id ORDER BY part.position"
    )
    assert [tuple(row) for row in rows] == [(2, "Contract"), (2, "Badge")]
