"""A promise that runs out: who reads what, why it is due then, and a head who changes it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.db import utc_now
from tests.journeys.company import HR_DESK, Company
from workers.sla import watch


async def pass_by(company: Company, hours: float) -> None:
    """As if the clocks had been started so much earlier, at a desk that never closes."""
    await company.change(
        "UPDATE sla_clocks SET started_at = started_at - make_interval(secs => :s),"
        " running_since = running_since - make_interval(secs => :s),"
        " due_at = due_at - make_interval(secs => :s),"
        " at_risk_75_at = at_risk_75_at - make_interval(secs => :s),"
        " at_risk_90_at = at_risk_90_at - make_interval(secs => :s),"
        " next_event_at = next_event_at - make_interval(secs => :s)"
        " WHERE state = 'running'",
        s=hours * 3600,
    )


async def look(company: Company) -> None:
    """Two beats, as if beat ran twice."""
    await watch(company.runtime)
    await watch(company.runtime)
    await company.deliver()


async def told(person: Any) -> list[str]:
    return [each.plain for each in await person.dms() if "due" in each.plain]


async def test_an_urgent_ticket_warns_its_assignee_then_its_head_too(company: Company) -> None:
    card = await company.filed(Priority="Urgent")
    assert "On track" in card.plain
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.reply(company.ann, card, "I am on it.")
    await company.deliver()
    await company.ann.click(await company.card(), "Start")
    await company.deliver()
    before = len(await company.thread(card))
    await pass_by(company, 3.1)
    await look(company)
    assert "At risk" in (await company.card()).plain
    [line] = (await company.thread(card))[before:]
    assert line.plain.startswith("HD-1 is due soon: the resolution is due")
    [message] = await told(company.ann)
    assert message.startswith("HD-1 is due soon: the resolution is due")
    assert "HD-1 · Printer is on fire" in message
    assert "Open its thread" in message
    assert await told(company.hugo) == []

    await pass_by(company, 1)
    await look(company)
    assert "Breached" in (await company.card()).plain
    assert len(await company.thread(card)) == before + 2
    assert len(await told(company.ann)) == 2
    [head] = await told(company.hugo)
    assert head.startswith("HD-1 is overdue: the resolution was due")
    assert "Breached" in (await company.bea.dms())[0].plain

    await company.ann.click(await company.card(), "Wait for requester")
    await company.deliver()
    assert "Breached, waiting for requester" in (await company.card()).plain


async def test_the_first_answer_is_watched_too_and_nobody_has_it(company: Company) -> None:
    card = await company.filed(Priority="Urgent")
    await pass_by(company, 0.55)
    await look(company)
    [line] = await company.thread(card)
    assert line.plain.startswith("HD-1 is overdue: the first answer was due")
    assert "Answer overdue" in (await company.card()).plain
    [message] = await told(company.hugo)
    assert message.startswith("HD-1 is overdue: the first answer was due")
    await company.reply(company.hugo, card, "Sorry, we are on it.")
    await company.deliver()
    assert "On track" in (await company.card()).plain
    await look(company)
    assert len(await told(company.hugo)) == 1


async def test_what_was_solved_before_it_is_said_is_not_said(company: Company) -> None:
    card = await company.filed(Priority="Urgent")
    await pass_by(company, 5)
    await watch(company.runtime)
    assert (await company.hugo.click(card, "Resolve…")).ok
    assert (await company.hugo.fill({"Resolution": "New toner."}, submit=True)).ok
    await company.deliver()
    assert await told(company.hugo) == []


async def test_a_worker_that_dies_in_between_leaves_it_to_the_next(company: Company) -> None:
    await company.filed(Priority="Urgent")
    await pass_by(company, 5)

    class Died(Exception):
        pass

    runtime, sessions = company.runtime, company.runtime.sessions
    begun = 0

    def dying(*given: Any, **more: Any) -> Any:
        nonlocal begun
        begun += 1
        if begun == 3:
            raise Died
        return sessions(*given, **more)

    with pytest.raises(Died):
        await watch(replace(runtime, sessions=dying))
    assert begun == 3
    await look(company)
    assert len(await told(company.hugo)) == 2
    assert await company.value("SELECT count(*) FROM sla_warnings WHERE said_at IS NULL") == 0


async def test_why_it_is_due_then_and_a_head_who_changes_it(company: Company) -> None:
    card = await company.filed(Priority="Urgent")
    assert (await company.ann.choose(card, "Why this due time?")).ok
    shown = (await company.ann.view()).text
    assert "4 h by “urgent”, version 1: it fits the priority" in shown
    assert "First answer" in shown
    assert "IT:" in shown
    assert "Change due time…" not in shown
    assert (await company.hugo.choose(card, "Why this due time?")).ok
    assert (await company.hugo.click_view("Change due time…")).ok
    later = utc_now().replace(second=0, microsecond=0) + timedelta(days=9)
    past = later - timedelta(days=10)
    await company.hugo.fill({"Due": past, "Reason": "x"}, submit=True)
    errors = (await company.hugo.view()).errors
    assert errors == {"Due": "Choose a time that is still to come."}
    assert (await company.hugo.fill({"Due": later, "Reason": "Agreed with Bea"}, submit=True)).ok
    await company.deliver()
    due_at = await company.value("SELECT due_at FROM tickets")
    assert due_at == later
    assert await company.hugo.view() is None

    assert (await company.hugo.choose(await company.card(), "Why this due time?")).ok
    shown = (await company.hugo.view()).text
    assert "(set by hand)" in shown
    assert "Agreed with Bea" in shown
    assert (await company.hugo.click_view("Clear due time")).ok
    shown = (await company.hugo.view()).text
    assert "(set by hand)" not in shown
    assert (await company.value("SELECT due_at FROM tickets")) < due_at


async def test_what_stands_still_says_what_is_left_and_its_parts_are_told_of(
    company: Company,
) -> None:
    card = await company.filed(Priority="Urgent")
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    assert (await company.ann.click(await company.card(), "Wait for requester")).ok
    await company.deliver()
    card = await company.card()
    assert re.search(r"Paused, (4 h|3 h 59 min) left: waiting for requester", card.plain)
    assert (await company.hugo.click(card, "Split…")).ok
    answers = {"Department": "HR", "Summary": "The papers", "What to pass on": ""}
    assert (await company.hugo.fill(answers, submit=True)).ok
    await company.deliver()
    assert (await company.ann.choose(await company.card(), "Why this due time?")).ok
    shown = (await company.ann.view()).text
    assert re.search(r"Resolution\S*: paused, (4 h|3 h 59 min) left", shown)
    assert "*HD-1/1* · The papers, due " in shown


async def test_where_threads_are_open_there_is_a_button_for_it(company: Company) -> None:
    await company.file(company.bea, "Where is my contract?", Department="HR")
    await company.deliver()
    card = await company.card(HR_DESK)
    assert "Why this due time?" in card.buttons
    assert (await company.hana.click(card, "Why this due time?")).ok
    assert "24 h by “rest”, version 1: it fits everything" in (await company.hana.view()).text


async def test_who_may_not_read_it_is_refused(company: Company) -> None:
    card = await company.filed(Priority="Urgent")
    await company.change("UPDATE users SET department_id = NULL WHERE slack_user_id = 'U0CARL'")
    assert (await company.carl.choose(card, "Why this due time?")).ok
    assert "you are not on it" in (await company.carl.view()).text
