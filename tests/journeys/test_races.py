"""Two people, two clicks, two retries: one effect, and the other one is told."""

import asyncio
import json
from urllib.parse import urlencode

from tests.journeys.company import GENERAL, Company
from tests.journeys.test_requests import send


async def test_of_two_who_claim_at_once_one_gets_it_and_one_is_told(company: Company) -> None:
    card = await company.filed()
    await asyncio.gather(
        company.ann.click(card, "Assign to me"), company.carl.click(card, "Assign to me")
    )
    ann, carl = await company.ann.view(), await company.carl.view()
    told = [view for view in (ann, carl) if view is not None]
    assert len(told) == 1
    winner = "Carl Otto" if ann else "Ann Visser"
    assert f"{winner} has HD-1 already." in told[0].text
    claims = "SELECT count(*) FROM audit_logs WHERE action = 'ticket.claim'"
    assert await company.value(claims) == 1
    holder = "SELECT u.name FROM tickets t JOIN users u ON u.id = t.assignee_id"
    assert await company.value(holder) == winner


async def test_a_second_click_of_the_same_person_says_so(company: Company) -> None:
    card = await company.filed()
    assert (await company.ann.click(card, "Assign to me")).ok
    assert (await company.ann.click(card, "Assign to me")).ok
    view = await company.ann.view()
    assert view is not None
    assert "You have HD-1 already." in view.text


async def test_a_form_that_arrives_five_times_makes_one_ticket(company: Company) -> None:
    await company.bea.command("/ticket", "only once", channel=GENERAL)
    view = await company.bea.view()
    assert view is not None
    options = await company.bea.options("Department")
    assert options == ["HR", "IT"]
    department = await company.value("SELECT id FROM departments WHERE name = 'IT'")
    chosen = {"text": {"type": "plain_text", "text": "IT"}, "value": str(department)}
    medium = {"text": {"type": "plain_text", "text": "Medium"}, "value": "medium"}
    values = {
        "summary": {"summary": {"type": "plain_text_input", "value": "only once"}},
        "description": {"description": {"type": "plain_text_input", "value": None}},
        "department": {"department": {"type": "external_select", "selected_option": chosen}},
        "priority": {"priority": {"type": "static_select", "selected_option": medium}},
    }
    payload = {
        "type": "view_submission",
        "user": {"id": "U0BEA", "team_id": "T0ACME"},
        "team": {"id": "T0ACME"},
        "view": view.raw | {"state": {"values": values}},
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    answers = await asyncio.gather(*(send(company, body) for _ in range(5)))
    assert answers == [(200, "")] * 5
    await company.deliver()
    for table in ("tickets", "ticket_participants", "notifications"):
        assert await company.value(f"SELECT count(*) FROM {table}") == 1, table
    assert await company.value("SELECT count(*) FROM outbox_messages") == 2
    assert len(await company.bea.dms()) == 1


async def test_two_who_resolve_at_once_end_in_one_resolution(company: Company) -> None:
    card = await company.filed()
    for person, words in ((company.ann, "Rebooted it."), (company.carl, "Replaced it.")):
        assert (await person.click(card, "Resolve…")).ok
        await person.fill({"Resolution": words})
    await asyncio.gather(company.ann.submit(), company.carl.submit())
    views = [await company.ann.view(), await company.carl.view()]
    [refused] = [view for view in views if view is not None]
    # What was typed is still there, with the reason beside it.
    assert "HD-1 is resolved" in refused.errors["Resolution"]
    assert refused.values["Resolution"] in ("Rebooted it.", "Replaced it.")
    resolved = "SELECT count(*) FROM audit_logs WHERE action = 'ticket.resolve'"
    assert await company.value(resolved) == 1


async def test_replies_sent_at_once_are_all_copied_in_one_order(company: Company) -> None:
    card = await company.filed()
    receipt = await company.receipt()
    await asyncio.gather(*(company.bea.dm(f"line {n}", thread_ts=receipt.ts) for n in range(8)))
    await company.deliver()
    copies = [each.plain for each in await company.thread(card)]
    assert sorted(copies) == [f"line {n}" for n in range(8)]
    stored = await company.rows("SELECT body FROM chat_messages ORDER BY id")
    assert copies == [row[0] for row in stored]
