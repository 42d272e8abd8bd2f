"""How many times each thing a person does goes to the database, once the caches are warm."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest
from asyncpg.connection import LoggedQuery
from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

from core.direct import Direct
from core.engine import Sessions
from tests.journeys.company import GENERAL, IT_DESK, Company, open_company


class Statements:
    """What was sent to the server, BEGIN and COMMIT included."""

    def __init__(self) -> None:
        self._sent: list[str] = []

    def of_the_driver(self, query: LoggedQuery) -> None:
        """BEGIN and COMMIT: the driver does not tell of prepared statements here."""
        self._sent.append(query.query)

    def of_the_engine(self, _: object, __: object, statement: str, *___: object) -> None:
        self._sent.append(statement)

    def take(self) -> list[str]:
        """The first word of each since it was asked last."""
        sent, self._sent = self._sent, []
        return [re.match(r"[A-Z]+", words.strip())[0] for words in sent]  # type: ignore[index]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[Statements]:
    found = Statements()

    def listen(connection: object, _: object) -> None:
        connection.driver_connection.add_query_logger(found.of_the_driver)  # type: ignore[attr-defined]

    event.listen(Pool, "connect", listen)

    async def listened(direct: Direct, sql: str, values: Sequence[Any]) -> Any:
        found.of_the_engine(None, None, sql)
        return await fetch_one(direct, sql, values)

    event.listen(Engine, "after_cursor_execute", found.of_the_engine)
    fetch_one = Direct.fetch_one
    monkeypatch.setattr(Direct, "fetch_one", listened)
    yield found
    event.remove(Engine, "after_cursor_execute", found.of_the_engine)
    event.remove(Pool, "connect", listen)


@pytest.fixture
async def company(
    statements: Statements, database_url: str, redis_url: str, fresh_sessions: Sessions
) -> AsyncIterator[Company]:
    """Where everybody has been met, and a ticket of Bea's has its card and its receipt."""
    async with open_company(database_url, redis_url, fresh_sessions) as company:
        await company.filed()
        await company.ann.command("/ticket", "mine", channel=GENERAL)
        statements.take()
        yield company


async def test_opening_the_form_asks_the_database_nothing(
    company: Company, statements: Statements
) -> None:
    assert (await company.bea.command("/ticket", "my printer is broken", channel=GENERAL)).ok
    assert await company.bea.view() is not None
    assert statements.take() == []


async def test_choosing_the_department_asks_it_nothing_either(
    company: Company, statements: Statements
) -> None:
    await company.bea.command("/ticket", "my printer is broken", channel=GENERAL)
    await company.bea.fill({"Department": "IT"})
    assert statements.take() == []


async def test_a_submitted_form_is_one_statement(company: Company, statements: Statements) -> None:
    """It writes to six tables and is a transaction by itself."""
    await company.file(company.bea, "Another printer")
    assert statements.take() == ["WITH"]
    assert await company.value("SELECT count(*) FROM tickets") == 2


async def test_a_claim_is_seven_statements(company: Company, statements: Statements) -> None:
    card = await company.card()
    statements.take()
    assert (await company.ann.click(card, "Assign to me")).ok
    actor, locked_ticket, followers = "SELECT", "SELECT", "SELECT"
    participant, trail, messages = "INSERT", "INSERT", "INSERT"
    changed = ["UPDATE", participant, trail, followers, messages]
    sent = statements.take()
    assert (sent[0], sent[-1]) == ("BEGIN", "COMMIT")
    assert sent[1:3] == [actor, locked_ticket]
    assert sorted(sent[3:-1]) == sorted(changed)


async def test_a_reply_in_a_thread_is_eight(company: Company, statements: Statements) -> None:
    """The thread is looked up before anything else: most messages are none of ours."""
    receipt = await company.receipt()
    statements.take()
    await company.bea.dm("It smokes.", thread_ts=receipt.ts)
    await company.slack.settle()
    thread, actor, locked_ticket, readers = "SELECT", "SELECT", "SELECT", "SELECT"
    message, participant, trail, copies = "INSERT", "INSERT", "INSERT", "INSERT"
    changed = [message, participant, trail, readers, copies]
    assert statements.take() == [thread, "BEGIN", actor, locked_ticket, *changed, "COMMIT"]


async def test_a_message_in_another_thread_is_one(company: Company, statements: Statements) -> None:
    await company.ann.post(IT_DESK, "Lunch?")
    said = (await company.slack.all_messages(IT_DESK))[-1]
    await company.slack.settle()
    statements.take()
    await company.ann.post(IT_DESK, "Yes.", thread_ts=said.ts)
    await company.slack.settle()
    assert statements.take() == ["SELECT"]


async def test_the_list_of_ones_own_tickets_is_two(
    company: Company, statements: Statements
) -> None:
    assert (await company.bea.command("/ticket", "mine", channel=GENERAL)).ok
    actor, tickets = "SELECT", "SELECT"
    assert statements.take() == ["BEGIN", actor, tickets, "COMMIT"]
