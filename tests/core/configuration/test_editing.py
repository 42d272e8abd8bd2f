"""One entry at a time, by administrators: the same checks as a file, and what stands in the way."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.editing import EntryChanged, move, remove, save
from core.configuration.reading import read
from core.configuration.sections import Entry, Section, list_entries
from core.configuration.seed import apply
from core.configuration.typed import Shown, Typed
from core.db import unit_of_work
from core.engine import Sessions
from core.errors import HelpDeskError, InvalidField, NotAllowed, Refused
from core.tickets.changes import Turn
from core.tickets.models import SlaTemplate, Source
from core.tickets.policy import read_policy
from core.users.models import Department, User
from core.users.permissions import Actor
from core.users.queries import actor_of
from tests.core.desks import refusal_of
from tests.factories import make_ticket

COMPANY = """
team_id: T0ACME
admin: U0ADA
departments:
  - {name: IT, desk_channel: C0ITDESK, head: U0HUGO, time_zone: Europe/Berlin}
  - {name: HR}
people:
  - {slack_user_id: U0ANN, name: Ann Visser, role: agent, department: IT}
  - {slack_user_id: U0HUGO, name: Hugo Kern}
  - {slack_user_id: U0ADA, name: Ada Admin}
calendars: [{name: office}, {name: shifts, hours: {mon-sun: ["06:00-14:00"]}}]
sla_templates:
  - {name: urgent, priority: urgent, calendar: shifts}
  - {name: rest}
routing:
  - {name: network, words: [vpn], to: IT}
  - {name: papers, words: [contract], to: HR}
approval_rules:
  - {currency: EUR, from: 0, to: 500, steps: []}
  - {currency: EUR, from: 500, to: null, steps: [finance]}
split_templates: [{name: starter, parts: [{department: HR, summary: Contract}]}]
"""


@pytest.fixture
async def turn(session: AsyncSession) -> Turn:
    await apply(session, read(COMPANY))
    return await turn_of(session, "U0ADA")


async def turn_of(session: AsyncSession, slack_user_id: str) -> Turn:
    return Turn(await person(session, slack_user_id), Source.FORM, await read_policy(session))


async def person(session: AsyncSession, slack_user_id: str) -> Actor:
    users = await session.scalars(select(User).where(User.slack_user_id == slack_user_id))
    return actor_of(users.one())


async def entry(session: AsyncSession, turn: Turn, section: Section, key: str) -> Entry:
    found = await list_entries(session, turn.actor, section)
    return next(each for each in found if each.key == key)


async def shown(session: AsyncSession, turn: Turn, section: Section, key: str) -> Shown:
    found = await entry(session, turn, section, key)
    return Shown(found.key, found.print)


async def changed(
    session: AsyncSession, turn: Turn, section: Section, key: str, **values: Any
) -> list[str]:
    found = await entry(session, turn, section, key)
    typed = Typed({**found.values, **values})
    return await save(session, turn, section, Shown(found.key, found.print), typed)


async def trail(session: AsyncSession) -> list[Any]:
    rows = await session.execute(
        text(
            "SELECT a.action, a.source, u.slack_user_id, a.changes, a.details->>'what'"
            " FROM audit_logs a LEFT JOIN users u ON u.id = a.user_id"
            " WHERE a.user_id IS NOT NULL ORDER BY a.id"
        )
    )
    return [tuple(row) for row in rows]


async def keys(session: AsyncSession, turn: Turn, section: Section) -> list[str]:
    return [each.key for each in await list_entries(session, turn.actor, section)]


async def test_a_change_is_told_and_audited_with_who_made_it(
    session: AsyncSession, turn: Turn
) -> None:
    lines = await changed(session, turn, Section.DEPARTMENTS, "IT", time_zone="Europe/Oslo")
    assert lines == ["department IT: time zone is now Europe/Oslo, was Europe/Berlin"]
    changes = {"time_zone": ["Europe/Berlin", "Europe/Oslo"]}
    assert await trail(session) == [
        ("configuration.change", "form", "U0ADA", changes, "department IT")
    ]


async def test_saving_what_is_there_changes_nothing(session: AsyncSession, turn: Turn) -> None:
    for section in Section:
        for each in await list_entries(session, turn.actor, section):
            as_shown = Shown(each.key, each.print)
            assert await save(session, turn, section, as_shown, Typed(each.values)) == []
            assert await save(session, turn, section, as_shown, Typed.read(each.text)) == []
    assert await trail(session) == []


@pytest.mark.parametrize("who", ["U0HUGO", "U0ANN"])
async def test_only_administrators_see_or_change_settings(
    session: AsyncSession, turn: Turn, who: str
) -> None:
    theirs = await turn_of(session, who)
    at = await shown(session, turn, Section.DEPARTMENTS, "IT")
    for doing in (
        list_entries(session, theirs.actor, Section.PEOPLE),
        save(session, theirs, Section.DEPARTMENTS, at, Typed({"name": "IT"})),
        move(session, theirs, Section.ROUTING, at, 1),
        remove(session, theirs, Section.DEPARTMENTS, at, reason="No."),
    ):
        assert isinstance(await refusal_of(doing), NotAllowed)


WRONG: list[tuple[Section, str, dict[str, Any], str, str]] = [
    (Section.DEPARTMENTS, "IT", {"name": ""}, "name", "at least one character"),
    (Section.DEPARTMENTS, "IT", {"name": "x" * 76}, "name", "at most 75 characters"),
    (Section.DEPARTMENTS, "IT", {"name": "HR"}, "name", "There is a department HR already"),
    (Section.DEPARTMENTS, "IT", {"time_zone": "Mars"}, "time_zone", "is no time zone"),
    (Section.DEPARTMENTS, "IT", {"nudge_after": "soon"}, "nudge_after", "no length of time"),
    (Section.DEPARTMENTS, "IT", {"head": "U0ADA"}, "head", "a person has one role"),
    (Section.DEPARTMENTS, "HR", {"head": "U0HUGO"}, "head", "the head of IT already"),
    (Section.PEOPLE, "U0ANN", {"role": "boss"}, "role", "is not one of"),
    (Section.PEOPLE, "U0ANN", {"department": None}, "department", "Choose the department"),
    (Section.PEOPLE, "U0ANN", {"department": "Moon"}, "department", "there is no department"),
    (Section.PEOPLE, "U0ANN", {"employee_code": "U0HUGO"}, "employee_code", "belongs to U0HUGO"),
    (Section.PEOPLE, "U0ANN", {"slack_user_id": "U0EVE"}, "slack_user_id", "somebody else"),
    (Section.ROUTING, "network", {"to": None}, "name", "does nothing"),
    (Section.ROUTING, "network", {"assignee": "U0GONE"}, "assignee", "there is no person"),
    (Section.SLA_TEMPLATES, "rest", {"calendar": "moon"}, "calendar", "there is no calendar"),
    (Section.SLA_TEMPLATES, "rest", {"resolution": "0h"}, "resolution", "needs time"),
    (Section.CALENDARS, "shifts", {"hours": {}}, "hours", "needs hours"),
    (Section.CALENDARS, "shifts", {"name": "always"}, "name", "built in"),
    (Section.SETTINGS, "", {"reopen_grace": "5h"}, "reopen_grace", "whole business days"),
]


@pytest.mark.parametrize(("section", "key", "values", "field", "words"), WRONG)
async def test_what_is_wrong_is_said_beside_its_input(
    session: AsyncSession,
    turn: Turn,
    section: Section,
    key: str,
    values: dict[str, Any],
    field: str,
    words: str,
) -> None:
    refusal = await refusal_of(changed(session, turn, section, key, **values))
    assert isinstance(refusal, InvalidField)
    assert refusal.field == field
    assert words.casefold() in refusal.text.casefold()


async def test_a_text_is_refused_with_its_lines(session: AsyncSession, turn: Turn) -> None:
    at = await shown(session, turn, Section.SLA_TEMPLATES, "rest")
    typed = Typed.read("name: rest\nfirst_response: soon\nresolutoin: 4h\n")
    refusal = await refusal_of(save(session, turn, Section.SLA_TEMPLATES, at, typed))
    assert isinstance(refusal, InvalidField)
    assert refusal.field == "text"
    lines = refusal.text.splitlines()
    assert lines[0].startswith("line 2: first_response")
    assert lines[1] == "line 3: “resolutoin” is not known here; did you mean “resolution”?"


@pytest.mark.parametrize("typed", ["- a list", "name: [", "just words", ""])
def test_a_text_that_is_no_entry_is_refused(typed: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        Typed.read(typed)
    assert refusal.value.field == "text"


async def test_rules_that_overlap_are_refused_with_the_other_in_mind(
    session: AsyncSession, turn: Turn
) -> None:
    key = "EUR from 0"
    refusal = await refusal_of(changed(session, turn, Section.APPROVAL_RULES, key, to=600))
    assert refusal is not None
    assert "covers some of these amounts" in refusal.text


async def test_a_stale_form_saves_nothing_and_learns_what_it_is_now(
    session: AsyncSession, turn: Turn
) -> None:
    at = await shown(session, turn, Section.DEPARTMENTS, "IT")
    await changed(session, turn, Section.DEPARTMENTS, "IT", open_threads=True)
    typed = Typed({"name": "IT", "time_zone": "Europe/Oslo"})
    refusal = await refusal_of(save(session, turn, Section.DEPARTMENTS, at, typed))
    assert isinstance(refusal, EntryChanged)
    assert refusal.now.values["open_threads"] is True
    found = await session.scalar(select(Department).where(Department.name == "IT"))
    assert found is not None
    assert found.time_zone == "Europe/Berlin"


async def test_what_is_gone_meanwhile_is_said_to_be_gone(session: AsyncSession, turn: Turn) -> None:
    at = await shown(session, turn, Section.ROUTING, "papers")
    await remove(session, turn, Section.ROUTING, at, reason="Nobody uses it.")
    refusal = await refusal_of(remove(session, turn, Section.ROUTING, at, reason="Again."))
    assert isinstance(refusal, Refused)
    assert refusal.text.startswith("There is no routing rule papers any more.")


async def test_a_department_keeps_all_that_is_its_own_under_another_name(
    session: AsyncSession, turn: Turn
) -> None:
    await changed(session, turn, Section.DEPARTMENTS, "HR", name="People Team")
    assert await keys(session, turn, Section.DEPARTMENTS) == ["IT", "People Team"]
    rule = await entry(session, turn, Section.ROUTING, "papers")
    template = await entry(session, turn, Section.SPLIT_TEMPLATES, "starter")
    assert rule.values["to"] == "People Team"
    assert template.values["parts"][0]["department"] == "People Team"


async def test_a_calendar_takes_its_promises_along(session: AsyncSession, turn: Turn) -> None:
    await changed(session, turn, Section.CALENDARS, "shifts", name="two shifts")
    template = await entry(session, turn, Section.SLA_TEMPLATES, "urgent")
    assert template.values["calendar"] == "two shifts"


async def test_another_head_makes_the_former_one_an_agent(
    session: AsyncSession, turn: Turn
) -> None:
    await changed(session, turn, Section.DEPARTMENTS, "IT", head="U0ANN")
    people = {
        each.key: each.values for each in await list_entries(session, turn.actor, Section.PEOPLE)
    }
    assert people["U0ANN"]["role"] == "department_head"
    assert (people["U0HUGO"]["role"], people["U0HUGO"]["department"]) == ("agent", "IT")
    await changed(session, turn, Section.DEPARTMENTS, "IT", head=None)
    assert (await entry(session, turn, Section.DEPARTMENTS, "IT")).values["head"] is None


async def test_the_last_administrator_stays_one(session: AsyncSession, turn: Turn) -> None:
    refusal = await refusal_of(changed(session, turn, Section.PEOPLE, "U0ADA", role="employee"))
    assert isinstance(refusal, Refused)
    assert "Nobody would be an administrator" in refusal.text


async def test_rules_change_places_and_stay_in_the_list(session: AsyncSession, turn: Turn) -> None:
    at = await shown(session, turn, Section.ROUTING, "papers")
    await move(session, turn, Section.ROUTING, at, -1)
    await move(session, turn, Section.ROUTING, at, -1)
    assert await keys(session, turn, Section.ROUTING) == ["papers", "network"]
    policy = await read_policy(session)
    assert [each.name for each in policy.rules] == ["papers", "network"]
    await move(session, turn, Section.ROUTING, at, 1)
    assert await keys(session, turn, Section.ROUTING) == ["network", "papers"]


USED = [
    (Section.DEPARTMENTS, "HR", "the routing rule “papers” and the split template “starter”"),
    (Section.CALENDARS, "shifts", "the SLA template “urgent”"),
    (Section.CALENDARS, "office", "the departments “IT”, “HR” and all business hours"),
]


@pytest.mark.parametrize(("section", "key", "where"), USED)
async def test_what_is_in_use_is_not_deleted_and_says_where(
    session: AsyncSession, turn: Turn, section: Section, key: str, where: str
) -> None:
    at = await shown(session, turn, section, key)
    refusal = await refusal_of(remove(session, turn, section, at, reason="Old."))
    assert isinstance(refusal, Refused)
    assert f"is in use by {where}" in refusal.text
    assert key in await keys(session, turn, section)


async def test_tickets_keep_their_department_and_their_promise(
    session: AsyncSession, turn: Turn
) -> None:
    hr = (await session.scalars(select(Department).where(Department.name == "HR"))).one()
    bea = (await session.scalars(select(User).where(User.slack_user_id == "U0ANN"))).one()
    rest = (await session.scalars(select(SlaTemplate).where(SlaTemplate.name == "rest"))).one()
    ticket = await make_ticket(session, requestor=bea, department=hr, sla_template_id=rest.id)
    for section, key, words in (
        (Section.DEPARTMENTS, "HR", "in use by 1 ticket,"),
        (Section.SLA_TEMPLATES, "rest", "in use by 1 open ticket"),
    ):
        at = await shown(session, turn, section, key)
        refusal = await refusal_of(remove(session, turn, section, at, reason="Old."))
        assert refusal is not None
        assert words in refusal.text
    # A row without clocks gets them with the first change; from then on it keeps them.
    await changed(session, turn, Section.SLA_TEMPLATES, "rest", first_response="3h")
    await session.refresh(ticket)
    before = ticket.due_at
    assert before is not None
    await changed(session, turn, Section.SLA_TEMPLATES, "rest", resolution="1h")
    await session.refresh(ticket)
    assert ticket.due_at == before
    assert rest.resolution_target == timedelta(hours=1)


async def test_what_nothing_needs_is_deleted_with_a_reason_in_the_trail(
    session: AsyncSession, turn: Turn
) -> None:
    for section, key in (
        (Section.SPLIT_TEMPLATES, "starter"),
        (Section.ROUTING, "papers"),
        (Section.DEPARTMENTS, "HR"),
        (Section.SLA_TEMPLATES, "urgent"),
        (Section.CALENDARS, "shifts"),
    ):
        at = await shown(session, turn, section, key)
        refusal = await refusal_of(remove(session, turn, section, at, reason=" "))
        assert isinstance(refusal, InvalidField)
        await remove(session, turn, section, at, reason="Not needed any more.")
        assert key not in await keys(session, turn, section)
    deleted = [row for row in await trail(session) if row[0] == "configuration.delete"]
    assert len(deleted) == 5
    refusal = await refusal_of(
        save(session, turn, Section.DEPARTMENTS, None, Typed({"name": "HR"}))
    )
    assert refusal is not None
    assert "A deleted department HR is in the way" in refusal.text


async def test_a_rule_about_money_is_not_deleted_where_it_leaves_a_gap(
    session: AsyncSession, turn: Turn
) -> None:
    key = "EUR from 500"
    at = await shown(session, turn, Section.APPROVAL_RULES, key)
    refusal = await refusal_of(remove(session, turn, Section.APPROVAL_RULES, at, reason="Old."))
    assert isinstance(refusal, Refused)
    assert "The last rule has to be open" in refusal.text
    assert key in await keys(session, turn, Section.APPROVAL_RULES)


async def test_two_administrators_at_once_the_second_is_told(fresh_sessions: Sessions) -> None:
    async with unit_of_work(fresh_sessions) as session:
        await apply(session, read(COMPANY))
        turn = await turn_of(session, "U0ADA")
        at = await shown(session, turn, Section.DEPARTMENTS, "IT")

    async def write(zone: str) -> HelpDeskError | None:
        async def saved() -> None:
            async with unit_of_work(fresh_sessions) as session:
                typed = Typed({"name": "IT", "time_zone": zone})
                await save(session, turn, Section.DEPARTMENTS, at, typed)

        return await refusal_of(saved())

    refusals = await asyncio.gather(*(write(f"Etc/GMT+{n}") for n in range(1, 6)))
    assert [type(each) for each in refusals].count(EntryChanged) == 4
    assert refusals.count(None) == 1
