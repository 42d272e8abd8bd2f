"""Forms that stayed open while the ticket moved on: refused, with a reason and every word kept."""

from typing import Any

import pytest

from bot.sandbox.slack.seen import OpenView
from tests.journeys.company import Company

FORMS: dict[str, dict[str, Any]] = {
    "Assign…": {"Assignee": "Carl Otto", "Note": "You know these printers."},
    "Reply to requester": {"Reply": "Please switch it off."},
    "Resolve…": {"Resolution": "New fuser."},
}
SENTENCES = {
    "closed": {
        "Assign…": "HD-1 is closed: you cannot assign it now.",
        "Reply to requester": "HD-1 is closed: nobody reads replies to it now.",
        "Resolve…": "HD-1 is closed: you cannot resolve it now.",
    },
    "cancelled": {
        "Assign…": "HD-1 is cancelled: you cannot assign it now.",
        "Reply to requester": "HD-1 is cancelled: nobody reads replies to it now.",
        "Resolve…": "HD-1 is cancelled: you cannot resolve it now.",
    },
}


async def seen(person: Any) -> OpenView:
    view = await person.view()
    assert view is not None
    return view


async def opened(company: Company, button: str) -> OpenView:
    """Hugo's form, filled in and not sent yet."""
    card = await company.filed()
    assert (await company.hugo.click(card, button)).ok
    assert (await company.hugo.fill(FORMS[button])).ok
    if button == "Reply to requester":
        # On to the preview, from which it is sent.
        assert (await company.hugo.submit()).ok
    return await seen(company.hugo)


async def assert_refused(company: Company, typed: OpenView, sentence: str) -> None:
    assert (await company.hugo.submit()).ok
    form = await seen(company.hugo)
    assert form.values == typed.values
    assert sentence in " ".join(form.errors.values())
    trail = "SELECT action FROM audit_logs WHERE ticket_id IS NOT NULL AND action <> 'refused'"
    assert [row[0] for row in await company.rows(trail)] == ["ticket.open"]


@pytest.mark.parametrize("status", SENTENCES)
@pytest.mark.parametrize("button", FORMS)
async def test_what_is_over_meanwhile_is_said_and_the_words_stay(
    company: Company, button: str, status: str
) -> None:
    typed = await opened(company, button)
    await company.change(f"UPDATE tickets SET status = '{status}'")
    await assert_refused(company, typed, SENTENCES[status][button])


@pytest.mark.parametrize("button", FORMS)
async def test_a_ticket_that_moved_to_another_desk_is_none_of_ours(
    company: Company, button: str
) -> None:
    typed = await opened(company, button)
    await company.change(
        "UPDATE tickets SET department_id = (SELECT id FROM departments WHERE name = 'HR')"
    )
    await assert_refused(company, typed, "You are not on HD-1, so you cannot see or change it.")


@pytest.mark.parametrize("button", FORMS)
async def test_a_ticket_deleted_meanwhile_is_said_to_be_gone(company: Company, button: str) -> None:
    typed = await opened(company, button)
    await company.change("UPDATE tickets SET is_deleted = true, deleted_at = now()")
    await assert_refused(company, typed, "This ticket does not exist any more.")


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        ("is_active = false", "Carl Otto does not work at this desk."),
        ("role = 'employee'", "Carl Otto does not work at this desk."),
        ("department_id = NULL", "Carl Otto does not work at this desk."),
        ("is_deleted = true", "This person is not known to the help desk."),
    ],
)
async def test_whoever_left_the_desk_meanwhile_is_not_given_the_ticket(
    company: Company, left: str, sentence: str
) -> None:
    typed = await opened(company, "Assign…")
    await company.change(f"UPDATE users SET {left} WHERE slack_user_id = 'U0CARL'")
    await assert_refused(company, typed, sentence)


async def test_who_has_it_already_by_now_is_said(company: Company) -> None:
    typed = await opened(company, "Assign…")
    assert (await company.carl.click(await company.card(), "Assign to me")).ok
    assert (await company.hugo.submit()).ok
    form = await seen(company.hugo)
    assert form.values == typed.values
    assert "Carl Otto has HD-1 already." in " ".join(form.errors.values())


async def test_a_resolved_ticket_can_still_be_replied_to(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Reply to requester")).ok
    await company.ann.fill({"Reply": "One more thing."})
    assert (await company.carl.click(card, "Resolve…")).ok
    assert (await company.carl.fill({"Resolution": "New fuser."}, submit=True)).ok
    assert (await company.ann.submit()).ok
    assert (await company.ann.submit()).ok
    assert await company.value("SELECT body FROM chat_messages") == "One more thing."
