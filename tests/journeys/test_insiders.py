"""Colleagues of another department, whatever their role, at every route the bot has: a private
ticket of others, its part and its request for money are as good as not there."""

import json
from typing import Any

import pytest

from core.configuration.file import Configuration
from core.configuration.seed import apply
from core.db import unit_of_work
from core.users.roles import Role
from tests.journeys.company import Company
from tests.journeys.elsewhere import Elsewhere
from tests.journeys.every_route import interactions, make_world
from tests.journeys.test_outsiders import answered, rows

#: What is written in what they may not see.
SECRETS = ("Printer", "fuser", "Papers", "chairs", "Chairs", "Office Depot")
REFUSALS = (
    "you are not on it",
    "You are not on HD-",
    "or you are not asked about it.",
    "You are not asked to decide about this.",
    "or you are not on its ticket.",
    "This message does not exist",
    "0 options",
    "Only a",
    "Only the",
    "Only finance",
)
#: What is about the person alone, or opens a form that everybody may have.
OWN = ("action home.", "action list.", "action search.", "action approvals.", "action absence.")
OWN += ("view home.", "view ticket.new", "view approvals.", "view absence.", "action settings.")
OWN += ("action department", "options department", "action follower.leave_out", "shortcut ")
OWN += ("action source.make_ticket", "action deleted.", "view settings.", "view deleted.")
OWN += ("action slack_user_id",)
#: Nothing of these changes, but for what the person does about themselves.
TABLES = ("ticket_participants", "sub_tickets", "chat_messages", "approvals", "approval_seats")
TABLES += ("approval_requests", "departments", "users", "ratings", "sla_templates")


async def hire(company: Company, role: Role) -> dict[str, Any]:
    await company.slack.person("U0LEA", "Lea Roth")
    person = {"slack_user_id": "U0LEA", "name": "Lea Roth", "role": role, "department": "Legal"}
    legal = {"team_id": "T0ACME", "departments": [{"name": "Legal"}], "people": [person]}
    async with unit_of_work(company.sessions) as session:
        await apply(session, Configuration.model_validate(legal))
    return {"user": {"id": "U0LEA", "team_id": "T0ACME"}, "team": {"id": "T0ACME"}}


@pytest.mark.parametrize("role", [Role.AGENT, Role.DEPARTMENT_HEAD, Role.FINANCE, Role.ADMIN])
async def test_nobody_reaches_or_learns_what_is_not_theirs(
    company: Company, elsewhere: Elsewhere, role: Role
) -> None:
    world = await make_world(company)
    await company.change("UPDATE tickets SET is_private = true")
    who = await hire(company, role)
    before, wrong = await rows(company), {}
    for name, payload in interactions(world, who):
        said = await answered(company, elsewhere, payload)
        is_own = name.startswith(OWN)
        if any(each in said for each in SECRETS) or not (is_own or _is_refusal(said)):
            wrong[name] = said[:200]
    assert wrong == {}, json.dumps(wrong, indent=1)
    after = await rows(company)
    theirs = {each["id"] for each in before["tickets"]}
    assert [each for each in after["tickets"] if each["id"] in theirs] == before["tickets"]
    filed = {each["id"] for each in after["tickets"]} - theirs
    after["ticket_participants"] = [
        each for each in after["ticket_participants"] if each["ticket_id"] not in filed
    ]
    assert {table for table in TABLES if after[table] != before[table]} == set()


def _is_refusal(said: str) -> bool:
    return any(words in said for words in REFUSALS)
