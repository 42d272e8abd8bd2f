"""What people enter in the forms of triage, read into typed values."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.ids import Field
from bot.payloads import TicketRef
from bot.payloads.part_forms import Answers, read_fates
from core.errors import InvalidField, Refused
from core.tickets.parts.service import Fate
from core.tickets.states import Priority, ResolutionReason

_OLD_FORM = "This form is no longer valid. Please open it again."


@dataclass(frozen=True, slots=True)
class AssignRef:
    """Of the form "Assign…": which ticket, and about whom it has warned already."""

    ticket: TicketRef
    warned_of: UUID | None = None

    def dump(self) -> str:
        if self.warned_of is None:
            return self.ticket.dump()
        return json.dumps(json.loads(self.ticket.dump()) | {"w": str(self.warned_of)})

    @classmethod
    def load(cls, raw: Any) -> "AssignRef":
        """Raises Refused for anything that `dump` did not write."""
        ticket = TicketRef.load(raw)
        warned_of = json.loads(raw).get("w")
        return cls(ticket, _uuid(warned_of) if isinstance(warned_of, str) else None)


@dataclass(frozen=True, slots=True)
class AssignForm:
    ref: TicketRef
    assignee_id: UUID
    note: str
    #: They were told that this person is off, and want it so.
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class ResolutionForm:
    ref: TicketRef
    resolution: str
    reason: ResolutionReason


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
class HoldForm:
    ref: TicketRef
    reason: str


@dataclass(frozen=True, slots=True)
class CancelForm:
    ref: TicketRef
    reason: str
    fates: dict[int, Fate]


@dataclass(frozen=True, slots=True)
class MergeForm:
    ref: TicketRef
    winner_id: UUID


def read_assign(view: Any) -> AssignForm:
    """Raises InvalidField for what a person can mend, Refused for what is no form of ours."""
    ref = _ref(view)
    warned_of = AssignRef.load(view.get("private_metadata")).warned_of
    assignee_id = _chosen_id(view, Field.ASSIGNEE, "Choose a person from the list.")
    note = Answers(view).text(Field.NOTE)
    return AssignForm(ref, assignee_id, note, is_sure=warned_of == assignee_id)


def read_part_assignee(view: Any) -> UUID:
    return _chosen_id(view, Field.PART_ASSIGNEE, "Choose a person from the list.")


def read_resolution(view: Any) -> ResolutionForm:
    """Whether there must be words is for the department to say."""
    ref, answers = _ref(view), Answers(view)
    words, chosen = answers.text(Field.RESOLUTION), answers.option(Field.REASON)
    reason = chosen[0] if chosen else ResolutionReason.SOLVED
    if reason not in set(ResolutionReason):
        raise InvalidField(Field.REASON, "Choose a reason from the list.")
    is_said = any(sign.isprintable() and not sign.isspace() for sign in words)
    return ResolutionForm(ref, words if is_said else "", ResolutionReason(reason))


def read_transfer(view: Any) -> TransferForm:
    words = "Choose a department from the list."
    return TransferForm(
        _ref(view), _chosen_id(view, Field.TO_DEPARTMENT, words), Answers(view).text(Field.REASON)
    )


def read_priority(view: Any) -> PriorityForm:
    chosen = Answers(view).option(Field.PRIORITY)
    if chosen is None or chosen[0] not in set(Priority):
        raise InvalidField(Field.PRIORITY, "Choose a priority from the list.")
    return PriorityForm(_ref(view), Priority(chosen[0]))


def read_hold(view: Any) -> HoldForm:
    return HoldForm(_ref(view), Answers(view).text(Field.REASON))


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
    found = _uuid(chosen[0]) if chosen else None
    if found is None:
        raise InvalidField(field, words)
    return found


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None
