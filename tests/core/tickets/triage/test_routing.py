"""Rules route new tickets: the first that fits decides, on whole words, in any case."""

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from core.tickets import service as tickets
from core.tickets.models import Ticket
from core.tickets.policy import Wanted, read_policy
from core.tickets.states import Priority
from core.tickets.triage.routing import Asked, Routed, RoutingRule, Rule, any_of, route
from core.users.models import Department
from tests.core.desks import Desks, dump

IT, HR, FINANCE = (uuid.UUID(int=n) for n in (1, 2, 3))
ASKED = Asked("My VPN is down", IT, Priority.MEDIUM, FINANCE)


def test_the_first_that_fits_decides_alone() -> None:
    rules = [
        Rule("nothing", words=any_of(["printer"]), to_department_id=FINANCE),
        Rule("network", words=any_of(["wifi", "vpn"]), to_priority=Priority.HIGH),
        Rule("rest", to_department_id=HR),
    ]
    assert route(rules, ASKED) == Routed(IT, Priority.HIGH, "network")
    assert route(rules[2:], ASKED) == Routed(HR, Priority.MEDIUM, "rest")
    assert route(rules[:1], ASKED) == route([], ASKED) == Routed(IT, Priority.MEDIUM)


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule("", department_id=IT), True),
        (Rule("", department_id=HR), False),
        (Rule("", priority=Priority.MEDIUM), True),
        (Rule("", priority=Priority.LOW), False),
        (Rule("", requester_department_id=FINANCE), True),
        (Rule("", requester_department_id=HR), False),
        (Rule("", department_id=IT, priority=Priority.LOW), False),
        (Rule("", words=any_of(["vpn"]), department_id=IT), True),
        (Rule("", words=any_of(["vpn"]), department_id=HR), False),
    ],
)
def test_all_that_a_rule_asks_has_to_fit(rule: Rule, fits: bool) -> None:
    assert rule.fits(ASKED) is fits


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("vpn", "the VPN.", True),
        ("vpn", "openvpn", False),
        ("vpn", "vpns", False),
        ("Straße", "in der STRASSE", True),
        ("c++", "a C++ compiler", True),
        ("c++", "plan c", False),
        ("wi-fi", "(Wi-Fi)", True),
        ("out of office", "Out  of\noffice reply", True),
        ("out of office", "out of the office", False),
        ("wlan", "ＷＬＡＮ", True),
        (".*", "anything", False),
    ],
)
def test_words_are_whole_words_in_any_case(word: str, text: str, found: bool) -> None:
    pattern = any_of(["zebra", word])
    assert pattern is not None
    assert Rule("", words=pattern).fits(replace(ASKED, words=text)) is found


def test_no_words_ask_nothing() -> None:
    assert any_of([]) is any_of([" "]) is None


@given(st.lists(st.text(max_size=8), max_size=4), st.text(max_size=60))
def test_any_word_can_be_written_and_is_found_where_it_stands_alone(
    words: list[str], text: str
) -> None:
    for word in words:
        if (pattern := any_of([word])) is not None:
            assert Rule("", words=pattern).fits(replace(ASKED, words=f"{text}\n{word}\n{text}"))


async def add(session: AsyncSession, **columns: object) -> None:
    session.add(RoutingRule(**({"position": 0, "words": []} | columns)))
    await session.flush()


async def opened(session: AsyncSession, desks: Desks, **fields: object) -> Ticket:
    policy = await read_policy(session)
    done = await tickets.open_ticket(
        session, desks.form(**fields), author=desks.bea, requester=desks.bea, policy=policy
    )
    return await session.get_one(Ticket, done.id)


async def test_a_new_ticket_goes_where_its_rule_says_and_its_trail_names_the_rule(
    session: AsyncSession, desks: Desks
) -> None:
    await add(
        session,
        name="payroll",
        words=["salary"],
        to_department_id=desks.hr.id,
        to_priority=Priority.URGENT,
        assignee_id=desks.hana.id,
    )
    ticket = await opened(session, desks, description="About my salary.")
    assert (ticket.department_id, ticket.priority) == (desks.hr.id, Priority.URGENT)
    promised = (await read_policy(session)).promise(Wanted(desks.hr.id, Priority.URGENT))
    assert promised is not None
    # Around the clock.
    assert ticket.due_at == ticket.created_at + promised.resolution
    rows = await dump(session)
    assert rows["audit_logs"][0]["details"] == {"priority": "urgent", "routed_by": "payroll"}
    payloads = {row["topic"]: row["payload"] for row in rows["outbox_messages"]}
    assert payloads["ticket.card"]["department_id"] == str(desks.hr.id)
    assert payloads["ticket.auto_assign"]["assignee_id"] == str(desks.hana.id)


async def test_what_fits_no_rule_stays_as_it_was_chosen(
    session: AsyncSession, desks: Desks
) -> None:
    await add(session, name="payroll", words=["salary"], to_department_id=desks.hr.id)
    ticket = await opened(session, desks)
    assert (ticket.department_id, ticket.priority) == (desks.it.id, Priority.MEDIUM)
    [line] = (await dump(session, "audit_logs"))["audit_logs"]
    assert "routed_by" not in line["details"]


async def test_rules_are_read_in_order_and_without_those_that_lead_nowhere(
    session: AsyncSession, desks: Desks
) -> None:
    await add(session, name="last", position=2, to_department_id=desks.hr.id)
    await add(session, name="first", position=0, to_department_id=desks.finance.id)
    await add(session, name="second", position=1, to_priority=Priority.LOW)
    finance = await session.get_one(Department, desks.finance.id)
    finance.is_deleted = True
    await session.flush()
    assert [each.name for each in (await read_policy(session)).rules] == ["second", "last"]
