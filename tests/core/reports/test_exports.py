"""Exports: the right rows, for whoever may read them, with the filters in the first lines."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.views.csv_files import render
from core.db import utc_now
from core.reports import exports, holders
from core.reports.asking import Export
from core.reports.exports import COLUMNS, Span, Table, read_table
from core.spreadsheets import safe
from core.tickets import service as tickets
from core.tickets.approvals.models import Approval
from core.tickets.models import AuditLog, Ticket
from tests.core.desks import Desks

EVIL = '=HYPERLINK("https://evil.example";"x")'


def span() -> Span:
    return Span(utc_now() - timedelta(days=7), utc_now() + timedelta(minutes=1))


async def table(session: AsyncSession, desks: Desks, kind: Export) -> Table:
    return await read_table(session, desks.ann, desks.it, kind, span())


def rows_of(found: Table) -> list[dict[str, Any]]:
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


async def test_tickets_of_the_department_and_the_period(
    session: AsyncSession, desks: Desks
) -> None:
    mine = await desks.ticket(session, summary=EVIL, assignee=desks.ann, is_private=True)
    await desks.ticket(session, desk=desks.hr)
    await desks.ticket(session, is_deleted=True)
    await desks.ticket(session, created_at=utc_now() - timedelta(days=8))
    found = await table(session, desks, Export.TICKETS)
    [row] = rows_of(found)
    assert row["ticket"] == mine.key
    assert (row["requester"], row["assignee"], row["private"]) == ("Bea", "Ann", "yes")
    about = dict(found.about)
    assert (about["Export"], about["Department"], about["Rows"]) == ("tickets", "IT", "1")
    assert about["With the rights of"] == "Ann"


async def test_nobody_exports_what_they_may_not_read(session: AsyncSession, desks: Desks) -> None:
    await desks.ticket(session)
    for who in (desks.hana, desks.ada, desks.eve):
        found = await read_table(session, who, desks.it, Export.TICKETS, span())
        assert found.rows == []
    # Her own ticket, whatever the department.
    found = await read_table(session, desks.bea, desks.it, Export.TICKETS, span())
    assert len(found.rows) == 1


async def some(session: AsyncSession, desks: Desks) -> Ticket:
    opened = await tickets.open_ticket(
        session, desks.form(), author=desks.bea, requester=desks.bea, policy=desks.policy
    )
    await tickets.claim(session, desks.turn(desks.ann), opened.id)
    ticket = await session.get(Ticket, opened.id)
    assert ticket is not None
    return ticket


async def test_events_come_in_their_order(session: AsyncSession, desks: Desks) -> None:
    ticket = await some(session, desks)
    rows = rows_of(await table(session, desks, Export.EVENTS))
    assert [(row["ticket"], row["who"], row["action"]) for row in rows] == [
        (ticket.key, "Bea", "ticket.open"),
        (ticket.key, "Ann", "ticket.claim"),
    ]
    assert "assigned" in rows[1]["changes"]


async def test_promises_are_told_in_hours(session: AsyncSession, desks: Desks) -> None:
    ticket = await some(session, desks)
    rows = rows_of(await table(session, desks, Export.SLA))
    told = {(row["ticket"], row["promise"], str(row["target hours"])) for row in rows}
    assert told == {
        (ticket.key, "first_response", "4.00"),
        (ticket.key, "resolution", "24.00"),
    }


async def test_promises_tell_who_held_the_ticket(
    session: AsyncSession, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await some(session, desks), await some(session, desks)
    await tickets.wait(session, desks.turn(desks.ann), second.id)
    asked = await session.scalar(select(func.max(AuditLog.created_at)))
    assert asked is not None
    now = asked + timedelta(hours=2)
    monkeypatch.setattr(exports, "utc_now", lambda: now)
    monkeypatch.setattr(holders, "MOST", 1)
    found = await table(session, desks, Export.SLA)
    names = [f"held by {each} seconds" for each in ("requester", "departments", "approvers")]
    assert found.columns[-3:] == names
    told = {row["ticket"]: [row[name] for name in names] for row in rows_of(found)}
    assert told == {
        first.key: [0, round((now - first.created_at).total_seconds()), 0],
        second.key: [7200, round((asked - second.created_at).total_seconds()), 0],
    }
    assert dict(found.about)["Held"].startswith("seconds around the clock until ")
    assert "held by requester seconds" not in (await table(session, desks, Export.TICKETS)).columns


async def test_approvals_are_told_with_their_amounts(session: AsyncSession, desks: Desks) -> None:
    await some(session, desks)
    assert rows_of(await table(session, desks, Export.APPROVALS)) == []
    assert "amount" in COLUMNS[Export.APPROVALS]
    assert Approval.__tablename__ == "approvals"


async def test_too_many_rows_are_cut_and_said_so(
    session: AsyncSession, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST", 2)
    for _ in range(3):
        await desks.ticket(session)
    found = await table(session, desks, Export.TICKETS)
    assert len(found.rows) == 2
    assert ("Cut off", "after 2 rows") in found.about


BLANK_OR_WIDE = ("  =", "\u00a0+", "\u200b=", "\u202e@", "\ufeff-", "\uff1d", " \uff20")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", *BLANK_OR_WIDE])
def test_no_cell_is_a_formula(start: str) -> None:
    assert safe(f"{start}1+1") == f"'{start}1+1"


def test_what_is_harmless_stays_as_it_is() -> None:
    for cell in ("a; b = c", "one;two", "HD-1", "a=b", "", None, -3, 2.5):
        assert safe(cell) == cell


@pytest.mark.parametrize("split_at", [";", "\t"])
@pytest.mark.parametrize("between", ["", " ", '""'])
def test_nobody_who_splits_elsewhere_finds_a_formula(split_at: str, between: str) -> None:
    typed = between.replace('""', '"')
    words = f"a{split_at}{typed}=1+1"
    text = render(Table([], ["ticket", "summary"], [["HD-1", words]]))
    read = list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=split_at))
    assert not any(cell.strip('" ').startswith("=") for row in read for cell in row)
    assert text.splitlines()[1] == f'HD-1,"a{split_at}{between}\'=1+1"'


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_whatever_people_write_comes_back_as_one_cell(words: list[str]) -> None:
    names = [f"column {number}" for number in range(len(words))]
    moment = datetime(2026, 3, 4, tzinfo=UTC).isoformat()
    text = render(Table([("Made", moment), ("Department", words[0])], names, [words]))
    assert text.startswith("\ufeff# Made")
    read = list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read[1] == ["# Department", str(safe(words[0]))]
    assert read[2] == names
    assert read[3] == [safe(word) for word in words]
