"""From the words behind /ticket to "solved": what each person sees, and what the rows say."""

from tests.journeys.company import GENERAL, Company


async def test_a_ticket_goes_its_whole_way(company: Company) -> None:
    opened = await company.bea.command("/ticket", "my printer is broken", channel=GENERAL)
    assert opened.ok
    form = await company.bea.view()
    assert form is not None
    assert form.title == "New ticket"
    assert form.values["Summary"] == "my printer is broken"

    answers = {"Description": "It smokes.", "Department": "IT", "Priority": "High"}
    outcome = await company.bea.fill(answers, submit=True)
    assert outcome.ok
    assert await company.bea.view() is None
    await company.deliver()

    receipt, card = await company.receipt(), await company.card()
    assert "HD-1 · my printer is broken" in receipt.plain
    assert "Bea Okafor" in card.plain
    assert "High" in card.plain
    assert card.buttons[:2] == ["Assign to me", "Assign…"]

    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    card = await company.card()
    assert "Ann Visser" in card.plain
    assert "Assigned" in card.plain
    assert "Start" in card.buttons
    told = await company.thread(receipt, company.bea)
    assert told[-1].plain == "Ann Visser is looking after HD-1 now."

    assert (await company.ann.click(card, "Start")).ok
    await company.ann.post(card.channel, "looks like the fuser", thread_ts=card.ts)
    await company.deliver()
    assert "Only the desk sees this" in (await company.ann.ephemerals())[-1].plain

    assert (await company.reply(company.ann, card, "Please switch it off.")).ok
    await company.deliver()
    reply = (await company.thread(receipt, company.bea))[-1]
    assert (reply.username, reply.plain) == ("Ann Visser", "Please switch it off.")
    assert "Waiting for requester" in (await company.card()).plain
    [root] = [each for each in await company.bea.dms() if each.ts == receipt.ts]
    assert "Waiting for you" in root.plain
    assert "First answer expected by" in receipt.plain
    assert "First answer expected by" not in root.plain

    await company.bea.dm("Done, it is off.", thread_ts=receipt.ts)
    await company.deliver()
    copy = (await company.thread(card))[-1]
    assert (copy.username, copy.plain) == ("Bea Okafor", "Done, it is off.")
    assert "In progress" in (await company.card()).plain

    assert (await company.ann.click(await company.card(), "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver()
    said = (await company.thread(receipt, company.bea))[-1]
    assert said.plain.startswith("Ann Visser resolved HD-1 (Solved): New fuser.")
    assert said.buttons == ["Yes, close it", "Still broken"]
    assert "fuser" not in " ".join(
        each.plain for each in (await company.thread(receipt, company.bea))[:-1]
    )

    ticket = (await company.rows("SELECT status, resolution FROM tickets"))[0]
    assert tuple(ticket) == ("resolved", "New fuser.")
    trail = await company.rows(
        "SELECT action FROM audit_logs WHERE ticket_id IS NOT NULL ORDER BY id"
    )
    assert [row[0] for row in trail] == [
        "ticket.open",
        "ticket.claim",
        "ticket.start",
        "message.note",
        "message.reply",
        "ticket.wait",
        "message.reply",
        "ticket.answer",
        "ticket.resolve",
    ]
    unsettled = "SELECT count(*) FROM outbox_messages WHERE outcome IS DISTINCT FROM 'sent'"
    assert await company.value(unsettled) == 0


async def test_the_shortcut_opens_the_same_form(company: Company) -> None:
    assert (await company.bea.shortcut("New ticket")).ok
    form = await company.bea.view()
    assert form is not None
    assert form.labels == [
        "Summary",
        "Description",
        "Department",
        "Priority",
        "On behalf of",
        "Files",
        "Private",
    ]
    assert form.values["Priority"] == "Medium"


async def test_a_private_ticket_keeps_its_summary_off_lock_screens(company: Company) -> None:
    only_us = ["Only its department and the people on it may see it"]
    card = await company.filed("Salary question", Private=only_us)
    assert "Salary question" in card.plain
    assert card.text == "HD-1 · Private ticket"
    assert (await company.receipt()).text == "HD-1 · Private ticket"
