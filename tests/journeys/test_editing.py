"""Two people edit one ticket: what each of them changed survives, and nobody loses a word."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.slack.seen import OpenView
from tests.journeys.company import GENERAL, Company

EDITS = "SELECT changes FROM audit_logs WHERE action = 'ticket.edit' ORDER BY id"
REST = {"Summary": "Printer is on fire", "Description": "It smokes.", "Priority": "Medium"}


async def open_form(company: Company, person: Any) -> OpenView:
    if person is company.bea:
        outcome = await person.click(await company.receipt(), "Edit…")
    else:
        outcome = await person.choose(await company.card(), "Edit…")
    assert outcome.ok
    return await seen(person)


async def seen(person: Any) -> OpenView:
    view = await person.view()
    assert view is not None
    return view


async def filed(company: Company) -> None:
    await company.filed(Description="It smokes.", Priority="Medium")


async def ticket(company: Company) -> tuple[Any, ...]:
    return tuple((await company.rows("SELECT summary, description, priority FROM tickets"))[0])


async def test_the_desk_edits_from_the_cards_menu(company: Company) -> None:
    await filed(company)
    due = await company.value("SELECT due_at FROM tickets")
    form = await open_form(company, company.ann)
    assert (form.title, form.values) == ("Edit HD-1", REST)
    assert (await company.ann.fill({"Summary": "Fuser broken", "Priority": "Urgent"})).ok
    assert (await company.ann.submit()).ok
    assert await company.ann.view() is None
    await company.deliver()
    card, receipt = await company.card(), await company.receipt()
    assert "HD-1 · Fuser broken" in card.plain
    assert "Urgent" in card.plain
    assert "HD-1 · Fuser broken" in receipt.plain
    assert await company.value("SELECT due_at FROM tickets") < due
    assert (await company.rows(EDITS))[0][0] == {
        "summary": ["Printer is on fire", "Fuser broken"],
        "priority": ["medium", "urgent"],
    }


async def test_the_requester_edits_their_words_but_not_the_priority(company: Company) -> None:
    await filed(company)
    form = await open_form(company, company.bea)
    assert form.labels == ["Summary", "Description"]
    assert (await company.bea.fill({"Description": "It burns."}, submit=True)).ok
    assert await ticket(company) == ("Printer is on fire", "It burns.", "medium")
    await company.deliver()
    assert "It burns." in (await company.card()).plain


async def test_who_looks_at_their_ticket_can_edit_it_from_there(company: Company) -> None:
    await filed(company)
    for person, offered in ((company.bea, True), (company.ann, True)):
        await person.command("/ticket", "HD-1", channel=GENERAL)
        assert ("Edit…" in (await person.ephemerals())[-1].buttons) is offered
    assert (await company.bea.click((await company.bea.ephemerals())[-1], "Edit…")).ok
    assert (await seen(company.bea)).title == "Edit HD-1"


async def test_who_may_not_edit_it_reads_why(company: Company) -> None:
    await filed(company)
    await company.change(
        "UPDATE tickets SET department_id = (SELECT id FROM departments WHERE name = 'HR')"
    )
    assert (await company.ann.choose(await company.card(), "Edit…")).ok
    assert "or you are not on it." in (await seen(company.ann)).text


async def test_changes_to_different_fields_both_survive(company: Company) -> None:
    await filed(company)
    await open_form(company, company.bea)
    await open_form(company, company.ann)
    assert (await company.ann.fill({"Summary": "Fuser broken", "Priority": "High"})).ok
    assert (await company.bea.fill({"Description": "It burns."})).ok
    assert (await company.ann.submit()).ok
    assert (await company.bea.submit()).ok
    assert await company.bea.view() is None
    assert await ticket(company) == ("Fuser broken", "It burns.", "high")
    changed = [list(row[0]) for row in await company.rows(EDITS)]
    assert [sorted(each) for each in changed] == [["priority", "summary"], ["description"]]


async def test_a_field_both_changed_keeps_what_was_typed_and_says_whose_change_it_was(
    company: Company,
) -> None:
    await filed(company)
    await open_form(company, company.bea)
    await open_form(company, company.ann)
    theirs = {"Summary": "Fuser *broken* <!channel>", "Description": "Line one.\nLine two."}
    assert (await company.ann.fill(theirs, submit=True)).ok
    assert (await company.bea.fill({"Summary": "Paper jam"}, submit=True)).ok
    form = await seen(company.bea)
    assert form.values == {"Summary": "Paper jam", "Description": "Line one.\nLine two."}
    told = " ".join(form.text.split())
    assert "Ann Visser changed this to “Fuser *broken* <!channel>” at" in told
    assert "meanwhile. Save again to replace it." in told
    assert told.count("Save again") == 1
    assert await ticket(company) == (*theirs.values(), "medium")
    assert len(await company.rows(EDITS)) == 1
    assert (await company.bea.submit()).ok
    assert await company.bea.view() is None
    assert await ticket(company) == ("Paper jam", "Line one.\nLine two.", "medium")


async def test_a_third_change_in_between_is_told_as_well(company: Company) -> None:
    await filed(company)
    await open_form(company, company.bea)
    for words in ("First.", "Second."):
        await open_form(company, company.ann)
        assert (await company.ann.fill({"Description": words}, submit=True)).ok
        assert (await company.bea.fill({"Description": "Mine."}, submit=True)).ok
        form = await seen(company.bea)
        assert f"Ann Visser changed this to “{words}” at" in form.text
        assert form.values["Description"] == "Mine."
    assert (await company.bea.submit()).ok
    assert (await ticket(company))[1] == "Mine."


async def test_a_refusal_stands_beside_its_input_in_the_second_form_too(company: Company) -> None:
    await filed(company)
    await open_form(company, company.bea)
    await open_form(company, company.ann)
    assert (await company.ann.fill({"Description": "Theirs."}, submit=True)).ok
    assert (await company.bea.fill({"Description": "Mine."}, submit=True)).ok
    await company.bea.fill({"Summary": "\u200b"}, submit=True)
    form = await seen(company.bea)
    assert form.errors == {"Summary": "Say in a few words what it is about."}
    assert form.values["Description"] == "Mine."


async def test_what_was_emptied_meanwhile_is_said_so(company: Company) -> None:
    await filed(company)
    await open_form(company, company.ann)
    await open_form(company, company.bea)
    assert (await company.bea.fill({"Description": ""}, submit=True)).ok
    assert (await company.ann.fill({"Description": "It burns."}, submit=True)).ok
    assert "Bea Okafor emptied this at" in (await seen(company.ann)).text


@pytest.mark.parametrize("turn", range(3))
async def test_forms_sent_at_the_very_same_time_lose_nothing(company: Company, turn: int) -> None:
    await filed(company)
    people = (company.ann, company.carl, company.hugo)
    for person, words in zip(people, ("A", "B", "C"), strict=True):
        await open_form(company, person)
        field = "Description" if person is people[turn] else "Summary"
        await person.fill({field: words})
    await asyncio.gather(*(person.submit() for person in people))
    open_forms = [person for person in people if await person.view() is not None]
    assert len(open_forms) == 1
    assert open_forms[0] is not people[turn]
    summary, description, _ = await ticket(company)
    assert description == "ABC"[turn]
    assert {summary, (await seen(open_forms[0])).values["Summary"]} == set("ABC") - {description}


async def test_a_form_that_changes_nothing_leaves_no_trace(company: Company) -> None:
    await filed(company)
    await open_form(company, company.ann)
    assert (await company.ann.submit()).ok
    assert await company.rows(EDITS) == []
    assert await company.value("SELECT version FROM tickets") == 1


async def test_a_description_that_no_form_can_hold_is_not_cut(company: Company) -> None:
    await filed(company)
    await company.change("UPDATE tickets SET description = repeat('long ', 2000)")
    form = await open_form(company, company.ann)
    assert form.labels == ["Summary", "Priority"]
    assert "longer than a form can hold" in form.text
    assert (await company.ann.fill({"Summary": "Still long"}, submit=True)).ok
    assert await company.value("SELECT length(description) FROM tickets") == 10_000


async def test_what_is_over_for_good_is_not_edited_from_an_old_form(company: Company) -> None:
    await filed(company)
    await open_form(company, company.bea)
    await company.bea.fill({"Summary": "Paper jam"})
    await company.change("UPDATE tickets SET status = 'closed'")
    assert (await company.bea.submit()).ok
    form = await seen(company.bea)
    assert form.errors == {"Summary": "HD-1 is closed: you cannot edit it now."}
    assert form.values["Summary"] == "Paper jam"
    assert (await company.ann.choose(await company.card(), "Edit…")).ok
    assert "HD-1 is closed: you cannot edit it now." in (await seen(company.ann)).text


async def test_a_priority_smuggled_into_a_requesters_form_is_refused(company: Company) -> None:
    await filed(company)
    await open_form(company, company.ann)
    await company.ann.fill({"Priority": "Urgent"})
    await company.change(
        "UPDATE users SET role = 'employee', department_id = NULL WHERE slack_user_id = 'U0ANN'"
    )
    await company.change(
        "UPDATE tickets SET requestor_id = (SELECT id FROM users WHERE slack_user_id = 'U0ANN')"
    )
    assert (await company.ann.submit()).ok
    assert "can change HD-1's priority" in str((await seen(company.ann)).errors)
    assert (await ticket(company))[2] == "medium"
