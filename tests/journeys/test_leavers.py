"""People who are deactivated in Slack: their rights end at once, and heads hear what is left."""

from tests.journeys.company import GENERAL, Company
from tests.journeys.purchases import dm, found_finance


async def deactivated(company: Company, person_id: str, name: str) -> None:
    await company.slack.person(person_id, name, deleted=True, announce=True)
    await company.slack.settle()


async def test_the_head_hears_once_what_an_agent_leaves_behind(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    await deactivated(company, "U0ANN", "Ann Visser")
    await company.deliver()
    told = (await company.hugo.dms())[-1]
    assert "Ann Visser was deactivated in Slack" in told.plain
    assert "HD-1 · Printer is on fire" in told.plain
    # Slack repeats itself; whoever is deactivated stays so.
    await deactivated(company, "U0ANN", "Ann Visser")
    await company.deliver()
    heard = [each for each in await company.hugo.dms() if "was deactivated" in each.plain]
    assert len(heard) == 1
    changes = await company.value(
        "SELECT changes FROM audit_logs WHERE action = 'person.sync' AND details->>'person' = :who",
        who="U0ANN",
    )
    assert changes["is_active"] == [True, False]

    assert (await company.hugo.click(told, "Assign…")).ok
    assert (await company.hugo.fill({"Assignee": "Carl Otto"}, submit=True)).ok
    holder = "SELECT u.name FROM tickets t JOIN users u ON u.id = t.assignee_id"
    assert await company.value(holder) == "Carl Otto"


async def test_what_they_filed_is_told_to_the_head_of_its_department(company: Company) -> None:
    await company.filed("Salary of the director")
    await deactivated(company, "U0BEA", "Bea Okafor")
    await company.deliver()
    told = (await company.hugo.dms())[-1].plain
    assert "Tickets that Bea Okafor filed" in told
    assert "HD-1 · Salary of the director" in told


async def test_without_a_head_the_administrators_hear_of_it_and_read_no_titles(
    company: Company,
) -> None:
    outcome = await company.file(company.bea, "About my pay slip", Department="HR")
    assert outcome.ok
    await company.deliver()
    await deactivated(company, "U0BEA", "Bea Okafor")
    await company.deliver()
    told = (await company.ada.dms())[-1].plain
    assert "HD-1 · HR" in told
    assert "pay slip" not in told


async def test_who_leaves_nothing_behind_is_no_news(company: Company) -> None:
    await company.finn.command("/ticket", "mine", channel=GENERAL)
    await deactivated(company, "U0FINN", "Finn Berg")
    await company.deliver()
    assert await company.hugo.dms() == []
    assert await company.ada.dms() == []
    left = "SELECT count(*) FROM outbox_messages WHERE topic = 'person.left'"
    assert await company.value(left) == 1


async def test_what_was_handed_on_before_the_message_left_is_not_told(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    await deactivated(company, "U0ANN", "Ann Visser")
    await company.change(
        "UPDATE tickets SET assignee_id = (SELECT id FROM users WHERE slack_user_id = 'U0CARL')"
    )
    await company.deliver()
    assert not any("was deactivated" in each.plain for each in await company.hugo.dms())


async def test_what_they_were_to_decide_is_asked_of_others_or_given_back(company: Company) -> None:
    buys = await found_finance(company)
    await buys.asked()
    asked = await dm(buys.fay)
    assert "Approve" in asked.buttons
    await deactivated(company, "U0FAY", "Fay Lund")
    await company.deliver()
    told = (await company.ada.dms())[-1].plain
    assert "Approvals that Fay Lund was to decide:\nHD-1 · Finance" in told
    assert "whoever asked was told" in told
    # Nobody else is of finance but Finn, who asked.
    assert await company.value("SELECT status FROM approval_requests") == "withdrawn"
    assert "Nobody may decide about this for finance" in (await dm(buys.finn)).plain
    assert (await dm(buys.fay)).buttons == []
