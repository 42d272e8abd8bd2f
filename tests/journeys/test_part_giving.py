"""The head of a desk gives a part of another desk's ticket to one of their people."""

import asyncio
from typing import Any

from bot.sandbox.slack.seen import Message
from tests.journeys.company import GENERAL, HR_DESK, IT_DESK, Company

GIVEN = "SELECT who.name FROM sub_tickets JOIN users AS who ON who.id = assignee_id"


async def part_at_it(company: Company, **answers: Any) -> Message:
    """Of a ticket at HR, whose head is Hana by now; its card at IT."""
    await company.change("UPDATE users SET role = 'department_head' WHERE slack_user_id = 'U0HANA'")
    assert (await company.file(company.bea, "New starter", Department="HR", **answers)).ok
    await company.deliver()
    card = await company.card(HR_DESK)
    assert (await company.hana.click(card, "Split…")).ok
    part = {"Department": "IT", "Summary": "A laptop"}
    assert (await company.hana.fill(part, submit=True)).ok
    await company.deliver()
    return await company.card(IT_DESK)


async def test_a_head_gives_it_with_a_note_and_both_desks_see_it(company: Company) -> None:
    part = await part_at_it(company)
    assert (await company.hugo.click(part, "Assign…")).ok
    assert await company.hugo.options("Assignee", query="vis") == ["Ann Visser"]
    given = {"Assignee": "Ann Visser", "Note": "You have one left."}
    assert (await company.hugo.fill(given, submit=True)).ok
    await company.deliver()
    part = await company.card(IT_DESK)
    assert "Ann Visser" in part.plain
    assert "Accepted" in part.plain
    told = (await company.ann.dms())[-1]
    assert "Hugo Kern gave you HD-1/1 · A laptop" in told.plain
    assert "You have one left." in told.plain
    assert "New starter" not in told.plain
    line = (await company.thread(await company.card(HR_DESK), company.hana))[-1]
    assert line.plain.startswith("Hugo Kern gave HD-1/1 · A laptop to Ann Visser")
    assert (await company.ann.click(part, "Start")).ok


async def test_who_may_not_is_told_and_a_look_does_not_offer_it(company: Company) -> None:
    part = await part_at_it(company)
    assert (await company.ann.click(part, "Assign…")).ok
    view = await company.ann.view()
    assert view is not None
    assert "Only the head of the department it was passed on to can assign HD-1/1." in view.text
    await company.ann.command("/ticket", "HD-1/1", channel=GENERAL)
    assert "Assign…" not in (await company.ann.ephemerals())[-1].buttons
    await company.hugo.command("/ticket", "HD-1/1", channel=GENERAL)
    assert "Assign…" in (await company.hugo.ephemerals())[-1].buttons


async def test_of_a_private_ticket_the_lock_screen_shows_the_number_alone(
    company: Company,
) -> None:
    part = await part_at_it(
        company, Private=["Only its department and the people on it may see it"]
    )
    assert (await company.hugo.click(part, "Assign…")).ok
    assert (await company.hugo.fill({"Assignee": "Ann Visser"}, submit=True)).ok
    await company.deliver()
    told = (await company.ann.dms())[-1]
    assert told.text == "Hugo Kern gave you HD-1/1 · Part of a private ticket"


async def test_of_giving_and_accepting_at_once_one_comes_first_and_both_are_answered(
    company: Company,
) -> None:
    part = await part_at_it(company)
    assert (await company.hugo.click(part, "Assign…")).ok
    assert (await company.hugo.fill({"Assignee": "Ann Visser"})).ok
    given, accepted = await asyncio.gather(
        company.hugo.submit(), company.carl.click(part, "Accept")
    )
    assert given.ok
    assert accepted.ok
    await company.deliver()
    # The head has the last word: whoever was faster, it is Ann's, and Carl reads it if he lost.
    assert await company.value(GIVEN) == "Ann Visser"
    done = "SELECT count(*) FROM audit_logs WHERE action = 'part.accept'"
    if not await company.value(done):
        view = await company.carl.view()
        assert view is not None
        assert "Ann Visser has HD-1/1 already." in view.text
