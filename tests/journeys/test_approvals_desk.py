"""An approver's own desk: what waits, several at once, and being away."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.slack.seen import OpenView
from core.db import utc_now
from tests.journeys.company import GENERAL, Company
from tests.journeys.elsewhere import Elsewhere
from tests.journeys.purchases import Purchases, dm, found_finance
from tests.journeys.test_requests import interact

SMALL_RULES = """
INSERT INTO approval_rule_versions (version, rules)
SELECT max(version) + 1,
       '{"currency": "EUR", "ranges": [
          {"from": "0", "to": "5000", "steps": [{"kind": "finance", "quorum": "any"}]},
          {"from": "5000", "to": null,
           "steps": [{"kind": "finance", "quorum": "any"}, {"kind": "ceo", "quorum": "any"}]}]}'
  FROM approval_rule_versions
"""


@pytest.fixture
async def buys(company: Company) -> Purchases:
    """Where small amounts are decided by finance as well."""
    await company.change(SMALL_RULES)
    return await found_finance(company)


async def window(person: Any) -> OpenView:
    assert (await person.command("/ticket", "approvals", channel=GENERAL)).ok
    view: OpenView | None = await person.view()
    assert view is not None
    return view


async def asked_for(buys: Purchases, *amounts: str) -> None:
    for number, amount in enumerate(amounts):
        await buys.filed(f"Purchase {number}")
        assert (await buys.ask(amount, Purpose=f"Thing {number}")).ok
        await buys.company.deliver()


async def ticks(view: OpenView) -> list[str]:
    return [
        option["text"]["text"]
        for block in view.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "checkboxes"
        for option in element["options"]
    ]


async def test_the_desk_is_empty_until_something_waits_and_lists_the_oldest_first(
    buys: Purchases,
) -> None:
    assert "Nothing waits for your decision." in (await window(buys.fay)).text
    await buys.fay.close_view()
    await asked_for(buys, "120", "700", "80")
    view = await window(buys.fay)
    places = [view.text.index(each) for each in ("€120.00", "€700.00", "€80.00")]
    assert places == sorted(places)
    assert await ticks(view) == [
        "€120.00 to Office Depot · HD-1",
        "€80.00 to Office Depot · HD-3",
    ]
    # Whoever is not asked sees nothing of it.
    assert "Nothing waits" in (await window(buys.bea)).text


async def test_the_desk_is_narrowed_by_amount(buys: Purchases) -> None:
    await asked_for(buys, "120", "6000")
    await window(buys.fay)
    assert (await buys.fay.choose_view("€5,000.00 and more")).ok
    view = await buys.fay.view()
    assert view is not None
    assert "€6,000.00 to Office Depot" in view.text
    assert "€120.00 to Office Depot" not in view.text
    assert (await buys.fay.choose_view("Under €5,000.00")).ok
    view = await buys.fay.view()
    assert view is not None
    assert "€120.00 to Office Depot" in view.text
    assert "€6,000.00 to Office Depot" not in view.text


async def test_of_several_approved_together_one_decided_meanwhile_is_reported(
    buys: Purchases,
) -> None:
    ida = await buys.hire_ida()
    await asked_for(buys, "100", "110", "120")
    view = await window(buys.fay)
    labels = await ticks(view)
    await buys.fay.fill({"approvals.select": labels})
    card = next(each for each in await ida.dms() if "€110.00" in each.plain)
    await ida.click(card, "Reject…")
    assert (await ida.fill({"Reason": "No more of these."}, submit=True)).ok
    assert (await buys.fay.click_view("Approve selected")).ok
    await buys.company.deliver()
    report = await buys.fay.view()
    assert report is not None
    assert "Approved: 2 of 3." in report.text
    assert "€110.00 to Office Depot · HD-2: Ida Roth rejected this already at" in report.text
    decided = "SELECT count(*) FROM audit_logs WHERE action = 'approval.approve'"
    assert await buys.company.value(decided) == 2
    assert sorted(await buys.decisions()) == [
        ("Fay Lund", "approved"),
        ("Fay Lund", "approved"),
        ("Ida Roth", "rejected"),
    ]


async def test_nothing_ticked_approves_nothing(buys: Purchases) -> None:
    await asked_for(buys, "100")
    await window(buys.fay)
    assert (await buys.fay.click_view("Approve selected")).ok
    view = await buys.fay.view()
    assert view is not None
    assert "Tick what you want to approve first." in view.text
    assert await buys.decisions() == []


@pytest.mark.parametrize("lost", ["view", "state"])
@pytest.mark.parametrize("action", ["approvals.filter", "approvals.approve_selected"])
async def test_a_press_that_comes_without_its_window_or_ticks_is_answered_in_words(
    buys: Purchases, elsewhere: Elsewhere, action: str, lost: str
) -> None:
    await asked_for(buys, "100")
    window_without_ticks = {"id": "V0NONE", "type": "modal", "hash": "1.a"}
    pressed = {
        "type": "block_actions",
        "user": {"id": "U0FAY", "team_id": "T0ACME"},
        "actions": [{"action_id": action, "block_id": "b", "value": "all"}],
        "trigger_id": "1.2.none",
        "response_url": elsewhere.url,
    }
    pressed |= {} if lost == "view" else {"view": window_without_ticks}
    status, _ = await interact(buys.company, pressed)
    said = " ".join(json.loads(each)["text"] for each in elsewhere.received)
    assert status == 200
    expected = "no longer valid" if lost == "view" else "Slack"
    assert expected in said
    assert "on our side" not in said
    assert await buys.decisions() == []


async def test_guests_are_told_so_and_the_home_tab_still_opens_for_them(buys: Purchases) -> None:
    await asked_for(buys, "100")
    await buys.company.slack.person("U0ODD", "Odd One", is_restricted=True)
    await buys.company.slack.join(GENERAL, "U0ODD")
    guest = buys.company.slack.acting("U0ODD")
    outcome = await guest.command("/ticket", "approvals", channel=GENERAL)
    assert "Guests cannot use the help desk." in str(outcome)
    home = await look(buys, guest)
    assert "Guests cannot use the help desk." in home.text
    assert "your decision" not in home.text


async def test_a_single_one_is_decided_from_the_desk(buys: Purchases) -> None:
    await asked_for(buys, "900")
    await window(buys.fay)
    assert (await buys.fay.click_view("Reject…")).ok
    assert (await buys.fay.fill({"Reason": "Not this quarter."}, submit=True)).ok
    await buys.company.deliver()
    assert await buys.decisions() == [("Fay Lund", "rejected")]
    assert "Fay Lund rejected €900.00: Not this quarter." in await buys.said("requester")


async def look(buys: Purchases, person: Any) -> OpenView:
    assert (await person.open_home()).ok
    await buys.company.deliver()
    home: OpenView = await person.home()
    return home


async def test_the_home_tab_shows_the_same_to_those_who_decide_and_nothing_to_others(
    buys: Purchases,
) -> None:
    assert "Nothing waits for your decision." in (await look(buys, buys.fay)).text
    assert "Nothing waits for your decision." in (await look(buys, buys.cleo)).text
    assert "your decision" not in (await look(buys, buys.bea)).text
    await asked_for(buys, "120", "900")
    home = await buys.fay.home()
    assert "€900.00 to Office Depot · HD-2" in home.text
    assert "€120.00 to Office Depot · HD-1" in home.text
    # One of them by itself, and the small ones together.
    assert (await buys.fay.choose_home("€5,000.00 and more")).ok
    narrowed = await buys.fay.view()
    assert narrowed is not None
    assert "Nothing of that size waits" in narrowed.text
    await buys.fay.close_view()
    assert (await buys.fay.choose_home("€120.00 to Office Depot · HD-1")).ok
    assert (await buys.fay.click_home("Approve selected")).ok
    report = await buys.fay.view()
    assert report is not None
    assert "Approved: 1 of 1." in report.text
    await buys.fay.close_view()
    await buys.company.deliver()
    home = await buys.fay.home()
    assert "€120.00" not in home.text
    assert (await buys.fay.click_home("Approve")).ok
    await buys.company.deliver()
    assert "Nothing waits for your decision." in (await buys.fay.home()).text
    assert len(await buys.decisions()) == 2


async def test_away_is_said_and_ended_on_the_home_tab(buys: Purchases) -> None:
    await look(buys, buys.fay)
    assert (await buys.fay.click_home("I'm away…")).ok
    form = {"From": utc_now() - timedelta(minutes=5), "Stand-in": "U0IDA"}
    assert (await buys.fay.fill(form, submit=True)).ok
    await buys.company.deliver()
    assert "Ida Roth stands in" in (await buys.fay.home()).text
    assert (await buys.fay.click_home("End")).ok
    await buys.company.deliver()
    assert "Ida Roth stands in" not in (await buys.fay.home()).text


async def away(buys: Purchases, person: Any, **answers: Any) -> OpenView | None:
    await window(person)
    assert (await person.click_view("I'm away…")).ok
    form = {"From": utc_now() - timedelta(minutes=5), "Stand-in": "U0IDA"}
    await person.fill(form | answers, submit=True)
    view: OpenView | None = await person.view()
    await buys.company.deliver()
    return view


async def test_a_stand_in_decides_and_both_names_are_read(buys: Purchases) -> None:
    saved = await away(buys, buys.fay)
    assert saved is not None
    assert "Ida Roth decides while you are away." in saved.text
    await buys.fay.close_view(everything=True)
    assert "Ida Roth stands in" in (await window(buys.fay)).text
    await asked_for(buys, "900")
    at_ida = await dm(buys.ida)
    assert "You are asked because you stand in for Fay Lund." in at_ida.plain
    assert (await buys.ida.click(at_ida, "Approve")).ok
    await buys.company.deliver()
    line = "Ida Roth (for Fay Lund) approved €900.00."
    assert line in await buys.said()
    at_fay = await dm(buys.fay)
    assert at_fay.buttons == []
    assert "Finance: Ida Roth (for Fay Lund) approved." in at_fay.plain


async def test_once_the_absence_is_over_the_stand_in_may_not_decide(buys: Purchases) -> None:
    await asked_for(buys, "900")
    await away(buys, buys.fay)
    card = await dm(buys.ida)
    assert "Approve" in card.buttons
    await buys.fay.close_view(everything=True)
    await window(buys.fay)
    assert (await buys.fay.click_view("End")).ok
    await buys.company.deliver()
    assert (await dm(buys.ida)).buttons == []
    await buys.ida.click(card, "Approve")
    view = await buys.ida.view()
    assert view is not None
    assert view.text
    assert await buys.decisions() == []
    assert (await buys.fay.click(await dm(buys.fay), "Approve")).ok


async def test_above_the_limit_the_stand_in_is_not_asked(buys: Purchases) -> None:
    await away(buys, buys.fay, **{"Up to": "500"})
    await asked_for(buys, "900")
    assert await buys.ida.dms() == []
    assert "Approve" in (await dm(buys.fay)).buttons


@pytest.mark.parametrize(
    ("answers", "label", "words"),
    [
        ({"Until": utc_now() - timedelta(days=1)}, "Until", "later than the beginning"),
        ({"Up to": "lots"}, "Up to", "no amount of money"),
        ({"Stand-in": "U0FAY"}, "Stand-in", ""),
    ],
)
async def test_an_absence_that_cannot_be_is_refused_beside_the_input(
    buys: Purchases, answers: dict[str, Any], label: str, words: str
) -> None:
    view = await away(buys, buys.fay, **answers)
    assert view is not None
    assert words in view.errors[label]
    assert await buys.company.value("SELECT count(*) FROM absences") == 0


async def test_the_requester_who_stands_in_cannot_decide_about_their_own(
    buys: Purchases,
) -> None:
    """Bea stands in for the whole of finance; her own ticket goes past her."""
    await away(buys, buys.fay, **{"Stand-in": "U0BEA"})
    await asked_for(buys, "900")
    assert all("You are asked" not in each.plain for each in await buys.bea.dms())
    assert "Approve" in (await dm(buys.fay)).buttons
