"""Votes, rules and amounts by themselves: the pure part of approvals."""

import uuid
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidField
from core.money import money as in_words
from core.tickets.approvals import money
from core.tickets.approvals.quorum import Vote, verdict
from core.tickets.approvals.rules import Range, RuleBook, Step, WrongRules
from core.tickets.approvals.states import Quorum, SeatReason, SeatState, StepKind

LETTERS = {
    "a": SeatState.APPROVED,
    "r": SeatState.REJECTED,
    "p": SeatState.PENDING,
    "m": SeatState.MOVED,
    "v": SeatState.VOID,
}


def votes(written: str) -> list[Vote]:
    """A letter a seat; a capital one is an alternate's."""
    return [
        Vote(
            uuid.UUID(int=number),
            SeatReason.ALTERNATE if letter.isupper() else SeatReason.ROLE,
            LETTERS[letter.lower()],
        )
        for number, letter in enumerate(written)
    ]


@pytest.mark.parametrize(
    ("quorum", "needed", "written", "expected"),
    [
        (Quorum.ANY, None, "", None),
        (Quorum.ANY, None, "mv", None),
        (Quorum.ALL, None, "m", None),
        (Quorum.ALL, None, "am", True),
        (Quorum.ALL, None, "ap", None),
        # An alternate stands in for whoever is silent, and makes nobody's voice smaller.
        (Quorum.ALL, None, "apA", True),
        (Quorum.ALL, None, "apP", None),
        (Quorum.ALL, None, "apR", False),
        (Quorum.ALL, None, "AP", None),
        (Quorum.MAJORITY, None, "aapp", None),
        (Quorum.MAJORITY, None, "aaap", True),
        (Quorum.MAJORITY, None, "rrpp", False),
        (Quorum.MAJORITY, None, "arp", None),
        (Quorum.NUMBER, 2, "apm", None),
        (Quorum.NUMBER, 2, "amm", False),
        (Quorum.NUMBER, 3, "aap", None),
        (Quorum.NUMBER, 3, "aar", False),
    ],
)
def test_a_step_is_decided_as_soon_as_it_can_be(
    quorum: Quorum, needed: int | None, written: str, expected: bool | None
) -> None:
    assert verdict(quorum, needed, votes(written)) is expected


def test_somebody_and_their_stand_in_have_one_voice() -> None:
    absent, other = uuid.UUID(int=1), uuid.UUID(int=2)
    seats = [
        Vote(absent, SeatReason.ROLE, SeatState.VOID),
        Vote(uuid.UUID(int=3), SeatReason.STAND_IN, SeatState.APPROVED, absent),
        Vote(other, SeatReason.ROLE, SeatState.PENDING),
    ]
    assert verdict(Quorum.ALL, None, seats) is None
    assert verdict(Quorum.NUMBER, 1, seats) is True


@given(
    st.sampled_from([Quorum.ANY, Quorum.ALL, Quorum.MAJORITY]),
    st.text("arpmvARPMV", max_size=7),
)
def test_what_is_decided_stays_so_whoever_speaks_later(quorum: Quorum, written: str) -> None:
    now = verdict(quorum, None, votes(written))
    if now is not None:
        for letter in "ar":
            later = written.replace("p", letter).replace("P", letter.upper())
            is_overruled = letter == "r" and quorum is not Quorum.MAJORITY
            assert verdict(quorum, None, votes(later)) is now or is_overruled


def book(*bounds: str | None) -> RuleBook:
    """Ranges between neighbours."""
    found = [None if each is None else Decimal(each) for each in bounds]
    pairs = pairwise(found)
    return RuleBook("EUR", tuple(Range(low or Decimal(0), high, ()) for low, high in pairs))


@given(st.lists(st.decimals("0.01", "999999", places=2), unique=True, min_size=1, max_size=5))
def test_every_amount_is_in_exactly_one_range(bounds: list[Decimal]) -> None:
    rules = book("0", *(str(each) for each in sorted(bounds)), None)
    rules.check()
    for bound in bounds:
        for amount in (bound - Decimal("0.01"), bound, bound + Decimal("0.01")):
            assert sum(each.covers(amount) for each in rules.ranges) == 1
            assert rules.range_of(amount).covers(amount)
    assert RuleBook.read(rules.written()) == rules


@pytest.mark.parametrize(
    ("ranges", "position", "text"),
    [
        ([], 0, "there has to be a rule"),
        ([("1", None)], 0, "the first rule has to begin at 0"),
        ([("0", "5")], 0, "the last rule has to be open"),
        ([("0", "5"), ("6", None)], 1, "no rule covers amounts from 5 to 6"),
        ([("0", "5"), ("4", None)], 1, "another rule already covers"),
        ([("0", None), ("4", None)], 1, "another rule already covers"),
        ([("5", None), ("0", "4")], 0, "no rule covers amounts from 4 to 5"),
        ([("0", "0"), ("0", None)], 0, "a range has to end above where it begins"),
    ],
)
def test_rules_with_gaps_or_overlaps_are_refused_where_they_are(
    ranges: list[tuple[str, str | None]], position: int, text: str
) -> None:
    made = tuple(Range(Decimal(low), Decimal(up) if up else None, ()) for low, up in ranges)
    with pytest.raises(WrongRules, match=text) as wrong:
        RuleBook("EUR", made).check()
    assert wrong.value.position == position


@pytest.mark.parametrize(
    "steps",
    [
        (Step(StepKind.CEO),),
        (Step(StepKind.CEO), Step(StepKind.FINANCE)),
        (Step(StepKind.FINANCE), Step(StepKind.FINANCE)),
        (Step(StepKind.FINANCE, Quorum.NUMBER, 0),),
        (Step(StepKind.FINANCE, Quorum.NUMBER),),
        (Step(StepKind.FINANCE, Quorum.ANY, 2),),
    ],
)
def test_chains_that_make_no_sense_are_refused(steps: tuple[Step, ...]) -> None:
    with pytest.raises(WrongRules):
        RuleBook("EUR", (Range(Decimal(0), None, steps),)).check()


@given(st.decimals("0.01", "999999999999.99", places=2))
def test_an_amount_as_it_is_written_reads_back(amount: Decimal) -> None:
    digits = in_words(amount, "EUR").removeprefix("€")
    assert money.read_amount(digits) == amount


@given(st.text(max_size=12))
def test_no_text_is_read_as_something_else_than_an_amount(typed: str) -> None:
    amount = None
    with suppress(InvalidField):
        amount = money.read_amount(typed)
    if amount is not None:
        assert amount > 0
        assert f"{amount:.2f}".rstrip("0").rstrip(".") in typed.replace(",", "").replace(" ", "")
