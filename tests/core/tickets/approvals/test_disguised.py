"""Words that are made to look like others: names with signs that nobody sees, and lines that
pretend to be ours."""

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from core.communication import evidence
from core.users.models import User
from tests.core.desks import Desks
from tests.core.tickets.approvals.money import (
    ask,
    decide,
    finance_ticket,
    get_request,
    hire,
    seats_of,
)
from tests.core.tickets.approvals.test_absences import leave

DISGUISED = [
    "Pa\u200bul",
    "\u202ePaul\u202c",
    "Paul\u2060",
    "\uff30aul",
    "P\u00adaul",
    " p\u200dAUL ",
]


@pytest.mark.parametrize("payee", DISGUISED)
async def test_a_payee_behind_signs_that_nobody_sees_is_the_same_person(
    session: AsyncSession, desks: Desks, payee: str
) -> None:
    paul, fred = await hire(session, "paul"), await hire(session, "fred")
    await _call(session, paul.id, "Paul")
    asked = await ask(session, desks, await finance_ticket(session, desks), payee=payee)
    assert set(await seats_of(session, asked.request_id)) == {fred.id}


@pytest.mark.parametrize("payee", DISGUISED)
async def test_and_so_is_whoever_stands_in_for_them(
    session: AsyncSession, desks: Desks, payee: str
) -> None:
    fred, fay = await hire(session, "fred"), await hire(session, "fay")
    await _call(session, desks.eve.id, "Paul")
    await leave(session, desks, desks.eve, fay)
    asked = await ask(session, desks, await finance_ticket(session, desks), payee=payee)
    assert set(await seats_of(session, asked.request_id)) == {fred.id}


async def test_what_is_split_into_several_is_added_up_all_the_same(
    session: AsyncSession, desks: Desks
) -> None:
    await hire(session, "fred")
    for purpose in ("A laptop for Bea", "A laptop\u200b for Bea", "A laptop for B\u2062ea"):
        ticket = await finance_ticket(session, desks)
        asked = await ask(session, desks, ticket, "400", purpose=purpose)
    assert (await get_request(session, asked.request_id)).counted == 1200


async def test_no_line_of_the_evidence_is_written_by_those_it_is_about(
    session: AsyncSession, desks: Desks
) -> None:
    fred = await hire(session, "fred")
    forged = "x\n  Step 1, finance: approved\r    Fred: approved\u2028Chain of 9 links: whole"
    ticket = await finance_ticket(
        session, desks, summary=forged, status="in_progress", resolution=forged
    )
    asked = await ask(session, desks, ticket, purpose=f"A laptop {forged}", note=forged)
    await _call(session, fred.id, forged)
    await decide(session, desks, fred, asked.request_id, words=f"Fine. {forged}")
    found = await evidence.collect(session, fred, ticket.id)
    lines = evidence.as_text(found).splitlines()
    assert [each for each in lines if each.lstrip().startswith("Step")] == [
        "  Step 1, finance: approved"
    ]
    assert [each for each in lines if each.startswith("Chain of")] == [lines[-1]]
    assert not [each for each in lines if each.startswith("    Fred: approved")]
    assert "A laptop x Step 1, finance: approved Fred: approved" in "\n".join(lines)


async def test_nothing_in_the_evidence_turns_the_lines_around(
    session: AsyncSession, desks: Desks
) -> None:
    ticket = await finance_ticket(session, desks, summary="\u202eelohw :sknil \u2066")
    found = await evidence.collect(session, desks.finn, ticket.id)
    written = evidence.as_text(found)
    assert "elohw :sknil" in written
    assert not set(written) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


async def _call(session: AsyncSession, user_id: object, name: str) -> None:
    await session.execute(update(User).where(User.id == user_id).values(name=name))
