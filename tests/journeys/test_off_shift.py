"""Giving a ticket to somebody who is off: the head is warned first, and may do it all the same."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.slack.seen import OpenView
from tests.journeys.company import Company

ASSIGNEE = """SELECT who.name FROM tickets JOIN users AS who ON who.id = assignee_id
               WHERE number = 1"""
UNASSIGNED = "SELECT assignee_id IS NULL FROM tickets WHERE number = 1"
NOTE = "You know these printers."


async def close_until(company: Company, zone: str = "Europe/Berlin") -> str:
    """The desk works on one day of the week only, which is some days ahead; its name."""
    day = f"{datetime.now(UTC).astimezone(ZoneInfo(zone)) + timedelta(days=3):%a}"
    hours = json.dumps({day.lower(): ["09:00-17:00"]})
    await company.change(
        "UPDATE calendars SET hours = CAST(:hours AS jsonb) WHERE name = 'office'", hours=hours
    )
    return day


async def form(company: Company) -> OpenView:
    view = await company.hugo.view()
    assert view is not None
    return view


async def test_the_second_submission_goes_through_with_note_and_choice(company: Company) -> None:
    card = await company.filed()
    day = await close_until(company)
    assert (await company.hugo.click(card, "Assign…")).ok
    await company.hugo.fill({"Assignee": "Carl Otto", "Note": NOTE}, submit=True)
    view = await form(company)
    assert f"Carl Otto is off until {day} 09:00. Assign anyway?" in view.text
    assert (view.values["Assignee"], view.values["Note"]) == ("Carl Otto", NOTE)
    assert await company.value(UNASSIGNED)

    assert (await company.hugo.submit()).ok
    await company.deliver()
    assert await company.hugo.view() is None
    assert await company.value(ASSIGNEE) == "Carl Otto"
    told = (await company.carl.dms())[-1]
    assert NOTE in told.plain


async def test_of_somebody_else_who_is_off_the_head_is_warned_anew(company: Company) -> None:
    card = await company.filed()
    await close_until(company)
    await company.hugo.click(card, "Assign…")
    await company.hugo.fill({"Assignee": "Carl Otto"}, submit=True)
    await company.hugo.fill({"Assignee": "Ann Visser"}, submit=True)
    assert "Ann Visser is off" in (await form(company)).text
    assert await company.value(UNASSIGNED)
    assert (await company.hugo.submit()).ok
    assert await company.value(ASSIGNEE) == "Ann Visser"


async def test_who_is_at_work_comes_first_and_without_a_warning(company: Company) -> None:
    """Each by their own clock: between these two places there is always another day."""
    card = await company.filed()
    here, there = "Pacific/Pago_Pago", "Pacific/Kiritimati"
    await company.change("UPDATE departments SET time_zone = :zone", zone=here)
    carl = "UPDATE users SET time_zone = :zone WHERE slack_user_id = 'U0CARL'"
    await company.change(carl, zone=there)
    hours = json.dumps({f"{datetime.now(ZoneInfo(there)):%a}".lower(): ["00:00-24:00"]})
    await company.change("UPDATE calendars SET hours = CAST(:hours AS jsonb)", hours=hours)
    await company.hugo.click(card, "Assign…")
    assert await company.hugo.options("Assignee") == ["Carl Otto", "Ann Visser", "Hugo Kern"]
    assert (await company.hugo.fill({"Assignee": "Carl Otto"}, submit=True)).ok
    assert await company.value(ASSIGNEE) == "Carl Otto"


async def test_a_warning_does_not_help_whoever_comes_too_late(company: Company) -> None:
    card = await company.filed()
    await close_until(company)
    await company.hugo.click(card, "Assign…")
    await company.hugo.fill({"Assignee": "Carl Otto"}, submit=True)
    await company.change("UPDATE tickets SET status = 'cancelled'")
    await company.hugo.submit()
    assert "HD-1 is cancelled" in (await form(company)).errors["Assignee"]
    assert await company.value(UNASSIGNED)


async def test_taking_it_oneself_needs_no_warning(company: Company) -> None:
    card = await company.filed()
    await close_until(company)
    await company.hugo.click(card, "Assign…")
    assert (await company.hugo.fill({"Assignee": "Hugo Kern"}, submit=True)).ok
    assert await company.value(ASSIGNEE) == "Hugo Kern"
