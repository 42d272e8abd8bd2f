"""The form "Edit…" as it comes back: what it had shown, and what it says now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.ids import Field
from bot.payloads import SUMMARY_MAX, TEXT_MAX, TicketRef, storable
from core.errors import InvalidField, Refused
from core.tickets.merging.service import fingerprint

_OLD_FORM = "This form is no longer valid. Please open it again."
#: After a conflict the inputs are new ones to Slack, which keeps what was typed in old ones.
_AGAIN = "@"


@dataclass(frozen=True, slots=True)
class EditRef:
    """Which ticket, and fingerprints of the values as the form showed them."""

    ticket: TicketRef
    shown: Mapping[str, str]

    def dump(self) -> str:
        return json.dumps(json.loads(self.ticket.dump()) | {"f": dict(self.shown)})

    @classmethod
    def of(cls, ticket: TicketRef, values: Mapping[str, str]) -> "EditRef":
        return cls(ticket, {name: fingerprint(value) for name, value in values.items()})

    @classmethod
    def load(cls, raw: Any) -> "EditRef":
        """Raises Refused for anything that `dump` did not write."""
        try:
            ticket = TicketRef.load(raw)
        except Refused:
            raise Refused(_OLD_FORM) from None
        shown = json.loads(raw).get("f")
        if not isinstance(shown, dict):
            raise Refused(_OLD_FORM)
        return cls(ticket, {str(name): str(print_) for name, print_ in shown.items()})


@dataclass(frozen=True, slots=True)
class EditForm:
    ref: EditRef
    #: Of the inputs that the form had.
    typed: Mapping[str, str]

    @property
    def changed(self) -> dict[str, str]:
        """What its author did not leave as the form had shown it."""
        shown = self.ref.shown
        return {
            name: value
            for name, value in self.typed.items()
            if fingerprint(value) != shown.get(name)
        }


def renewed(field: Field, version: int) -> str:
    """The block id of an input that is to forget what was typed in it."""
    return f"{field}{_AGAIN}{version}"


def read_edit(view: Mapping[str, Any]) -> EditForm:
    """Raises InvalidField for what a person can mend, Refused for what is no form of ours."""
    ref = EditRef.load(view.get("private_metadata"))
    answers = _answers(view)
    typed: dict[str, str] = {}
    if Field.SUMMARY in answers:
        typed[Field.SUMMARY.value] = _summary(answers[Field.SUMMARY])
    if Field.DESCRIPTION in answers:
        words = _text(answers[Field.DESCRIPTION])
        typed[Field.DESCRIPTION.value] = _within(Field.DESCRIPTION, words, TEXT_MAX)
    if Field.PRIORITY in answers:
        chosen = answers[Field.PRIORITY].get("selected_option")
        value = chosen.get("value") if isinstance(chosen, dict) else None
        typed[Field.PRIORITY.value] = storable(value) if isinstance(value, str) else ""
    return EditForm(ref, typed)


def _answers(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    found: dict[str, dict[str, Any]] = {}
    for block_id, inputs in (values if isinstance(values, dict) else {}).items():
        field = str(block_id).partition(_AGAIN)[0]
        answer = inputs.get(field) if isinstance(inputs, dict) else None
        if isinstance(answer, dict):
            found[field] = answer
    return found


def _text(answer: dict[str, Any]) -> str:
    value = answer.get("value")
    return storable(value).strip() if isinstance(value, str) else ""


def _summary(answer: dict[str, Any]) -> str:
    words = _text(answer)
    if not any(sign.isprintable() and not sign.isspace() for sign in words):
        raise InvalidField(Field.SUMMARY, "Say in a few words what it is about.")
    return _within(Field.SUMMARY, words, SUMMARY_MAX)


def _within(field: Field, words: str, most: int) -> str:
    if len(words) > most:
        raise InvalidField(field, f"Keep it within {most} characters; it has {len(words)}.")
    return words
