"""Slack is asked about a person, and a row written of them, only for somebody who may do what
they are named for."""

import json

import pytest

from bot.ids import Action, View
from tests.journeys.company import Company
from tests.journeys.every_route import World, interactions, make_world
from tests.journeys.test_requests import interact

#: Nobody here has met her.
STRANGER = "U0NEW"
#: Anybody here may file for anybody; guests may not.
NAMING = {
    *(f"view {each}" for each in (View.APPROVAL_ASK, View.APPROVAL_SEND, View.APPROVAL_CHANGE)),
    *(f"view {each}" for each in (View.ABSENCE, View.SETTING, View.SETTING_TEXT)),
    *(f"action {each}" for each in (Action.ADD_FOLLOWER, Action.SETTINGS_PERSON)),
}


async def send_all(company: Company, world: World, who: str, names: set[str]) -> None:
    sender = {"user": {"id": who, "team_id": "T0ACME"}, "team": {"id": "T0ACME"}}
    sent = set()
    for name, payload in interactions(world, sender):
        if name in names:
            written = json.dumps(payload).replace("U0FAY", STRANGER).replace("U0FINN", STRANGER)
            status, _ = await interact(company, json.loads(written))
            assert status == 200, name
            sent.add(name)
    assert sent == names


async def is_met(company: Company) -> bool:
    asked = [call["args"].get("user") for call in await company.slack.calls("users.info")]
    known = await company.rows("SELECT 1 FROM users WHERE slack_user_id = :id", id=STRANGER)
    assert bool(known) == (STRANGER in asked)
    return bool(known)


@pytest.mark.parametrize("who", ["guest", "employee", "agent"])
async def test_nobody_has_others_looked_up_who_may_not_name_them(
    company: Company, who: str
) -> None:
    world = await make_world(company)
    await company.change("UPDATE tickets SET is_private = true")
    sender = {"guest": "U0ODD", "employee": "U0ODD", "agent": "U0HANA"}[who]
    await company.slack.person("U0ODD", "Odd One", is_restricted=who == "guest")
    await company.slack.person(STRANGER, "Nora New")
    filing = {f"view {View.NEW_TICKET}"} if who == "guest" else set()
    await send_all(company, world, sender, NAMING | filing)
    assert not await is_met(company)


async def test_a_follower_cannot_have_somebody_looked_up_for_a_private_ticket(
    company: Company,
) -> None:
    world = await make_world(company)
    await company.slack.person(STRANGER, "Nora New")
    await company.change("UPDATE tickets SET is_private = true")
    await company.change(
        "INSERT INTO ticket_participants (ticket_id, user_id, part, joined_at)"
        " SELECT :t, id, 'follower', now() FROM users WHERE slack_user_id = 'U0HANA'",
        t=world.ticket,
    )
    await send_all(company, world, "U0HANA", {f"action {Action.ADD_FOLLOWER}"})
    assert not await is_met(company)


async def test_who_may_name_them_has_them_looked_up(company: Company) -> None:
    world = await make_world(company)
    await company.slack.person(STRANGER, "Nora New")
    await send_all(company, world, "U0ANN", {f"action {Action.ADD_FOLLOWER}"})
    assert await is_met(company)
