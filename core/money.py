"""Amounts of money: how people write them, and how we do."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from core.errors import InvalidField

#: What a form offers, besides the currency that rules are written in.
CURRENCIES = (
    *("EUR", "USD", "GBP", "CHF", "JPY", "AUD", "CAD", "CNY", "CZK", "DKK", "HUF", "INR"),
    *("NOK", "NZD", "PLN", "RON", "SEK", "SGD", "TRY", "ZAR"),
)
AMOUNT = "amount"
#: More is no amount that the records can hold.
AMOUNT_MAX = Decimal("999999999999.99")

_SIGNS: Mapping[str, str] = {"EUR": "€", "GBP": "£", "USD": "$"}
_WITHOUT_DECIMALS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})
_LIKE = "Write it in figures, like 1,234.50."
# Signs and letters of a currency before or behind the figures.
_NAMED = re.compile(r"(?:[A-Za-z]{3}|[€$£¥])?\s*([0-9][0-9.,'’\s]*)(?:[A-Za-z]{3}|[€$£¥])?")
_BETWEEN = re.compile(r"['’\s]")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}(?:\1[0-9]{3})*")
_WITH_DECIMALS = re.compile(r"([0-9]+|[1-9][0-9]{0,2}(?:[.,][0-9]{3})+)([.,])([0-9]{1,2})")


def decimals_of(currency: str) -> int:
    return 0 if currency in _WITHOUT_DECIMALS else 2


def money(amount: Decimal, currency: str) -> str:
    """“€1,234.50”, or “1,234.50 CHF” where the sign would be another country's too."""
    smallest = Decimal(1).scaleb(-decimals_of(currency))
    figures = f"{amount.quantize(smallest, ROUND_HALF_UP):,}"
    sign = _SIGNS.get(currency)
    return f"{sign}{figures}" if sign else f"{figures} {currency}"


def read_amount(text: str, currency: str) -> Decimal:
    """However people write it: 1,234.50, 1.234,50, 1 234.5 or € 1234. Three figures behind a
    single point or comma are thousands. Raises InvalidField."""
    if text.strip().startswith(("-", "−")):
        raise InvalidField(AMOUNT, "An amount is more than zero.")
    found = _NAMED.fullmatch(text.strip())
    figures = _BETWEEN.sub("", found[1]) if found else ""
    amount = _amount(figures)
    if amount is None:
        raise InvalidField(AMOUNT, f"This is no amount of money. {_LIKE}")
    if amount == 0:
        raise InvalidField(AMOUNT, "An amount is more than zero.")
    if amount > AMOUNT_MAX:
        raise InvalidField(AMOUNT, "This is more than an approval can be asked for.")
    if amount != amount.quantize(Decimal(1).scaleb(-decimals_of(currency))):
        raise InvalidField(AMOUNT, f"There is nothing smaller than 1 {currency}.")
    return amount


def _amount(figures: str) -> Decimal | None:
    if figures.isascii() and figures.isdecimal():
        return Decimal(figures)
    if _GROUPED.fullmatch(figures):
        return Decimal(re.sub("[.,]", "", figures))
    found = _WITH_DECIMALS.fullmatch(figures)
    if found is None:
        return None
    groups = set(re.findall("[.,]", found[1]))
    # Thousands and decimals have the same sign only by a slip.
    if len(groups) > 1 or found[2] in groups:
        return None
    return Decimal(f"{re.sub('[.,]', '', found[1])}.{found[3]}")
