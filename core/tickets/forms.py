"""What a department asks beyond the usual when a ticket is filed with it."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from core.errors import InvalidField

FIELDS_MOST = 10
OPTIONS_MOST = 100
ANSWER_MAX = 500
#: As far as the database goes with amounts.
_AMOUNT_MAX = Decimal(10) ** 12
_PERSON = re.compile(r"[UW][A-Z0-9]{1,40}", re.ASCII)


class FieldKind(StrEnum):
    TEXT = "text"
    SELECT = "select"
    DATE = "date"
    AMOUNT = "amount"
    USER = "user"
    #: The answer are the names; the files themselves come with the ticket's.
    FILE = "file"


@dataclass(frozen=True, slots=True)
class FormField:
    label: str
    kind: FieldKind
    is_required: bool = False
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "FormField":
        return cls(
            stored["label"],
            FieldKind(stored["type"]),
            bool(stored.get("required")),
            tuple(stored.get("options") or ()),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """As the ticket keeps it; a person's with their name."""

    label: str
    kind: FieldKind
    value: str

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Answer":
        shown = stored.get("name") or stored["value"]
        return cls(stored["label"], FieldKind(stored["type"]), shown)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a form came back with: by its blocks, and the names of people among the answers."""

    by_block: Mapping[str, str | None]
    names: Mapping[str, str] = field(default_factory=dict)


BLOCKS = "extra_"


def block_of(department_id: uuid.UUID, position: int) -> str:
    """Of an input; another department's is another one, so that no answer wanders."""
    return f"{BLOCKS}{department_id.hex}_{position}"


def check_answers(
    department_id: uuid.UUID, fields: Sequence[FormField], given: Answered
) -> list[dict[str, str]]:
    """What a ticket keeps of them: with label and kind, since both may be others one day. Raises
    InvalidField."""
    kept = []
    for position, asked in enumerate(fields):
        block = block_of(department_id, position)
        answer = (given.by_block.get(block) or "").strip()
        if not answer and asked.is_required:
            raise InvalidField(block, "This is needed.")
        if answer:
            value = _check(block, asked, answer)
            row = {"label": asked.label, "type": asked.kind.value, "value": value}
            kept.append(row | ({"name": given.names[value]} if value in given.names else {}))
    return kept


def _check(block: str, asked: FormField, answer: str) -> str:
    if len(answer) > ANSWER_MAX:
        raise InvalidField(block, f"Keep it within {ANSWER_MAX} characters; it has {len(answer)}.")
    match asked.kind:
        case FieldKind.SELECT if answer not in asked.options:
            raise InvalidField(block, "Choose one from the list.")
        case FieldKind.DATE:
            return _date(block, answer)
        case FieldKind.AMOUNT:
            return _amount(block, answer)
        case FieldKind.USER if not _PERSON.fullmatch(answer):
            raise InvalidField(block, "Choose a person.")
    return answer


def _date(block: str, answer: str) -> str:
    try:
        return date.fromisoformat(answer).isoformat()
    except ValueError:
        raise InvalidField(block, "Choose a day.") from None


def _amount(block: str, answer: str) -> str:
    try:
        amount = Decimal(answer.replace(",", "."))
    except InvalidOperation:
        raise InvalidField(block, "Write a number, like 1200.50.") from None
    if not amount.is_finite() or not 0 <= amount < _AMOUNT_MAX or amount != round(amount, 2):
        raise InvalidField(block, "Write a number of at most two decimals, like 1200.50.")
    return f"{amount:.2f}"
