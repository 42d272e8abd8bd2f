"""The Home tab: what each kind of person sees on it, and that it keeps up with what happens."""

from json import dumps
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.sandbox.slack.client import OpenView
from tests.journeys.company import HR_DESK, IT_DESK, Company
from workers.sla import watch


async def look(company: Company, person: Any) -> OpenView:
    assert (await person.open_home()).ok
    await company.deliver()
    home: OpenView = await person.home()
    return home


async def press_beside(person: Any, words: str) -> None:
    """The button in the same line; others are called so as well."""
    view = (await person.home()).raw
    [button] = [
        block["accessory"]
        for block in view["blocks"]
        if block.get("text", {}).get("text") == words and "accessory" in block
    ]
    assert (await person.click_home(button["value"])).ok


async def file_many(company: Company, number: int, **answers: Any) -> None:
    for n in range(number):
        assert (await company.file(company.bea, f"Printer {n}", **answers)).ok
    await company.deliver()


async def test_who_has_nothing_is_told_what_to_do(company: Company) -> None:
    home = await look(company, company.bea)
    assert "Help desk" in home.text
    assert "You have no open requests. Press “New request” whenever you need" in home.text
    assert home.buttons == ["New request", "Notifications…", "New request", "New request"]
    assert "Ask a department" in home.text
    assert [name in home.text for name in ("IT", "HR", "Unassigned")] == [True, True, False]


async def test_a_request_begins_there_with_its_department(company: Company) -> None:
    await look(company, company.bea)
    await press_beside(company.bea, "IT")
    assert (await company.bea.view()).values["Department"] == "IT"
    await company.bea.close_view()
    assert (await company.bea.click_home("New request")).ok
    assert (await company.bea.view()).values["Department"] is None
    await company.bea.close_view()
    payload = {"Summary": "Printer is on fire", "Department": "HR"}
    await company.bea.click_home("New request")
    assert (await company.bea.fill(payload, submit=True)).ok
    await company.deliver()
    assert "HD-1 · Printer is on fire" in (await company.bea.home()).text
    assert len(await company.slack.all_messages(HR_DESK)) == 1


async def test_a_requester_sees_what_waits_for_them_and_what_they_asked_for(
    company: Company,
) -> None:
    card = await company.filed()
    await look(company, company.bea)
    assert (await company.ann.click(card, "Assign to me")).ok
    await company.deliver()
    home = await company.bea.home()
    assert "Your requests · 1" in home.text
    assert "Assigned · Medium · IT · Ann Visser" in home.text
    assert "Waiting for you" not in home.text
    assert (await company.ann.click(await company.card(), "Wait for requester")).ok
    await company.deliver()
    assert "Waiting for you · 1" in (await company.bea.home()).text


async def test_an_agent_sees_what_they_have_what_nobody_has_and_what_is_late(
    company: Company,
) -> None:
    card = await company.filed()
    await company.file(company.bea, "Mouse is dead")
    await company.deliver()
    await company.ann.click(card, "Assign to me")
    await company.change(
        "UPDATE sla_clocks SET next_event_at = now(), due_at = now() - interval '1 hour'"
        " WHERE kind = 'first_response'"
        " AND ticket_id = (SELECT id FROM tickets WHERE number = 2)"
    )
    await watch(company.runtime)
    home = await look(company, company.ann)
    for words in ("Assigned to you · 1", "Unassigned · 1", "At risk · 1", "Open in your"):
        assert words in home.text, words
    assert "Answer overdue" in home.text
    assert "Your department" not in home.text
    assert "Unassigned" not in (await look(company, company.hana)).text.replace("unassigned", "")


async def test_a_head_sees_the_department_and_who_has_how_much(company: Company) -> None:
    card = await company.filed()
    await company.ann.click(card, "Assign to me")
    await company.file(company.bea, "Mouse is dead")
    home = await look(company, company.hugo)
    assert "Your department" in home.text
    assert "New 1 · Assigned 1" in home.text
    assert "Ann Visser: 1 open\n" in home.text
    assert "Carl Otto: 0 open" in home.text


async def test_a_list_is_turned_page_by_page_and_filtered(company: Company) -> None:
    await file_many(company, 9)
    await company.change("UPDATE tickets SET priority = 'high' WHERE number = 3")
    await look(company, company.bea)
    assert (await company.bea.click_home("See all")).ok
    await company.deliver()
    first = await company.bea.home()
    assert "Your requests · 9" in first.text
    assert ("HD-9 ·" in first.text, "HD-1 ·" in first.text) == (True, False)
    assert (await company.bea.click_home("Next")).ok
    await company.deliver()
    second = await company.bea.home()
    assert ("HD-9 ·" in second.text, "HD-1 ·" in second.text) == (False, True)
    assert (await company.bea.click_home("Previous")).ok
    await company.deliver()
    assert "HD-9 ·" in (await company.bea.home()).text
    assert (await company.bea.choose_home("High")).ok
    await company.deliver()
    high = await company.bea.home()
    assert ("HD-3 ·" in high.text, "HD-4 ·" in high.text) == (True, False)
    assert (await company.bea.choose_home("HR")).ok
    await company.deliver()
    assert "Nothing here fits. Choose another status" in (await company.bea.home()).text
    assert (await company.bea.choose_home("Overview")).ok
    await company.deliver()
    assert "Your requests · 9" in (await company.bea.home()).text
    assert "Ask a department" in (await company.bea.home()).text


async def test_what_is_over_is_found_by_its_status(company: Company) -> None:
    await company.filed()
    await company.change("UPDATE tickets SET status = 'closed'")
    await company.file(company.bea, "Mouse is dead")
    await look(company, company.bea)
    await company.bea.click_home("See all")
    await company.deliver()
    assert "HD-1 ·" not in (await company.bea.home()).text
    assert (await company.bea.choose_home("Closed")).ok
    await company.deliver()
    home = await company.bea.home()
    assert ("HD-1 ·" in home.text, "HD-2 ·" in home.text) == (True, False)


async def test_a_ticket_opens_in_a_window_for_who_may_see_it(company: Company) -> None:
    await company.filed()
    await look(company, company.bea)
    await look(company, company.ann)
    assert (await company.ann.click_home("Show")).ok
    assert (await company.ann.view()).title == "HD-1"
    assert "Printer is on fire" in (await company.ann.view()).text
    await company.ann.close_view()
    # Ann works elsewhere now, and her page is an old one.
    await company.change(
        "UPDATE users SET department_id = (SELECT id FROM departments WHERE name = 'HR')"
        " WHERE slack_user_id = 'U0ANN'"
    )
    await company.ann.click_home("Show")
    assert "does not exist, or you are not on it" in (await company.ann.view()).text
    await company.deliver()
    assert "HD-1" not in (await look(company, company.ann)).text


async def test_the_queue_is_worked_off_from_there(company: Company) -> None:
    await company.filed()
    await look(company, company.ann)
    stale = (await look(company, company.carl)).raw
    assert (await company.ann.click_home("Assign to me")).ok
    await company.deliver()
    home = await company.ann.home()
    assert ("Assigned to you · 1" in home.text, "Unassigned ·" in home.text) == (True, False)
    assert "Unassigned ·" not in (await company.carl.home()).text
    [value] = [
        element["value"]
        for block in stale["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id") == "ticket.claim"
    ]
    # Carl's screen is a moment behind.
    action = {"action_id": "ticket.claim", "value": value}
    assert (await press(company, stale, action, "U0CARL")).status == 200
    assert await company.value("SELECT count(*) FROM audit_logs WHERE action = 'ticket.claim'") == 1


async def test_a_private_ticket_is_on_no_page_of_others(company: Company) -> None:
    card = await company.filed(Private=["Only its department and the people on it may see it"])
    assert card.channel == IT_DESK
    assert "HD-1" in (await look(company, company.ann)).text
    assert "Private" in (await company.ann.home()).text
    for person in (company.hana, company.finn, company.ada):
        assert "HD-1" not in (await look(company, person)).text


async def test_only_who_looked_lately_gets_it_anew(company: Company) -> None:
    await look(company, company.ann)
    await company.slack.forget_calls()
    await company.filed()
    calls = await company.slack.calls("views.publish")
    assert {each["args"]["user_id"] for each in calls} == {"U0ANN"}
    await company.change("UPDATE home_visits SET opened_at = now() - interval '2 days'")
    await company.slack.forget_calls()
    await company.file(company.bea, "Mouse is dead")
    await company.deliver()
    assert await company.slack.calls("views.publish") == []
    assert "HD-2" not in (await company.ann.home()).text


async def test_many_changes_at_once_are_shown_once(company: Company) -> None:
    await look(company, company.ann)
    await company.slack.forget_calls()
    for n in range(4):
        await company.file(company.bea, f"Printer {n}")
    await company.change("UPDATE preferences SET value = '600' WHERE name = 'home_fold'")
    await company.deliver()
    await company.deliver_late()
    assert len(await company.slack.calls("views.publish")) == 1
    assert "Unassigned · 4" in (await company.ann.home()).text


async def test_what_somebody_does_themselves_is_shown_at_once(company: Company) -> None:
    await company.change("UPDATE preferences SET value = '3600' WHERE name = 'home_fold'")
    for person in (company.ann, company.bea):
        await look(company, person)
    await company.file(company.bea, "Printer is on fire")
    await company.deliver()
    assert "Your requests · 1" in (await company.bea.home()).text
    assert "Unassigned ·" not in (await company.ann.home()).text
    assert "Unassigned · 1" in (await look(company, company.ann)).text
    assert (await company.ann.click_home("Assign to me")).ok
    await company.deliver()
    assert "Assigned to you · 1" in (await company.ann.home()).text
    assert "Ann Visser" not in (await company.bea.home()).text
    await company.deliver_late()
    assert "Ann Visser" in (await company.bea.home()).text


async def test_a_ticket_that_moved_away_leaves_the_page_of_its_old_desk(company: Company) -> None:
    await company.filed()
    assert "Unassigned · 1" in (await look(company, company.ann)).text
    await look(company, company.hana)
    await company.hugo.choose(await company.card(), "Transfer…")
    assert (await company.hugo.fill({"Department": "HR", "Reason": "Theirs"}, submit=True)).ok
    await company.deliver()
    assert "Unassigned ·" not in (await company.ann.home()).text
    assert "Unassigned · 1" in (await company.hana.home()).text


async def test_somebody_elses_publication_meanwhile_is_overcome(company: Company) -> None:
    await look(company, company.ann)
    await company.change("UPDATE home_visits SET view_hash = '1.old'")
    await company.filed()
    assert "Unassigned · 1" in (await company.ann.home()).text
    shown = (await company.ann.home()).hash
    assert await company.value("SELECT view_hash FROM home_visits") == shown


async def test_guests_and_strangers_get_nothing_of_it(company: Company) -> None:
    await company.filed()
    await company.slack.person("U0GUEST", "Gil Guest", is_restricted=True)
    guest = company.slack.acting("U0GUEST")
    home = await look(company, guest)
    assert home.text.splitlines()[1:] == [
        "Guests cannot use the help desk. Ask a colleague to file it for you."
    ]
    assert home.buttons == []


async def test_a_guest_who_may_file_begins_there_too(company: Company) -> None:
    await company.change("INSERT INTO preferences (name, value) VALUES ('guests_may_file', 'true')")
    await company.slack.person("U0GUEST", "Gil Guest", is_restricted=True)
    guest = company.slack.acting("U0GUEST")
    home = await look(company, guest)
    assert "As a guest you file requests for yourself." in home.text
    assert home.buttons == ["New request"]
    assert (await guest.click_home("New request")).ok
    form = {"Summary": "I cannot print", "Department": "IT"}
    assert (await guest.fill(form, submit=True)).ok
    await company.deliver()
    assert "HD-1 · I cannot print" in (await guest.dms())[-1].plain


@pytest.mark.parametrize("value", ["", "nowhere", "department", "mine 1", None])
async def test_odd_values_do_no_harm(company: Company, value: str | None) -> None:
    """As an old page, or somebody with tools, may send them."""
    await company.filed()
    await look(company, company.bea)
    view = (await company.bea.home()).raw
    for action in ("home.list", "home.file", "home.back", "ticket.show"):
        await company.bea.close_view() if await company.bea.view() else None
        delivery = await press(company, view, {"action_id": action, "value": value})
        assert delivery.status == 200
    for action in ("home.show", "home.status", "home.priority", "home.department"):
        option = {"value": value, "text": {"type": "plain_text", "text": "x"}}
        delivery = await press(company, view, {"action_id": action, "selected_option": option})
        assert delivery.status == 200
    await company.deliver()
    assert "Your requests · 1" in (await company.bea.home()).text


async def press(company: Company, view: Any, action: dict[str, Any], person: str = "U0BEA") -> Any:
    body = {
        "type": "block_actions",
        "user": {"id": person, "team_id": "T0ACME"},
        "team": {"id": "T0ACME"},
        "view": view,
        "actions": [{"type": "button", "block_id": "x", **action}],
        "trigger_id": "none",
    }
    return await send(company, body)


async def send(company: Company, body: dict[str, Any]) -> Any:
    return await company.slack.send_raw(*as_form(body))


def as_form(body: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    encoded = urlencode({"payload": dumps(body)}).encode()
    return encoded, {"Content-Type": "application/x-www-form-urlencoded"}


async def test_the_messages_tab_and_a_full_slack_change_nothing(company: Company) -> None:
    assert (await company.bea.open_home(tab="messages")).ok
    await company.deliver()
    assert await company.bea.home() is None
    await company.slack.fault("views.publish", kind="error", error="not_enabled", times=1)
    assert (await company.bea.open_home()).ok
    await company.deliver()
    assert await company.bea.home() is None
    settled = "SELECT count(*) FROM outbox_messages WHERE settled_at IS NULL"
    assert await company.value(settled) == 0
