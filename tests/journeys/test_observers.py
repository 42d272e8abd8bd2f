"""An observer looks on: everything of their department, and no way to change it."""

from typing import Any

import pytest

from bot.sandbox.slack.seen import Message
from tests.journeys.company import GENERAL, IT_DESK, Company, said_in_window
from tests.journeys.test_home import look
from tests.journeys.test_links import PRIVATE
from tests.journeys.test_parts import split

LOOKS_ON = "UPDATE users SET role = 'observer' WHERE slack_user_id = 'U0CARL'"


@pytest.fixture(autouse=True)
async def observing(company: Company) -> None:
    """Carl observes IT, and is in its channel still."""
    await company.change(LOOKS_ON)


async def answer(person: Any, typed: str) -> Message:
    assert (await person.command("/ticket", typed, channel=GENERAL)).ok
    shown: Message = (await person.ephemerals())[-1]
    return shown


async def test_they_see_what_the_desk_sees(company: Company) -> None:
    card = await company.filed("Printer is on fire", **PRIVATE)
    await company.ann.post(IT_DESK, "The third this week.", thread_ts=card.ts)
    await company.deliver()
    assert "HD-1 · Printer is on fire" in (await answer(company.carl, "queue")).plain
    assert "HD-1 · Printer is on fire" in (await answer(company.carl, "search printer")).plain
    shown = await answer(company.carl, "HD-1")
    assert "HD-1 · Printer is on fire" in shown.plain
    assert (await company.carl.click(shown, "History")).ok
    assert "The third this week." in await said_in_window(company.carl)
    assert "IT" in (await answer(company.carl, "report")).plain
    other = "SELECT count(*) FROM tickets WHERE department_id = (SELECT department_id FROM users"
    assert await company.value(f"{other} WHERE slack_user_id = 'U0CARL')") == 1


async def test_of_other_departments_they_see_nothing(company: Company) -> None:
    await company.file(company.bea, "Pay slip", Department="HR")
    await company.deliver()
    refusal = await answer(company.carl, "HD-1")
    assert refusal.plain == "HD-1 does not exist, or you are not on it."
    refusal = await answer(company.carl, "report HR")
    assert refusal.plain == "Only the people of HR see its report."


async def test_the_buttons_of_the_card_refuse_them_kindly(company: Company) -> None:
    card = await company.filed()
    working = "Only the people of its department and its assignee can work on HD-1."
    refusals = {
        "Assign to me": "Only the people of its department can take HD-1.",
        "Assign…": "Only the head of its department can assign HD-1.",
        "Reply to requester": working,
        "Resolve…": working,
    }
    for label, told in refusals.items():
        assert (await company.carl.click(card, label)).ok
        assert told in await said_in_window(company.carl)
    assert await company.value("SELECT status FROM tickets") == "new"
    assert await company.value("SELECT count(*) FROM audit_logs WHERE action LIKE 'refused%'") > 0


async def test_nothing_is_given_to_them(company: Company) -> None:
    card = await company.filed()
    assert (await company.hugo.click(card, "Assign…")).ok
    assert "Carl Otto" not in await company.hugo.options("Assignee")


async def test_their_home_shows_the_department_without_taking_anything(company: Company) -> None:
    await company.filed()
    home = await look(company, company.carl)
    assert "Unassigned · 1" in home.text
    assert "HD-1 · Printer is on fire" in home.text
    assert "Assign to me" not in home.buttons
    assert "Show" in home.buttons


async def test_a_part_at_their_desk_is_to_be_looked_at(company: Company) -> None:
    await company.change(
        "UPDATE users SET department_id = (SELECT id FROM departments WHERE name = 'HR')"
        " WHERE slack_user_id = 'U0CARL'"
    )
    card = await company.filed()
    await split(company, card)
    shown = await answer(company.carl, "HD-1/1")
    assert "Order a laptop" in shown.plain
    assert shown.buttons == []
    assert (await answer(company.carl, "HD-1")).plain.startswith("HD-1 does not exist")


async def test_what_they_write_at_the_desk_goes_nowhere(company: Company) -> None:
    card = await company.filed()
    await company.carl.post(IT_DESK, "Do it yourself.", thread_ts=card.ts)
    await company.deliver()
    assert await company.value("SELECT count(*) FROM chat_messages") == 0
    [told] = [each.plain for each in await company.carl.ephemerals()]
    assert told.startswith("You are not on HD-1, so what you wrote was not passed on.")
