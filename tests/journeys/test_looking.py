"""Finding tickets again: `/ticket search`, `mine` and `queue`, with pages and a window."""

from typing import Any

import pytest

from bot.sandbox.slack.client import Message
from tests.journeys.company import GENERAL, Company


async def answer(company: Company, person: Any, typed: str) -> Message:
    assert (await person.command("/ticket", typed, channel=GENERAL)).ok
    return (await person.ephemerals())[-1]


async def file_many(company: Company, number: int, words: str = "Printer") -> None:
    for n in range(1, number + 1):
        assert (await company.file(company.bea, f"{words} {n}")).ok
    await company.deliver()


async def test_words_find_tickets_and_each_opens_in_a_window(company: Company) -> None:
    await company.filed("Printer is on fire", Description="In the kitchen.")
    await company.file(company.bea, "Mouse is dead")
    found = await answer(company, company.ann, "search KITCH")
    assert "Found 1 for “KITCH”" in found.plain
    assert "HD-1 · Printer is on fire" in found.plain
    assert "HD-2" not in found.plain
    assert (await company.ann.click(found, "Show")).ok
    view = await company.ann.view()
    assert view.title == "HD-1"
    assert "In the kitchen." in view.text
    assert (await company.ann.click_view("History")).ok
    assert "Bea Okafor filed the ticket." in (await company.ann.view()).text


async def test_filters_and_people_narrow_it_down(company: Company) -> None:
    await company.filed("Printer is on fire")
    card = await company.filed("Printer is dead", Priority="Urgent")
    await company.file(company.finn, "Printer is pink")
    await company.ann.click(card, "Assign to me")
    wanted = {
        "search printer status:open dept:it": {1, 2, 3},
        "search printer priority:urgent": {2},
        "search printer assignee:me": {2},
        "search status:assigned": {2},
        "search printer from:@finn.berg": {3},
        "search is:mine": {2},
        'search "printer is pink" dept:IT': {3},
        "search printer dept:hr": set(),
        "search HD-2": {2},
    }
    for typed, numbers in wanted.items():
        found = await answer(company, company.ann, typed)
        shown = {n for n in (1, 2, 3) if f"HD-{n} ·" in found.plain}
        assert shown == numbers, (typed, found.plain)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("search", "Write what to look for, like: /ticket search printer. Filters are status:open"),
        ("search x status:asleep", "There is no status “asleep”. There are: open, over, new,"),
        ("search x priority:huge", "There is no priority “huge”. There are: low, medium,"),
        ("search x dept:moon", "There is no department “moon”. There are: HR, IT."),
        ("search x colour:red", "“colour:red” is no filter. Filters are status:open"),
        ("search x from:bea", "Write from:me, or from: and then mention somebody with @."),
        ("search x is:yours", "“is:yours” is no filter."),
        ("search nothing-like-it", "Nothing that you may see says “nothing-like-it”."),
    ],
)
async def test_what_cannot_be_understood_is_answered_with_what_can(
    company: Company, typed: str, said: str
) -> None:
    assert said in (await answer(company, company.ann, typed)).plain


async def test_what_was_mistyped_is_found_all_the_same(company: Company) -> None:
    await company.filed("Printer is on fire")
    found = await answer(company, company.bea, "search pritner")
    assert "Nothing says just that, but these come close." in found.plain
    assert "HD-1 · Printer is on fire" in found.plain


async def test_pages_of_what_was_found_are_turned_there_and_back(company: Company) -> None:
    await file_many(company, 10)
    first = await answer(company, company.bea, "search printer")
    assert "Found 10 for “printer”" in first.plain
    assert first.buttons[-1] == "Next"
    assert "Previous" not in first.buttons
    assert (await company.bea.click(first, "Next")).ok
    second = (await company.bea.ephemerals())[-1]
    shown = [f"HD-{n} ·" in second.plain for n in range(1, 11)]
    assert sum(shown) == 2
    assert second.buttons[-1] == "Previous"
    # What was found meanwhile does not move the page that is looked at.
    await company.file(company.bea, "Printer 11")
    assert (await company.bea.click(second, "Previous")).ok
    again = (await company.bea.ephemerals())[-1]
    assert again.plain.count(" · Printer ") == 8
    assert "HD-11" not in again.plain
    assert again.buttons[-2:] == ["Previous", "Next"]
    assert len(await company.bea.ephemerals()) == 1


@pytest.mark.parametrize("typed", ["mine", "queue"])
async def test_lists_have_pages(company: Company, typed: str) -> None:
    await file_many(company, 9)
    person = company.bea if typed == "mine" else company.ann
    first = await answer(company, person, typed)
    assert ("HD-9 ·" in first.plain, "HD-1 ·" in first.plain) == (True, False)
    assert (await person.click(first, "Next")).ok
    second = (await person.ephemerals())[-1]
    assert ("HD-9 ·" in second.plain, "HD-1 ·" in second.plain) == (False, True)
    assert (await person.click(second, "Previous")).ok
    assert "HD-9 ·" in (await person.ephemerals())[-1].plain


async def test_an_old_page_shows_what_is_left(company: Company) -> None:
    await file_many(company, 9)
    first = await answer(company, company.bea, "mine")
    await company.change("UPDATE tickets SET status = 'closed' WHERE number < 9")
    assert (await company.bea.click(first, "Next")).ok
    now = (await company.bea.ephemerals())[-1]
    assert "HD-9 ·" in now.plain
    assert "Next" not in now.buttons


async def test_a_page_of_a_desk_is_refused_to_who_left_it(company: Company) -> None:
    await file_many(company, 9)
    first = await answer(company, company.ann, "queue")
    await company.change("UPDATE users SET role = 'employee' WHERE slack_user_id = 'U0ANN'")
    await company.ann.click(first, "Next")
    view = await company.ann.view()
    assert "Only the people of a department's desk have a queue." in view.text
    assert "HD-1" not in (await company.ann.ephemerals())[-1].plain


async def test_private_tickets_are_found_by_their_people_and_their_desk_alone(
    company: Company,
) -> None:
    await company.filed(
        "Salary of Bea", Private=["Only its department and the people on it may see it"]
    )
    for person, sees in (
        *((company.bea, True), (company.ann, True), (company.hugo, True)),
        *((company.hana, False), (company.finn, False), (company.ada, False)),
    ):
        for typed in ("search salary", "search HD-1", "search sallary", "HD-1"):
            shown = await answer(company, person, typed)
            assert ("HD-1 · Salary of Bea" in shown.plain) is sees, (person.id, typed)


async def test_help_tells_of_the_search(company: Company) -> None:
    assert "/ticket search printer" in (await answer(company, company.bea, "help")).plain
