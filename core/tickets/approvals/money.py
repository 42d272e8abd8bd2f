"""Amounts of money: reading, converting and writing them. Pure."""

import re
from decimal import ROUND_UP, Decimal

from core.errors import InvalidField

#: What the database can hold.
MOST = Decimal("999999999999.99")
_CENT = Decimal("0.01")
#: 1234, 1234.5 or 1,234.50: a comma only where it parts thousands, so that nothing is guessed.
_AMOUNT = re.compile(r"(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d+)?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def read_amount(typed: str) -> Decimal:
    """Raises InvalidField for what is no amount that can be paid."""
    text = typed.strip().replace("\u00a0", "").replace(" ", "")
    if text.startswith("-"):
        raise InvalidField("amount", "The amount has to be more than zero.")
    match = _AMOUNT.fullmatch(text) if text.isascii() else None
    if match is None:
        raise InvalidField("amount", "Write the amount as a number, like 1234.50.")
    if match[3] and len(match[3].rstrip("0")) > 3:
        raise InvalidField("amount", "Write at most two digits after the point.")
    amount = Decimal(text.replace(",", ""))
    if amount <= 0:
        raise InvalidField("amount", "The amount has to be more than zero.")
    if amount > MOST:
        raise InvalidField("amount", f"The amount can be at most {MOST:,}.")
    return amount.quantize(_CENT)


def read_currency(typed: str) -> str:
    code = typed.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise InvalidField("currency", "Write the currency's three letters, like EUR.")
    return code


def convert(amount: Decimal, rate: Decimal) -> Decimal:
    """Up to the next cent, so that rounding never spares a step. Raises InvalidField."""
    converted = (amount * rate).quantize(_CENT, rounding=ROUND_UP)
    if converted > MOST:
        raise InvalidField("amount", "The amount is too large in the currency of the rules.")
    return converted


def read_limit(typed: str) -> Decimal:
    """An amount in the rules' currency. Raises InvalidField."""
    try:
        return read_amount(typed)
    except InvalidField as refusal:
        raise InvalidField("amount_limit", refusal.text) from refusal
