"""Amounts as people write them, and as we do."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidField
from core.money import CURRENCIES, decimals_of, money, read_amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1234", "1234"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234\u202f567,89", "1234567.89"),
        ("1'234.50", "1234.50"),
        ("1’234’567", "1234567"),
        ("1,234", "1234"),
        ("1.234", "1234"),
        ("1,234,567", "1234567"),
        ("12,5", "12.5"),
        ("12.05", "12.05"),
        ("0.5", "0.5"),
        ("1234.5", "1234.5"),
        (" € 4 999,99 ", "4999.99"),
        ("EUR 499.99", "499.99"),
        ("1,200 USD", "1200"),
        ("999,999,999,999.99", "999999999999.99"),
    ],
)
def test_an_amount_is_understood_however_it_is_written(typed: str, amount: str) -> None:
    assert read_amount(typed, "EUR") == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "abc", "12a", "1,23,4", "1.2.3", "1,234,56", "1.234.50", "1,2345", ".5", "5."),
        *("1e5", "NaN", "Infinity", "0x10", "12.345,6.7", "1,234.567", "12.345,678", "0,123"),
        *("٣٤", "1..2", ",", "EUR", "1 000 000 000 000 000.123"),
    ],
)
def test_what_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidField, match=r"Write it in figures, like 1,234\.50\.") as refusal:
        read_amount(typed, "EUR")
    assert refusal.value.field == "amount"


@pytest.mark.parametrize("typed", ["0", "0.00", "-5", "−5", "-1,234.50", "000"])
def test_nothing_and_less_is_refused(typed: str) -> None:
    with pytest.raises(InvalidField, match="An amount is more than zero"):
        read_amount(typed, "EUR")


def test_an_amount_that_the_records_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidField, match="more than an approval can be asked for"):
        read_amount("1,000,000,000,000", "EUR")


def test_yen_have_no_smaller_unit() -> None:
    assert read_amount("1,234", "JPY") == 1234
    with pytest.raises(InvalidField, match="nothing smaller than 1 JPY"):
        read_amount("12.5", "JPY")


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1234.5", "EUR", "€1,234.50"),
        ("0.5", "USD", "$0.50"),
        ("1234567.89", "CHF", "1,234,567.89 CHF"),
        ("1234", "JPY", "1,234 JPY"),
        ("499.995", "EUR", "€500.00"),
        ("1E+3", "GBP", "£1,000.00"),
    ],
)
def test_an_amount_is_written_by_its_currency(amount: str, currency: str, words: str) -> None:
    assert money(Decimal(amount), currency) == words


@given(st.integers(1, 10**14 - 1), st.sampled_from(CURRENCIES))
def test_what_we_write_is_read_as_the_same(smallest: int, currency: str) -> None:
    amount = Decimal(smallest).scaleb(-decimals_of(currency))
    if amount <= Decimal("999999999999.99"):
        assert read_amount(money(amount, currency), currency) == amount


@given(st.text(max_size=30))
def test_whatever_is_typed_is_an_amount_or_a_refusal(typed: str) -> None:
    try:
        amount = read_amount(typed, "EUR")
    except InvalidField:
        return
    assert 0 < amount <= Decimal("999999999999.99")
