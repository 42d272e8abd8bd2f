"""What a department asks beyond the usual when a ticket is filed with it."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


def block_of(department_id: uuid.UUID, position: int) -> str:
    """Of an input; another department's is another one, so that no answer wanders."""
    return f"extra_{department_id.hex}_{position}"


def check_answers(
    department_id: uuid.UUID, fields: Sequence[FormField], given: Mapping[str, str | None]
) -> list[dict[str, str]]:
    """What a ticket keeps of them: with label and kind, since both may be others one day. `given`
    by their blocks. Raises InvalidField."""
    kept = []
    for position, field in enumerate(fields):
        block = block_of(department_id, position)
        answer = (given.get(block) or "").strip()
        if not answer and field.is_required:
            raise InvalidField(block, "This is needed.")
        if answer:
            kept.append(
                {
                    "label": field.label,
                    "type": field.kind.value,
                    "value": _check(block, field, answer),
                }
            )
    return kept


def _check(block: str, field: FormField, answer: str) -> str:
    if len(answer) > ANSWER_MAX:
        raise InvalidField(block, f"Keep it within {ANSWER_MAX} characters; it has {len(answer)}.")
    match field.kind:
        case FieldKind.SELECT if answer not in field.options:
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
