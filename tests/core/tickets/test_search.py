"""Finding tickets by words, by number and by what they are; by people who may see them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from core.engine import Sessions
from core.errors import Refused
from core.tickets import search_statements
from core.tickets.models import Ticket
from core.tickets.search import Query, read_found, search
from core.tickets.search_words import understand
from core.tickets.states import Priority, Status
from core.users.permissions import Actor
from tests.core.desks import AGAINST_THE_DATABASE, Desks, add_part, refusal_of, undone

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def found(session: AsyncSession, actor: Actor, words: str = "", **asked: Any) -> list[str]:
    """The summaries of what says just that, what fits best first."""
    result = await search(session, actor, Query(words, **asked))
    if result.are_alike:
        return []
    return [row.summary for row in await read_found(session, actor, result.ids)]


@pytest.fixture
def few_of_each_way(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The statements keep what they were made with."""
    search_statements.ranked.cache_clear()
    with monkeypatch.context() as patched:
        for name in ("_AT_DESK", "_OWN", "_TAKES_PART"):
            patched.setattr(search_statements, name, 1)
        yield
    search_statements.ranked.cache_clear()


async def three(session: AsyncSession, desks: Desks) -> list[Ticket]:
    texts = [
        ("Printer smokes", "In the kitchen, near the toner."),
        ("Kitchen light", "It flickers."),
        ("New laptop", "With a docking station from printers.example.com"),
    ]
    return [
        await desks.ticket(
            session, summary=summary, description=text, created_at=NOON + timedelta(hours=n)
        )
        for n, (summary, text) in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("words", "summaries"),
    [
        ("printer", ["Printer smokes", "New laptop"]),
        ("PRINT", ["Printer smokes", "New laptop"]),
        # The summary counts for more than the description.
        ("kitchen", ["Kitchen light", "Printer smokes"]),
        ("kitchen toner", ["Printer smokes"]),
        ("kitchen laptop", []),
        ("it's flickers'", []),
        ("&|!():*<->", []),
        ("light:*", ["Kitchen light"]),
        ("\\", []),
    ],
)
async def test_all_the_words_or_their_beginnings_have_to_be_there(
    session: AsyncSession, desks: Desks, words: str, summaries: list[str]
) -> None:
    await three(session, desks)
    assert await found(session, desks.ann, words) == summaries


async def test_how_it_was_solved_is_found_too(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session, status=Status.RESOLVED, resolution="Changed the fuser.")
    assert await found(session, desks.bea, "fuser") == [ticket.summary]


@pytest.mark.parametrize("typed", ["HD-{}", "hd-{}", "{}"])
async def test_a_number_finds_its_ticket_first(
    session: AsyncSession, desks: Desks, typed: str
) -> None:
    one, *_ = await three(session, desks)
    await desks.ticket(session, summary=f"Like {one.number}", created_at=NOON)
    summaries = await found(session, desks.ann, typed.format(one.number))
    assert summaries[0] == "Printer smokes"


async def test_filters_leave_only_what_fits(session: AsyncSession, desks: Desks) -> None:
    await three(session, desks)
    urgent = await desks.ticket(session, summary="Fire", priority=Priority.URGENT)
    closed = await desks.ticket(session, summary="Old", status=Status.CLOSED)
    of_eve = await desks.ticket(session, summary="Eve's", requester=desks.eve, assignee=desks.ann)
    asked = [
        ({"priority": Priority.URGENT}, [urgent]),
        ({"statuses": frozenset({Status.CLOSED})}, [closed]),
        ({"requester_id": desks.eve.id}, [of_eve]),
        ({"assignee_id": desks.ann.id}, [of_eve]),
        ({"involved_id": desks.ann.id}, [of_eve]),
        ({"department_id": desks.hr.id}, []),
    ]
    for filters, tickets in asked:
        assert await found(session, desks.ann, **filters) == [each.summary for each in tickets]
    assert len(await found(session, desks.ann)) == 6


async def test_without_words_the_newest_come_first(session: AsyncSession, desks: Desks) -> None:
    await three(session, desks)
    newest_first = ["New laptop", "Kitchen light", "Printer smokes"]
    assert await found(session, desks.bea) == newest_first


async def test_nobody_finds_what_they_may_not_see(session: AsyncSession, desks: Desks) -> None:
    ticket = await desks.ticket(session, summary="Salary of Bea", is_private=True)
    await add_part(session, ticket, desks.carl)
    gone = await desks.ticket(session, summary="Salary of yore", is_deleted=True)
    for name, person in desks.people.items():
        sees = name in {"bea", "hugo", "ann", "carl", "vera"}
        for words in ("salary", ticket.key, "sallary"):
            result = await search(session, person, Query(words))
            assert (list(result.ids) == [ticket.id]) is sees, (name, words)
        assert await read_found(session, person, [gone.id]) == []
        assert bool(await read_found(session, person, [ticket.id])) is sees


async def test_what_is_mistyped_finds_something_like_it(
    session: AsyncSession, desks: Desks
) -> None:
    await three(session, desks)
    result = await search(session, desks.bea, Query("pritner"))
    assert result.are_alike
    rows = await read_found(session, desks.bea, result.ids)
    assert [row.summary for row in rows] == ["Printer smokes"]
    assert (await search(session, desks.bea, Query("zzzzqqq"))).ids == ()


async def test_what_is_older_than_the_newest_is_found_by_the_index(
    session: AsyncSession, desks: Desks, few_of_each_way: None
) -> None:
    await three(session, desks)
    for person in (desks.ann, desks.bea):
        assert await found(session, person, "printer") == ["Printer smokes", "New laptop"]
    assert await found(session, desks.eve, "printer") == []


async def test_a_statement_is_made_once_for_all_who_ask_alike(
    session: AsyncSession, desks: Desks
) -> None:
    await three(session, desks)
    await search(session, desks.ann, Query("printer", priority=Priority.LOW))
    made = search_statements.ranked.cache_info().misses
    await search(session, desks.hana, Query("laptop", priority=Priority.HIGH))
    assert search_statements.ranked.cache_info().misses == made


TYPED = st.lists(
    st.text(max_size=12)
    | st.sampled_from(
        ["status:open", "dept:IT", "priority:high", "from:me", "is:mine", "HD-1", "'", "\\", ":*"]
    ),
    max_size=6,
).map(" ".join)


@settings(AGAINST_THE_DATABASE, max_examples=60)
@given(TYPED)
async def test_whatever_is_typed_is_answered_or_explained(
    sessions: Sessions, desks: Desks, typed: str
) -> None:
    typed = typed.encode("utf-8", "ignore").decode().replace("\x00", "")
    async with undone(sessions) as session:
        ticket = await desks.ticket(session, summary=f"Printer {typed}"[:150])
        understood = understand(session, desks.bea, desks.policy, typed)
        refusal = await refusal_of(understood)
        if refusal is not None:
            assert type(refusal) is Refused
            return
        query = await understand(session, desks.bea, desks.policy, typed)
        result = await search(session, desks.bea, query)
        assert set(result.ids) <= {ticket.id}
        assert await read_found(session, desks.eve, result.ids) == []
