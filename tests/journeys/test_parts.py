"""A ticket is split: two desks work on it, and the person who asked sees that it goes on."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text

from bot.sandbox.slack.seen import Message
from core.configuration.file import Configuration
from core.configuration.seed import apply
from core.db import unit_of_work
from tests.journeys.company import CONFIGURATION, GENERAL, HR_DESK, IT_DESK, Company
from tests.journeys.test_requests import send

LAPTOP = {"Department": "HR", "Summary": "Order a laptop", "What to pass on": "A light one."}


async def split(company: Company, card: Message, **answers: Any) -> list[Message]:
    """One part for HR; the cards at its desk, oldest first."""
    assert (await company.hugo.click(card, "Split…")).ok
    outcome = await company.hugo.fill(LAPTOP | answers, submit=True)
    assert outcome.ok, outcome
    await company.deliver()
    return await cards(company)


async def cards(company: Company) -> list[Message]:
    posted = await company.slack.all_messages(HR_DESK)
    return [each for each in posted if each.thread_ts in (None, each.ts)]


async def said(company: Company, root: Message, person: Any) -> list[str]:
    return [each.plain for each in await company.thread(root, person)]


async def at_it(company: Company) -> Message:
    return await company.card(IT_DESK)


async def test_a_split_ticket_goes_its_whole_way(company: Company) -> None:
    card = await company.filed("New starter on Monday", Description="Salary: secret.")
    receipt = await company.receipt()
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert (await company.hugo.click(await at_it(company), "Split…")).ok
    await company.hugo.fill(LAPTOP)
    assert (await company.hugo.click_view("Add another part")).ok
    form = await company.hugo.view()
    assert form is not None
    # What was typed before is still there.
    assert form.values["Summary"] == "Order a laptop"
    more = {"Department (part 2)": "HR", "Summary (part 2)": "Print a badge"}
    assert (await company.hugo.fill(more, submit=True)).ok
    await company.deliver()

    laptop, badge = await cards(company)
    assert "HD-1/1 · Order a laptop" in laptop.plain
    assert "A light one." in laptop.plain
    assert "HD-1/2 · Print a badge" in badge.plain
    for word in ("New starter", "secret", "Bea Okafor"):
        assert word not in laptop.plain + badge.plain
    assert laptop.buttons == ["Accept", "Assign…", "Send back…", "Propose another time…"]
    assert "0 of 2 done, next due" in (await at_it(company)).plain
    assert "0 of 2 done" in (await company.receipt()).plain
    lines = await said(company, card, company.ann)
    assert any(
        line.startswith("Hugo Kern passed HD-1/1 · Order a laptop on to HR") for line in lines
    )

    assert (await company.hana.click(laptop, "Accept")).ok
    await company.hana.post(HR_DESK, "Which colour?", thread_ts=laptop.ts)
    await company.deliver()
    laptop, badge = await cards(company)
    assert "Hana Ito" in laptop.plain
    assert laptop.buttons[:2] == ["Start", "Done…"]
    copy = (await company.thread(card))[-1]
    assert (copy.username, copy.plain) == ("Hana Ito (HD-1/1)", "Which colour?")

    assert (await company.ann.click(await at_it(company), "Resolve…")).ok
    refused = await company.ann.fill({"Resolution": "All set."}, submit=True)
    assert refused.ok
    view = await company.ann.view()
    assert view is not None
    assert view.errors["Resolution"] == (
        "HD-1 cannot be resolved yet: HD-1/1 Order a laptop (accepted, HR), "
        "HD-1/2 Print a badge (new, HR)."
    )
    await company.ann.close_view()

    assert (await company.hana.click(laptop, "Start")).ok
    assert (await company.hana.click(laptop, "Done…")).ok
    assert (await company.hana.fill({"Note": "It is on the desk."}, submit=True)).ok
    await company.deliver()
    assert "1 of 2 done" in (await at_it(company)).plain
    assert len(await company.ann.dms()) == 0
    assert (await company.hana.click(badge, "Accept")).ok
    await company.deliver()
    assert (await company.hana.click((await cards(company))[1], "Done…")).ok
    assert (await company.hana.fill({}, submit=True)).ok
    await company.deliver()
    [asked] = await company.ann.dms()
    assert "All parts done – resolve?" in asked.plain
    assert (await company.ann.click(asked, "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "All set."}, submit=True)).ok
    await company.deliver()
    assert await company.value("SELECT status FROM tickets") == "resolved"

    # The requester read of their ticket, and never of what the desks said to each other.
    read = " ".join([each.plain for each in await company.bea.dms()])
    read += " ".join(await said(company, receipt, company.bea))
    for word in ("HD-1/", "colour", "laptop", "Hana"):
        assert word not in read
    assert "2 of 2 done" in read


async def test_a_part_that_is_sent_back_is_sent_again(company: Company) -> None:
    card = await company.filed()
    [part] = await split(company, card)
    assert (await company.hana.click(part, "Send back…")).ok
    assert (await company.hana.fill({"Reason": "How many?"}, submit=True)).ok
    await company.deliver()
    told = (await company.thread(card, company.hugo))[-1]
    assert "Hana Ito sent HD-1/1 · Order a laptop back: How many?" in told.plain
    assert told.pings == ["<@U0HUGO>"]
    assert told.buttons == ["Send again…", "Write to them…", "Cancel part…"]
    assert "Sent back: How many?" in (await cards(company))[0].plain

    assert (await company.ann.click(told, "Send again…")).ok
    refusal = await company.ann.view()
    assert refusal is not None
    assert "Only the head of the department that passed it on" in refusal.text
    assert (await company.hugo.click(told, "Send again…")).ok
    assert (await company.hugo.fill({"What to pass on": "Two of them."}, submit=True)).ok
    await company.deliver()
    [part] = await cards(company)
    assert "Two of them." in part.plain
    assert part.buttons[0] == "Accept"
    lines = await said(company, part, company.hana)
    assert lines == ["Hugo Kern sent HD-1/1 again: it is in the card above."]

    assert (await company.hugo.click(told, "Write to them…")).ok
    assert (await company.hugo.fill({"Message": "By Friday, please."}, submit=True)).ok
    await company.deliver()
    written = (await company.thread(part, company.hana))[-1]
    assert (written.username, written.plain) == ("Hugo Kern (HD-1/1)", "By Friday, please.")
    assert (await company.hugo.click(told, "Cancel part…")).ok
    assert (await company.hugo.fill({"Reason": "She has one."}, submit=True)).ok
    await company.deliver()
    assert "Hugo Kern cancelled HD-1/1: She has one." in await said(company, part, company.hana)
    assert (await cards(company))[0].buttons == []
    assert (await company.hana.click(part, "Accept")).ok
    refusal = await company.hana.view()
    assert refusal is not None
    assert "HD-1/1 is cancelled: you cannot accept it now." in refusal.text


async def test_another_time_holds_when_the_head_agrees(company: Company) -> None:
    card = await company.filed()
    soon = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=2)
    [part] = await split(company, card, Due=soon)
    later = [soon + timedelta(days=n) for n in (1, 2)]
    for number, when in enumerate(later):
        assert (await company.hana.click(part, "Propose another time…")).ok
        answers = {"Due": when, "Reason": "The shop is closed."}
        assert (await company.hana.fill(answers, submit=True)).ok
        await company.deliver()
        asked = (await company.thread(card, company.hugo))[-1]
        assert asked.buttons == ["Agree", "Keep"]
        assert (await company.hugo.click(asked, ("Keep", "Agree")[number])).ok
        await company.deliver()
        due_at = await company.value("SELECT due_at FROM sub_tickets")
        assert due_at == (soon, later[1])[number]
    assert (await company.hugo.click(asked, "Keep")).ok
    refusal = await company.hugo.view()
    assert refusal is not None
    assert "is answered already" in refusal.text
    assert (await said(company, part, company.hana))[-1].startswith("Hugo Kern agreed")


async def test_an_agent_asks_the_head_to_split(company: Company) -> None:
    card = await company.filed()
    for expected in ("Hugo Kern was asked to split HD-1", "was asked to split HD-1 already"):
        assert (await company.ann.click(card, "Split…")).ok
        view = await company.ann.view()
        assert view is not None
        assert expected in view.text
    await company.deliver()
    [asked] = await company.hugo.dms()
    assert "Ann Visser asks you to split HD-1 · Printer is on fire" in asked.plain
    assert (await company.hugo.click(asked, "Split…")).ok
    assert (await company.hugo.fill(LAPTOP, submit=True)).ok
    await company.deliver()
    assert len(await cards(company)) == 1


async def test_a_template_fills_the_form(company: Company) -> None:
    parts = [
        {"department": "HR", "summary": "Contract", "passed_on": "Print it.", "due_after": "2d"},
        {"department": "HR", "summary": "Badge", "required": False},
    ]
    templates = {"split_templates": [{"name": "New starter", "department": "IT", "parts": parts}]}
    async with unit_of_work(company.sessions) as session:
        lines = await apply(session, Configuration.model_validate(CONFIGURATION | templates))
    assert lines == ["setting split_templates: added"]
    card = await company.filed()
    assert (await company.hugo.click(card, "Split…")).ok
    await company.hugo.fill({"Summary": "to be replaced"})
    assert (await company.hugo.choose_view("New starter")).ok
    form = await company.hugo.view()
    assert form is not None
    assert form.values["Summary"] == "Contract"
    assert form.values["Department"] == "HR"
    assert form.values["What to pass on"] == "Print it."
    assert form.values["Summary (part 2)"] == "Badge"
    assert form.values["Required (part 2)"] == []
    assert (await company.hugo.fill({"Summary (part 2)": "Badge with photo"})).ok
    assert (await company.hugo.click_view("Add another part")).ok
    assert (await company.hugo.submit()).ok
    await company.deliver()
    rows = await company.rows("SELECT summary, is_required, due_at FROM sub_tickets ORDER BY id")
    assert [(row[0], row[1]) for row in rows] == [("Contract", True), ("Badge with photo", False)]
    assert rows[0][2] is not None


async def test_what_is_wrong_is_said_beside_the_part_it_is_about(company: Company) -> None:
    card = await company.filed()
    assert (await company.hugo.click(card, "Split…")).ok
    await company.hugo.fill(LAPTOP)
    assert (await company.hugo.click_view("Add another part")).ok
    more = {"Department (part 2)": "IT", "Summary (part 2)": "Ourselves"}
    assert (await company.hugo.fill(more, submit=True)).ok
    form = await company.hugo.view()
    assert form is not None
    expected = "HD-1 lies with IT already. Choose another department."
    assert form.errors == {"Department (part 2)": expected}
    assert form.values["What to pass on"] == "A light one."
    assert await company.value("SELECT count(*) FROM sub_tickets") == 0


async def test_a_form_that_arrives_five_times_makes_its_parts_once(company: Company) -> None:
    card = await company.filed()
    assert (await company.hugo.click(card, "Split…")).ok
    await company.hugo.fill(LAPTOP)
    view = await company.hugo.view()
    assert view is not None
    payload = {
        "type": "view_submission",
        "user": {"id": "U0HUGO", "team_id": "T0ACME"},
        "team": {"id": "T0ACME"},
        "view": view.raw,
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    answers = await asyncio.gather(*(send(company, body) for _ in range(5)))
    assert answers == [(200, "")] * 5
    await company.deliver()
    assert await company.value("SELECT count(*) FROM sub_tickets") == 1
    assert len(await cards(company)) == 1


async def test_each_looks_at_what_they_may_see(company: Company) -> None:
    card = await company.filed()
    await split(company, card)

    async def look(person: Any, words: str) -> Message:
        assert (await person.command("/ticket", words, channel=GENERAL)).ok
        return (await person.ephemerals())[-1]

    seen = await look(company.hana, "HD-1/1")
    assert seen.buttons == ["Accept", "Send back…", "Propose another time…"]
    assert (await look(company.hugo, "hd-1/1")).buttons == ["Write to them…", "Cancel part…"]
    assert (await look(company.ann, "HD-1/1")).buttons == []
    for person, words in (
        (company.bea, "HD-1/1"),
        (company.hana, "HD-1"),
        (company.hana, "HD-1/2"),
        (company.finn, "HD-1/1"),
    ):
        refusal = await look(person, words)
        assert refusal.plain == f"{words} does not exist, or you are not on it."


async def test_cancelling_a_ticket_asks_what_becomes_of_its_parts(company: Company) -> None:
    card = await company.filed()
    assert (await company.hugo.click(card, "Split…")).ok
    await company.hugo.fill(LAPTOP)
    assert (await company.hugo.click_view("Add another part")).ok
    more = {"Department (part 2)": "HR", "Summary (part 2)": "Print a badge"}
    assert (await company.hugo.fill(more, submit=True)).ok
    await company.deliver()
    laptop, badge = await cards(company)
    assert (await company.hana.click(badge, "Accept")).ok
    await company.deliver()

    assert (await company.hugo.choose(await at_it(company), "Cancel…")).ok
    form = await company.hugo.view()
    assert form is not None
    choices = [label for label in form.labels if label.startswith("HD-1/")]
    assert len(choices) == 2
    answers = dict(zip(choices, ("Cancel it too", "Let them finish it"), strict=True))
    outcome = await company.hugo.fill({"Reason": "She declined."} | answers, submit=True)
    assert outcome.ok
    await company.deliver()
    rows = await company.rows("SELECT status FROM sub_tickets ORDER BY position")
    assert [row[0] for row in rows] == ["cancelled", "accepted"]
    lines = await said(company, laptop, company.hana)
    assert lines == ["HD-1 was cancelled, so HD-1/1 is not needed any more."]
    assert await said(company, badge, company.hana) == []
    assert (await company.hana.click((await cards(company))[1], "Done…")).ok
    assert (await company.hana.fill({}, submit=True)).ok
    await company.deliver()
    assert await company.value("SELECT status FROM tickets") == "cancelled"


async def test_a_requester_cancels_without_hearing_of_parts(company: Company) -> None:
    card = await company.filed()
    [part] = await split(company, card)
    assert (await company.bea.click(await company.receipt(), "Cancel…")).ok
    form = await company.bea.view()
    assert form is not None
    assert "HD-1/1" not in form.text + " ".join(form.labels)
    assert (await company.bea.fill({"Reason": "Found it."}, submit=True)).ok
    await company.deliver()
    assert await company.value("SELECT status FROM sub_tickets") == "cancelled"
    told = " ".join(await said(company, part, company.hana))
    assert told == "HD-1 was cancelled, so HD-1/1 is not needed any more."


async def test_only_ticked_files_go_with_a_part(company: Company) -> None:
    card = await company.filed()
    async with unit_of_work(company.sessions) as session:
        for name in ("plan.pdf", "salary.pdf"):
            await session.execute(
                text(
                    "INSERT INTO attachments (ticket_id, uploaded_by_id, name, media_type,"
                    " size_bytes, sha256, storage_key) SELECT id, requestor_id, :name,"
                    " 'application/pdf', 1, '', :name FROM tickets"
                ),
                {"name": name},
            )
    [part] = await split(company, card, Files=["plan.pdf"])
    assert "Files: plan.pdf" in part.plain
    assert "salary" not in part.plain
    rows = "SELECT name FROM passed_files JOIN attachments ON attachments.id = attachment_id"
    assert await company.rows(rows) == [("plan.pdf",)]


async def test_a_private_tickets_part_stays_off_lock_screens(company: Company) -> None:
    only_us = ["Only its department and the people on it may see it"]
    card = await company.filed("Salary question", Private=only_us)
    [part] = await split(company, card)
    assert part.text == "HD-1/1 · Part of a private ticket"
    assert "Salary" not in part.plain


async def test_who_does_not_work_there_is_told_that_nothing_was_passed_on(
    company: Company,
) -> None:
    card = await company.filed()
    [part] = await split(company, card)
    await company.slack.join(HR_DESK, "U0FINN")
    await company.finn.post(HR_DESK, "Let me see", thread_ts=part.ts)
    await company.deliver()
    assert "was not passed on" in (await company.finn.ephemerals())[-1].plain
    assert await company.value("SELECT count(*) FROM chat_messages") == 0
    assert "Let me see" not in " ".join(await said(company, card, company.ann))


async def test_only_the_desk_that_has_a_part_works_on_it(company: Company) -> None:
    card = await company.filed()
    [part] = await split(company, card)
    ref = json.dumps({"p": await company.value("SELECT id FROM sub_tickets")})
    assert ref in json.dumps(part.blocks).replace('\\"', '"')
    for person in (company.bea, company.hugo):
        payload = {
            "type": "block_actions",
            "user": {"id": person.id, "team_id": "T0ACME"},
            "team": {"id": "T0ACME"},
            "actions": [{"action_id": "part.accept", "value": ref, "type": "button"}],
        }
        body = urlencode({"payload": json.dumps(payload)}).encode()
        assert (await send(company, body))[0] == 200
    assert await company.value("SELECT status FROM sub_tickets") == "new"


async def test_a_part_for_a_desk_whose_channel_is_archived_is_not_lost(company: Company) -> None:
    card = await company.filed()
    await hr_desk(company, archived=True)
    assert await split(company, card) == []
    told = " ".join([each.plain for each in await company.ada.dms()])
    assert "HR" in told
    await hr_desk(company, archived=False)
    await company.deliver_late()
    [part] = await cards(company)
    assert "HD-1/1 · Order a laptop" in part.plain


async def hr_desk(company: Company, *, archived: bool) -> None:
    await company.slack.channel(
        HR_DESK, "hr-desk", private=True, members=["U0HANA"], bot=True, archived=archived
    )


async def test_what_is_said_about_a_part_can_be_changed_and_taken_back(company: Company) -> None:
    card = await company.filed()
    [part] = await split(company, card)
    asked = await company.hana.post(HR_DESK, "Which colour?", thread_ts=part.ts)
    await company.deliver()
    await company.hana.edit(asked, "Which size?")
    await company.deliver()
    copy = (await company.thread(card))[-1]
    assert (copy.username, copy.plain) == ("Hana Ito (HD-1/1)", "Which size? (edited)")
    await company.hana.delete(asked)
    await company.deliver()
    assert "Which size?" not in " ".join(await said(company, card, company.ann))
    assert await company.value("SELECT is_deleted FROM chat_messages") is True


async def test_a_passed_on_file_lies_below_the_card_of_its_part(company: Company) -> None:
    card, receipt = await company.filed(), await company.receipt()
    pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj" + b"\x00" * 300
    await company.bea.dm("", thread_ts=receipt.ts, files=[("order.pdf", pdf)])
    await company.deliver()
    [part] = await split(company, card, Files=["order.pdf"])
    replies = await company.thread(part, company.hana)
    assert [file["name"] for each in replies for file in each.files] == ["order.pdf"]
