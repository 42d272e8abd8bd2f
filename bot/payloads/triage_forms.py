"""What people enter in the forms of triage, read into typed values."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.ids import Field
from bot.payloads import TicketRef
from bot.payloads.part_forms import Answers, read_fates
from core.errors import InvalidField, Refused
from core.tickets.parts.service import Fate
from core.tickets.states import Priority

_OLD_FORM = "This form is no longer valid. Please open it again."


@dataclass(frozen=True, slots=True)
class TransferForm:
    ref: TicketRef
    department_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class PriorityForm:
    ref: TicketRef
    priority: Priority


@dataclass(frozen=True, slots=True)
class CancelForm:
    ref: TicketRef
    reason: str
    fates: dict[int, Fate]


@dataclass(frozen=True, slots=True)
class MergeForm:
    ref: TicketRef
    winner_id: UUID


def read_transfer(view: Any) -> TransferForm:
    """Raises InvalidField for what a person can mend, Refused for what is no form of ours."""
    words = "Choose a department from the list."
    return TransferForm(
        _ref(view), _chosen_id(view, Field.TO_DEPARTMENT, words), Answers(view).text(Field.REASON)
    )


def read_priority(view: Any) -> PriorityForm:
    chosen = Answers(view).option(Field.PRIORITY)
    if chosen is None or chosen[0] not in set(Priority):
        raise InvalidField(Field.PRIORITY, "Choose a priority from the list.")
    return PriorityForm(_ref(view), Priority(chosen[0]))


def read_cancel(view: Any) -> CancelForm:
    reason = Answers(view).text(Field.REASON)
    if not reason:
        raise InvalidField(Field.REASON, "Say why it is cancelled: everybody on it reads it.")
    return CancelForm(_ref(view), reason, read_fates(view))


def read_merge(view: Any) -> MergeForm:
    return MergeForm(_ref(view), _chosen_id(view, Field.WINNER, "Choose a ticket from the list."))


def _ref(view: Any) -> TicketRef:
    try:
        return TicketRef.load(view.get("private_metadata") if isinstance(view, dict) else None)
    except Refused:
        raise Refused(_OLD_FORM) from None


def _chosen_id(view: Any, field: Field, words: str) -> UUID:
    chosen = Answers(view).option(field)
    try:
        return UUID(chosen[0] if chosen else "")
    except ValueError:
        raise InvalidField(field, words) from None
