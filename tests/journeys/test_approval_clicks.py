"""The click that spends money: whoever presses what and when, there is one decision, and everybody
else is told."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.slack.seen import Message
from tests.journeys.company import Company
from tests.journeys.purchases import Purchases, dm, found_finance
from tests.journeys.test_requests import interact

REFUSALS = "SELECT count(*) FROM audit_logs WHERE action = 'approval.refused'"
REASON = "Not this year, sorry."


@pytest.fixture
async def buys(company: Company) -> Purchases:
    return await found_finance(company)


async def told(person: Any) -> str:
    """What stands in the window that opened for them; empty without one."""
    view = await person.view()
    return view.text if view else ""


async def windows(company: Company) -> list[str]:
    """What was said in each window that was opened."""
    calls = await company.slack.calls("views.open")
    return [str(call["args"]["view"]) for call in calls]


async def test_fifty_clicks_at_once_are_one_decision_and_forty_nine_answers(
    buys: Purchases,
) -> None:
    await buys.asked("1,200")
    card = await dm(buys.fay)
    await buys.company.slack.forget_calls()
    outcomes = await asyncio.gather(*(buys.fay.click(card, "Approve") for _ in range(50)))
    assert [each.status for each in outcomes] == [200] * 50
    said = await windows(buys.company)
    assert len(said) == 49
    assert [each for each in said if "Your decision is recorded." not in each] == []
    await buys.company.deliver()
    assert await buys.decisions() == [("Fay Lund", "approved")]
    chained = "SELECT count(*) FROM audit_logs WHERE action = 'approval.approve'"
    assert await buys.company.value(chained) == 1
    [line] = [each for each in await buys.said() if "approved" in each]
    assert line == "Fay Lund approved €1,200.00."


async def test_of_two_who_decide_at_once_one_does_and_the_other_reads_who_and_when(
    buys: Purchases,
) -> None:
    ida = await buys.hire_ida()
    await buys.asked("1,200")
    at_fay, at_ida = await dm(buys.fay), await dm(ida)
    assert (await ida.click(at_ida, "Reject…")).ok
    await ida.fill({"Reason": REASON})
    await asyncio.gather(buys.fay.click(at_fay, "Approve"), ida.submit())
    decided = await buys.decisions()
    assert len(decided) == 1
    loser = await told(ida if decided[0][0] == "Fay Lund" else buys.fay)
    did = "approved" if decided[0][1] == "approved" else "rejected"
    assert f"{decided[0][0]} {did} this already at " in loser
    await buys.company.deliver()
    for person in (buys.fay, ida):
        copy = await dm(person)
        assert copy.buttons == []
        assert f"Finance: {decided[0][0]} {did}" in copy.plain


async def test_a_second_device_or_a_retry_of_slacks_decides_nothing_more(
    buys: Purchases,
) -> None:
    await buys.asked("1,200")
    card = await dm(buys.fay)
    await buys.company.slack.settings(twice=True)
    await buys.fay.click(card, "Approve")
    await buys.company.slack.settings(twice=False)
    await buys.company.deliver()
    # The other device still shows the buttons.
    await buys.fay.click(card, "Approve")
    assert "Your decision is recorded." in await told(buys.fay)
    await buys.fay.click(card, "Reject…")
    await buys.fay.fill({"Reason": REASON}, submit=True)
    assert "You have approved this already" in await told(buys.fay)
    await buys.company.deliver()
    assert await buys.decisions() == [("Fay Lund", "approved")]
    assert "€1,200.00: Approved" in (await buys.card()).plain


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        ("withdrawn", "This was withdrawn by Finn Berg"),
        ("expired", "This has expired"),
    ],
)
async def test_a_card_of_a_request_that_has_ended_says_how(
    buys: Purchases, meanwhile: str, words: str
) -> None:
    await buys.asked("1,200")
    stale = await dm(buys.fay)
    if meanwhile == "withdrawn":
        await buys.finn.click(await buys.card(), "Withdraw approval")
        assert (await buys.finn.fill({"Reason": "Not needed."}, submit=True)).ok
    else:
        await expire(buys)
    await buys.fay.click(stale, "Approve")
    assert words in await told(buys.fay)
    assert await buys.decisions() == []


async def expire(buys: Purchases) -> None:
    """As if nobody had decided for weeks."""
    await buys.company.change(
        "UPDATE approvals SET started_at = started_at - interval '60 days',"
        " runs_since = runs_since - interval '60 days', due_at = due_at - interval '60 days',"
        " expires_at = expires_at - interval '60 days', next_at = next_at - interval '60 days'"
    )
    await buys.sweep()


async def test_a_request_that_another_took_the_place_of_is_not_decided(buys: Purchases) -> None:
    await buys.asked("1,200")
    stale = await dm(buys.fay)
    await buys.fay.click(stale, "Approve")
    await buys.company.deliver()
    await buys.finn.click(await buys.card(), "Change…")
    assert (await buys.finn.fill({"Amount": "1,300"}, submit=True)).ok
    await buys.company.deliver()
    await buys.fay.click(stale, "Reject…")
    await buys.fay.fill({"Reason": REASON}, submit=True)
    assert "already" in await told(buys.fay)
    states = "SELECT status FROM approval_requests ORDER BY id"
    assert [row[0] for row in await buys.company.rows(states)] == ["void", "pending"]


async def test_whoever_may_not_decide_any_more_is_told_why_and_it_is_kept(
    buys: Purchases,
) -> None:
    await buys.asked("1,200")
    card = await dm(buys.fay)
    await buys.company.change("UPDATE users SET role = 'employee' WHERE slack_user_id = 'U0FAY'")
    await buys.fay.click(card, "Approve")
    assert await told(buys.fay)
    assert await buys.decisions() == []
    assert await buys.company.value(REFUSALS) == 1
    await buys.company.change("UPDATE users SET is_active = false WHERE slack_user_id = 'U0FAY'")
    await buys.fay.click(card, "Approve")
    assert "deactivated" in await told(buys.fay)
    assert await buys.decisions() == []


async def pressed(buys: Purchases, person_id: str, value: str, card: Message) -> str:
    """As if the button were on that person's screen; what they are told."""
    payload = {
        "type": "block_actions",
        "user": {"id": person_id, "team_id": "T0ACME"},
        "team": {"id": "T0ACME"},
        "trigger_id": "1.2.x",
        "container": {"type": "message", "channel_id": card.channel, "message_ts": card.ts},
        "actions": [{"action_id": "approval.approve", "block_id": "b", "value": value}],
    }
    await buys.company.slack.forget_calls()
    assert await interact(buys.company, payload) == (200, "")
    return "".join(await windows(buys.company))


def value_of(card: Message) -> str:
    """Of the button "Approve"."""
    [row] = [block for block in card.blocks if block["type"] == "actions"]
    return str(row["elements"][0]["value"])


async def test_somebody_elses_button_decides_nothing(buys: Purchases) -> None:
    """A card that was passed on is no right: not for whoever asked, filed it or works beside."""
    await buys.asked("6,000")
    card = await dm(buys.fay)
    people = ("U0FINN", "U0BEA", "U0IDA", "U0HUGO", "U0CLEO")
    for person_id in people:
        said = await pressed(buys, person_id, value_of(card), card)
        assert "You are not asked to decide about this." in said, person_id
    assert await buys.decisions() == []
    assert await buys.company.value(REFUSALS) == len(people)


async def test_nobody_of_finance_decides_about_their_own_money(buys: Purchases) -> None:
    """Not even with a seat that somehow came to be."""
    await buys.hire_ida()
    await buys.asked("6,000", **{"Or a person": "U0IDA"})
    assert await buys.ida.dms() == []
    at_fay = await dm(buys.fay)
    for person_id in ("U0IDA", "U0BEA", "U0FINN"):
        await buys.company.change("UPDATE users SET role = 'finance' WHERE slack_user_id = 'U0BEA'")
        await buys.company.change(
            "INSERT INTO approval_seats (approval_id, ticket_id, user_id, why, state)"
            " SELECT a.id, a.ticket_id, u.id, 'role', 'pending' FROM approvals a, users u"
            " WHERE a.position = 1 AND u.slack_user_id = :person",
            person=person_id,
        )
        said = await pressed(buys, person_id, value_of(at_fay), at_fay)
        assert "own money" in said, person_id
    assert await buys.decisions() == []
    assert await buys.company.value(REFUSALS) == 3


async def test_a_button_with_words_that_we_never_wrote_is_refused(buys: Purchases) -> None:
    await buys.asked("1,200")
    card = await dm(buys.fay)
    for value in ("", "{}", '{"request":99999999,"facts":"x"}', '{"request":1}', "x" * 1999):
        assert await pressed(buys, "U0FAY", value, card), value
    stale = '{"request": 1, "facts": "0000"}'
    assert "not what is asked any more" in await pressed(buys, "U0FAY", stale, card)
    assert await buys.decisions() == []
