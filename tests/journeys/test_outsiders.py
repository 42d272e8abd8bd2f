"""Guests, people of other companies, apps and deactivated people, at every route the bot has: each
is answered with a sentence, and nothing changes."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from core.db import unit_of_work
from tests.core.desks import dump
from tests.journeys.company import GENERAL, Company
from tests.journeys.elsewhere import Elsewhere
from tests.journeys.every_route import TRIGGER, World, events, interactions, make_world
from tests.journeys.test_requests import interact, send, send_json

KINDS: dict[str, dict[str, Any]] = {
    "guest": {"is_restricted": True},
    "external": {"team_id": "T0OTHER"},
    "app": {"is_bot": True},
    "deactivated": {},
}
SENTENCES = {
    "external": "Only members of this workspace can use the help desk.",
    "app": "Apps cannot use the help desk.",
    "deactivated": "Your account is deactivated, so you cannot use the help desk.",
}
#: Forms that open without asking who it is, for the trigger's sake; sending them is refused.
OPENS_FIRST = {
    "action home.file",
    "action source.make_ticket",
    "shortcut new_ticket",
    "shortcut create_ticket",
}
#: A guest may look at lists of what is theirs, as far as they have something.
THEIR_OWN = ("action home.", "action list.", "action search.")
#: What everybody here may know, the names of departments; and "No" to a question of ours.
FOR_EVERYBODY = {"options department", "action department", "action follower.leave_out"}
#: A tick says and does nothing by itself; the button that it counts for is refused.
SAYS_NOTHING = {"action approvals.select"}
TABLES = (
    *("tickets", "ticket_participants", "sub_tickets", "chat_messages", "notifications"),
    *("departments", "users", "outbox_messages", "audit_logs", "calendars", "sla_templates"),
    *("approval_requests", "approvals", "approval_seats", "absences", "ratings"),
    *("notification_choices", "quiet_hours"),
)
WHO = "U0ODD"


async def rows(company: Company) -> dict[str, list[dict[str, Any]]]:
    """All but the refusals that are written down."""
    async with unit_of_work(company.sessions) as session:
        found = await dump(session, *TABLES)
    found["audit_logs"] = [each for each in found["audit_logs"] if "refused" not in each["action"]]
    return found


async def arrive(company: Company, kind: str) -> None:
    """The person is there, and known to us as far as such a person can be."""
    await company.slack.person(WHO, "Odd One", **KINDS[kind])
    if kind in ("guest", "deactivated"):
        await company.slack.join(GENERAL, WHO)
        await company.slack.acting(WHO).command("/ticket", "mine", channel=GENERAL)
    if kind == "deactivated":
        await company.slack.person(WHO, "Odd One", deleted=True, announce=True)
        await company.deliver()


def team_of(kind: str) -> str:
    return str(KINDS[kind].get("team_id", "T0ACME"))


async def answered(company: Company, elsewhere: Elsewhere, payload: dict[str, Any]) -> str:
    """What the person reads, wherever that is."""
    elsewhere.received.clear()
    status, body = await interact(company, payload | {"response_url": elsewhere.url})
    assert status == 200, payload
    said = json.loads(body) if body else {}
    if "errors" in said:
        return " ".join(said["errors"].values())
    if "options" in said:
        return f"{len(said['options'])} options"
    if "view" in said:
        return json.dumps(said["view"], ensure_ascii=False)
    return " ".join(json.loads(each).get("text", "") for each in elsewhere.received)


def is_refusal(kind: str, name: str, said: str) -> bool:
    if name in FOR_EVERYBODY and kind != "external":
        return True
    if name in SAYS_NOTHING and kind != "external":
        return said == ""
    if name.startswith("options "):
        return said == "0 options"
    if name in OPENS_FIRST and kind != "external":
        # There is no such trigger here, so that the form does not open after all.
        return "took too long for Slack" in said
    if kind != "guest":
        return SENTENCES[kind] in said
    return any(words in said for words in GUESTS_READ)


#: By what they tried: to do something, to read a ticket, to decide, or to set something.
GUESTS_READ = (
    "Guests cannot use the help desk.",
    "you are not on it",
    "You are not on HD-",
    "This message does not exist",
    "This request does not exist, or you are not asked about it.",
    "You are not asked to decide about this.",
    "Use this on a message in the thread below a ticket's card.",
)


async def refused_everywhere(
    company: Company, elsewhere: Elsewhere, world: World, kind: str
) -> dict[str, str]:
    """What was not refused, and what was said then."""
    team = team_of(kind)
    who = {"user": {"id": WHO, "team_id": team}, "team": {"id": team}}
    wrong = {}
    for name, payload in interactions(world, who):
        if kind == "guest" and name.startswith(THEIR_OWN):
            continue
        said = await answered(company, elsewhere, payload)
        if not is_refusal(kind, name, said):
            wrong[name] = said[:200]
    return wrong


@pytest.mark.parametrize("kind", KINDS)
async def test_every_route_refuses_them_with_a_sentence_and_changes_nothing(
    company: Company, elsewhere: Elsewhere, kind: str
) -> None:
    world = await make_world(company)
    await arrive(company, kind)
    before = await rows(company)
    wrong = await refused_everywhere(company, elsewhere, world, kind)
    assert wrong == {}, json.dumps(wrong, indent=1)
    after = await rows(company)
    added = [each["action"] for each in after["audit_logs"][len(before["audit_logs"]) :]]
    assert added == []
    assert {table for table in TABLES if after[table] != before[table]} == set()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_they_say_and_set_below_a_card_does_nothing(company: Company, kind: str) -> None:
    await make_world(company)
    await arrive(company, kind)
    card = await company.card()
    before = await rows(company)
    for number, (name, event) in enumerate(events(WHO, team_of(kind), card)):
        status, _ = await send_json(
            company,
            {
                "type": "event_callback",
                "team_id": "T0ACME",
                "event_id": f"Ev{number}",
                "is_ext_shared_channel": kind == "external",
                "event": event,
            },
        )
        assert status == 200, name
    after = await rows(company)
    for table in set(TABLES) - {"outbox_messages", "audit_logs"}:
        assert after[table] == before[table], table


@pytest.mark.parametrize("kind", KINDS)
async def test_commands_show_them_nothing(company: Company, kind: str) -> None:
    """Slack offers commands to nobody from elsewhere; we do not rely on it."""
    await make_world(company)
    await arrive(company, kind)
    for words in ("HD-1", "mine", "queue", "a new one"):
        form = {"command": "/ticket", "text": words, "user_id": WHO, "team_id": team_of(kind)}
        status, body = await send(company, urlencode(form | {"trigger_id": TRIGGER}).encode())
        assert status == 200
        assert "Printer" not in body
        opens_first = words == "a new one" and kind != "external"
        expected = "took too long" if opens_first else SENTENCES.get(kind, "")
        if kind == "guest" and not opens_first:
            known = {"HD-1": "you are not on it", "mine": "no open tickets"}
            expected = known.get(words, "Guests")
        assert expected in json.loads(body)["text"], words
