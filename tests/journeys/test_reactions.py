"""Reactions on a card: what they do, whom they refuse, and that each does it once."""

from sqlalchemy import text

from core.db import unit_of_work
from tests.journeys.company import IT_DESK, Company

CLAIMS = "SELECT count(*) FROM audit_logs WHERE action = 'ticket.claim'"


async def test_eyes_take_the_ticket_and_come_too_late_for_the_second(company: Company) -> None:
    card = await company.filed()
    await company.ann.react(card, "eyes")
    await company.deliver()
    assert "Ann Visser" in (await company.card()).plain
    await company.carl.react(card, "eyes")
    await company.deliver()
    answer = (await company.carl.ephemerals())[-1]
    assert answer.plain == "Your 👀 on HD-1 did nothing. Ann Visser has HD-1 already."
    assert await company.ann.ephemerals() == []
    assert await company.value(CLAIMS) == 1
    sources = await company.rows("SELECT source FROM audit_logs WHERE action = 'ticket.claim'")
    assert [row[0] for row in sources] == ["reaction"]


async def test_a_tick_asks_how_it_was_solved(company: Company) -> None:
    card = await company.filed()
    await company.ann.react(card, "white_check_mark")
    await company.deliver()
    asked = (await company.ann.ephemerals())[-1]
    assert asked.plain.startswith("Resolve HD-1?")
    assert (await company.ann.click(asked, "Resolve…")).ok
    assert (await company.ann.fill({"Resolution": "New fuser."}, submit=True)).ok
    await company.deliver()
    assert "Resolved" in (await company.card()).plain


async def test_a_siren_makes_it_urgent_once_and_no_retry_undoes_what_came_after(
    company: Company,
) -> None:
    card = await company.filed()
    await company.ann.react(card, "rotating_light::skin-tone-2")
    await company.deliver()
    assert "Urgent" in (await company.card()).plain
    await company.hugo.choose(card, "Priority…")
    await company.hugo.fill({"Priority": "High"}, submit=True)
    event = {
        "type": "reaction_added",
        "user": "U0ANN",
        "reaction": "rotating_light",
        "item": {"type": "message", "channel": IT_DESK, "ts": card.ts},
        "event_ts": (await company.value("SELECT event_ts FROM card_reactions")),
    }
    for delivery in await company.slack.send_event(event):
        assert delivery.status == 200
    await company.deliver()
    assert "High" in (await company.card()).plain


async def test_whoever_may_not_is_told_alone(company: Company) -> None:
    await company.slack.join(IT_DESK, "U0BEA")
    card = await company.filed()
    await company.bea.react(card, "eyes")
    await company.bea.react(card, "rotating_light")
    await company.bea.react(card, "white_check_mark")
    await company.deliver()
    told = [each.plain for each in await company.bea.ephemerals()]
    assert len(told) == 3
    assert told[0].startswith("Your 👀 on HD-1 did nothing. Only the people of its department")
    assert await company.value("SELECT status || priority FROM tickets") == "newmedium"
    refused = "SELECT count(*) FROM audit_logs WHERE action = 'ticket.refused'"
    assert await company.value(refused) == 3
    assert await company.ann.ephemerals() == []


async def test_other_reactions_other_messages_and_taking_one_away_do_nothing(
    company: Company,
) -> None:
    card = await company.filed()
    note = await company.ann.post(IT_DESK, "mine?", thread_ts=card.ts)
    await company.ann.react(note, "eyes")
    await company.ann.react(card, "tada")
    await company.ann.react(card, "rotating_light")
    await company.ann.react(card, "rotating_light", remove=True)
    await company.deliver()
    assert await company.value(CLAIMS) == 0
    assert "Urgent" in (await company.card()).plain


async def test_a_department_can_do_without(company: Company) -> None:
    async with unit_of_work(company.sessions) as session:
        await session.execute(text("UPDATE departments SET reactions = false"))
    card = await company.filed()
    await company.ann.react(card, "eyes")
    await company.deliver()
    assert await company.value(CLAIMS) == 0
    assert await company.ann.ephemerals() == []
