"""The chain of evidence: whole after everything that happens, and broken by every change."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import evidence
from core.db import utc_now
from core.errors import NotAllowed, NotFound
from core.files.models import Attachment
from core.tickets.approvals import badges, chain, ledger, queries
from core.tickets.approvals import service as approvals
from core.tickets.approvals.states import Choice
from core.tickets.approvals.verifying import Broken, verify
from core.tickets.approvals.views import Filters
from core.tickets.models import Ticket
from core.users.permissions import Actor
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import (
    WHY_NOT,
    ask,
    decide,
    finance_ticket,
    form,
    get_request,
    hire,
)


async def a_long_story(session: AsyncSession, desks: Desks) -> tuple[Ticket, Actor]:
    """Two requests of one ticket, with every kind of decision and a refusal."""
    fred = await hire(session, "fred")
    ticket = await finance_ticket(session, desks)
    turn = desks.turn(desks.finn)
    laptop = await ask(session, desks, ticket, "5000")
    await decide(session, desks, desks.ann, laptop.request_id)
    await decide(session, desks, fred, laptop.request_id, Choice.ASK_CHANGES)
    await approvals.answer(session, turn, laptop.request_id, "Cheaper.", form("4000"))
    await decide(session, desks, fred, laptop.request_id, channel_id="D0FRED", message_ts="1.2")
    await approvals.change(session, turn, laptop.request_id, form("4000.01"))
    bag = await ask(session, desks, ticket, purpose="=A bag")
    await decide(session, desks, fred, bag.request_id, Choice.REJECT)
    return ticket, fred


ACTIONS = [
    *("ask", "refused", "ask_changes", "answer", "approve", "void", "ask", "ask", "reject"),
]


async def tamper(session: AsyncSession, sql: str, **values: Any) -> None:
    """As somebody could who owns the database."""
    await session.flush()
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    await session.execute(text(sql), values)
    await session.execute(text("SET LOCAL session_replication_role = origin"))


async def row_id(session: AsyncSession, ticket: Ticket, position: int) -> int:
    return (await chain.list_rows(session, ticket.id))[position - 1].id


async def broken(session: AsyncSession, ticket: Ticket) -> Broken:
    found = (await verify(session, ticket.id)).broken
    assert found is not None
    return found


async def test_it_is_whole_after_everything(session: AsyncSession, desks: Desks) -> None:
    ticket, _ = await a_long_story(session, desks)
    report = await verify(session, ticket.id)
    assert report.broken is None
    rows = await chain.list_rows(session, ticket.id)
    assert [row.action.removeprefix(chain.PREFIX) for row in rows] == ACTIONS
    assert (report.links, report.head) == (len(ACTIONS), rows[-1].hash)
    assert rows[0].previous_hash is None
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]


async def test_a_ticket_without_approvals_has_an_empty_one(
    session: AsyncSession, desks: Desks
) -> None:
    report = await verify(session, (await desks.ticket(session)).id)
    assert (report.is_whole, report.links, report.head) == (True, 0, None)


async def test_the_application_cannot_change_a_row(session: AsyncSession, desks: Desks) -> None:
    ticket, _ = await a_long_story(session, desks)
    with pytest.raises(DBAPIError, match="append-only"):
        await session.execute(
            text("UPDATE audit_logs SET details = '{}' WHERE ticket_id = :id"), {"id": ticket.id}
        )


@pytest.mark.parametrize("position", [1, 5, 9])
@pytest.mark.parametrize(
    "change",
    [
        "details = jsonb_set(details, '{amount}', '\"1.00\"')",
        "action = action || '!'",
        "source = 'job'",
        "created_at = created_at + interval '1 microsecond'",
        'changes = \'{"status": ["new", "closed"]}\'',
        "hash = repeat('0', 64)",
    ],
)
async def test_a_row_that_was_changed_is_named(
    session: AsyncSession, desks: Desks, position: int, change: str
) -> None:
    ticket, _ = await a_long_story(session, desks)
    which = await row_id(session, ticket, position)
    await tamper(session, f"UPDATE audit_logs SET {change} WHERE id = :id", id=which)
    found = await broken(session, ticket)
    assert (found.audit_id, found.position) == (which, position)
    assert found.what == "was changed after it was written"


async def test_another_name_on_a_row_is_seen(session: AsyncSession, desks: Desks) -> None:
    ticket, _ = await a_long_story(session, desks)
    which = await row_id(session, ticket, 5)
    sql = "UPDATE audit_logs SET user_id = :who WHERE id = :id"
    await tamper(session, sql, who=desks.cleo.id, id=which)
    found = await broken(session, ticket)
    assert found.audit_id == which
    assert found.what == "names another person than the one who acted"


@pytest.mark.parametrize("position", [1, 4, 8])
async def test_a_missing_row_is_noticed_at_the_one_after_it(
    session: AsyncSession, desks: Desks, position: int
) -> None:
    ticket, _ = await a_long_story(session, desks)
    which = await row_id(session, ticket, position)
    after = await row_id(session, ticket, position + 1)
    await tamper(session, "DELETE FROM audit_logs WHERE id = :id", id=which)
    found = await broken(session, ticket)
    assert (found.audit_id, found.position) == (after, position)
    assert found.what == "does not follow the row before it: one is missing"


async def test_a_decision_missing_at_the_end_is_noticed_by_what_it_decided(
    session: AsyncSession, desks: Desks
) -> None:
    ticket, _ = await a_long_story(session, desks)
    which = await row_id(session, ticket, len(ACTIONS))
    before = await row_id(session, ticket, len(ACTIONS) - 1)
    await tamper(session, "DELETE FROM audit_logs WHERE id = :id", id=which)
    found = await broken(session, ticket)
    assert found.audit_id == before
    assert found.what.startswith("left request 3 pending, which it is not now")


async def test_a_row_that_was_slipped_in_is_named(session: AsyncSession, desks: Desks) -> None:
    ticket, _ = await a_long_story(session, desks)
    await session.execute(
        text(
            "INSERT INTO audit_logs (ticket_id, action, source, changes, details)"
            " VALUES (:id, 'approval.approve', 'button', '{}', '{}')"
        ),
        {"id": ticket.id},
    )
    found = await broken(session, ticket)
    assert (found.position, found.what) == (len(ACTIONS) + 1, "was added beside the chain")


@pytest.mark.parametrize(
    ("sql", "position", "what"),
    [
        ("UPDATE approval_requests SET amount = 1 WHERE number = 1", 4, "says other facts"),
        ("UPDATE approval_requests SET payee = 'Me' WHERE number = 1", 4, "says other facts"),
        (
            "UPDATE approval_requests SET facts = jsonb_set(facts, '{amount}', '\"1.00\"'),"
            " amount = 1 WHERE number = 1",
            4,
            "says other facts than request 1 does now",
        ),
        (
            "UPDATE approval_requests SET facts_hash = repeat('0', 64) WHERE number = 1",
            4,
            "hashes other facts than request 1 does now",
        ),
        (
            "UPDATE approval_requests SET status = 'approved' WHERE number = 3",
            9,
            "left request 3 rejected, which it is not now",
        ),
        (
            "UPDATE approval_seats SET state = 'approved' WHERE state = 'rejected'",
            9,
            "tells of a decision that its seat does not hold",
        ),
    ],
)
async def test_what_the_rows_are_about_is_compared_with_them(
    session: AsyncSession, desks: Desks, sql: str, position: int, what: str
) -> None:
    ticket, _ = await a_long_story(session, desks)
    await tamper(session, sql)
    found = await broken(session, ticket)
    assert found.position == position
    assert found.what.startswith(what)


async def test_a_decision_that_no_row_tells_of_is_seen(session: AsyncSession, desks: Desks) -> None:
    ticket, _ = await a_long_story(session, desks)
    sql = "UPDATE approval_seats SET state = 'approved' WHERE state = 'pending'"
    await tamper(session, sql)
    found = await broken(session, ticket)
    assert found.audit_id is None
    assert found.what.endswith("was approved, and no row tells of it")


class TestEvidence:
    async def test_holds_all_of_it_for_people_and_machines(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket, fred = await a_long_story(session, desks)
        session.add(
            Attachment(
                ticket_id=ticket.id,
                uploaded_by_id=desks.bea.id,
                name="offer.pdf",
                media_type="application/pdf",
                size_bytes=7,
                sha256="a" * 64,
                storage_key="aa/offer",
            )
        )
        await session.flush()
        found = json.loads(evidence.as_json(await evidence.collect(session, fred, ticket.id)))
        assert found["ticket"]["key"] == ticket.key
        assert [each["status"] for each in found["requests"]] == ["void", "pending", "rejected"]
        assert found["requests"][1]["difference"] == {"amount": ["4000.00", "4000.01"]}
        assert found["requests"][2]["steps"][0]["seats"][0]["words"] == WHY_NOT
        assert found["files"][0]["sha256"] == "a" * 64
        assert (found["chain"]["is_whole"], len(found["chain"]["links"])) == (True, len(ACTIONS))
        approval = found["chain"]["links"][4]["details"]
        assert (approval["channel_id"], approval["message_ts"]) == ("D0FRED", "1.2")
        assert found["promises"]["created_at"]
        words = evidence.as_text(found)
        assert "Request 1: €4,000.00 to Lenovo for A laptop for Bea" in words
        assert f"Fred: rejected at {found['requests'][2]['ended_at'][:10]}" in words
        assert f"offer.pdf, 7 bytes, SHA-256 {'a' * 64}" in words
        assert words.rstrip().endswith(f"{found['chain']['head']}: whole")

    async def test_is_for_those_who_work_on_it_or_decide(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket, _ = await a_long_story(session, desks)
        assert await evidence.collect(session, desks.finn, ticket.id)
        with pytest.raises(NotAllowed):
            await evidence.collect(session, desks.bea, ticket.id)
        for person in (desks.eve, desks.ada, desks.cleo):
            with pytest.raises(NotFound):
                await evidence.collect(session, person, ticket.id)


class TestTheTableOfAPeriod:
    async def read(self, session: AsyncSession, who: Actor, since: datetime) -> list[list[str]]:
        until = utc_now() + timedelta(minutes=1)
        written = await ledger.list_csv(session, who, since, until)
        return list(csv.reader(io.StringIO(written)))

    async def test_has_a_row_for_each_request_and_no_formulas(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        ticket, fred = await a_long_story(session, desks)
        head, *rows = await self.read(session, fred, utc_now() - timedelta(hours=1))
        table = [dict(zip(head, row, strict=True)) for row in rows]
        assert [(each["ticket"], each["request"], each["amount"]) for each in table] == [
            (ticket.key, "1", "4000.00"),
            (ticket.key, "2", "4000.01"),
            (ticket.key, "3", "900.00"),
        ]
        assert table[2]["purpose"] == "'=A bag"
        assert table[2]["reason"] == WHY_NOT
        assert table[2]["decisions"].startswith("Finance: rejected by Fred ")

    async def test_leaves_out_other_times_and_other_people_s_tickets(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        _, fred = await a_long_story(session, desks)
        long_ago = utc_now() - timedelta(days=1)
        assert len(await self.read(session, desks.cleo, long_ago)) == 1
        assert len(await self.read(session, desks.ada, long_ago)) == 1
        future = utc_now() + timedelta(seconds=30)
        assert len(await self.read(session, fred, future)) == 1
        then = datetime(2020, 1, 1, tzinfo=UTC)
        assert (await ledger.list_csv(session, fred, then, then)).count("\n") == 1


class TestLists:
    async def test_what_waits_is_shown_oldest_first_and_by_pages(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = [
            await ask(session, desks, ticket, str(600 + n), purpose=f"Bag {n}") for n in range(12)
        ]
        first = await queries.asked_of(session, fred)
        assert len(first) == queries.PAGE + 1
        place = first[queries.PAGE - 1].position
        second = await queries.asked_of(session, fred, after=place)
        ids = [each.request_id for each in [*first[: queries.PAGE], *second]]
        assert ids == [each.request_id for each in asked]
        assert first[0].facts_hash == (await get_request(session, ids[0])).facts_hash
        assert not first[0].may_be_selected
        await decide(session, desks, fred, ids[0])
        await decide(session, desks, fred, ids[1], Choice.ASK_CHANGES)
        assert [each.request_id for each in await queries.asked_of(session, fred)] == ids[2:]
        assert await queries.asked_of(session, desks.finn) == []
        some = Filters(Decimal(603), Decimal(605))
        found = await queries.asked_of(session, fred, some)
        assert [each.request_id for each in found] == ids[3:5]

    async def test_a_card_and_its_badge_say_where_it_stands(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket, "5000")
        card = await queries.get_card(session, fred, asked.request_id)
        assert (card.can_decide, card.can_steer, card.is_large) == (True, False, True)
        finns = await queries.get_card(session, desks.finn, asked.request_id)
        assert (finns.can_decide, finns.can_steer, finns.my_seat) == (False, True, None)
        assert [step.kind for step in card.steps] == ["finance", "ceo"]
        [badge] = (await badges.list_badges(session, [ticket.id]))[ticket.id]
        assert (badge.step, badge.status, badge.number) == ("finance", "pending", 1)
        await decide(session, desks, fred, asked.request_id)
        mine = await queries.get_card(session, fred, asked.request_id)
        assert mine.my_seat is not None
        assert (mine.can_decide, mine.my_seat.state) == (False, "approved")
        hers = await queries.get_card(session, desks.cleo, asked.request_id)
        assert (hers.can_decide, hers.can_steer) == (True, False)
        assert len(await queries.list_of_ticket(session, desks.cleo, ticket.id)) == 1
        for stranger in (desks.eve, desks.ada):
            with pytest.raises(NotFound):
                await queries.get_card(session, stranger, asked.request_id)
        with pytest.raises(NotFound):
            await queries.get_card(session, fred, 2**70)

    async def test_the_newest_place_of_a_card_is_the_one_kept(
        self, session: AsyncSession, desks: Desks
    ) -> None:
        fred = await hire(session, "fred")
        asked = await ask(session, desks, await finance_ticket(session, desks))
        number = asked.request_id
        assert await queries.find_place(session, number, fred.id) is None
        for ts in ("1.1", "2.2"):
            await queries.register_card(session, number, fred.id, "D0FRED", ts)
        assert await queries.find_place(session, number, fred.id) == ("D0FRED", "2.2")
