"""What was known of approvals before they had steps stays known, there and back again."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.tickets.approvals.rules import RuleBook
from migrations import commands

BEFORE, AFTER = "0024", "0025"

RULES = [
    {"currency": "CHF", "from": "0", "to": "99.5", "steps": []},
    {"currency": "CHF", "from": "99.5", "to": None, "steps": ["finance", "ceo"]},
]
QUESTION = """
WITH somebody AS (
    INSERT INTO users (id, team_id, slack_user_id, employee_code, name, time_zone, role, is_active,
                       is_guest)
    VALUES (gen_random_uuid(), 'T0', 'U0', 'U0', 'Finn', 'UTC', 'finance', true, false)
    RETURNING id
), desk AS (
    INSERT INTO departments (id, name, time_zone, open_threads, waits_after_reply, auto_assign)
    VALUES (gen_random_uuid(), 'IT', 'UTC', false, true, 'none') RETURNING id
), ticket AS (
    INSERT INTO tickets (id, summary, description, status, priority, is_private, requestor_id,
                         department_id)
    SELECT gen_random_uuid(), 'x', '', 'new', 'low', false, somebody.id, desk.id
      FROM somebody, desk RETURNING id, requestor_id
)
INSERT INTO approvals (ticket_id, requested_by_id, status, amount, currency, purpose)
SELECT id, requestor_id, 'approved', 12.5, 'EUR', 'Tea' FROM ticket
"""


def run(url: str, *statements: str, **values: Any) -> Sequence[Any]:
    """The rows of the last one."""

    async def execute() -> Sequence[Any]:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            for each in statements:
                result = await connection.execute(text(each), values)
            rows = result.all() if result.returns_rows else []
        await engine.dispose()
        return rows

    return asyncio.run(execute())


@pytest.fixture
def url(empty_database_url: str) -> str:
    commands.upgrade(empty_database_url, BEFORE)
    return empty_database_url


def test_rules_that_were_a_setting_become_the_first_version_and_a_setting_again(url: str) -> None:
    keep = "INSERT INTO preferences (name, value) VALUES ('approval_rules', CAST(:rules AS jsonb))"
    run(url, keep, rules=json.dumps(RULES))
    commands.upgrade(url, AFTER)
    [(version, rules)] = run(url, "SELECT version, rules FROM approval_rule_versions")
    book = RuleBook.read(rules)
    book.check()
    assert (version, book.currency) == (1, "CHF")
    steps = [[step.kind.value for step in each.steps] for each in book.ranges]
    assert steps == [[], ["finance", "ceo"]]
    assert run(url, "SELECT FROM preferences") == []
    commands.downgrade(url, BEFORE)
    assert run(url, "SELECT name, value FROM preferences") == [("approval_rules", RULES)]


def test_without_a_setting_the_rules_of_the_beginning_hold(url: str) -> None:
    commands.upgrade(url, AFTER)
    [(rules,)] = run(url, "SELECT rules FROM approval_rule_versions")
    book = RuleBook.read(rules)
    book.check()
    bounds = [(str(each.lower), str(each.upper), len(each.steps)) for each in book.ranges]
    assert (book.currency, bounds) == (
        "EUR",
        [("0", "500", 0), ("500", "5000", 1), ("5000", "None", 2)],
    )


def test_a_question_from_before_is_a_request_of_one_step(url: str) -> None:
    run(url, QUESTION)
    commands.upgrade(url, AFTER)
    columns = "request.status, request.amount, request.purpose, step.position, step.kind"
    tables = "approval_requests AS request JOIN approvals AS step ON step.request_id = request.id"
    [found] = run(url, f"SELECT {columns} FROM {tables}")
    assert [str(each) for each in found] == ["approved", "12.50", "Tea", "1", "finance"]
    commands.downgrade(url, BEFORE)
    left = run(url, "SELECT status, purpose FROM approvals")
    assert left == [("approved", "Tea")]
