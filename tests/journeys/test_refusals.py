"""Whoever may not, or is too late, or left something out: a sentence, and nothing changed."""

import pytest

from tests.journeys.company import GENERAL, HR_DESK, Company


async def said_in_window(person: object) -> str:
    view = await person.view()  # type: ignore[attr-defined]
    assert view is not None
    return str(view.text)


async def test_who_works_elsewhere_cannot_take_a_ticket(company: Company) -> None:
    card = await company.filed()
    await company.slack.join(card.channel, "U0HANA")
    assert (await company.hana.click(card, "Assign to me")).ok
    assert "You are not on HD-1" in await said_in_window(company.hana)
    assert await company.value("SELECT status FROM tickets") == "new"


async def test_an_agent_cannot_assign_and_hears_who_can(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Assign…")).ok
    assert "Only the head of its department" in await said_in_window(company.ann)


async def test_the_head_assigns_with_a_note_that_reaches_the_assignee(company: Company) -> None:
    card = await company.filed()
    assert (await company.hugo.click(card, "Assign…")).ok
    assert await company.hugo.options("Assignee") == ["Ann Visser", "Carl Otto", "Hugo Kern"]
    assert await company.hugo.options("Assignee", query="ann") == ["Ann Visser"]
    outcome = await company.hugo.fill(
        {"Assignee": "Ann Visser", "Note": "You know this printer."}, submit=True
    )
    assert outcome.ok
    await company.deliver()
    told = (await company.ann.dms())[-1].plain
    assert "Hugo Kern gave you HD-1 · Printer is on fire" in told
    assert "You know this printer." in told
    receipt = await company.receipt()
    assert "You know this printer." not in " ".join(
        each.plain for each in await company.thread(receipt, company.bea)
    )


async def test_a_form_without_its_answers_says_what_is_missing(company: Company) -> None:
    await company.bea.command("/ticket", "", channel=GENERAL)
    await company.bea.fill({"Summary": "\u200b", "Department": "IT"}, submit=True)
    view = await company.bea.view()
    assert view is not None
    assert view.errors == {"Summary": "Say in a few words what it is about."}
    assert view.values["Department"] == "IT"
    assert await company.value("SELECT count(*) FROM tickets") == 0


async def test_a_ticket_of_others_is_as_if_it_were_not_there(company: Company) -> None:
    await company.filed()
    for number in ("HD-1", "HD-99"):
        await company.finn.command("/ticket", number, channel=GENERAL)
        said = (await company.finn.ephemerals())[-1].plain
        assert said == f"{number} does not exist, or you are not on it."
    await company.ada.command("/ticket", "HD-1", channel=GENERAL)
    assert "you are not on it" in (await company.ada.ephemerals())[-1].plain


async def test_a_stranger_with_a_button_in_hand_learns_nothing(company: Company) -> None:
    card = await company.filed("Salary of the director")
    await company.slack.join(card.channel, "U0FINN")
    for act in (
        company.finn.choose(card, "History"),
        company.finn.click(card, "Resolve…"),
        company.finn.click(card, "Reply to requester"),
    ):
        assert (await act).ok
        said = await said_in_window(company.finn)
        assert "you are not on it" in said.lower()
        assert "Salary" not in said
        await company.finn.close_view()


async def test_everyone_sees_their_own_tickets(company: Company) -> None:
    await company.bea.command("/ticket", "mine", channel=GENERAL)
    assert "no open tickets" in (await company.bea.ephemerals())[-1].plain.lower()
    await company.filed("Printer is on fire")
    await company.bea.command("/ticket", "mine", channel=GENERAL)
    assert "HD-1" in (await company.bea.ephemerals())[-1].plain
    await company.ann.command("/ticket", "queue", channel=GENERAL)
    assert "Printer is on fire" in (await company.ann.ephemerals())[-1].plain
    await company.bea.command("/ticket", "queue", channel=GENERAL)
    assert "Only the people of a department's desk" in (await company.bea.ephemerals())[-1].plain
    await company.bea.command("/ticket", "help", channel=GENERAL)
    assert "/ticket mine" in (await company.bea.ephemerals())[-1].plain


async def test_guests_cannot_file(company: Company) -> None:
    await company.slack.person("U0GUEST", "Gil Guest", is_restricted=True)
    await company.slack.join(GENERAL, "U0GUEST")
    guest = company.slack.acting("U0GUEST")
    await guest.command("/ticket", "let me in", channel=GENERAL)
    await guest.fill({"Department": "IT"})
    await guest.submit()
    view = await guest.view()
    assert view is not None
    assert "Guests cannot use the help desk" in view.errors["Summary"]
    assert await company.value("SELECT count(*) FROM tickets") == 0


async def test_a_deactivated_person_loses_every_right_at_once(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.slack.person("U0ANN", "Ann Visser", deleted=True)
    user = {"id": "U0ANN", "team_id": "T0ACME", "deleted": True, "name": "ann", "profile": {}}
    [delivery, *_] = await company.slack.send_event({"type": "user_change", "user": user})
    assert delivery.ok
    active = "SELECT is_active FROM users WHERE slack_user_id = 'U0ANN'"
    assert await company.value(active) is False


async def test_filing_for_a_colleague_names_both(company: Company) -> None:
    await company.ann.command("/ticket", "Screen flickers", channel=GENERAL)
    outcome = await company.ann.fill({"Department": "IT", "On behalf of": "U0BEA"}, submit=True)
    assert outcome.ok
    await company.deliver()
    assert "HD-1 · Screen flickers" in (await company.receipt()).plain
    card = await company.card()
    assert "Bea Okafor" in card.plain
    assert "Filed by Ann Visser" in card.plain
    parts = await company.rows(
        "SELECT u.name, p.part FROM ticket_participants p JOIN users u ON u.id = p.user_id"
    )
    assert {tuple(row) for row in parts} == {("Bea Okafor", "requester"), ("Ann Visser", "author")}


async def test_a_bot_cannot_be_the_requester(company: Company) -> None:
    await company.slack.person("U0ROBOT", "Robot", is_bot=True)
    await company.ann.command("/ticket", "beep", channel=GENERAL)
    await company.ann.fill({"Department": "IT", "On behalf of": "U0ROBOT"}, submit=True)
    view = await company.ann.view()
    assert view is not None
    assert view.errors == {"On behalf of": "Apps cannot use the help desk."}


@pytest.mark.parametrize("button", ["Reopen", "Close"])
async def test_the_requester_decides_whether_it_is_solved(company: Company, button: str) -> None:
    card = await company.filed()
    await company.ann.click(card, "Resolve…")
    assert (await company.ann.fill({"Resolution": "Done."}, submit=True)).ok
    await company.deliver()
    receipt = await company.receipt()
    assert {"Reopen", "Close"} <= set(receipt.buttons)
    assert (await company.bea.click(receipt, button)).ok
    await company.deliver()
    status = {"Reopen": "in_progress", "Close": "closed"}[button]
    assert await company.value("SELECT status FROM tickets") == status
    verb = {"Reopen": "reopened", "Close": "closed"}[button]
    assert f"Bea Okafor {verb} HD-1" in (await company.thread(await company.card()))[-1].plain
    assert button not in (await company.receipt()).buttons


async def test_an_old_card_cannot_undo_what_happened_since(company: Company) -> None:
    old = await company.filed()
    await company.ann.click(old, "Resolve…")
    assert (await company.ann.fill({"Resolution": "Done."}, submit=True)).ok
    await company.carl.click(old, "Assign to me")
    assert "Ann Visser has HD-1 already." in await said_in_window(company.carl)
    assert await company.value("SELECT status FROM tickets") == "resolved"


async def test_an_open_thread_goes_to_the_requester(company: Company) -> None:
    assert (await company.file(company.bea, "Holiday left?", Department="HR")).ok
    await company.deliver()
    card, receipt = await company.card(HR_DESK), await company.receipt()
    await company.hana.post(HR_DESK, "12 days.", thread_ts=card.ts)
    await company.deliver()
    reply = (await company.thread(receipt, company.bea))[-1]
    assert (reply.username, reply.plain) == ("Hana Ito", "12 days.")


async def test_a_note_is_sent_to_the_requester_when_its_writer_says_so(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    await company.ann.post(card.channel, "Please restart it.", thread_ts=card.ts)
    await company.deliver()
    hint = (await company.ann.ephemerals())[-1]
    assert "Only the desk sees this" in hint.plain
    assert await company.thread(receipt, company.bea) == []
    assert (await company.ann.click(hint, "Send to requester")).ok
    assert (await company.ann.click(hint, "Send to requester")).ok
    assert "has this message already" in await said_in_window(company.ann)
    await company.deliver()
    [reply] = await company.thread(receipt, company.bea)
    assert (reply.username, reply.plain) == ("Ann Visser", "Please restart it.")


async def test_who_is_not_on_a_ticket_is_told_that_their_words_were_not_kept(
    company: Company,
) -> None:
    card = await company.filed()
    await company.slack.join(card.channel, "U0FINN")
    await company.finn.post(card.channel, "me too!", thread_ts=card.ts)
    await company.deliver()
    assert await company.value("SELECT count(*) FROM chat_messages") == 0
    said = (await company.finn.ephemerals())[-1].plain
    assert "was not passed on" in said
