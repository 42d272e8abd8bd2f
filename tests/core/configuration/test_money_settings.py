"""Exchange rates, and times and limits of approvals, one at a time by administrators."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.configuration.editing import remove, save
from core.configuration.reading import read
from core.configuration.sections import Entry, Section, list_entries
from core.configuration.seed import apply
from core.configuration.typed import Shown, Typed
from core.configuration.yaml_lines import WrongConfiguration
from core.errors import InvalidField, NotAllowed
from core.tickets.approvals.settings import read_settings
from core.tickets.changes import Turn
from core.tickets.models import Source
from core.tickets.policy import read_policy
from tests.core.desks import Desks, refusal_of

USD = {"currency": "USD", "rate": "0.92", "from": "2026-01-01"}
TRAIL = """
    SELECT a.action, u.slack_user_id, a.source, a.details->>'what' FROM audit_logs a
      LEFT JOIN users u ON u.id = a.user_id
     WHERE a.action IN ('exchange_rate.set', 'configuration.add', 'configuration.delete')
       AND a.details->>'what' <> 'setting team_id'
     ORDER BY a.id"""


@pytest.fixture
async def turn(session: AsyncSession, desks: Desks) -> Turn:
    return Turn(desks.ada, Source.FORM, await read_policy(session))


async def rates(session: AsyncSession, turn: Turn) -> list[Entry]:
    return await list_entries(session, turn.actor, Section.EXCHANGE_RATES)


async def trail(session: AsyncSession) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await session.execute(text(TRAIL))]


def at(entry: Entry) -> Shown:
    return Shown(entry.key, entry.print)


async def test_a_rate_is_added_changed_moved_and_deleted_by_a_person(
    session: AsyncSession, turn: Turn
) -> None:
    await save(session, turn, Section.EXCHANGE_RATES, None, Typed(USD))
    [one] = await rates(session, turn)
    assert (one.key, one.values) == ("USD from 2026-01-01", USD)
    await save(session, turn, Section.EXCHANGE_RATES, at(one), Typed(USD | {"rate": "0.9"}))
    [one] = await rates(session, turn)
    later = Typed(dict(one.values) | {"from": "2026-02-01"})
    await save(session, turn, Section.EXCHANGE_RATES, at(one), later)
    [one] = await rates(session, turn)
    assert one.key == "USD from 2026-02-01"
    await remove(session, turn, Section.EXCHANGE_RATES, at(one), reason="Nobody pays in it.")
    assert await rates(session, turn) == []
    assert await trail(session) == [
        ("exchange_rate.set", "U0ADA", "form", "exchange rate USD from 2026-01-01"),
        ("exchange_rate.set", "U0ADA", "form", "exchange rate USD from 2026-01-01"),
        ("exchange_rate.set", "U0ADA", "form", "exchange rate USD from 2026-02-01"),
        ("configuration.delete", "U0ADA", "form", "exchange rate USD from 2026-02-01"),
    ]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"rate": "0"}, "rate", "above zero"),
        ({"rate": "much"}, "rate", "Write a number"),
        ({"currency": "dollars"}, "currency", "is not a currency, like EUR"),
        ({"from": "soon"}, "from", "Write a day like"),
    ],
)
async def test_a_wrong_rate_is_refused_beside_its_input(
    session: AsyncSession, turn: Turn, values: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidField, match=words) as refused:
        await save(session, turn, Section.EXCHANGE_RATES, None, Typed(USD | values))
    assert refused.value.field == field


async def test_the_same_rate_is_not_added_twice(session: AsyncSession, turn: Turn) -> None:
    await save(session, turn, Section.EXCHANGE_RATES, None, Typed(USD))
    with pytest.raises(InvalidField, match="There is an exchange rate USD from 2026-01-01 already"):
        await save(session, turn, Section.EXCHANGE_RATES, None, Typed(USD | {"rate": "2"}))


async def test_times_and_limits_are_changed_as_text_and_keep_their_order(
    session: AsyncSession, turn: Turn
) -> None:
    [one] = await list_entries(session, turn.actor, Section.APPROVALS)
    assert "deadline: 16h" in one.text
    typed = Typed.read(one.text.replace("deadline: 16h", "deadline: 8h"))
    assert await save(session, turn, Section.APPROVALS, at(one), typed) != []
    assert (await read_settings(session)).deadline == timedelta(hours=8)
    assert (await trail(session))[-1][1:] == ("U0ADA", "form", "setting approvals")
    [one] = await list_entries(session, turn.actor, Section.APPROVALS)
    for wrong, words in (("expire_at: 60", "reminders come before"), ("expire_at: x", "number")):
        again = Typed.read(one.text.replace("expire_at: 200", wrong))
        with pytest.raises(InvalidField, match=words) as refused:
            await save(session, turn, Section.APPROVALS, at(one), again)
        assert refused.value.field == "text"
    assert (await read_settings(session)).expire_at == 200


async def test_what_a_file_leaves_out_is_checked_as_it_is_kept(session: AsyncSession) -> None:
    await apply(session, read("team_id: T0ACME\napprovals: {escalate_at: 150, expire_at: 400}\n"))
    with pytest.raises(WrongConfiguration, match="line 2: reminders come before escalate_at"):
        await apply(session, read("team_id: T0ACME\napprovals: {expire_at: 120}\n"))


async def test_nobody_else_sees_or_sets_them(session: AsyncSession, desks: Desks) -> None:
    theirs = Turn(desks.hugo, Source.FORM, await read_policy(session))
    for section in (Section.EXCHANGE_RATES, Section.APPROVALS):
        assert isinstance(
            await refusal_of(list_entries(session, theirs.actor, section)), NotAllowed
        )
        doing = save(session, theirs, section, None, Typed(USD))
        assert isinstance(await refusal_of(doing), NotAllowed)
